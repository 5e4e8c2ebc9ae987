"""The templates' and the wording's pages: what an admin can do with them, by plain forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common.actors import Role
from common.templates.approval import Category
from common.templates.shipped import shipped_templates
from tests.console.approving import ADMIN, FOLLOW_UP, INVITATION, Approving
from tests.console.factories import World, submit
from tests.console.page import Page

EDITOR = "/templates/interaction_invitation/en"
BODY = "Hi! You spoke with {{brand}} on {{date}}. Would you recommend us to a friend? Reply with 0 to 10."
SCORE = "/wording/support/en/sms/score"


def form(body: str = BODY, **fields: str) -> dict[str, str]:
    """The editor's form."""
    samples = {"sample.brand": "Acme", "sample.date": "1 May"}
    return {
        "category": "utility",
        "header": "",
        "body": body,
        "footer": "Reply STOP",
        **samples,
        "do": "save",
        **fields,
    }


def post(client: Any, path: str, fields: dict[str, str]) -> Any:
    """Send a form; its token is on every page."""
    return submit(client, path, fields, page="/account")


def page(client: Any, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return Page(answer.text)


def test_the_list_shows_every_template_with_how_it_stands(approving: Approving) -> None:
    approving.approved(INVITATION, FOLLOW_UP)
    approving.decides(INVITATION, "REJECTED", reason="INVALID_FORMAT")
    shown = page(approving.world.signed_in(ADMIN), "/templates")
    assert len(shown.all("a", class_="tile")) == len(shipped_templates())
    for words in ("Rejected", "Approved", "Not submitted", "High quality", "Needs you", "where or what it must be"):
        assert words in shown.text, words


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST])
def test_only_admins_see_the_room(approving: Approving, role: Role) -> None:
    approving.world.user(role=role)
    client = approving.world.signed_in()
    assert "Templates" not in page(client, "/inbox").text
    assert client.get("/templates").status_code == 403
    assert client.get(SCORE).status_code == 403


