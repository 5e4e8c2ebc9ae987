"""How many parts a text message becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.wording import Encoding, Segments, sms_segments


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 0),
        ("Hello", "GSM-7", 5, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        # An extended character is never cut: 76 of them fill 152 of 153 septets.
        ("€" * 153, "GSM-7", 306, 3),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("àéèùìòñÇßÄÖÜäöü¿¡@£$¥ΔΩ\n\r", "GSM-7", 25, 1),
        ("\f^{}\\[~]|€", "GSM-7", 20, 1),
        ("ç", "UCS-2", 1, 1),
        ("“quoted”", "UCS-2", 8, 1),
        ("я" * 70, "UCS-2", 70, 1),
        ("я" * 71, "UCS-2", 71, 2),
        ("я" * 134, "UCS-2", 134, 2),
        ("я" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        # A surrogate pair is never cut: 33 of them fill 66 of 67 units.
        ("😀" * 67, "UCS-2", 134, 3),
        ("a" * 70 + "ç", "UCS-2", 71, 2),
    ],
)
def test_sizes(text: str, encoding: str, units: int, parts: int) -> None:
    assert sms_segments(text) == Segments(encoding=Encoding(encoding), units=units, parts=parts)


@given(st.text(max_size=400))
def test_parts_hold_what_there_is(text: str) -> None:
    size = sms_segments(text)
    room = 153 if size.encoding is Encoding.GSM_7 else 67
    if size.encoding is Encoding.UCS_2:
        assert size.units == len(text.encode("utf-16-le", "surrogatepass")) // 2
    if size.parts > 1:
        assert size.units <= size.parts * room
        assert size.units > (size.parts - 1) * (room - 1)
