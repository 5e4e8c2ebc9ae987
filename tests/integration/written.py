"""What every end of a written channel has in common: nobody hears silence there, and there is no line to drop."""

from __future__ import annotations

from collections.abc import Mapping


class Written:
    """The parts of a handset that only a telephone has, and those that few channels have."""

    is_on_the_line = False

    def attend(self) -> None:
        pass

    def fill(self, fields: Mapping[str, str], question: str) -> bool:
        return False

    def silence(self) -> bool:
        return False

    def leave(self) -> bool:
        return False

    def finish(self) -> None:
        pass
