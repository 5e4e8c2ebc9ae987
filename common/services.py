"""What the edges are given: the few long-lived objects of one process, put together by `zeroten/root.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.bell import Bell
from common.channels import Adapter, Channel
from common.config import Settings
from common.intake import Intake
from common.privacy.erased import ErasedPeople
from common.store.writer import Store
from common.surveys import Surveys
from common.template_book import TemplateBook
from common.turns import TurnInput, TurnResult, Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One process's services. `adapters` holds the channels that are switched on."""

    settings: Settings
    store: Store
    bell: Bell
    adapters: Mapping[Channel, Adapter]
    surveys: Surveys
    turns: Turns
    intake: Intake

    @property
    def templates(self) -> TemplateBook:
        """The templates and how they stand; holds nothing of its own."""
        return TemplateBook(self.store, self.adapters)

    @property
    def erased(self) -> ErasedPeople:
        """Who was erased and is not taken in any more."""
        return self.intake.erased

    def take(self, item: TurnInput) -> TurnResult:
        """Run one turn, possibly in one commit with other callers' turns, and ring whoever waits for its outcome.

        Raises StoreUnavailable when it was not stored; the same item may come again without harm.
        """
        result = self.store.submit(self.turns.run, item)
        self.bell.ring(*result.rings)
        return result

    def close(self) -> None:
        """Commit what is queued and let go of everything."""
        self.bell.close()
        self.store.close()
