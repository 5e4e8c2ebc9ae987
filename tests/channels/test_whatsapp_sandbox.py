"""WhatsApp against the sandbox: an emulator of Meta that shares no code with the adapter, over real HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest

from bots.whatsapp import WhatsApp
from common import clock
from common.channels import (
    Choice,
    DeliveryReceipt,
    EndpointBlocked,
    Inbound,
    InboundMessage,
    SendError,
    SendErrorCode,
    WebhookRequest,
)
from common.config import Settings, read_settings
from common.templates import Approval, Category, TemplateNews, TemplateUse
from common.templates.shelf import Listed
from tests.channels.contract import a_prompt, no_fence
from tests.sandbox.running import Box, Call, Product, eventually
from tests.sandbox.whatsapp_box import ACCOUNT_ID, ANA, APP_SECRET, BODY, NUMBER_ID, TOKEN, Meta
from zeroten.commands.doctor_whatsapp import CREDENTIALS, check_whatsapp


@pytest.fixture
def meta(running_box: Box, product: Product) -> Meta:
    running_box.call("POST", "/_sandbox/reset", {})
    product.calls.clear()
    return Meta(box=running_box, product=product)


@pytest.fixture
def adapter(running_box: Box) -> WhatsApp:
    return WhatsApp(
        token=TOKEN,
        phone_number_id=NUMBER_ID,
        business_account_id=ACCOUNT_ID,
        app_secrets=(APP_SECRET,),
        verify_token="any",
        monotonic=clock.monotonic,
        api_url=running_box.url,
        timeout_s=2.0,  # beyond a slow machine, below the sandbox's hang
    )


def as_webhook(call: Call) -> WebhookRequest:
    """A webhook of the sandbox as the product's server would hand it over."""
    parts = urlsplit(call.path)
    headers = {name.lower(): value for name, value in call.headers.items()}
    return WebhookRequest(method="POST", path=parts.path, query=parts.query, headers=headers, body=call.body.encode())


def facts(meta: Meta, adapter: WhatsApp) -> Sequence[Inbound]:
    """Everything that the webhooks so far say."""
    found: list[Inbound] = []
    for call in meta.webhooks():
        adapter.verify(as_webhook(call))
        found += [fact for fact in adapter.parse(as_webhook(call)) if isinstance(fact, Inbound)]
    return found


def test_a_message_arrives_and_its_receipts_come_back(meta: Meta, adapter: WhatsApp) -> None:
    meta.does("text", body="Hi")
    result = adapter.send(adapter.render(ANA, a_prompt("0–10? 🙂")), before_request=no_fence)
    assert result.aliases == (meta.phone()["user_id"],)
    eventually(lambda: len(meta.statuses(result.provider_id)) == 3)
    receipts = [fact for fact in facts(meta, adapter) if isinstance(fact, DeliveryReceipt)]
    assert {(each.provider_id, each.reference) for each in receipts} == {(result.provider_id, "msg_01k9a")}
    assert meta.chat()[-1]["body"] == "0–10? 🙂"


@pytest.mark.parametrize(("shows", "sender"), [("both", ANA), ("number", ANA), ("user_id", None)])
def test_an_answer_comes_in_whatever_names_the_person(
    meta: Meta, adapter: WhatsApp, shows: str, sender: str | None
) -> None:
    user_id = meta.phone(shows=shows)["user_id"]
    meta.does("text", body=" 3, waited an hour ")
    (message,) = facts(meta, adapter)
    assert isinstance(message, InboundMessage)
    assert (message.sender, message.text) == (sender or user_id, " 3, waited an hour ")
    assert message.aliases == ((user_id,) if shows == "both" else ())
    reply = adapter.send(adapter.render(message.sender, a_prompt()), before_request=no_fence)
    eventually(lambda: "read" in meta.statuses(reply.provider_id))


