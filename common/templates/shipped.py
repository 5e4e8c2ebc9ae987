"""The templates that come with the product: the files of `templates_whatsapp/`, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from common.templates.template import Template, read_template

FOLDER = Path(__file__).parents[2] / "templates_whatsapp"
"""One folder per template, one file per language; beside the package `common`, also where the product is installed."""


@cache
def shipped_templates() -> Mapping[tuple[str, str], Template]:
    """(name, language) → the template as shipped."""
    found = {}
    for path in sorted(FOLDER.glob("*/*.json")):
        template = read_template(json.loads(path.read_text(encoding="utf-8")))
        found[template.name, template.language] = template
    return MappingProxyType(found)