def test_saving_is_a_version_and_submitting_asks_for_approval(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    assert post(client, EDITOR, form()).status_code == 303
    assert approving.reviewer.calls == []
    shown = page(client, EDITOR)
    assert "Version 1 is saved. It is not submitted yet." in shown.text
    assert post(client, EDITOR, form(do="submit", version="1")).status_code == 303
    assert approving.reviewer.calls == ["submit interaction_invitation en"]
    assert "In review" in page(client, EDITOR).text
    assert "You spoke with Acme on 1 May" in page(client, EDITOR).text


def test_what_would_be_refused_is_saved_and_not_submitted(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    answer = post(client, EDITOR, form(BODY + " {{date}}", do="submit"))
    assert answer.status_code == 422
    assert "not submitted" in answer.text
    assert "must not end with a variable" in answer.text
    assert approving.reviewer.calls == []


def test_the_preview_is_live_and_saves_nothing(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    answer = post(client, f"{EDITOR}/preview", form("<b>Ends with</b> {{date}}"))
    assert answer.status_code == 200
    assert "&lt;b&gt;Ends with&lt;/b&gt; 1 May" in answer.text
    assert "must not end with a variable" in answer.text
    assert "Version 1" not in page(client, EDITOR).text


def test_without_script_a_button_checks(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    answer = post(client, EDITOR, form("Ends with {{date}}", do="check"))
    assert "must not end with a variable" in answer.text
    assert "Version 1" not in answer.text


def test_two_admins_do_not_overwrite_each_other(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    post(client, EDITOR, form(version="0"))
    answer = post(client, EDITOR, form(BODY + " Thanks.", version="0"))
    assert answer.status_code == 409
    assert "Thanks." in answer.text  # what was typed is not lost


def test_versions_are_compared_and_taken_again(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    post(client, EDITOR, form())
    shown = client.get(f"{EDITOR}?compare=0").text
    assert "line-removed" in shown
    assert "line-added" in shown
    assert post(client, f"{EDITOR}/reset", {"version": "0"}).status_code == 303
    assert "How likely are you to recommend us" in page(client, EDITOR).text
    assert post(client, f"{EDITOR}/reset", {"version": "77"}).status_code == 404


def test_an_approved_template_shows_its_limits_and_keeps_its_category(approving: Approving) -> None:
    approving.approved(INVITATION)
    client = approving.world.signed_in(ADMIN)
    assert "10 of 10 edits left" in page(client, EDITOR).text
    post(client, EDITOR, form(do="submit", category="marketing", version="0"))
    assert approving.reviewer.remote[INVITATION].category is Category.UTILITY
    approving.decides(INVITATION, "APPROVED")
    shown = page(client, EDITOR)
    assert "an approved template is edited once a day" in shown.text
    again = post(client, EDITOR, form(BODY + " Thanks.", do="submit", version="1"))
    assert again.status_code == 409
    assert "not submitted" in again.text


def test_a_recategorised_template_waits_for_consent(approving: Approving) -> None:
    approving.approved(INVITATION)
    approving.decides(INVITATION, "template_category_update", category=Category.MARKETING)
    client = approving.world.signed_in(ADMIN)
    assert "Now marketing" in page(client, EDITOR).text
    post(client, f"{EDITOR}/accept", {})
    assert "It may be sent." in page(client, EDITOR).text


def test_appeal_and_deletion(approving: Approving) -> None:
    approving.approved(INVITATION)
    approving.decides(INVITATION, "REJECTED", reason="SCAM")
    client = approving.world.signed_in(ADMIN)
    post(client, f"{EDITOR}/appeal", {"note": "It is a survey."})
    assert "It is a survey." in page(client, EDITOR).text
    assert "cannot be used again for 30 days" in page(client, EDITOR).text
    post(client, f"{EDITOR}/delete", {"scope": "one"})
    assert approving.reviewer.remote == {}
    assert "Deleted" in page(client, EDITOR).text


def test_a_language_is_added_from_its_siblings(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    new = {"name": "interaction_invitation", "language": "nl_BE", "category": "utility"}
    assert post(client, "/templates", new).headers["Location"].endswith("/templates/interaction_invitation/nl_BE")
    assert "Not submitted" in page(client, "/templates/interaction_invitation/nl_BE").text
    wrong = post(client, "/templates", new | {"name": "Bad Name"})
    assert wrong.status_code == 422
    assert "lower case" in wrong.text


def test_pushing_from_the_list(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    post(client, "/templates/push", {})
    assert f"{len(shipped_templates())} submitted for review." in page(client, "/templates").text
    post(client, "/templates/check", {})
    assert "all as known" in page(client, "/templates").text


# --- wording ----------------------------------------------------------------------------------------------------------


def test_every_prompt_is_listed_with_what_it_costs(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    assert client.get("/wording").headers["Location"].endswith("/wording/support/en/sms")
    shown = page(client, "/wording/support/en/sms")
    for words in ("The question", "Thanks, 0 to 6", "Choice: Wait time", "1 part, GSM-7"):
        assert words in shown.text, words
    assert "UCS-2" in page(client, "/wording/support/hi/sms").text
    assert "GSM-7" not in page(client, "/wording/support/en/webchat").text


def test_words_are_saved_for_one_channel_and_taken_back(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    post(client, SCORE, {"text": "0 to 10 for {brand}?", "version": "1"})
    assert "Saved as version 2" in page(client, SCORE).text
    assert "0 to 10 for Acme?" in page(client, SCORE).text
    assert "0 to 10 for" not in page(client, "/wording/support/en/webchat/score").text
    post(client, f"{SCORE}/reset", {})
    assert "How likely are you" in page(client, SCORE).text
    assert "0 to 10 for {brand}?" in page(client, SCORE).text  # in the list of versions
    post(client, SCORE, {"text": "0 to 10 for {brand}?", "version": "3"})
    approving.invites()  # nothing on WhatsApp changes
    assert approving.reviewer.sent == []


def test_words_that_cannot_be_filled_are_refused_and_kept(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    answer = post(client, SCORE, {"text": "Hi {shoe_size}", "version": "1"})
    assert answer.status_code == 422
    assert "is not a placeholder" in answer.text
    assert "Hi {shoe_size}" in answer.text
    assert "is not a placeholder" in post(client, f"{SCORE}/preview", {"text": "Hi {shoe_size}"}).text


def test_the_same_words_changed_by_two_is_a_conflict_and_others_are_not(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    post(client, SCORE, {"text": "First {brand}", "version": "1"})
    assert post(client, SCORE, {"text": "Second {brand}", "version": "1"}).status_code == 409
    other = "/wording/support/en/sms/reason"
    assert post(client, other, {"text": "Why?", "version": "1"}).status_code == 303


def test_a_place_that_is_not_there(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    for path in ("/wording/no/en/sms", "/wording/support/xx/sms", "/wording/support/en/fax", f"{SCORE}x"):
        assert client.get(path).status_code == 404, path
    assert client.get("/templates/no/en").status_code == 404


def test_without_a_survey_there_is_an_empty_page(tmp_path: Path, world: World) -> None:
    from sqlalchemy import delete

    from common.store.schema import surveys

    world.services.store.write(lambda c: c.execute(delete(surveys)) and None)
    world.user(role=Role.ADMIN)
    assert "No survey yet" in page(world.signed_in(), "/wording").text
