"""`python -m tests.scenarios`: play the golden conversations; with --update rewrite them and the diagram in docs.

Review the difference before you commit it: it is what customers will notice.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.scenarios.diagram import PAGE, with_diagram
from tests.scenarios.script import FOLDER, Player, as_text, load_all


def main(arguments: list[str]) -> int:
    """Exit status 1 if a file is not current and `--update` is not given."""
    wanted = {FOLDER / f"{scenario.name}.json": as_text(Player(scenario).play()) for scenario in load_all()}
    wanted[PAGE] = with_diagram(PAGE.read_text(encoding="utf-8"))
    changed = [path for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]
    for path in changed:
        sys.stdout.write(f"{'rewritten' if '--update' in arguments else 'not current'}: {_shown(path)}\n")
        if "--update" in arguments:
            path.write_text(wanted[path], encoding="utf-8")
    sys.stdout.write(f"{len(wanted) - 1} golden conversations, {len(changed)} files differ\n")
    return 1 if changed and "--update" not in arguments else 0


def _shown(path: Path) -> Path:
    return path.relative_to(FOLDER.parent.parent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
