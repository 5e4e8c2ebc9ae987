"""What an uploaded sound is, read from its own bytes: WAV or MP3, how long, and nothing else. Pure.

A name or a declared type proves nothing. A file is taken only if it can be walked from its first byte to its last: the
chunks of a WAV, the frames of an MP3. What Twilio plays: https://www.twilio.com/docs/voice/twiml/play.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 5 * 1024 * 1024
"""A minute of mono at 44.1 kHz and 16 bits, the largest that people record."""
LONGEST_S = 60
SHORTEST_MS = 200


class Refused(StrEnum):
    """Why a file cannot be a sound."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_SOUND = "no_sound"
    BROKEN = "broken"
    UNPLAYABLE = "unplayable"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


class NotASound(ValueError):
    """This cannot be played to callers."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What was found in the bytes. media_type: as it is served."""

    media_type: str
    duration_ms: int


def read_sound(content: bytes) -> Sound:
    """What this is. Raises NotASound."""
    if not content:
        raise NotASound(Refused.EMPTY)
    if len(content) > MAX_BYTES:
        raise NotASound(Refused.TOO_LARGE)
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        sound = Sound(media_type="audio/wav", duration_ms=_wav_ms(content))
    elif content[:3] == b"ID3" or _frame(content, 0) is not None:
        sound = Sound(media_type="audio/mpeg", duration_ms=_mp3_ms(content))
    else:
        raise NotASound(Refused.NO_SOUND)
    if sound.duration_ms < SHORTEST_MS:
        raise NotASound(Refused.TOO_SHORT)
    if sound.duration_ms > LONGEST_S * 1000:
        raise NotASound(Refused.TOO_LONG)
    return sound


# --- WAV --------------------------------------------------------------------------------------------------------------

_PCM, _ALAW, _ULAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
_UNKNOWN_SIZE = {0, 0xFFFFFFFF}
"""What programs write that did not know the length when they began."""


def _wav_ms(content: bytes) -> int:
    """How long it plays. Raises NotASound."""
    form: bytes | None = None
    for name, start, size in _chunks(content):
        if name == b"fmt ":
            form = content[start : start + size]
        elif name == b"data":
            if form is None:
                raise NotASound(Refused.BROKEN)
            return round(1000 * size / _bytes_a_second(form))
    raise NotASound(Refused.BROKEN)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and length of each chunk. Raises NotASound for one that goes past the end."""
    place = 12
    while place + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        start = place + 8
        if name == b"data" and size in _UNKNOWN_SIZE:
            size = len(content) - start
        if start + size > len(content):
            raise NotASound(Refused.BROKEN)
        yield name, start, size
        place = start + size + size % 2


def _bytes_a_second(form: bytes) -> int:
    """From a format chunk that Twilio can play: linear or telephone coding, mono or stereo. Raises NotASound."""
    if len(form) < 16:
        raise NotASound(Refused.BROKEN)
    coding, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", form)
    if coding == _EXTENSIBLE and len(form) >= 26:
        (coding,) = struct.unpack_from("<H", form, 24)
    fits = {_PCM: (8, 16, 24), _ALAW: (8,), _ULAW: (8,)}.get(coding, ())
    if bits not in fits or channels not in {1, 2} or not 8000 <= rate <= 48000:
        raise NotASound(Refused.UNPLAYABLE)
    if align != channels * bits // 8:
        raise NotASound(Refused.BROKEN)
    return int(rate * align)


# --- MP3 --------------------------------------------------------------------------------------------------------------

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""MPEG 1, 2 and 2.5, by the two bits of the header that tell them."""
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_FEWEST_FRAMES = 3
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"3DI")


def _mp3_ms(content: bytes) -> int:
    """How long it plays, by all of its frames. Raises NotASound."""
    place, frames, seconds = _after_tag(content), 0, 0.0
    while (frame := _frame(content, place)) is not None:
        length, lasts = frame
        place, frames, seconds = place + length, frames + 1, seconds + lasts
    rest = content[place:]
    is_end = place >= len(content) or rest.startswith(_TAGS) or not rest.strip(b"\0")
    if frames < _FEWEST_FRAMES or not is_end:
        raise NotASound(Refused.BROKEN)
    return round(1000 * seconds)


def _after_tag(content: bytes) -> int:
    """Where the first frame begins: behind the tags with a title and pictures."""
    place = 0
    while content[place : place + 3] == b"ID3" and place + 10 <= len(content):
        a, b, c, d = content[place + 6 : place + 10]
        if max(a, b, c, d) > 127:
            raise NotASound(Refused.BROKEN)
        has_footer = content[place + 5] & 0x10
        place += 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if has_footer else 0)
    while place < len(content) and content[place] == 0:  # some programs leave room behind the tag
        place += 1
    return place


def _frame(content: bytes, place: int) -> tuple[int, float] | None:
    """Length in bytes and seconds of the frame of layer III that begins here; None if none does, or not whole."""
    if place + 4 > len(content):
        return None
    (head,) = struct.unpack_from(">I", content, place)
    version, layer = head >> 19 & 3, head >> 17 & 3
    bitrate, rate = head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or bitrate in {0, 15} or rate == 3:
        return None
    hertz = _RATES[version][rate]
    samples = 1152 if version == 3 else 576
    kbits = (_KBITS_1 if version == 3 else _KBITS_2)[bitrate]
    length = samples // 8 * kbits * 1000 // hertz + (head >> 9 & 1)
    return (length, samples / hertz) if place + length <= len(content) else None
