"""A channel is five new files and two changed lines, because nothing but its adapter asks for it by name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from common.channels import Adapter, Called, Channel
from common.config import read_settings
from tests.architecture.tree import PRODUCT, ROOT, dotted, files, nodes, python_files, shown
from zeroten.demo import sandbox_environment
from zeroten.root import ADAPTERS

NAMES = {channel.value for channel in Channel}
MEMBERS = {f"Channel.{channel.name}" for channel in Channel} | {f"Channel.{channel.name}.value" for channel in Channel}
EMULATORS = {
    Channel.WHATSAPP: "sandbox/graph_api.py",
    Channel.SMS: "sandbox/twilio_messages.py",
    Channel.VOICE: "sandbox/twilio_calls.py",
    Channel.TELEGRAM: "sandbox/telegram_api.py",
    Channel.WEBCHAT: "sandbox/webchat.py",  # there is no provider: the sandbox shows the hosted page in a phone
}
"""Where the sandbox plays the other side of a channel."""
SIMULATED = ROOT / "zeroten" / "simulation"
"""Scripted customers, who of course know which phone they hold."""


def adapter_of(channel: Channel, folder: Path) -> Adapter:
    """The channel's adapter with the demo's settings."""
    settings = sandbox_environment(folder, port=8000, sandbox_port=8100)
    adapter = ADAPTERS[channel](read_settings({**settings, "ZEROTEN_SECRET_KEY": "x" * 32}))
    assert adapter is not None, f"the demo switches {channel} off"
    return adapter


@pytest.mark.parametrize("channel", ADAPTERS, ids=str)
def test_a_channel_brings_its_page(channel: Channel) -> None:
    page = ROOT / "docs" / "channels" / f"{channel.value}.md"
    assert page.is_file()
    assert "## Quality checklist" in page.read_text(encoding="utf-8")
    assert f"({page.name})" in page.with_name("README.md").read_text(encoding="utf-8"), "list it in the README"


@pytest.mark.parametrize("channel", ADAPTERS, ids=str)
def test_a_channel_brings_its_other_side(channel: Channel) -> None:
    assert (ROOT / EMULATORS[channel]).is_file()


@pytest.mark.parametrize("channel", ADAPTERS, ids=str)
def test_a_channel_that_is_called_brings_recorded_webhooks(channel: Channel, tmp_path: Path) -> None:
    recorded = files(f"tests/fixtures/{channel.value}", ending=".json")
    assert bool(recorded) == isinstance(adapter_of(channel, tmp_path), Called)


@pytest.mark.parametrize("channel", ADAPTERS, ids=str)
def test_a_channel_with_a_provider_passes_the_contract_of_all(channel: Channel, tmp_path: Path) -> None:
    if not isinstance(adapter_of(channel, tmp_path), Called):
        assert files(f"tests/{channel.value}", ending=".py"), "a channel without a provider has tests of its own"
        return
    module = ROOT / "tests" / "channels" / f"test_{channel.value}.py"
    bases = [base for _, node in nodes([module]) if isinstance(node, ast.ClassDef) for base in node.bases]
    assert "AdapterContract" in {dotted(base).split(".")[-1] for base in bases}


@pytest.mark.parametrize("channel", ADAPTERS, ids=str)
def test_an_adapter_knows_which_channel_it_is(channel: Channel, tmp_path: Path) -> None:
    assert adapter_of(channel, tmp_path).channel is channel


def test_a_sixth_channel_needed_nothing_else() -> None:
    """The postcards of tests/channels/test_postcard.py hold a conversation; the product never heard of them."""
    found = [shown(path) for path in python_files(*PRODUCT) if "postcard" in path.read_text(encoding="utf-8").lower()]
    assert found == []
    borrowed = ROOT / "tests" / "channels" / "postcard"
    assert (borrowed / "adapter.py").is_file()
    assert (borrowed / "post_office.py").is_file()
    assert files("tests/channels/postcard/fixtures", ending=".json")
    assert (ROOT / "tests" / "channels" / "test_postcard.py").is_file()
    assert "tests/channels/postcard/adapter.py" in (ROOT / "docs" / "channels" / "adding-a-channel.md").read_text(
        encoding="utf-8"
    )


# --- nobody else asks for a channel by name -------------------------------------------------------------------------


def is_adapter(path: Path) -> bool:
    """True for the code of one provider."""
    return path.relative_to(ROOT).parts[0] in {"bots", "ivr"} and path.name != "webhooks.py"


def names_a_channel(node: ast.AST) -> bool:
    """True for `Channel.SMS`, `"sms"`, and collections of such."""
    match node:
        case ast.Attribute():
            return dotted(node) in MEMBERS
        case ast.Constant(value=str(text)):
            return text in NAMES
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return any(names_a_channel(part) for part in parts)
        case _:
            return False


def asks_by_name(node: ast.AST) -> bool:
    """True for a comparison with a channel's name, a `case` of one, and a member of one in a table of conditions."""
    match node:
        case ast.Compare(left=left, comparators=rest):
            return any(names_a_channel(part) for part in (left, *rest))
        case ast.MatchValue(value=value):
            return names_a_channel(value)
        case _:
            return False


def test_nothing_but_an_adapter_asks_for_a_channel_by_name() -> None:
    modules = [path for path in python_files(*PRODUCT) if not is_adapter(path) and SIMULATED not in path.parents]
    found = [f"{shown(path)}:{getattr(node, 'lineno', 0)}" for path, node in nodes(modules) if asks_by_name(node)]
    assert not found, "ask the channel's capabilities instead: " + ", ".join(found)


def test_no_page_asks_for_a_channel_by_name() -> None:
    words = "|".join(NAMES)
    asks = re.compile(rf"""(==|!=|\bin\b)\s*[(\[]?\s*["'](?:{words})["']""")
    found = [shown(path) for path in files("console", ending=".html") if asks.search(path.read_text(encoding="utf-8"))]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "x = channel == 'sms'",
        "x = row.channel != Channel.SMS.value",
        "x = channel in {Channel.SMS, Channel.VOICE}",
        "match channel:\n    case 'webchat': pass",
        "match channel:\n    case Channel.WEBCHAT: pass",
    ],
)
def test_asking_by_name_is_known(source: str) -> None:
    assert any(asks_by_name(node) for node in ast.walk(ast.parse(source)))
