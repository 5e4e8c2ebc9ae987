"""Speech to text by an OpenAI-compatible endpoint (`POST {url}/audio/transcriptions`), hosted or one's own.

Source: https://platform.openai.com/docs/api-reference/audio/createTranscription; the same call is answered by
self-hosted servers of Whisper. Twilio's own transcription comes by webhook and needs nothing here.
"""

from __future__ import annotations

import json

import urllib3

from common.telephone.recordings import Audio, TranscriptionFailed

TIMEOUT_S = 60.0
MAX_ANSWER = 256 * 1024
_NAMES = {
    "audio/mpeg": "recording.mp3",
    "audio/ogg": "recording.ogg",
    "audio/mp4": "recording.m4a",
    "audio/aac": "recording.aac",
}


class OpenAITranscriber:
    """url: with its path prefix, without a slash at the end (`https://api.openai.com/v1`)."""

    def __init__(self, *, url: str, api_key: str | None, model: str) -> None:
        self._url = f"{url.rstrip('/')}/audio/transcriptions"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._model = model
        self._pool = urllib3.PoolManager(num_pools=1, retries=False, timeout=urllib3.Timeout(connect=5, read=TIMEOUT_S))

    def transcribe(self, audio: Audio, locale: str) -> str | None:
        """The words; None if nothing was said. Raises TranscriptionFailed."""
        name = _NAMES.get(audio.media_type, "recording.wav")
        fields: list[tuple[str, str | tuple[str, bytes, str]]] = [
            ("file", (name, audio.data, audio.media_type)),
            ("model", self._model),
            ("language", locale.partition("-")[0]),
            ("response_format", "json"),
        ]
        try:
            answer = self._pool.request("POST", self._url, fields=fields, headers=self._headers, preload_content=False)
            body = answer.read(MAX_ANSWER)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise TranscriptionFailed(type(error).__name__) from None
        if answer.status != 200:
            raise TranscriptionFailed(f"HTTP {answer.status}")
        try:
            text = json.loads(body)["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise TranscriptionFailed("an unreadable answer") from None
        return str(text).strip() or None
