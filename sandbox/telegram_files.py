"""Files at the Bot API: how they come with a call, and how a message with one is shown.

From https://core.telegram.org/bots/api#sending-files: a file comes as a part of a multipart form, 10 MB for a photo and
50 MB for anything else; a message shows what Telegram knows of it, and no bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

MAX_UPLOAD = 51 * 1024 * 1024


def read_given() -> dict[str, Any]:
    """The parameters of the request, wherever they stand; a file is its name, type and content."""
    given: dict[str, Any] = dict(request.args.items())
    if request.is_json:
        body = request.get_json(silent=True)
        return given | (body if isinstance(body, dict) else {})
    request.max_content_length = MAX_UPLOAD
    given |= dict(request.form.items())
    for name, file in request.files.items():
        content = file.stream.read()
        given[name] = {"name": file.filename or "file", "mime_type": file.mimetype, "content": content}
    return given


def told(value: Any) -> Any:
    """A parameter for the ledger; of a file only what it is called."""
    return {"name": value["name"]} if isinstance(value, dict) and "content" in value else value


def describe(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a message that tells of its file."""
    file = entry["file"]
    known = {"file_id": file["id"], "file_unique_id": file["id"][:12], "file_size": file["size"]}
    sizes = {"width": 320, "height": 240}
    shown: dict[str, Any] = {
        "photo": [known | sizes],
        "video": known | sizes | {"duration": 1, "mime_type": file["mime_type"]},
        "document": known | {"file_name": file["name"], "mime_type": file["mime_type"]},
    }
    caption = {"caption": entry["text"]} if entry["text"] else {}
    return {entry["sort"]: shown[entry["sort"]], **caption}
