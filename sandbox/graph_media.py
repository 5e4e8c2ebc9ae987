"""Files that customers attach: Meta tells where one is, and gives it out there to whoever shows the token.

From the "Media" reference of the Cloud API: `GET /{media-id}` answers `url`, `mime_type`, `sha256` and `file_size`; the
address wants the same token. What a customer attaches here is a small file of its kind, or what a script says.
"""

from __future__ import annotations

import base64
import hashlib
import math
import struct
import zlib
from typing import Any

from sandbox.ledger import Record
from sandbox.world import World


class MediaStore:
    """Everything that was attached, by its id."""

    def __init__(self, world: World, kind: str = "whatsapp_media") -> None:
        """kind: of its lines in the ledger."""
        self._world = world
        self._kind = kind
        self._files: dict[str, tuple[str, bytes]] = {}
        self._names: dict[str, str] = {}
        world.join({kind: self._keep, "reset": lambda _record: self._files.clear()})

    def add(self, key: str, mime_type: str, content: bytes, name: str = "") -> None:
        """A file has been attached, or uploaded, under this id."""
        encoded = base64.b64encode(content).decode("ascii")
        self._world.commit(self._kind, id=key, mime_type=mime_type, content=encoded, name=name)

    def name(self, key: str) -> str:
        """What its sender calls it."""
        return self._names.get(key, "")

    def content(self, key: str) -> tuple[str, bytes] | None:
        """Type and bytes."""
        return self._files.get(key)

    def describe(self, key: str, base: str) -> dict[str, Any] | None:
        """As Meta does; None if there is none of this id."""
        found = self._files.get(key)
        if found is None:
            return None
        mime_type, content = found
        return {
            "messaging_product": "whatsapp",
            "url": f"{base}/_media/{key}",
            "mime_type": mime_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": len(content),
            "id": key,
        }

    def _keep(self, record: Record) -> None:
        self._names[record["id"]] = record.get("name", "")
        self._files[record["id"]] = (record["mime_type"], base64.b64decode(record["content"]))


def sample(kind: str) -> bytes:
    """A small file: a picture, a tone of a second, a page. A film is only named like one."""
    if kind in {"image", "sticker"}:
        return _picture(96, 64)
    if kind == "audio":
        return _tone(1.0)
    if kind == "document":
        return (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
        )
    return b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


def _picture(width: int, height: int) -> bytes:
    """A PNG of a lamp's glow."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    def row(y: int) -> bytes:
        return b"\0" + b"".join(
            bytes((max(0, 250 - (x - width // 2) ** 2 // 9 - (y - height // 3) ** 2 // 4), 180, 60 + y))
            for x in range(width)
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(row(y) for y in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _tone(seconds: float, rate: int = 8_000) -> bytes:
    """A WAV that every browser plays."""
    samples = [int(9_000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(seconds * rate))]
    data = struct.pack(f"<{len(samples)}h", *samples)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    head = struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE") + form + struct.pack("<4sI", b"data", len(data))
    return head + data
