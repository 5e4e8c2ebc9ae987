"""What every benchmark is given, and the two ways in which it says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zeroten.benchmarks.postgres import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One run. folder: for its files, removed afterwards. postgres: None = there is none. quick: seconds instead of
    minutes, for a look and for tests. say: tells the person who waits. responses: how many to measure figures and
    exports on; None = as many as take little time to make.
    """

    folder: Path
    postgres: Server | None
    quick: bool
    say: Callable[[str], None]
    responses: int | None = None

    def either(self, full: int, quick: int) -> int:
        """An amount of work for a full and for a quick run."""
        return quick if self.quick else full
