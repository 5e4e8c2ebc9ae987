"""Files that customers send on WhatsApp: an id leads to an address that works for five minutes, and that to the bytes.

Source: "Media" reference of the Cloud API: `GET /{media-id}` → `url`, which wants the token, too, and 404s when it has
expired; media are kept for 30 days; limits by type (5 MB for pictures, 16 MB for sound and film, 100 MB for documents).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import urllib3

from bots.fenced_http import exchanging, fenced_pool
from bots.whatsapp_http import GraphTransport
from common.channels import SendError, SendErrorCode, TooLarge

MAX_FILE = 20 * 1024 * 1024
"""Bytes; beyond all that people say, show and film in a chat, only documents are longer."""
WITHIN_S = 60.0
_META = (".fbsbx.com", ".facebook.com", ".whatsapp.net", ".fbcdn.net")


class Media:
    """Fetches files with the token of one business account."""

    def __init__(self, token: str, api_url: str | None, timeout_s: float) -> None:
        self._transport = GraphTransport(api_url, timeout_s)
        self._home = urlsplit(api_url).netloc if api_url else None
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": "Zeroten"}
        self._pool = fenced_pool(timeout_s)

    def fetch(self, told: Mapping[str, Any]) -> bytes | None:
        """The file that Meta describes so; None if it has gone. Raises SendError, TooLarge."""
        if isinstance(told.get("file_size"), int) and told["file_size"] > MAX_FILE:
            raise TooLarge
        address = self._address(told.get("url"))
        try:
            with exchanging(lambda: None):
                answer = self._pool.request(
                    "GET", address, headers=self._headers, redirect=False, preload_content=False, decode_content=True
                )
                return _content(answer)
        except urllib3.exceptions.HTTPError:
            raise SendError(SendErrorCode.UNREACHABLE, "no file came") from None

    def _address(self, url: object) -> str:
        """Where the file is. Our token goes to Meta, or to what stands for Meta, and to nobody else."""
        parts = urlsplit(url) if isinstance(url, str) else None
        host = (parts.hostname or "") if parts else ""
        if parts is not None and self._home is not None and parts.netloc == self._home:
            return str(url)
        if parts is None or parts.scheme != "https" or not f".{host}".endswith(_META):
            raise SendError(SendErrorCode.REJECTED, "a file at an address that is not the provider's")
        return self._transport.address(httpx.URL(str(url)))


def _content(answer: urllib3.BaseHTTPResponse) -> bytes | None:
    end, content = time.monotonic() + WITHIN_S, bytearray()
    try:
        if answer.status in {404, 410}:
            return None
        if answer.status != 200:
            raise SendError(SendErrorCode.UNREACHABLE, f"HTTP {answer.status} for a file")
        while chunk := answer.read1(65536):
            content += chunk
            if len(content) > MAX_FILE:
                raise TooLarge
            if time.monotonic() > end:
                raise SendError(SendErrorCode.UNREACHABLE, "a file that drips")
        return bytes(content)
    finally:
        answer.close()
