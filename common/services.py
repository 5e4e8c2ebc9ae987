"""What the edges are given: the few long-lived objects of one process, put together by `zeroten/root.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.bell import Bell
from common.channels import Adapter, Channel
from common.config import Settings
from common.store.writer import Store
from common.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One process's services. `adapters` holds the channels that are switched on."""

    settings: Settings
    store: Store
    bell: Bell
    adapters: Mapping[Channel, Adapter]
    turns: Turns