def test_everything_that_is_rendered_is_taken_and_can_be_tapped(meta: Meta, adapter: WhatsApp) -> None:
    meta.does("text", body="Hi")
    short = tuple(Choice(key=f"k{n}", label=f"Label {n}") for n in range(3))
    long = tuple(Choice(key=f"k{n}", label=f"{n} " + "x" * 22) for n in range(10))
    for prompt in (
        a_prompt(key="aspect", choices=short, reference="out_1"),
        a_prompt(key="aspect", choices=long, reference="out_2"),
        a_prompt(scale=True, attempt=2, reference="out_3"),
    ):
        adapter.send(adapter.render(ANA, prompt), before_request=no_fence)
    eventually(lambda: len(meta.chat()) == 5)
    for entry in meta.chat()[1:]:
        meta.does("tap", message=entry["id"], control=entry["controls"][-1]["id"])
    taps = [fact for fact in facts(meta, adapter) if isinstance(fact, InboundMessage) and fact.choice]
    assert sorted((str(tap.question), str(tap.choice), str(tap.prompt)) for tap in taps) == [
        ("aspect", "k2", "out_1"),
        ("aspect", "k9", "out_2"),
        ("score", "10", "out_3"),
        ("score", "5", "out_3"),
    ]


@pytest.mark.parametrize("fault", ["accepted-500", "accepted-reset", "accepted-hang", "accepted-garbage"])
def test_a_message_whose_answer_was_lost_is_named_by_its_status(meta: Meta, adapter: WhatsApp, fault: str) -> None:
    meta.does("text", body="Hi")
    meta.box.faults(script=[{"fault": fault}], hang_s=4)
    payload = adapter.render(ANA, a_prompt())
    with pytest.raises(SendError) as raised:
        adapter.send(payload, before_request=no_fence)
    assert raised.value.code is SendErrorCode.AMBIGUOUS
    assert not adapter.look_up(payload, clock.now()).settled
    eventually(lambda: len(meta.items("statuses")) == 3)
    receipts = [fact for fact in facts(meta, adapter) if isinstance(fact, DeliveryReceipt)]
    assert {each.reference for each in receipts} == {"msg_01k9a"}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("500", SendErrorCode.AMBIGUOUS),
        ("503", SendErrorCode.AMBIGUOUS),
        ("reset", SendErrorCode.AMBIGUOUS),
        ("hang", SendErrorCode.AMBIGUOUS),
        ("429", SendErrorCode.THROTTLED),
    ],
)
def test_a_refusal_is_classified(meta: Meta, adapter: WhatsApp, fault: str, code: SendErrorCode) -> None:
    meta.box.faults(script=[{"fault": fault}], hang_s=4)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    assert raised.value.code is code


def test_a_closed_window_and_a_stopped_customer_are_told_by_statuses(meta: Meta, adapter: WhatsApp) -> None:
    result = adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    eventually(lambda: meta.statuses(result.provider_id) == ["failed"])
    (receipt,) = facts(meta, adapter)
    assert isinstance(receipt, DeliveryReceipt)
    assert (receipt.fate, receipt.error) == (SendErrorCode.WINDOW_CLOSED, "131047")
    meta.does("marketing", value="stop")
    meta.does("marketing", value="resume")
    blocks = [fact for fact in facts(meta, adapter) if isinstance(fact, EndpointBlocked)]
    assert [(block.sender, block.lifted) for block in blocks] == [(ANA, False), (ANA, True)]


def test_a_template_lives_from_submission_to_deletion(meta: Meta, adapter: WhatsApp) -> None:
    made = adapter.submit_template(name="nps", language="en", category=Category.UTILITY, components=[BODY])
    assert made.approval is Approval.PENDING
    use = TemplateUse(name="nps", language="en", values={"1": "Ana"})
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt(template=use)), before_request=no_fence)
    assert raised.value.code is SendErrorCode.TEMPLATE_NOT_APPROVED
    meta.decide(made.provider_id, event="APPROVED")
    eventually(meta.webhooks)
    (news,) = facts(meta, adapter)
    assert isinstance(news, TemplateNews)
    assert (news.provider_id, news.approval, news.language) == (made.provider_id, Approval.APPROVED, "en")
    adapter.send(adapter.render(ANA, a_prompt(template=use)), before_request=no_fence)
    eventually(lambda: [entry["body"] for entry in meta.chat()] == ["Hi Ana, how was your call?"])
    adapter.edit_template(
        made.provider_id, category=None, components=[{**BODY, "text": "Hello {{1}}, how was your call?"}]
    )
    (listed,) = adapter.list_templates()
    assert (listed.provider_id, listed.approval) == (made.provider_id, Approval.PENDING)
    adapter.delete_template(name="nps")
    assert list(adapter.list_templates()) == []


