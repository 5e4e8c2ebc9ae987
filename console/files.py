"""What customers attached, in the console: seen and played in the thread, or saved."""

from __future__ import annotations

import io

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from common.files.keeping import file_of
from common.services import Services


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
