"""Files in the console: what the composer attaches; what a thread has is seen and played there, or saved."""

from __future__ import annotations

import io

from flask import Blueprint, abort, request, send_file
from flask.typing import ResponseReturnValue

from common.channels import OutboundFile
from common.files.keeping import file_of
from common.files.offering import MAX_FILE, outbound
from common.services import Services


def given_file() -> OutboundFile | None:
    """What the composer's form attaches; None if nothing was chosen."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    return outbound(given.stream.read(MAX_FILE + 1), given.filename)


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the addresses of files on `blueprint`."""

    @blueprint.get("/files/<file_id>")
    def file(file_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            kept = file_of(connection, file_id)
        if kept is None:
            abort(404)
        is_saved = kept.kind.shows is None  # whatever could hold a script is never opened
        response = send_file(
            io.BytesIO(kept.content),
            mimetype=kept.kind.media_type,
            as_attachment=is_saved,
            download_name=kept.name,
            conditional=True,
            etag=False,
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
