"""What a benchmark found: tables, printed as Markdown so that they can be pasted into docs/performance.md, or JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIGURES = "## What was measured"
"""The heading of a page under which the figures stand."""
WIDTH = 140
"""Characters of a line of a page."""
Figure = float | str | None
"""A number, words, or None where it does not apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of figures under the same names. note: what one must know to read them, in a sentence or two."""

    benchmark: str
    title: str
    rows: Sequence[Mapping[str, Figure]]
    note: str = ""

    def as_markdown(self, width: int | None = None) -> str:
        """The table as Markdown, columns aligned so that it also reads well in a terminal.

        width: characters of the note's lines; None = one line.
        """
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        cells = [names] + [[_shown(row.get(name)) for name in names] for row in self.rows]
        widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
        numeric = [all(not isinstance(row.get(name), str) for row in self.rows) for name in names]
        rule = [
            ("-" * (width - 1) + ":") if right else "-" * width for width, right in zip(widths, numeric, strict=True)
        ]
        lines = [_line(line, widths, numeric) for line in (cells[0], rule, *cells[1:])]
        note = textwrap.fill(self.note, width) if width else self.note
        return "\n".join([f"### {self.title}", "", *([note, ""] if note else []), *lines])

    def as_json(self) -> dict[str, object]:
        return {
            "benchmark": self.benchmark,
            "title": self.title,
            "note": self.note,
            "rows": [dict(row) for row in self.rows],
        }


def replace_figures(page: str, figures: str) -> str:
    """`page` with `figures` in place of what stands under its heading of figures. Raises ValueError without one."""
    before, heading, rest = page.partition(f"\n{FIGURES}\n")
    if not heading:
        raise ValueError(f"the page has no heading {FIGURES!r}")
    _, following, after = rest.partition("\n## ")
    return f"{before}{heading}\n{figures}\n{following}{after}"


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
    return f"| {' | '.join(padded)} |"


def _shown(figure: Figure) -> str:
    """About three significant digits; more would claim a precision that no run here has."""
    if figure is None:
        return ""
    if isinstance(figure, str):
        return figure
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"


def quantile(sorted_values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the sorted values lie; the nearest rank, 0 if there are none."""
    if not sorted_values:
        return 0.0
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def median(values: Sequence[float]) -> float:
    """The middle one of some repeats."""
    return quantile(sorted(values), 0.5)
