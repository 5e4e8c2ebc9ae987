"""Serves the page of phones and its files, all from this folder and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, send_from_directory

from sandbox.settings import Settings

FILES = Path(__file__).parent / "static"


def phones_blueprint(settings: Settings) -> Blueprint:
    """`/` and `/phones/…`. The product's page may be shown in a frame; no other origin is reached."""
    blueprint = Blueprint("phones", __name__)
    product = urlsplit(settings.product_url)
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"media-src {product.scheme}://{product.netloc}",
            f"frame-src {product.scheme}://{product.netloc}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )

    @blueprint.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache"
        return response

    @blueprint.get("/")
    def page() -> Response:
        return send_from_directory(FILES, "index.html")

    @blueprint.get("/phones/<path:name>")
    def file(name: str) -> Response:
        return send_from_directory(FILES, name)

    return blueprint
