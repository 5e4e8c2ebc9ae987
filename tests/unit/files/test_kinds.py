"""What a file is, its own first bytes say; only what cannot hold a script is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.files.kinds import UNKNOWN, kind_named, kind_of

SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "audio/wav", "audio/mp4"}
SHOWN |= {"audio/aac", "video/mp4"}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", UNKNOWN),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"\xff\xfe<\x00h\x00t\x00m\x00l\x00", UNKNOWN),
        (b"#!AMR\n", "audio/amr"),
        (b"\x00\x00\x00\x1cftypM4A \x00", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypmp42\x00", "video/mp4"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<!doctype html><script>", UNKNOWN),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">', UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_a_file_is_known_by_its_first_bytes(content: bytes, media_type: str) -> None:
    assert kind_of(content).media_type == media_type
    assert kind_named(media_type).media_type == media_type


@given(st.binary(max_size=64))
def test_nothing_is_shown_that_is_not_on_the_list(content: bytes) -> None:
    kind = kind_of(content)
    assert (kind.shows is None) or kind.media_type in SHOWN
    assert kind_named(kind.media_type) == kind
