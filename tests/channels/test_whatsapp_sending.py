"""WhatsApp's calls: what a prompt becomes, what Meta is sent, lost answers, and templates."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from common import clock
from common.channels import (
    Choice,
    DeliveryReceipt,
    InboundMessage,
    Lookup,
    Payload,
    Prompt,
    SendError,
    SendErrorCode,
)
from common.templates import Approval, Category, TemplateUse
from tests.channels.contract import a_prompt, no_fence
from tests.channels.provider import Answer, Asked, Provider
from tests.channels.whatsapp_harness import (
    ACCOUNT_ID,
    ANA,
    NUMBER_ID,
    TOKEN,
    USER_ID,
    a_webhook,
    an_adapter,
    an_error,
    sent,
)

WAIT, EXPERTISE = Choice(key="wait_time", label="Waiting time"), Choice(key="expertise", label="Expertise")


# --- calls ----------------------------------------------------------------------------------------------------------


def call_of(asked: Asked) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(asked.body)
    return body


def parts_of(payload: Payload) -> list[dict[str, Any]]:
    parts = payload.fields["messages"]
    assert isinstance(parts, tuple | list)
    return [dict(part) for part in parts]


def test_a_text_is_one_call_with_our_reference(provider: Provider) -> None:
    provider.says(sent())
    adapter = an_adapter(provider.url)
    adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", f"/v24.0/{NUMBER_ID}/messages")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"
    assert call_of(asked) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "16505551234",
        "type": "text",
        "text": {"preview_url": False, "body": "How likely are you to recommend Acme?"},
        "biz_opaque_callback_data": "msg_01k9a",
    }


def test_a_person_without_a_number_is_called_by_the_user_id(provider: Provider) -> None:
    provider.says(sent())
    adapter = an_adapter(provider.url)
    for address in (USER_ID, "BR.1A2b3"):
        adapter.send(adapter.render(address, a_prompt()), before_request=no_fence)
        body = call_of(provider.asked[-1])
        assert (body["recipient"], body["recipient_type"], "to" in body) == (address, "individual", False)


def test_what_meta_calls_the_recipient_is_learned(provider: Provider) -> None:
    provider.says(sent(wa_id="5511912345678", user_id="BR.77"))
    adapter = an_adapter(provider.url)
    result = adapter.send(adapter.render("+5511812345678", a_prompt()), before_request=no_fence)
    assert result.aliases == ("+5511912345678", "BR.77")


def test_a_second_asking_brings_two_lists_that_hide_no_score(provider: Provider) -> None:
    adapter = an_adapter(provider.url)
    payload = adapter.render(ANA, a_prompt(scale=True, attempt=2, step=3))
    first, second = parts_of(payload)
    rows = [row for part in (first, second) for row in part["interactive"]["action"]["sections"][0]["rows"]]
    assert [row["title"] for row in rows] == [str(score) for score in range(11)]
    assert rows[7]["id"] == "zt:score:3:msg_01k9a:7"
    assert [part["interactive"]["action"]["button"] for part in (first, second)] == ["0–5", "6–10"]
    assert first["interactive"]["body"]["text"] == "How likely are you to recommend Acme?"
    provider.answer = lambda asked: sent(f"wamid.{len(provider.asked)}")
    provider.asked.clear()
    result = adapter.send(payload, before_request=no_fence)
    assert (result.provider_id, len(provider.asked)) == ("wamid.1", 2)
    assert {call_of(asked)["biz_opaque_callback_data"] for asked in provider.asked} == {"msg_01k9a"}


def test_a_second_list_that_does_not_go_undoes_nothing(provider: Provider) -> None:
    adapter = an_adapter(provider.url)
    payload = adapter.render(ANA, a_prompt(scale=True, attempt=2))
    provider.asked.clear()
    provider.answer = lambda asked: sent() if len(provider.asked) == 1 else an_error(400, 131056)
    assert adapter.send(payload, before_request=no_fence).provider_id == "wamid.1"
    provider.says(sent())
    fences = iter((None, TimeoutError("too late")))

    def fence() -> None:
        if (refusal := next(fences)) is not None:
            raise refusal

    assert adapter.send(payload, before_request=fence).provider_id == "wamid.1"
    assert len(provider.asked) == 1


def test_the_first_asking_is_a_text_that_is_answered_by_typing() -> None:
    (part,) = parts_of(an_adapter().render(ANA, a_prompt(scale=True)))
    assert part["type"] == "text"


def an_aspect(*labels: str, text: str = "Which?", **changes: Any) -> Prompt:
    choices = tuple(Choice(key=f"key_{number}", label=label) for number, label in enumerate(labels))
    return a_prompt(text, key="aspect", choices=choices, **changes)


def test_up_to_three_short_choices_are_buttons() -> None:
    (part,) = parts_of(an_adapter().render(ANA, an_aspect("Waiting time", "Expertise", "x" * 20)))
    assert part["interactive"]["type"] == "button"
    buttons = part["interactive"]["action"]["buttons"]
    assert [button["reply"]["title"] for button in buttons] == ["Waiting time", "Expertise", "x" * 20]
    assert buttons[1] == {"type": "reply", "reply": {"id": "zt:aspect:1:msg_01k9a:key_1", "title": "Expertise"}}


@pytest.mark.parametrize(
    ("prompt", "button"),
    [
        (an_aspect(*"abcd"), "Choose one"),
        (an_aspect(*"abcdefghij"), "Choose one"),
        (an_aspect("a", "b" * 21), "Choose one"),
        (an_aspect("a", "b", text="x" * 1_025), "Choose one"),
        (an_aspect(*"abcd", locale="nl"), "Kies er een"),
        (an_aspect(*"abcd", locale="de"), "▾"),
    ],
    ids=repr,
)
def test_up_to_ten_choices_are_a_list(prompt: Prompt, button: str) -> None:
    (part,) = parts_of(an_adapter().render(ANA, prompt))
    action = part["interactive"]["action"]
    assert part["interactive"]["type"] == "list"
    assert action["button"] == button
    assert [row["title"] for row in action["sections"][0]["rows"]] == [choice.label for choice in prompt.choices]


@pytest.mark.parametrize(
    ("labels", "kind", "shown"),
    [
        ("ab", "button", ["a", "b", "Overslaan"]),
        ("abc", "button", ["a", "b", "c"]),
        ("abcd", "list", ["a", "b", "c", "d", "Overslaan"]),
        ("abcdefghij", "list", list("abcdefghij")),
        (("a", "Overslaan"), "button", ["a", "Overslaan"]),
    ],
    ids=repr,
)
def test_a_question_that_may_be_skipped_says_so_where_there_is_room(
    labels: Sequence[str], kind: str, shown: list[str]
) -> None:
    (part,) = parts_of(an_adapter().render(ANA, an_aspect(*labels, locale="nl", can_skip=True)))
    assert part["interactive"]["type"] == kind
    action = part["interactive"]["action"]
    rows = [each["reply"] for each in action["buttons"]] if kind == "button" else action["sections"][0]["rows"]
    assert [row["title"] for row in rows] == shown
    assert rows[-1]["id"].endswith(":skip") == (len(shown) > len(labels))


def test_a_template_is_called_with_its_values_and_payloads() -> None:
    use = TemplateUse(
        name="nps_support",
        language="en_US",
        values={"name": "Ana\n\tde  Vries", "reference": " "},
        buttons=("zt:score:1:msg_01k9a:skip", "STOP"),
    )
    (part,) = parts_of(an_adapter().render(ANA, a_prompt(template=use, scale=True, attempt=2)))
    assert part == {
        "type": "template",
        "template": {
            "name": "nps_support",
            "language": {"code": "en_US"},
            "components": [
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "parameter_name": "name", "text": "Ana de Vries"},
                        {"type": "text", "parameter_name": "reference", "text": "–"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": "zt:score:1:msg_01k9a:skip"}],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "1",
                    "parameters": [{"type": "payload", "payload": "STOP"}],
                },
            ],
        },
    }


def test_numbered_variables_have_no_name_and_none_need_no_components() -> None:
    numbered = TemplateUse(name="a", language="nl", values={"1": "x"})
    (part,) = parts_of(an_adapter().render(ANA, a_prompt(template=numbered)))
    assert part["template"]["components"][0]["parameters"] == [{"type": "text", "text": "x"}]
    (bare,) = parts_of(an_adapter().render(ANA, a_prompt(template=TemplateUse(name="a", language="nl"))))
    assert bare["template"] == {"name": "a", "language": {"code": "nl"}}


def test_a_long_text_is_cut_between_signs_as_a_reader_sees_them() -> None:
    family = "👨‍👩‍👧‍👦"
    (part,) = parts_of(an_adapter().render(ANA, a_prompt(family * 1_000)))
    body = part["text"]["body"]
    assert body.endswith("…")
    assert set(body.removesuffix("…").split(family)) == {""}
    assert len(body.encode("utf-16-le")) // 2 <= 4_096


def test_taps_come_back_as_the_choice_of_their_question() -> None:
    adapter = an_adapter()
    (part,) = parts_of(adapter.render(ANA, replace(an_aspect(), choices=(WAIT, EXPERTISE), step=5)))
    row = part["interactive"]["action"]["buttons"][1]["reply"]
    message = {"from": "16505551234", "id": "wamid.t", "type": "interactive"}
    message["interactive"] = {"type": "button_reply", "button_reply": row}  # type: ignore[assignment]
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "messages": [message]}
    payload = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    (fact,) = adapter.parse(a_webhook(payload))
    assert isinstance(fact, InboundMessage)
    assert (fact.question, fact.choice, fact.prompt) == ("aspect", "expertise", "msg_01k9a")


def test_many_threads_get_their_own_answers(provider: Provider) -> None:
    provider.answer = lambda asked: sent(f"wamid.{call_of(asked)['biz_opaque_callback_data']}")
    adapter = an_adapter(provider.url)
    got: dict[str, str] = {}

    def work(number: int) -> None:
        for turn in range(10):
            reference = f"out_{number}_{turn}"
            result = adapter.send(adapter.render(ANA, a_prompt(reference=reference)), before_request=no_fence)
            got[reference] = result.provider_id

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {reference: f"wamid.{reference}" for reference in got}
    assert len(got) == 80


# --- look-up --------------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_not_settled_before_news_could_have_come() -> None:
    now = [0.0]
    adapter = an_adapter(monotonic=lambda: now[0])
    payload = adapter.render(ANA, a_prompt())
    for moment, is_settled in ((0.0, False), (29.0, False), (30.0, True), (31.0, False), (62.0, True)):
        now[0] = moment
        looked = adapter.look_up(payload, clock.now())
        assert looked == Lookup(result=None, settled=is_settled, unheard_for=timedelta(seconds=30))


def test_a_moved_clock_settles_nothing() -> None:
    adapter = an_adapter()
    payload = adapter.render(ANA, a_prompt())
    for moment in (clock.now(), clock.now().replace(year=2020)):
        assert not adapter.look_up(payload, moment).settled


def test_a_status_with_our_reference_settles_it() -> None:
    status = {"id": "wamid.9", "status": "sent", "recipient_id": "16505551234", "biz_opaque_callback_data": "out_1"}
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "statuses": [status]}
    payload = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    (fact,) = an_adapter().parse(a_webhook(payload))
    assert isinstance(fact, DeliveryReceipt)
    assert (fact.provider_id, fact.reference) == ("wamid.9", "out_1")


# --- templates ------------------------------------------------------------------------------------------------------


BODY = {"type": "BODY", "text": "Hi {{1}}, how was it?", "example": {"body_text": [["Ana"]]}}
NAMED = {
    "type": "BODY",
    "text": "Hi {{name}}, how was it?",
    "example": {"body_text_named_params": [{"param_name": "name", "example": "Ana"}]},
}


def a_record(key: str, **changes: Any) -> dict[str, Any]:
    record = {"id": key, "name": f"t{key}", "language": "en_US", "status": "APPROVED", "category": "UTILITY"}
    return {**record, "components": [BODY], **changes}


def pages() -> Iterator[Answer]:
    more = {"cursors": {"after": "A"}, "next": "https://graph.facebook.com/next"}
    yield Answer(body=json.dumps({"data": [a_record("1"), a_record("2", status="REJECTED")], "paging": more}).encode())
    last = a_record("3", status="FLAGGED", quality_score={"score": "YELLOW"}, rejected_reason="NONE", language="pt-BR")
    yield Answer(body=json.dumps({"data": [last], "paging": {"cursors": {"after": "B"}}}).encode())


def test_templates_are_listed_over_all_pages(provider: Provider) -> None:
    answers = pages()
    provider.answer = lambda _: next(answers)
    found = an_adapter(provider.url).list_templates()
    assert [(each.provider_id, each.approval, each.language, each.quality) for each in found] == [
        ("1", Approval.APPROVED, "en_US", None),
        ("2", Approval.REJECTED, "en_US", None),
        ("3", Approval.APPROVED, "pt_BR", "yellow"),
    ]
    assert [asked.path for asked in provider.asked] == [f"/v24.0/{ACCOUNT_ID}/message_templates"] * 2
    assert [asked.query.get("after") for asked in provider.asked] == [None, "A"]


@pytest.mark.parametrize(("component", "form"), [(BODY, "POSITIONAL"), (NAMED, "NAMED")])
def test_a_template_is_submitted(provider: Provider, component: Mapping[str, Any], form: str) -> None:
    provider.says(Answer(body=b'{"id": "77", "status": "PENDING", "category": "MARKETING"}'))
    made = an_adapter(provider.url).submit_template(
        name="nps", language="en_US", category=Category.UTILITY, components=[component]
    )
    assert (made.provider_id, made.approval, made.category) == ("77", Approval.PENDING, Category.MARKETING)
    assert call_of(provider.asked[0]) == {
        "name": "nps",
        "language": "en_US",
        "category": "UTILITY",
        "parameter_format": form,
        "components": [component],
    }


def test_a_template_is_edited_and_deleted(provider: Provider) -> None:
    provider.says(Answer(body=b'{"success": true}'))
    adapter = an_adapter(provider.url)
    adapter.edit_template("77", category=None, components=[BODY])
    adapter.delete_template(name="nps")
    adapter.delete_template(name="nps", provider_id="77")
    edit, every, one = provider.asked
    assert (edit.method, edit.path, call_of(edit)) == ("POST", "/v24.0/77", {"components": [BODY]})
    assert (every.method, dict(every.query)) == ("DELETE", {"name": "nps"})
    assert dict(one.query) == {"name": "nps", "hsm_id": "77"}


def test_a_refused_template_says_why_in_meta_s_words(provider: Provider) -> None:
    refusal = an_error(
        400,
        100,
        error_subcode=2388299,
        error_user_title="Variables can't be at the start or end",
        error_user_msg="Variables cannot be at the end of the template.",
    )
    provider.says(refusal)
    with pytest.raises(SendError, match="Variables cannot be at the end") as raised:
        an_adapter(provider.url).submit_template(name="n", language="nl", category=Category.UTILITY, components=[BODY])
    assert (raised.value.code, raised.value.provider_code) == (SendErrorCode.REJECTED, "100/2388299")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (an_error(401, 190), SendErrorCode.CONFIG),
        (an_error(500, 1), SendErrorCode.UNREACHABLE),
        (Answer(fault="cut"), SendErrorCode.UNREACHABLE),
        (Answer(body=b'{"data": [{"id": "1"}]}'), SendErrorCode.UNREACHABLE),
        (an_error(400, 80007), SendErrorCode.THROTTLED),
    ],
    ids=repr,
)
def test_a_list_that_does_not_come_can_be_asked_again(provider: Provider, answer: Answer, code: SendErrorCode) -> None:
    provider.says(answer)
    with pytest.raises(SendError) as raised:
        an_adapter(provider.url).list_templates()
    assert raised.value.code is code
