"""The book of templates on both databases: submitted, decided, edited within limits, believed and never doubled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.channels import SendError, SendErrorCode
from common.errors import Conflict, Invalid, NotFound
from common.store.engine import Database
from common.store.schema import approvals, template_changes, templates
from common.template_book import Entry, TemplateBook
from common.templates.approval import Approval, Category, RemoteTemplate, TemplateNews
from common.templates.shipped import shipped_templates
from common.templates.template import Template
from tests.integration.approving import Reviewed
from tests.integration.world import ListProvider, World
from tests.unit.templates.drafts import body

KEY = ("interaction_invitation", "en")
NL = ("interaction_invitation", "nl")
WORDS = "Hi! You spoke with {{brand}} on {{date}}. Would you recommend us to a friend? Reply with 0 to 10."


class Books(World):
    """A world whose channel approves templates, with the acts of an admin."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.reviewer = Reviewed()
        super().__init__(database, folder, adapters=[self.reviewer, ListProvider()])

    @property
    def book(self) -> TemplateBook:
        return self.services.templates

    def entry(self, key: tuple[str, str] = KEY) -> Entry:
        with self.store.read() as connection:
            return self.book.entry(connection, key)

    def save(self, text: str = WORDS, key: tuple[str, str] = KEY, **samples: str) -> int:
        words = Template(
            name=key[0],
            language=key[1],
            category=Category.UTILITY,
            components=[body(text, **({"brand": "Acme", "date": "1 May"} | samples))],
        )
        return self.store.write(lambda c: self.book.save(c, words, "Ana", clock.now()))

    def told(self, event: str, key: tuple[str, str] = KEY, **told: Any) -> None:
        self.book.record([self.reviewer.decide(key, event, **told)])

    def approved(self, key: tuple[str, str] = KEY) -> None:
        self.book.submit(key, "Ana")
        self.told("APPROVED", key)


@pytest.fixture
def books(database: Database, tmp_path: Path) -> Iterator[Books]:
    made = Books(database, tmp_path)
    made.survey()
    yield made
    made.close()


def test_a_template_goes_from_draft_to_approved(books: Books) -> None:
    assert (books.entry().approval, books.entry().obstacle) == (Approval.DRAFT, "draft")
    assert books.book.submit(KEY, "Ana").what == "submitted"
    assert books.entry().obstacle == "pending"
    books.told("APPROVED")
    entry = books.entry()
    assert (entry.obstacle, entry.is_changed, entry.version) == (None, False, 0)
    assert books.reviewer.calls == ["submit interaction_invitation en"]
    assert books.book.submit(KEY, "Ana").what == "same"


def test_pushing_submits_what_is_missing_and_once(books: Books) -> None:
    done = books.book.push("Ana")
    assert {each.what for each in done} == {"submitted"}
    assert len(books.reviewer.remote) == len(shipped_templates())
    assert {each.what for each in books.book.push("Ana")} == {"same"}
    assert len(books.reviewer.calls) == len(shipped_templates())


def test_a_provider_that_is_away_ends_the_pushing(books: Books) -> None:
    books.reviewer.refusals = [SendError(SendErrorCode.THROTTLED)]
    (done,) = books.book.push("Ana")
    assert done.what == "refused"
    assert "try again later" in done.why


def test_what_the_provider_would_refuse_is_not_submitted(books: Books) -> None:
    assert books.save("This ends with a variable and it has words enough for the brand and {{date}} of {{brand}}") == 1
    with pytest.raises(Invalid) as refusal:
        books.book.submit(KEY, "Ana")
    assert any("must not end" in what for _, what in refusal.value.errors)
    assert books.reviewer.calls == []
    assert books.book.push("Ana", [KEY])[0].what == "refused"


def test_the_refusal_is_told_in_the_providers_words(books: Books) -> None:
    books.reviewer.refusals = [SendError(SendErrorCode.REJECTED, "this language exists already")]
    with pytest.raises(Conflict, match="this language exists already"):
        books.book.submit(KEY, "Ana")
    assert books.rows(approvals) == []


def test_versions_are_kept_and_unchanged_words_are_no_version(books: Books) -> None:
    assert [books.save(), books.save(), books.save(WORDS + " Thanks.")] == [1, 1, 2]
    assert [row["version"] for row in books.rows(templates)] == [1, 2]
    assert books.rows(templates)[0]["created_by"] == "Ana"


def test_an_approved_template_is_edited_once_a_day(books: Books) -> None:
    books.approved()
    books.save()
    assert books.book.submit(KEY, "Ana").what == "edited"
    assert books.entry().approval is Approval.PENDING
    books.told("APPROVED")
    books.save(WORDS + " Thanks.")
    with pytest.raises(Conflict) as refusal:
        books.book.submit(KEY, "Ana")
    assert refusal.value.code == "not_editable"
    assert refusal.value.facts["again_at"]
    books.after(days=1, minutes=1)
    assert books.book.submit(KEY, "Ana").what == "edited"


def test_a_rejected_one_is_mended_at_once_and_may_change_its_category(books: Books) -> None:
    books.book.submit(KEY, "Ana")
    books.told("REJECTED", reason="INCORRECT_CATEGORY")
    assert books.entry().row is not None
    assert books.row(approvals)["reason"] == "INCORRECT_CATEGORY"
    books.save()
    assert books.book.submit(KEY, "Ana").what == "edited"
    assert books.row(approvals)["reason"] is None


