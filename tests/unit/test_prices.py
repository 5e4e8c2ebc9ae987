"""Prices are what somebody has written down, with their day, or they are not set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from common.prices import BadPrices, Prices, parse_prices, read_prices

CARD = """
as_of = 2026-10-01
currency = "EUR"
[whatsapp.NL]
utility = "0.0429"
marketing = 0.1131
[whatsapp.other]
utility = 0
"""


def test_a_price_is_found_by_channel_category_and_country() -> None:
    prices = parse_prices(CARD)
    assert (prices.as_of, prices.currency) == (date(2026, 10, 1), "EUR")
    assert prices.of("whatsapp", "utility") == [("NL", Decimal("0.0429")), ("other", Decimal(0))]
    assert prices.of("whatsapp", "marketing") == [("NL", Decimal("0.1131"))]
    assert prices.of("whatsapp", "service") == prices.of("sms", "utility") == []


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert read_prices(None) == Prices()
    with pytest.raises(BadPrices, match="cannot read"):
        read_prices(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ("as_of = ", "not TOML"),
        ('currency = "EUR"', "as_of"),
        ('as_of = "yesterday"\ncurrency = "EUR"', "as_of"),
        ('as_of = 2026-10-01\ncurrency = "euro"', "currency"),
        (CARD + "[whatsapp.Netherlands]\nutility = 1", "two capital letters"),
        (CARD + "[whatsapp.DE]\nutility = -1", "whatsapp.DE.utility"),
        (CARD + "[whatsapp.DE]\nutility = true", "whatsapp.DE.utility"),
        (CARD + '[whatsapp.DE]\nutility = "much"', "whatsapp.DE.utility"),
        (CARD + "[whatsapp.DE]\nutility = inf", "whatsapp.DE.utility"),
        (CARD + "[sms]\nNL = 1", "sms.NL"),
    ],
)
def test_what_cannot_be_used_is_said(card: str, why: str) -> None:
    with pytest.raises(BadPrices, match=why):
        parse_prices(card)
