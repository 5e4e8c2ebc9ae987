"""What a Play fetches: audio by GET, of a kind that Twilio plays, and how long it lasts.

Content types: https://www.twilio.com/docs/voice/twiml/play. Twilio sends no signature with this request.
"""

from __future__ import annotations

import io
import re
import urllib.error
import urllib.request
import wave

from sandbox.voice_twiml import BadTwiml

MAX_BYTES = 40 * 1024 * 1024
TIMEOUT_S = 15.0
KINDS = frozenset(
    {
        *("audio/mpeg", "audio/wav", "audio/wave", "audio/x-wav", "audio/aiff", "audio/x-aifc", "audio/x-aiff"),
        *("audio/x-gsm", "audio/gsm", "audio/ulaw", "audio/basic"),
    }
)
_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)


def listen(url: str) -> float:
    """How many seconds the audio at `url` lasts. Raises BadTwiml, as Twilio's debugger would say it."""
    if not re.match(r"https?://", url):
        raise BadTwiml(11100, f"Play: {url!r} is no address")
    asked = urllib.request.Request(url, headers={"User-Agent": "TwilioProxy/1.1", "Accept": "audio/*"})  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http or https, see above
            return length_of(answer.headers.get("Content-Type", ""), answer.read(MAX_BYTES + 1))
    except urllib.error.HTTPError as error:
        raise BadTwiml(11200, f"Play: HTTP {error.code}") from None
    except OSError as error:
        raise BadTwiml(11200, f"Play: {type(error).__name__}") from None


def length_of(content_type: str, content: bytes) -> float:
    """Seconds that this audio lasts. Raises BadTwiml."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise BadTwiml(12300, f"Play: Invalid Content-Type: {content_type}")
    if not content or len(content) > MAX_BYTES:
        raise BadTwiml(11750, "Play: no audio, or too much of it")
    if content[:4] == b"RIFF":
        try:
            with wave.open(io.BytesIO(content)) as sound:
                return float(sound.getnframes() / sound.getframerate())
        except wave.Error:  # telephone coding, 8,000 bytes a second
            return len(content) / 8000
    return _mp3_s(content)


def _mp3_s(content: bytes) -> float:
    """By the first frame's bit rate, which is near enough."""
    for place in range(len(content) - 3):
        if content[place] == 0xFF and content[place + 1] & 0xE6 == 0xE2 and (kbits := _KBITS[content[place + 2] >> 4]):
            return (len(content) - place) * 8 / (kbits * 1000)
    raise BadTwiml(13520, "Play: the audio cannot be read")
