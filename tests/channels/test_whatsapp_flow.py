"""A survey as a Flow: what is published, what a message that shows it says, and what its answer is read as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.whatsapp import WhatsApp
from bots.whatsapp_flow import FIRST_SCREEN, flow_json, flow_name
from common import clock
from common.channels import InboundMessage, MalformedWebhook, NotUnderstood, Prompt, SendError, SendErrorCode
from common.config import read_settings
from common.store.engine import Database
from common.store.writer import Store
from common.survey.events import Filled
from common.surveys import SurveyDefinition, Surveys, define
from common.wording import LOCALES
from tests.channels.contract import a_prompt, no_fence
from tests.channels.test_whatsapp_sandbox import facts
from tests.channels.whatsapp_harness import a_webhook, an_adapter
from tests.sandbox.running import Box, Product, eventually
from tests.sandbox.whatsapp_box import ACCOUNT_ID, ANA, APP_SECRET, NUMBER_ID, TOKEN, Meta
from zeroten.commands.doctor_whatsapp import check_whatsapp
from zeroten.main import cli

LONG = "A choice that says much more than fits into the thirty characters of a title"
CHOICES = {"key": "aspect", "choices": ["wait_time", "long"]}
QUESTIONS: Mapping[str, list[dict[str, Any]]] = {
    "all": [{"key": "score"}, {"key": "reason"}, CHOICES],
    "score": [{"key": "score"}],
    "no reason": [{"key": "score"}, CHOICES],
}
TOKEN_OF_FORM = "zt:score:4:out_01k9a:form"


@pytest.fixture
def meta(box: Box, product: Product) -> Meta:
    return Meta(box=box, product=product)


@pytest.fixture
def adapter(box: Box) -> WhatsApp:
    return WhatsApp(
        token=TOKEN,
        phone_number_id=NUMBER_ID,
        business_account_id=ACCOUNT_ID,
        app_secrets=(APP_SECRET,),
        verify_token="any",
        monotonic=clock.monotonic,
        api_url=box.url,
    )


def a_survey(questions: str = "all", **changes: Any) -> SurveyDefinition:
    body = {"brand": "Acme", "questions": QUESTIONS[questions], "wording": {"en": {"choice.long": LONG}}, **changes}
    return define("support", 3, body)


def published(adapter: WhatsApp, language: str = "en", **changes: Any) -> str:
    return adapter.publish_flow(f"support_{language}", flow_json(a_survey(**changes), language))


def parts_of(prompt: Prompt) -> list[dict[str, Any]]:
    messages = an_adapter().render(ANA, prompt).fields["messages"]
    assert isinstance(messages, tuple | list)
    return [dict(part) for part in messages]


# --- what is published ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("questions", QUESTIONS)
def test_meta_publishes_every_survey_in_every_language(adapter: WhatsApp, meta: Meta, questions: str) -> None:
    for language in LOCALES:
        key = adapter.publish_flow(f"{questions} {language}", flow_json(a_survey(questions), language))
        assert adapter.flow_status(key) == "PUBLISHED"
    assert len(meta.call("GET", f"{ACCOUNT_ID}/flows")[1]["data"]) == len(LOCALES)


def test_it_asks_what_the_survey_asks_in_its_own_words() -> None:
    wording = {"nl": {"score": "Zou je {brand} aanraden?", "choice.long": LONG}}
    (screen,) = flow_json(a_survey(wording=wording, brand="${form.score}"), "nl")["screens"]
    parts = screen["layout"]["children"]
    assert parts[0] == {"type": "TextBody", "text": "Zou je $ {form.score} aanraden?"}
    score, reason, aspect = (part for part in parts if "name" in part)
    assert [option["id"] for option in score["data-source"]] == [str(number) for number in range(11)]
    assert score["required"]
    assert not reason["required"]
    assert not aspect["required"]
    assert aspect["data-source"][1]["id"] == "long"
    assert aspect["data-source"][1]["description"] == LONG
    payload = {"score": "${form.score}", "reason": "${form.reason}", "aspect": "${form.aspect}"}
    assert parts[-1]["on-click-action"] == {"name": "complete", "payload": payload}


def test_a_name_is_used_once() -> None:
    now = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
    assert flow_name(a_survey(), "pt-BR", now) == "zeroten_support_pt_br_v3_20261126_200000"


def test_what_meta_would_not_publish_is_told_in_its_words(adapter: WhatsApp, meta: Meta) -> None:
    published(adapter)
    with pytest.raises(SendError, match="unique") as raised:
        published(adapter)
    assert raised.value.code is SendErrorCode.REJECTED
    flow = flow_json(a_survey(), "en")
    flow["screens"][0]["layout"]["children"][2]["label"] = "x" * 31
    with pytest.raises(SendError, match="Publishing failed"):
        adapter.publish_flow("other", flow)


# --- the message ----------------------------------------------------------------------------------------------------


def test_a_form_is_a_button_below_the_words() -> None:
    (part,) = parts_of(a_prompt("0–10?", form="1234567890", scale=True, step=4, reference="out_01k9a"))
    assert part == {
        "type": "interactive",
        "interactive": {
            "type": "flow",
            "body": {"text": "0–10?"},
            "action": {
                "name": "flow",
                "parameters": {
                    "flow_message_version": "3",
                    "flow_token": TOKEN_OF_FORM,
                    "flow_id": "1234567890",
                    "flow_cta": "Feedback",
                    "mode": "published",
                    "flow_action": "navigate",
                    "flow_action_payload": {"screen": FIRST_SCREEN},
                },
            },
        },
    }


def test_a_text_that_is_too_long_for_it_goes_out_alone() -> None:
    (part,) = parts_of(a_prompt("x" * 1_025, form="1234567890", scale=True))
    assert part["type"] == "text"


@pytest.mark.parametrize("locale", LOCALES)
def test_meta_takes_it_and_its_answer_comes_back_whole(adapter: WhatsApp, meta: Meta, locale: str) -> None:
    key = published(adapter, locale)
    meta.does("text", body="Hi")
    prompt = a_prompt(form=key, locale=locale, scale=True, step=4, reference="out_01k9a")
    sent = adapter.send(adapter.render(ANA, prompt), before_request=no_fence)
    eventually(lambda: meta.chat()[-1]["author"] == "business")
    answers = {"score": "10", "reason": " Snel\nen goed ", "aspect": "wait_time"}
    meta.does("fill", message=sent.provider_id, answers=answers)
    meta.does("fill", message=sent.provider_id, answers={"score": "0"})
    told = [fact for fact in facts(meta, adapter) if isinstance(fact, InboundMessage)][-2:]
    assert [each.filled for each in told] == [
        Filled(score=10, reason="Snel\nen goed", aspect="wait_time"),
        Filled(score=0),
    ]
    assert {(each.question, each.prompt, each.choice) for each in told} == {("score", "out_01k9a", None)}
    assert told[0].text == "Snel\nen goed"  # the words are heard for a wish, like any others


@pytest.mark.parametrize(("status", "code"), [("BLOCKED", "132068"), ("DRAFT", "131009"), ("DEPRECATED", "131009")])
def test_a_form_that_meta_does_not_send_is_refused_for_good(
    adapter: WhatsApp, meta: Meta, status: str, code: str
) -> None:
    key = published(adapter)
    meta.does("text", body="Hi")
    meta.box.call("POST", f"/_sandbox/whatsapp/flows/{key}", {"status": status})
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt(form=key)), before_request=no_fence)
    assert (raised.value.code, raised.value.provider_code) == (SendErrorCode.REJECTED, code)
    assert adapter.flow_status(key) == status


def test_of_a_throttled_form_ten_leave_in_an_hour(adapter: WhatsApp, meta: Meta) -> None:
    key = published(adapter)
    meta.does("text", body="Hi")
    meta.box.call("POST", f"/_sandbox/whatsapp/flows/{key}", {"status": "THROTTLED"})
    for _ in range(10):
        adapter.send(adapter.render(ANA, a_prompt(form=key)), before_request=no_fence)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt(form=key)), before_request=no_fence)
    assert (raised.value.code, raised.value.provider_code) == (SendErrorCode.REJECTED, "132069")


# --- the answer -----------------------------------------------------------------------------------------------------


def read(response: Any) -> InboundMessage | None:
    """The answer of a Flow as it is read; None if it goes to quarantine."""
    text = response if isinstance(response, str) else json.dumps(response)
    reply = {"name": "flow", "body": "Sent", "response_json": text}
    content = {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    message = {"from": ANA[1:], "id": "wamid.1", "timestamp": "1", **content}
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, "messages": [message]}
    payload = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }
    try:
        (fact,) = an_adapter().parse(a_webhook(payload))
    except (NotUnderstood, MalformedWebhook):
        return None
    assert isinstance(fact, InboundMessage)
    return fact


@pytest.mark.parametrize("score", [11, -1, "11", "7.5", 7.5, "07", " 7", "７", "", None, True, [7], {"id": "7"}, "1e1"])
def test_only_the_eleven_options_are_a_score(score: Any) -> None:
    told = read({"flow_token": TOKEN_OF_FORM, "score": score, "reason": "slow"})
    assert told is not None
    assert told.filled == Filled(score=None, reason="slow")


def test_what_else_may_come_in_a_form_of_ours_is_no_answer() -> None:
    for answers, filled in (
        ({}, Filled(score=None)),
        ({"score": 7, "reason": ["x"], "aspect": 3}, Filled(score=7, aspect="?")),
        ({"score": "7", "reason": None, "aspect": ""}, Filled(score=7)),
        ({"score": "7", "aspect": "Wait time!"}, Filled(score=7, aspect="?")),
        ({"score": "7", "reason": "x" * 100_000}, Filled(score=7, reason="x" * 4_096)),
        ({"score": "7", "reason": "a\0b"}, Filled(score=7, reason="a\ufffdb")),
    ):
        told = read({"flow_token": TOKEN_OF_FORM, **answers})
        assert told is not None
        assert told.filled == filled


@pytest.mark.parametrize(
    "response",
    [
        "",
        "not JSON",
        "[]",
        "7",
        "null",
        "[" * 100_000,
        '{"score": NaN, "flow_token": "zt:x"}',
        {"flow_token": "zt:score"},
    ],
)
def test_what_is_no_form_goes_to_a_person_and_answers_nothing(response: Any) -> None:
    assert read(response) is None


@pytest.mark.parametrize("token", [{}, {"flow_token": "unused"}, {"flow_token": 7}])
def test_the_form_of_somebody_else_counts_as_the_words_in_it(token: dict[str, Any]) -> None:
    told = read({**token, "score": "6", "reason": "Too slow"})
    assert told is not None
    assert (told.text, told.filled, told.question) == ("6\nToo slow", None, None)


# --- by command -----------------------------------------------------------------------------------------------------


def test_a_command_prints_it_publishes_it_and_lets_the_survey_show_it(meta: Meta, tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/zeroten.db",
        "SECRET_KEY": "s" * 40,
        "PUBLIC_URL": "https://example.com",
        "WHATSAPP_TOKEN": TOKEN,
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
        "WHATSAPP_BUSINESS_ACCOUNT_ID": ACCOUNT_ID,
        "WHATSAPP_APP_SECRET": APP_SECRET,
        "WHATSAPP_VERIFY_TOKEN": "any",
        "WHATSAPP_API_URL": meta.box.url,
    }
    named = {f"ZEROTEN_{name}": value for name, value in environment.items()}

    def zeroten(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), env=named)

    assert zeroten("migrate").exit_code == 0
    file = tmp_path / "support.json"
    file.write_text(json.dumps({"brand": "Acme"}), encoding="utf-8")
    assert zeroten("survey", "load", str(file)).exit_code == 0
    definition = define("support", 1, {"brand": "Acme"})
    printed = zeroten("templates", "flow", "support", "nl")
    assert json.loads(printed.output) == flow_json(definition, "nl")
    assert "there is no survey" in zeroten("templates", "flow", "none", "nl").output
    assert "no language code" in zeroten("templates", "flow", "support", "?").output
    ended = zeroten("templates", "flow", "support", "nl", "--publish")
    assert ended.exit_code == 0, ended.output
    (flow,) = meta.call("GET", f"{ACCOUNT_ID}/flows")[1]["data"]
    assert (flow["status"], flow["categories"]) == ("PUBLISHED", ["SURVEY"])
    assert ended.output.splitlines() == [
        f"published as Flow {flow['id']}",
        "survey support, version 2, shows it in nl on WhatsApp",
    ]
    with Store(Database(named["ZEROTEN_DATABASE_URL"])).read() as connection:
        found = Surveys().find(connection, "support")
    assert found is not None
    assert [found.form_for("whatsapp", locale) for locale in ("nl-BE", "en")] == [flow["id"], None]
    told = {words: is_right for is_right, words in check_whatsapp(read_settings(named))}
    assert told[f"Flow {flow['id']} of survey support in nl is published"]
    meta.box.call("POST", f"/_sandbox/whatsapp/flows/{flow['id']}", {"status": "BLOCKED"})
    told = {words: is_right for is_right, words in check_whatsapp(read_settings(named))}
    assert not told[f"Flow {flow['id']} of survey support in nl is blocked; the question is asked in words"]
