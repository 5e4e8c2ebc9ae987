"""What every end of a written channel has in common: nobody hears silence there, and there is no line to drop."""

from __future__ import annotations


class Written:
    """The parts of a handset that only a telephone has."""

    is_on_the_line = False

    def attend(self) -> None:
        pass

    def silence(self) -> bool:
        return False

    def leave(self) -> bool:
        return False

    def finish(self) -> None:
        pass
