"""Parts of the pages that are made from the code, so that they cannot drift: between two marks in the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.config import SETTINGS
from common.privacy.inventory import INVENTORY, End
from common.privacy.retention import SETTINGS as KEPT_FOR
from tests.architecture.tree import ROOT
from zeroten.main import COMMANDS

END = "<!-- end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One generated part: in which page, under which name, and who makes it."""

    page: Path
    name: str
    make: Callable[[], str]

    @property
    def mark(self) -> str:
        return f"<!-- generated: {self.name} -->"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def settings_table() -> str:
    rows = []
    for setting in SETTINGS:
        meaning = f"{setting.meaning} (secret)" if setting.secret else setting.meaning
        rows.append([f"`{setting.variable}`", f"`{setting.default}`" if setting.default else "", meaning])
    return table(["setting", "default", "meaning"], rows)


def commands_table() -> str:
    return table(["command", "does"], [[f"`zeroten {name}`", words] for name, (_, words) in COMMANDS.items()])


def inventory_table() -> str:
    """What is held about people; tables of our own are left out."""
    rows = []
    for holding in INVENTORY:
        if holding.by is not None:
            ends = {End.BLANKED: "emptied", End.DELETED: "deleted", End.KEPT: "stays"}[holding.end]
            columns = ", ".join(f"`{name}`" for name in sorted(holding.blank))
            handed = "no" if holding.end is End.KEPT or holding.by == "body" else "yes"
            rows.append(
                [f"`{holding.table}`", holding.about, handed, f"{ends}: {columns}" if columns else ends, holding.until]
            )
    return table(["table", "holds", "in the copy", "when the person is erased", "class"], rows)


def retention_table() -> str:
    by_name = {setting.name: setting for setting in SETTINGS}
    rows = [
        [f"`{until}`", f"`{by_name[name].variable}`", f"{by_name[name].default} days"]
        for until, name in KEPT_FOR.items()
    ]
    return table(["class", "setting", "default"], rows)


def example_adapter() -> str:
    """The whole adapter of the channel that lives in the tests."""
    source = (ROOT / "tests" / "channels" / "postcard" / "adapter.py").read_text(encoding="utf-8")
    return f"```python\n{source}```\n"


ADDING = ROOT / "docs" / "channels" / "adding-a-channel.md"
PRIVACY = ROOT / "docs" / "privacy.md"
OPERATIONS = ROOT / "docs" / "operations.md"
PARTS = (
    Part(page=OPERATIONS, name="settings", make=settings_table),
    Part(page=OPERATIONS, name="commands", make=commands_table),
    Part(page=PRIVACY, name="inventory", make=inventory_table),
    Part(page=PRIVACY, name="retention", make=retention_table),
    Part(page=ADDING, name="adapter", make=example_adapter),
)


def with_parts(page: Path, text: str) -> str:
    """`text` of a page with its generated parts made anew. Raises ValueError if a mark is missing."""
    for part in PARTS:
        if part.page == page:
            before, found, rest = text.partition(part.mark)
            _, ended, after = rest.partition(END)
            if not found or not ended:
                raise ValueError(f"{page.name} has no {part.mark} … {END}")
            text = f"{before}{part.mark}\n{part.make()}{END}{after}"
    return text
