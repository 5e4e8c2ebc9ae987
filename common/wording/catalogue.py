"""The shipped words: one TOML file per language, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from common.wording.locales import LOCALES


@cache
def shipped(locale: str) -> Mapping[str, str]:
    """Key → text of a shipped language; empty for any other."""
    if locale not in LOCALES:
        return MappingProxyType({})
    source = files(__package__).joinpath("catalogues", f"{locale}.toml").read_text(encoding="utf-8")
    return MappingProxyType({key: str(text) for key, text in tomllib.loads(source).items()})
