"""Sound as files: tones in place of a voice, and how loud a recording is."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 8000
"""Samples a second, as on a telephone."""


def write_tone(path: Path, seconds: float, hertz: float) -> Path:
    """A tone that swells and falls a little, so that no silence detection takes it for a line's hum."""
    samples = (
        round(9000 * (0.7 + 0.3 * math.sin(2 * math.pi * 3 * n / RATE)) * math.sin(2 * math.pi * hertz * n / RATE))
        for n in range(round(seconds * RATE))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return path


def loudness(path: Path) -> tuple[float, float]:
    """Seconds of a 16-bit WAV file, and the share of its tenths of a second in which something is heard."""
    with wave.open(str(path), "rb") as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    samples = struct.unpack(f"<{len(data) // 2}h", data[: len(data) // 2 * 2])
    step = rate // 10
    parts = [samples[start : start + step] for start in range(0, len(samples) - step + 1, step)]
    loud = [part for part in parts if math.sqrt(sum(each * each for each in part) / step) > 300]
    return len(samples) / rate, len(loud) / max(1, len(parts))
