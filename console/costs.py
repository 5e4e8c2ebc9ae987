"""What a message costs, as the editor of templates shows it: by category, with the day; else that it is not set."""

from __future__ import annotations

from dataclasses import dataclass

from common.prices import OTHER, BadPrices, Prices, read_prices
from console.language import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Prices of one channel. fault: why the file that was named cannot be used."""

    prices: Prices
    channel: str
    fault: str = ""

    def of(self, category: str) -> str:
        """The prices of a category in one line, "" where none is set."""
        found = self.prices.of(self.channel, category)
        return " · ".join(f"{_('other countries') if land == OTHER else land} {price}" for land, price in found)


def costs_of(path: str | None, channel: str) -> Costs:
    """As the installation's file says; one that cannot be used is no reason to show no page."""
    try:
        return Costs(prices=read_prices(path), channel=channel)
    except BadPrices as fault:
        return Costs(prices=Prices(), channel=channel, fault=str(fault))
