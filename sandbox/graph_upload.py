"""Uploading a file to send: `POST /{phone-number-id}/media`, read as strictly as Meta reads it.

From the "Media" reference of the Cloud API: a form with `file`, `type` and `messaging_product`; the answer is an id.
What is sent under it must be of the message's own kind. Limits: 5 MB for pictures, 16 MB for sound and film, 100 MB for
documents, 500 kB for an animated sticker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request

from sandbox.graph_errors import GraphError, invalid, required

_MB = 1024 * 1024
MAX_UPLOAD = 101 * _MB
TYPES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "audio": frozenset({"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "sticker": frozenset({"image/webp"}),
    "document": frozenset({"application/pdf", "text/plain", "application/msword", "application/vnd.ms-excel"}),
}
_MOST = {"image": 5 * _MB, "audio": 16 * _MB, "video": 16 * _MB, "sticker": 500 * 1024, "document": 100 * _MB}
_SIGNS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "application/pdf": b"%PDF-"}
"""How some of them begin; Meta looks at the content, too."""


def read_upload(request: Request) -> tuple[str, str, bytes]:
    """Type, name and bytes of the file. Raises GraphError."""
    if request.form.get("messaging_product") != "whatsapp":
        raise GraphError(100, "(#100) The parameter messaging_product is required.")
    given = request.files.get("file")
    if given is None:
        raise required("file")
    mime_type = request.form.get("type") or given.mimetype
    kind = next((kind for kind, types in TYPES.items() if mime_type in types), None)
    if kind is None:
        raise GraphError(100, "(#100) Param file must be a file with one of the supported types", details=mime_type)
    content = given.stream.read()
    if not content or len(content) > _MOST[kind]:
        raise GraphError(131053, "Media upload error", details=f"{len(content)} bytes of {mime_type}")
    if not content.startswith(_SIGNS.get(mime_type, b"")):
        raise GraphError(131053, "Media upload error", details=f"The content is no {mime_type}")
    return mime_type, given.filename or "file", content


def check_sent(kind: str, content: Mapping[str, Any], mime_type: str | None) -> None:
    """A message that names an uploaded file. Raises GraphError unless there is one, and of its kind."""
    if mime_type is None:
        raise invalid(f"{kind}['id'] is no uploaded media")
    if mime_type not in TYPES[kind] and kind != "document":
        raise GraphError(131053, "Media upload error", details=f"{mime_type} cannot be sent as {kind}")
    if len(content.get("caption") or "") > 1_024:
        raise invalid("caption is too long")
    if "caption" in content and kind in {"audio", "sticker"}:
        raise invalid(f"{kind} has no caption")
    if "filename" in content and kind != "document":
        raise invalid("only a document has a filename")