def test_values_above_and_a_button_after_a_link_find_their_places(meta: Meta, adapter: WhatsApp) -> None:
    about = {"header_text_named_params": [{"param_name": "about", "example": "your call"}]}
    name = {"body_text_named_params": [{"param_name": "name", "example": "Ana"}]}
    link = {"type": "URL", "text": "Read more", "url": "https://acme.example/nps"}
    components: list[dict[str, Any]] = [
        {"type": "HEADER", "format": "TEXT", "text": "One question about {{about}} for you", "example": about},
        {"type": "BODY", "text": "Hello {{name}}, how was it? Reply with a number from 0 to 10.", "example": name},
        {"type": "BUTTONS", "buttons": [link, {"type": "QUICK_REPLY", "text": "STOP"}]},
    ]
    made = adapter.submit_template(name="above", language="en", category=Category.UTILITY, components=components)
    meta.decide(made.provider_id, event="APPROVED")
    kinds = {"category": Category.UTILITY, "asked": Category.UTILITY}
    listed = Listed(name="above", language="en", approval=Approval.APPROVED, components=components, **kinds)
    assert listed.obstacle is None
    use = listed.use({"about": "your order", "name": "Ana"})
    adapter.send(adapter.render(ANA, a_prompt(template=use)), before_request=no_fence)
    eventually(lambda: len(meta.chat()) == 1)
    (shown,) = meta.chat()
    assert "One question about your order for you" in shown["body"]
    assert "Hello Ana" in shown["body"]
    assert [control["id"] for control in shown["controls"]] == ["STOP"]
    link["url"] = "https://acme.example/{{1}}"
    assert listed.obstacle == "unfillable"


def test_a_refused_template_says_why(meta: Meta, adapter: WhatsApp) -> None:
    with pytest.raises(SendError, match="start or end") as raised:
        adapter.submit_template(
            name="nps", language="en", category=Category.UTILITY, components=[{**BODY, "text": "How was it, {{1}}"}]
        )
    assert (raised.value.code, raised.value.provider_code) == (SendErrorCode.REJECTED, "100/2388299")


def test_what_meta_says_of_our_number(meta: Meta, adapter: WhatsApp) -> None:
    assert adapter.about_number()["webhook_configuration"]["application"] == f"{meta.product.url}/webhooks/whatsapp"


def the_settings(meta: Meta, **changes: str) -> Settings:
    values = {
        "PUBLIC_URL": meta.product.url,
        "WHATSAPP_TOKEN": TOKEN,
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
        "WHATSAPP_BUSINESS_ACCOUNT_ID": ACCOUNT_ID,
        "WHATSAPP_APP_SECRET": APP_SECRET,
        "WHATSAPP_VERIFY_TOKEN": "any",
        "WHATSAPP_API_URL": meta.box.url,
        **changes,
    }
    return read_settings({f"ZEROTEN_{name}": value for name, value in values.items() if value})


@pytest.mark.parametrize(
    ("changes", "is_right", "words"),
    [
        ({}, [True, True], "webhooks come to"),
        ({"PUBLIC_URL": "https://elsewhere.example"}, [True, False], "set the callback address"),
        ({"WHATSAPP_TOKEN": "wrong"}, [False], "config, 190"),
        ({"WHATSAPP_PHONE_NUMBER_ID": "999"}, [False], "config, 100"),
        ({"WHATSAPP_API_URL": "http://127.0.0.1:9"}, [False], "unreachable"),
        ({"WHATSAPP_APP_SECRET": ""}, [False], "ZEROTEN_WHATSAPP_APP_SECRET is missing"),
        (dict.fromkeys((f"WHATSAPP_{name}" for name in CREDENTIALS), ""), [True], "WhatsApp is off"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_the_doctor_says_what_is_wrong(meta: Meta, changes: dict[str, str], is_right: list[bool], words: str) -> None:
    found = list(check_whatsapp(the_settings(meta, **changes)))
    assert [right for right, _ in found] == is_right
    assert words in found[-1][1]
    assert not [line for _, line in found if TOKEN in line or APP_SECRET in line]
