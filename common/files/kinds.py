"""What a file is, by its own first bytes. PURE.

What a sender says of a file proves nothing: a page with a script in it may be called a picture. Only what is listed
here is ever shown or played in a browser, and none of it can hold a script; everything else is offered for saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN = "application/octet-stream"
_Signature = Sequence[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Kind:
    """media_type: as it is served. ending: of its name when it is saved. shows: in the thread, as what."""

    media_type: str
    ending: str
    shows: str | None = None  # picture, sound, film


_KINDS: Sequence[tuple[_Signature, Kind]] = (
    (((0, b"\xff\xd8\xff"),), Kind("image/jpeg", "jpg", "picture")),
    (((0, b"\x89PNG\r\n\x1a\n"),), Kind("image/png", "png", "picture")),
    (((0, b"GIF8"),), Kind("image/gif", "gif", "picture")),
    (((0, b"RIFF"), (8, b"WEBP")), Kind("image/webp", "webp", "picture")),
    (((0, b"OggS"),), Kind("audio/ogg", "ogg", "sound")),
    (((0, b"ID3"),), Kind("audio/mpeg", "mp3", "sound")),
    (((0, b"RIFF"), (8, b"WAVE")), Kind("audio/wav", "wav", "sound")),
    (((0, b"#!AMR"),), Kind("audio/amr", "amr")),  # no browser plays it
    (((4, b"ftypM4A"),), Kind("audio/mp4", "m4a", "sound")),
    (((4, b"ftyp"),), Kind("video/mp4", "mp4", "film")),
    (((0, b"%PDF-"),), Kind("application/pdf", "pdf")),
)
_OTHER = Kind(UNKNOWN, "bin")


def kind_of(content: bytes) -> Kind:
    """What this is; `application/octet-stream` if it is nothing that we know."""
    for signature, kind in _KINDS:
        if all(content[place : place + len(mark)] == mark for place, mark in signature):
            return kind
    if len(content) > 2 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0:  # a frame of MPEG sound without a tag
        is_aac = content[1] & 0x06 == 0
        return Kind("audio/aac", "aac", "sound") if is_aac else Kind("audio/mpeg", "mp3", "sound")
    return _OTHER


def kind_named(media_type: str | None) -> Kind:
    """The kind of a stored file."""
    return next((kind for _, kind in _KINDS if kind.media_type == media_type), _BY_FRAME.get(media_type or "", _OTHER))


_BY_FRAME = {"audio/aac": Kind("audio/aac", "aac", "sound")}
