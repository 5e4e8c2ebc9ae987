"""Parts of an SMS: the edges of both alphabets."""

from __future__ import annotations

import pytest

from sandbox.twilio_segments import count_segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 77, 3),  # the pair of an extension is not cut in two at place 153
        ("Ç" * 160, 1),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 whole ones fit into 67 units
        ("é\r\n" * 53, 1),
    ],
)
def test_counts_parts(text: str, parts: int) -> None:
    assert count_segments(text) == parts