def test_while_it_is_reviewed_it_is_left_alone(books: Books) -> None:
    books.book.submit(KEY, "Ana")
    books.save()
    with pytest.raises(Conflict, match="being reviewed"):
        books.book.submit(KEY, "Ana")


def test_the_same_news_is_one_change(books: Books) -> None:
    books.approved()
    before = len(books.rows(template_changes))
    for _ in range(20):
        books.told("PAUSED", reason="FIRST_PAUSE")
    assert len(books.rows(template_changes)) == before + 1
    assert books.entry().obstacle == "paused"


def test_late_news_of_the_submission_undoes_nothing(books: Books) -> None:
    books.approved()
    books.told("PENDING")
    assert books.entry().obstacle is None


def test_a_decision_that_is_quicker_than_our_note_of_the_question_counts(books: Books) -> None:
    class Quick(Reviewed):
        def submit_template(self, **fields: Any) -> RemoteTemplate:
            made = super().submit_template(**fields)
            books.after(seconds=1)
            books.book.record([self.decide((made.name, made.language), "APPROVED")])
            return made

    books.adapters[books.reviewer.channel] = books.reviewer = Quick()
    books.book.submit(KEY, "Ana")
    assert books.entry().obstacle is None
    assert books.entry().row is not None
    assert books.row(approvals)["components"] is not None


def test_a_template_made_marketing_waits_for_a_person(books: Books) -> None:
    books.approved()
    books.told("template_category_update", raw={"correct_category": "MARKETING"})
    assert books.row(approvals)["expected"] == "marketing"
    books.told("template_category_update", category=Category.MARKETING)
    assert (books.entry().obstacle, books.row(approvals)["expected"]) == ("recategorised", None)
    books.store.write(lambda c: books.book.accept_category(c, KEY, "Ana", clock.now()))
    assert books.entry().obstacle is None


def test_the_providers_list_is_believed(books: Books) -> None:
    books.approved()
    books.approved(NL)
    books.reviewer.decide(NL, "PAUSED")  # a webhook that got lost
    stranger = RemoteTemplate(
        provider_id="7",
        name="made_by_hand",
        language="en_US",
        category=Category.MARKETING,
        approval=Approval.APPROVED,
        components=[body("Hi")],
    )
    books.reviewer.remote[stranger.name, stranger.language] = stranger
    del books.reviewer.remote[KEY]
    assert books.book.sync() == 3
    assert books.entry(NL).obstacle == "paused"
    assert books.entry(KEY).approval is Approval.DELETED
    assert books.entry(("made_by_hand", "en_US")).obstacle is None
    assert books.book.sync() == 0


def test_news_of_an_unknown_template_is_kept_but_unseen_words_are_not_sent(books: Books) -> None:
    news = TemplateNews(
        provider_id="9", name="made_by_hand", language="en-us", event="APPROVED", approval=Approval.APPROVED
    )
    books.book.record([news, news])
    assert books.row(approvals)["components"] is None
    with books.store.read() as connection:
        from common.store.templates import read_shelf

        assert read_shelf(connection, "whatsapp").sendable() == []


def test_pulling_adopts_the_providers_words(books: Books) -> None:
    books.approved()
    books.reviewer.remote[KEY] = RemoteTemplate(
        provider_id=books.reviewer.remote[KEY].provider_id,
        name=KEY[0],
        language=KEY[1],
        category=Category.UTILITY,
        approval=Approval.APPROVED,
        components=[body(WORDS, brand="A", date="b")],
    )
    assert books.book.pull("Ana") == [KEY]
    assert books.entry().template.body == WORDS
    assert books.book.pull("Ana") == []


def test_deleting_takes_it_away_and_keeps_our_words(books: Books) -> None:
    books.approved()
    books.approved(NL)
    books.book.delete(KEY, "Ana")
    assert books.entry().approval is Approval.DELETED
    assert books.entry(NL).obstacle is None
    with pytest.raises(NotFound):
        books.book.delete(KEY, "Ana")
    books.book.delete(NL, "Ana", every_language=True)
    assert books.reviewer.calls[-1] == "delete interaction_invitation None"
    assert books.entry().template.body


def test_an_appeal_is_noted(books: Books) -> None:
    books.book.submit(KEY, "Ana")
    books.told("REJECTED", reason="ABUSIVE_CONTENT")
    books.store.write(lambda c: books.book.appeal(c, KEY, "It is a survey.", "Ana", clock.now()))
    assert books.row(approvals)["appeal"] == "It is a survey."
    with pytest.raises(NotFound):
        books.store.write(lambda c: books.book.appeal(c, NL, "x", "Ana", clock.now()))


def test_without_a_channel_there_are_drafts_only(world: World) -> None:
    assert not world.services.templates.is_on
    with pytest.raises(Conflict, match="no channel"):
        world.services.templates.push("Ana")
    with pytest.raises(Conflict, match="no channel"):
        world.services.templates.sync()
    with world.store.read() as connection:
        assert len(world.services.templates.entries(connection)) == len(shipped_templates())
