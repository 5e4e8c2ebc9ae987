"""The sample code of the documentation makes tokens that are believed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.sites.identity import read_identity

PAGE = (Path(__file__).parents[2] / "docs" / "channels" / "embedding.md").read_text(encoding="utf-8")
SITE, SECRET = "abcdefgh23456789", "s" * 43
CUSTOMER = {"id": "c-991", "name": "Ana Ćastro", "consent": True}


def sample(language: str, name: str) -> str:
    """The block in this language that defines `name`."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found: str = next(block for block in blocks if name in block)
    return found


def believed(token: str) -> None:
    found = read_identity(token, site_key=SITE, secrets=[SECRET], now=datetime.now(UTC))
    assert found.customer == CUSTOMER


def test_the_python_sample_is_believed() -> None:
    names: dict[str, Any] = {}
    exec(sample("python", "zeroten_token").split("@app")[0], names)  # noqa: S102 - our own page
    believed(names["zeroten_token"](SITE, SECRET, CUSTOMER))


@pytest.mark.parametrize(
    ("program", "language", "name", "call"),
    [
        ("node", "js", "zerotenToken", "console.log(zerotenToken({}, {}, {}))"),
        ("php", "php", "zeroten_token", "echo zeroten_token({}, {}, json_decode('{}', true));"),
    ],
)
def test_the_samples_of_other_languages_are_believed(program: str, language: str, name: str, call: str) -> None:
    """Run where the language is installed; its text is read in any case."""
    text = sample(language, f"function {name}").split("\napp.")[0]
    if language == "js":
        values = [json.dumps(each) for each in (SITE, SECRET, CUSTOMER)]
        command = ["--input-type=module", "-e"]
    else:
        values = [f"'{SITE}'", f"'{SECRET}'", json.dumps(CUSTOMER)]
        command = ["-r"]
    for value in values:
        call = call.replace("{}", value, 1)
    if shutil.which(program):
        done = subprocess.run([program, *command, f"{text}\n{call}"], capture_output=True, text=True, check=True)
        believed(done.stdout.strip())
    assert "HS256" in text
    assert "exp" in text
