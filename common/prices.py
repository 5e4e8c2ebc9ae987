"""What a message costs, as whoever runs the installation has written it down; nothing here is assumed.

Providers change their rate cards several times a year and have them by category and country, so there is no price in
this product. A TOML file named by a setting says them, with the day from which they hold:

    as_of = 2026-10-01
    currency = "EUR"
    [whatsapp.NL]
    utility = "0.0429"
    marketing = "0.1131"
    [whatsapp.other]
    utility = "0.0100"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

OTHER = "other"
"""The name of the line for every country without one of its own."""
_HEAD = frozenset({"as_of", "currency"})
_MAX = Decimal(1000)


class BadPrices(ValueError):
    """The file cannot be used; says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """table: channel → country (two letters, or `other`) → category → price. Empty = nobody has said any."""

    as_of: date | None = None
    currency: str = ""
    table: Mapping[str, Mapping[str, Mapping[str, Decimal]]] = field(default_factory=dict)

    def of(self, channel: str, category: str) -> Sequence[tuple[str, Decimal]]:
        """Country → price of one message of this category, in the file's order; empty = not set."""
        countries = self.table.get(channel, {})
        return [(country, prices[category]) for country, prices in countries.items() if category in prices]


def read_prices(path: str | None) -> Prices:
    """The prices of the file; none without one. Raises BadPrices."""
    if not path:
        return Prices()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPrices(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error
    return parse_prices(text)


def parse_prices(text: str) -> Prices:
    """The prices that this TOML says. Raises BadPrices."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPrices(f"not TOML: {error}") from error
    as_of, currency = given.get("as_of"), given.get("currency")
    if not isinstance(as_of, date):
        raise BadPrices("as_of must be the day from which the prices hold, as in as_of = 2026-10-01")
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadPrices('currency must be three letters, as in currency = "EUR"')
    table = {channel: _countries(channel, part) for channel, part in given.items() if channel not in _HEAD}
    return Prices(as_of=as_of, currency=currency, table=table)


def _countries(channel: str, given: object) -> dict[str, dict[str, Decimal]]:
    if not isinstance(given, Mapping):
        raise BadPrices(f"{channel}: expected a table of countries")
    for country in given:
        if country != OTHER and not re.fullmatch(r"[A-Z]{2}", country):
            raise BadPrices(f"{channel}.{country}: a country is two capital letters, or {OTHER}")
    return {country: _categories(f"{channel}.{country}", prices) for country, prices in given.items()}


def _categories(where: str, given: object) -> dict[str, Decimal]:
    if not isinstance(given, Mapping):
        raise BadPrices(f"{where}: expected a price for each category")
    return {str(category): _price(f"{where}.{category}", value) for category, value in given.items()}


def _price(where: str, value: object) -> Decimal:
    try:
        price = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        price = None
    if price is None or not price.is_finite() or not 0 <= price < _MAX:
        raise BadPrices(f'{where}: a price is a number from 0, as in "0.0429"')
    return price
