"""What may be played to callers: WAV and MP3 by their own bytes, of a length that people bear, and nothing else."""

from __future__ import annotations

import io
import struct
import wave

import pytest

from common.speech.sounds import MAX_BYTES, NotASound, Refused, read_sound


def wav(seconds: float = 1.0, *, rate: int = 8000, channels: int = 1, width: int = 2) -> bytes:
    """A WAV of silence, by the standard library."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(bytes(int(seconds * rate) * channels * width))
    return made.getvalue()


def ulaw(seconds: float = 1.0, *, size: int | None = None) -> bytes:
    """A WAV in telephone coding, with a chunk that nobody knows before its data."""
    data = b"\xff" * int(8000 * seconds)
    form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 7, 1, 8000, 8000, 1, 8, 0)
    extra = struct.pack("<4sI", b"LIST", 5) + b"hello\0"
    body = form + extra + struct.pack("<4sI", b"data", len(data) if size is None else size) + data
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


def mp3(seconds: float = 1.0, *, tag: bytes = b"", end: bytes = b"") -> bytes:
    """Frames of MPEG 1 layer III at 64 kbit/s and 44.1 kHz."""
    frame = bytes([0xFF, 0xFB, 0x50, 0xC4]).ljust(144 * 64000 // 44100, b"\0")
    return tag + frame * round(seconds * 44100 / 1152) + end


ID3 = b"ID3\x04\x00\x00\x00\x00\x01\x00" + b"\xff\xfb" * 64
"""A tag of 128 bytes, in which what looks like frames is none."""


@pytest.mark.parametrize(
    ("content", "media_type", "seconds"),
    [
        (wav(2.5), "audio/wav", 2.5),
        (wav(1, rate=44100, channels=2), "audio/wav", 1),
        (wav(1, width=1), "audio/wav", 1),
        (wav(1, width=3, rate=16000), "audio/wav", 1),
        (ulaw(1.5), "audio/wav", 1.5),
        (ulaw(1.5, size=0xFFFFFFFF), "audio/wav", 1.5),
        (mp3(3), "audio/mpeg", 3),
        (mp3(3, tag=ID3), "audio/mpeg", 3),
        (mp3(3, tag=ID3 + ID3, end=b"TAG".ljust(128, b"\0")), "audio/mpeg", 3),
        (mp3(3, end=bytes(500)), "audio/mpeg", 3),
    ],
)
def test_sounds(content: bytes, media_type: str, seconds: float) -> None:
    sound = read_sound(content)
    assert sound.media_type == media_type
    assert sound.duration_ms / 1000 == pytest.approx(seconds, abs=0.03)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Refused.EMPTY),
        (wav(40, rate=48000, channels=2), Refused.TOO_LARGE),
        (b"RIFF" + bytes(MAX_BYTES), Refused.TOO_LARGE),
        (b"<html><script>alert(1)</script>", Refused.NO_SOUND),
        (b"OggS" + bytes(100), Refused.NO_SOUND),
        (b"\0\0\0\x20ftypM4A " + bytes(100), Refused.NO_SOUND),
        (b"#!AMR\n" + bytes(100), Refused.NO_SOUND),
        (bytes([0xFF, 0xF1, 0x50, 0x80]) + bytes(400), Refused.NO_SOUND),  # AAC
        (b"RIFF\x24\0\0\0WEBPVP8 ", Refused.NO_SOUND),
        (wav(1)[:-1], Refused.BROKEN),
        (wav(1)[:30], Refused.BROKEN),
        (wav(1).replace(b"fmt ", b"fmx "), Refused.BROKEN),
        (mp3(1)[:-1], Refused.BROKEN),
        (mp3(1, end=b"<script>"), Refused.BROKEN),
        (mp3(1, tag=b"ID3\x04\0\0\xff\0\0\0"), Refused.BROKEN),
        (b"ID3", Refused.BROKEN),
        (ID3, Refused.BROKEN),
        (wav(1, width=4), Refused.UNPLAYABLE),
        (wav(1, rate=96000), Refused.UNPLAYABLE),
        (ulaw(1).replace(struct.pack("<HHI", 7, 1, 8000), struct.pack("<HHI", 2, 1, 8000)), Refused.UNPLAYABLE),
        (wav(0.1), Refused.TOO_SHORT),
        (wav(0), Refused.TOO_SHORT),
        (wav(61), Refused.TOO_LONG),
        (mp3(61), Refused.TOO_LONG),
    ],
)
def test_everything_else_is_refused(content: bytes, why: Refused) -> None:
    with pytest.raises(NotASound) as refusal:
        read_sound(content)
    assert refusal.value.why is why


def test_no_beginning_of_a_file_is_a_crash() -> None:
    for whole in (ulaw(0.5), mp3(0.3, tag=ID3)):
        for length in range(0, len(whole), 7):
            with pytest.raises(NotASound):
                read_sound(whole[:length])
