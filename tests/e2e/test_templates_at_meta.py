"""Templates at the sandbox's Meta: the real adapter over real HTTP, signed webhooks, a reviewer with its own rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from common import clock
from common.config import read_settings
from common.errors import Conflict
from common.services import Services
from common.store.migrations import migrate
from common.store.schema import approvals, invitations
from common.templates.approval import Approval, Category
from common.templates.shipped import shipped_templates
from common.templates.template import Template, same_words, with_texts
from tests.sandbox.running import Call, Product, a_product, eventually, running
from tests.sandbox.whatsapp_box import ACCOUNT_ID, ANA, APP_SECRET, NUMBER_ID, TOKEN, Meta
from zeroten.root import create_app, create_dispatcher, create_services, create_tick

CHANNELS = {"whatsapp": "whatsapp"}
NL, EN = ("interaction_invitation", "nl"), ("interaction_invitation", "en")


class Site:
    """One product whose Meta is the sandbox."""

    def __init__(self, services: Services, meta: Meta) -> None:
        self.services, self.meta, self.book = services, meta, services.templates
        self.client = create_app(services).test_client()

    def hear(self, call: Call) -> tuple[int, str, str]:
        """A webhook of the sandbox reaches the product's own door."""
        answer = self.client.post(call.path, data=call.body.encode(), headers=call.headers)
        return answer.status_code, "text/plain", answer.text

    def standing(self, key: tuple[str, str]) -> Approval:
        with self.services.store.read() as connection:
            return self.book.entry(connection, key).approval

    def decide(self, key: tuple[str, str], **wish: Any) -> None:
        with self.services.store.read() as connection:
            entry = self.book.entry(connection, key)
        assert entry.row is not None
        self.meta.decide(entry.row.provider_id, **wish)

    def arrives(self, words: str) -> None:
        """The customer's newest message says so."""
        eventually(lambda: words in (self.meta.chat() or [{"body": ""}])[-1]["body"])

    def ask(self, number: int, locale: str) -> str:
        """An interaction whose question is due: what became of the invitation."""
        body = {
            "id": f"chat-{number}",
            "channel": "whatsapp",
            "direction": "inbound",
            "ended_at": clock.now().isoformat(),
            "duration_s": 60,
            "outcome": "answered",
            "customer": {"id": f"c-{number}", "phone": ANA, "locale": locale, "timezone": "UTC", "consent": True},
            "reference": f"order {number}",
            "survey": "support",
        }
        self.services.store.write(lambda c: self.services.intake.take(c, body, clock.now()))
        create_tick(self.services, is_only_one=True).once()
        sender = create_dispatcher(self.services, is_only_one=True)
        while sender.once():
            pass
        sender.close()
        with self.services.store.read() as connection:
            rows = connection.execute(select(invitations.c.status).order_by(invitations.c.id)).scalars().all()
        return str(rows[-1])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_product() as product, running(tmp_path, product) as box:
        yield from _site(tmp_path, product, Meta(box=box, product=product))


def _site(folder: Path, product: Product, meta: Meta) -> Iterator[Site]:
    settings = read_settings(
        {
            "ZEROTEN_DATABASE_URL": f"sqlite:///{folder}/zeroten.db",
            "ZEROTEN_SECRET_KEY": "s" * 40,
            "ZEROTEN_PUBLIC_URL": product.url,
            "ZEROTEN_TIMEZONE": "UTC",
            "ZEROTEN_WHATSAPP_TOKEN": TOKEN,
            "ZEROTEN_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "ZEROTEN_WHATSAPP_BUSINESS_ACCOUNT_ID": ACCOUNT_ID,
            "ZEROTEN_WHATSAPP_APP_SECRET": APP_SECRET,
            "ZEROTEN_WHATSAPP_VERIFY_TOKEN": "any",
            "ZEROTEN_WHATSAPP_API_URL": meta.box.url,
        }
    )
    services = create_services(settings, has_writer=True)
    migrate(services.store.database)
    survey = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0, "channels": CHANNELS}
    services.store.write(lambda c: services.surveys.save(c, "support", survey, clock.now()))
    made = Site(services, meta)
    product.answer = made.hear
    yield made
    services.close()


def test_meta_takes_every_template_that_is_shipped(site: Site) -> None:
    done = site.book.push("Ana")
    assert {each.what for each in done} == {"submitted"}, [each for each in done if each.what != "submitted"]
    assert len(done) == len(shipped_templates())
    assert {each.what for each in site.book.push("Ana")} == {"same"}
    assert site.book.sync() == 0  # its list says what we know
    with site.services.store.read() as connection:
        rows = connection.execute(select(approvals)).all()
    assert all(same_words(row.components, shipped_templates()[row.name, row.language].components) for row in rows)


def test_from_submission_to_the_next_invitation_and_its_fallback(site: Site) -> None:
    site.book.push("Ana", [NL, EN])
    assert site.ask(1, "nl") == "suppressed"  # nothing is approved yet
    for key in (NL, EN):
        site.decide(key, event="APPROVED")
        eventually(lambda key=key: site.standing(key) is Approval.APPROVED)  # type: ignore[misc]
    assert site.ask(2, "nl") == "sent"
    site.arrives("order 2")
    site.arrives("Hallo!")
    site.decide(NL, event="PAUSED", reason="FIRST_PAUSE")
    eventually(lambda: site.standing(NL) is Approval.PAUSED)
    assert site.ask(3, "nl") == "sent"
    site.arrives("Hello!")
    site.decide(EN, category="MARKETING")
    eventually(lambda: _category(site, EN) == Category.MARKETING)
    assert site.ask(4, "nl") == "suppressed"


def test_an_edit_is_reviewed_again_and_metas_limits_are_ours(site: Site) -> None:
    site.book.push("Ana", [EN])
    site.decide(EN, event="APPROVED")
    eventually(lambda: site.standing(EN) is Approval.APPROVED)
    edit(site, "Thanks.")
    assert site.book.submit(EN, "Ana").what == "edited"
    assert site.standing(EN) is Approval.PENDING
    site.decide(EN, event="APPROVED")
    eventually(lambda: site.standing(EN) is Approval.APPROVED)
    assert site.ask(1, "en") == "sent"
    site.arrives("Thanks.")
    edit(site, "Many thanks.")
    with pytest.raises(Conflict, match="once a day"):
        site.book.submit(EN, "Ana")
    site.book.delete(EN, "Ana", every_language=True)
    assert site.book.sync() == 0
    with pytest.raises(Conflict, match="refused"):
        site.book.submit(EN, "Ana")  # the name of what was approved is blocked for 30 days


def edit(site: Site, last_words: str) -> None:
    """Save other words, as an admin does."""
    old = shipped_templates()[EN]
    samples = {"brand": "Acme", "date": "1 May", "about": "order 1"}
    words = with_texts(
        old.components, header="", body=f"{old.body} {last_words}", footer=old.footer, buttons=[], samples=samples
    )
    new = Template(name=EN[0], language=EN[1], category=Category.UTILITY, components=words)
    site.services.store.write(lambda c: site.book.save(c, new, "Ana", clock.now()))


def _category(site: Site, key: tuple[str, str]) -> str:
    with site.services.store.read() as connection:
        row = site.book.entry(connection, key).row
    assert row is not None
    return str(row.category)
