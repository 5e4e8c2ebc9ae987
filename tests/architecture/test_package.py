"""What is installed is what is in the tree: an installed product finds its words, pages and templates."""

from __future__ import annotations

import fnmatch
import tomllib

from tests.architecture.tree import PRODUCT, ROOT, files, shown

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
DATA = ("templates_whatsapp",)


def test_every_file_beside_the_code_is_packed_with_it() -> None:
    patterns = SETTINGS["package-data"]["*"]
    beside = [path for path in files(*PRODUCT, "sandbox", *DATA) if path.suffix not in {".py", ".pyc"}]
    assert len(beside) > 100
    assert [shown(path) for path in beside if not any(fnmatch.fnmatch(path.name, each) for each in patterns)] == []


def test_every_top_of_the_tree_is_a_package() -> None:
    included = SETTINGS["packages"]["find"]["include"]
    assert {f"{top}*" for top in (*PRODUCT, "sandbox", *DATA)} <= set(included)
