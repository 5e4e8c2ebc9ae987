"""Templates, wording and the closed window in a real browser: from a refused variable to a reply that leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, expect

from common.templates.approval import Category
from tests.console.approving import ADMIN, FOLLOW_UP, INVITATION, Approving
from tests.console.serving import Served, has_no_faults, serving
from tests.console.test_stored_xss import PAYLOADS

pytestmark = pytest.mark.browser
DUTCH = ("interaction_invitation", "nl")
SIZES = [(320, 640), (1280, 800)]


@pytest.fixture
def served(approving: Approving, browser: Browser) -> Iterator[Served]:
    yield from serving(approving.world, browser)


def test_from_a_refused_variable_to_a_fallback_that_says_so(served: Served, approving: Approving) -> None:
    approving.approved(DUTCH, INVITATION)
    page = served.signed_in(ADMIN)
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("region", name="After an interaction").get_by_role("link", name="Dutch").click()
    body = page.get_by_label("Body")
    body.fill("Hoi! Je had contact met {{brand}}. Beveel je ons aan? Antwoord met 0 tot 10. Het ging om {{date}}")
    findings = page.locator("#findings")
    expect(findings).to_contain_text("must not end with a variable")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.locator("#notices")).to_contain_text("not submitted")
    assert approving.reviewer.calls[-1].startswith("submit")
    body = page.get_by_label("Body")
    body.fill("Hoi! Je had op {{date}} contact met {{brand}}. Beveel je ons aan? Antwoord met 0 tot 10.")
    expect(findings).to_contain_text("Ready for review")
    expect(page.locator("#preview")).to_contain_text("Je had op 26 november 2026 contact met Acme")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.locator("#notices")).to_contain_text("Submitted")
    expect(page.locator(".state")).to_contain_text("In review")

    approving.decides(DUTCH, "APPROVED")
    approving.invites(locale="nl")
    used = approving.reviewer.used[-1]
    assert used is not None
    assert used.language == "nl"
    assert "Hoi! Je had op" in approving.reviewer.sent[-1][1]

    approving.decides(DUTCH, "PAUSED", reason="FIRST_PAUSE")
    _, phone = approving.invites("Mieke Visser", locale="nl")
    used = approving.reviewer.used[-1]
    assert used is not None
    assert used.language == "en"
    page.goto(f"{served.url}/templates")
    expect(page.get_by_role("region", name="Needs you")).to_contain_text("First pause for low quality")
    approving.says(phone, "1")
    page.goto(f"{served.url}/inbox")
    page.get_by_role("link", name="Mieke Visser").click()
    expect(page.locator("#messages")).to_contain_text("Sent in English, because the template in Dutch is paused")


def test_after_a_day_the_template_goes_in_one_click_and_a_held_reply_by_itself(
    served: Served, approving: Approving
) -> None:
    approving.approved(INVITATION, FOLLOW_UP)
    ticket_id, phone = approving.unhappy()
    page = served.signed_in(ADMIN)
    page.goto(f"{served.url}/inbox/{ticket_id}")
    page.get_by_role("button", name="Claim").click()
    expect(page.locator("#composer")).to_contain_text("free text ends in 23 h 59 min")
    approving.after(hours=25)
    page.reload()
    expect(page.locator("#closed-why")).to_contain_text("The 24 hours are over.")
    expect(page.locator(".offer-words").first).to_contain_text("this is Ada Byron from Acme")
    has_no_faults(page)
    page.get_by_role("button", name="Send this template").click()
    expect(page.locator(".from-user .words")).to_contain_text("this is Ada Byron from Acme")
    approving.dispatch()
    used = approving.reviewer.used[-1]
    assert used is not None
    assert (used.name, used.language) == FOLLOW_UP

    for words in ("I will call you at five.", "Never mind."):
        page.get_by_role("textbox", name="Reply to Joris Bakker").fill(words)
        page.get_by_role("button", name="Send when the customer answers").click()
        expect(page.locator(".from-user", has_text=words)).to_contain_text("Waits for the customer")
    has_no_faults(page)
    page.locator(".from-user", has_text="Never mind.").get_by_role("button", name="Take back").click()
    expect(page.locator(".from-user", has_text="Never mind.")).to_contain_text("taken back")
    sent = len(approving.reviewer.sent)
    approving.dispatch()
    assert len(approving.reviewer.sent) == sent

    approving.says(phone, "Yes please")
    assert [text for _, text, _ in approving.reviewer.sent[sent:]] == ["I will call you at five."]
    expect(page.locator("#messages")).to_contain_text("Yes please")
    expect(page.locator(".from-user", has_text="at five")).not_to_contain_text("Waits for the customer")
    expect(page.locator("#composer")).to_contain_text("free text ends in 23 h 59 min")


def test_keyboard_alone_writes_and_saves(served: Served, approving: Approving) -> None:
    page = served.signed_in(ADMIN)
    page.goto(f"{served.url}/templates/feedback_follow_up/en")
    page.get_by_label("Footer").focus()
    page.keyboard.type("Acme support")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notices")).to_contain_text("Version 1 is saved")
    page.goto(f"{served.url}/wording/support/en/sms/reason")
    words = page.get_by_role("textbox", name="Words")
    words.fill("Why?")
    expect(page.locator("#preview")).to_contain_text("Why?")
    words.press("End")
    page.get_by_role("button", name="brand").press("Enter")
    expect(words).to_have_value("Why?{brand}")
    words.fill("Why? ❤")
    expect(page.locator("#findings")).to_contain_text("UCS-2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notices")).to_contain_text("Saved as version 2")


def test_typing_an_example_is_not_interrupted(served: Served, approving: Approving) -> None:
    page = served.signed_in(ADMIN)
    page.goto(f"{served.url}/templates/interaction_invitation/en")
    example = page.locator("[name='sample.brand']")
    example.fill("")
    example.press_sequentially("Northwind", delay=60)
    expect(page.locator("#preview .bubble")).to_contain_text("Northwind")
    expect(example).to_be_focused()
    expect(example).to_have_value("Northwind")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_every_page_of_the_room_is_for_everyone(
    served: Served, approving: Approving, size: tuple[int, int], scheme: str
) -> None:
    approving.approved(INVITATION, DUTCH, FOLLOW_UP)
    approving.decides(DUTCH, "template_category_update", category=Category.MARKETING)
    approving.decides(FOLLOW_UP, "REJECTED", reason="PROMOTIONAL")
    page = served.signed_in(ADMIN, size=size, scheme=scheme)
    editor = "/templates/interaction_invitation"
    for path in (
        "/templates",
        f"{editor}/nl?compare=0",
        f"{editor}/ar",
        "/templates/feedback_follow_up/en",
        "/wording/support/ar/sms",
        "/wording/support/en/all/score",
    ):
        page.goto(served.url + path)
        for details in page.locator("details.card").all():
            details.locator("summary").click()
        has_no_faults(page)
    page.evaluate("document.documentElement.dir = 'rtl'")
    has_no_faults(page)


def test_without_script_everything_works_by_forms(served: Served, approving: Approving) -> None:
    page = served.signed_in(ADMIN, script=False)
    page.goto(f"{served.url}/templates/interaction_invitation/en")
    page.get_by_label("Body").fill("Ends with {{date}}")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#findings")).to_contain_text("must not end with a variable")
    expect(page.get_by_label("Body")).to_have_value("Ends with {{date}}")


def test_hostile_words_in_a_template_do_nothing(served: Served, approving: Approving) -> None:
    page = served.signed_in(ADMIN)
    dialogs: list[Dialog] = []

    def seen(dialog: Dialog) -> None:
        dialogs.append(dialog)
        dialog.accept()

    page.on("dialog", seen)
    page.goto(f"{served.url}/templates/interaction_invitation/en")
    for payload in PAYLOADS[:6]:
        page.get_by_label("Body").fill(payload)
        page.get_by_label("Footer").fill(payload[:400])
        expect(page.locator("#preview .bubble-body")).to_have_text(payload, use_inner_text=False)
        assert page.locator("#preview script, #preview img, #preview iframe, #findings script").count() == 0
    page.get_by_role("button", name="Save version").click()
    expect(page.locator("#notices")).to_contain_text("saved")
    assert dialogs == []
