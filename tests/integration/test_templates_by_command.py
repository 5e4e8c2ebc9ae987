"""`zeroten templates`, as an administrator types it, and what the watch and the doctor make of it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from common.channels import SendError, SendErrorCode
from common.store.schema import approvals
from common.template_watch import SELDOM_S, SOON_S, TemplateWatch
from common.templates.approval import Approval
from common.templates.shipped import FOLDER, shipped_templates
from tests.integration.test_template_book import KEY, Books, books  # noqa: F401 - the fixture
from tests.servers import free_port
from zeroten.main import cli


def zeroten(url: str, *arguments: str) -> Result:
    environment = {
        "ZEROTEN_DATABASE_URL": url,
        "ZEROTEN_SECRET_KEY": "s" * 40,
        "ZEROTEN_PORT": str(free_port()),
        "ZEROTEN_PUBLIC_URL": "https://example.com",
    }
    return CliRunner().invoke(cli, list(arguments), env=environment)


def test_the_shipped_ones_pass_the_linter() -> None:
    ended = CliRunner().invoke(cli, ["templates", "lint"])
    assert ended.exit_code == 0
    assert ended.output.strip() == f"{len(shipped_templates())} templates, 0 errors, 0 warnings"


def test_a_wrong_file_is_named_with_the_rule(tmp_path: Path) -> None:
    given = json.loads((FOLDER / "interaction_invitation" / "en.json").read_text(encoding="utf-8"))
    given["components"][0]["text"] += " {{brand}}"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(given), encoding="utf-8")
    ended = CliRunner().invoke(cli, ["templates", "lint", str(wrong)])
    assert ended.exit_code == 1
    assert "must not end with a variable" in ended.output
    assert "2388299" in ended.output
    wrong.write_text("[]", encoding="utf-8")
    assert "a template is an object" in CliRunner().invoke(cli, ["templates", "lint", str(wrong)]).output


def test_without_a_provider_it_says_so(database_url: str) -> None:
    listed = zeroten(database_url, "templates", "status")
    assert listed.exit_code == 0
    assert "no channel that needs templates" in listed.output
    assert "interaction_invitation" in listed.output
    assert zeroten(database_url, "templates", "push").exit_code == 1
    planned = zeroten(database_url, "templates", "push", "--dry-run", "--language", "pt_BR")
    assert planned.output.count("would be submitted") == 4
    assert zeroten(database_url, "templates", "push", "--name", "no").exit_code == 1
    assert "no channel" in str(zeroten(database_url, "templates", "pull").exception)


# --- the watch --------------------------------------------------------------------------------------------------------


class Hand:
    """A monotonic clock that the test moves; seconds."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_what_is_undecided_is_asked_about_every_minute(books: Books) -> None:  # noqa: F811
    hand = Hand()
    watch = TemplateWatch(books.store, books.book, monotonic=hand)
    assert watch.once()
    books.book.submit(KEY, "Ana")
    books.reviewer.decide(KEY, "APPROVED")  # and no webhook comes
    assert not watch.once()
    hand.at += SOON_S
    assert watch.once()
    assert books.row(approvals)["approval"] == Approval.APPROVED
    hand.at += SOON_S
    watch.once()  # it was just spoken of
    hand.at += SOON_S
    assert not watch.once()
    hand.at += SELDOM_S
    assert watch.once()


def test_a_provider_that_is_away_is_asked_again(books: Books) -> None:  # noqa: F811
    hand = Hand()
    watch = TemplateWatch(books.store, books.book, monotonic=hand)
    books.reviewer.refusals = [SendError(SendErrorCode.UNREACHABLE)]
    assert watch.once()
    hand.at += SELDOM_S
    assert watch.once()
    assert books.reviewer.calls == ["list", "list"]
