"""Telegram: the contract of every adapter, and what only the Bot API does."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram import MAX_TEXT, TelegramBot
from bots.telegram_buttons import MAX_DATA, read_tap
from common.channels import (
    Adapter,
    Called,
    Channel,
    Choice,
    Confirms,
    DeliveryReceipt,
    Inbound,
    InboundMessage,
    InvalidSignature,
    Linkable,
    Paced,
    Payload,
    Registers,
    Retires,
    SendError,
    SendErrorCode,
    Taken,
    WebhookRequest,
)
from common.wording import LOCALES, say
from tests.channels.contract import FIXTURES, AdapterContract, Failure, Fixture, a_prompt, load_fixtures, no_fence
from tests.channels.provider import Answer, Provider
from tests.channels.receiving import FakeReceiver, an_app, post

TOKEN = "123456789:AAH-f00df00df00df00df00df00df00df00"
SECRET = "s3cret_of-the-webhook"
PUBLIC = "https://zeroten.example/base"
ANA = "523456789"
REFERENCE = "out_01k9adxm3v0000000000000001"
IMPATIENT_S = 0.4
HEADER = "x-telegram-bot-api-secret-token"


def an_adapter(api_url: str | None = "http://127.0.0.1:9", **changes: Any) -> TelegramBot:
    values = {"token": TOKEN, "webhook_secret": SECRET, "public_url": PUBLIC, "api_url": api_url}
    return TelegramBot(**{**values, **changes})


def a_webhook(update: object) -> WebhookRequest:
    """An update without proof."""
    body = update if isinstance(update, str) else json.dumps(update)
    headers = {"content-type": "application/json", "user-agent": ""}
    return WebhookRequest(
        method="POST", path="/webhooks/telegram", query="", headers=headers, body=body.encode("utf-8", "surrogatepass")
    )


def signed(webhook: WebhookRequest, secret: str = SECRET) -> WebhookRequest:
    return replace(webhook, headers={**webhook.headers, HEADER: secret})


def a_message(**changes: Any) -> dict[str, Any]:
    """A message as the Bot API shows it."""
    chat = {"id": int(ANA), "type": "private", "first_name": "Ana"}
    return {"message_id": 7, "date": 1795348800, "chat": chat, "text": "?", **changes}


def accepted(result: object) -> Answer:
    return Answer(body=json.dumps({"ok": True, "result": result}).encode())


def refused(status: int, description: str, **parameters: object) -> Answer:
    """A refusal in Telegram's words."""
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status=status, body=json.dumps(body).encode())


class TelegramHarness:
    channel = Channel.TELEGRAM
    customer = ANA
    secrets = (TOKEN, SECRET, TOKEN.partition(":")[2])
    name_of_accepted = f"{ANA}:7"

    @functools.cache  # noqa: B019  (one harness for the whole run)
    def adapter(self, api_url: str = "http://127.0.0.1:9", *, is_patient: bool = True) -> TelegramBot:
        return an_adapter(api_url, timeout_s=10.0 if is_patient else IMPATIENT_S)

    @functools.cache  # noqa: B019
    def fixtures(self) -> Sequence[Fixture]:
        def read(content: Mapping[str, Any]) -> WebhookRequest:
            body = content["update"] if "update" in content else content["body"] * content.get("repeat", 1)
            return signed(a_webhook(body))

        return load_fixtures(FIXTURES / "telegram", read)

    def sign(self, webhook: WebhookRequest) -> WebhookRequest:
        return signed(webhook)

    def leaves(self, webhook: WebhookRequest) -> Sequence[str]:
        return [json.dumps(path) for path in _paths(json.loads(webhook.body))]

    def reshaped(self, webhook: WebhookRequest, leaves: Mapping[str, str]) -> WebhookRequest:
        update = json.loads(webhook.body)
        for path, value in leaves.items():
            _put(update, json.loads(path), value)
        return replace(webhook, body=json.dumps(update).encode())

    def forgeries(self, webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
        wrong = {
            "empty": "",
            "space": " ",
            "padded": SECRET + " ",
            "truncated": SECRET[:-1],
            "longer": SECRET + "x",
            "twice": SECRET * 2,
            "two headers": f"{SECRET},{SECRET}",
            "other case": SECRET.upper(),
            "one sign other": SECRET[:-1] + "x",
            "reversed": SECRET[::-1],
            "non-ASCII": "é" * 21,
            "beyond Latin-1": "署名" * 14,
            "a lone surrogate": "\udcff" * 21,
            "100 kB": "A" * 100_000,
            "the right one and 100 kB": SECRET + "A" * 100_000,
            "the bot's token": TOKEN,
            "quoted": f'"{SECRET}"',
            "hexadecimal": SECRET.encode().hex(),
            "percent-encoded": "%73" + SECRET[1:],
            "null": "null",
            "full width": "".join(chr(ord(sign) + 0xFEE0) for sign in SECRET),
        }
        for name, value in wrong.items():
            yield name, signed(webhook, value)
        bare = {name: value for name, value in webhook.headers.items() if name != HEADER}
        yield "missing", replace(webhook, headers=bare)
        yield "under another name", replace(webhook, headers={**bare, "x-telegram-bot-api-secret": SECRET})
        yield "in the query", replace(webhook, headers=bare, query=f"secret_token={SECRET}")
        yield "as a bearer", replace(webhook, headers={**bare, "authorization": f"Bearer {SECRET}"})

    def failures(self) -> Sequence[Failure]:
        return [*_refusals(), *_doubts()]

    def accepted(self, provider_id: str) -> Answer:
        return accepted(a_message())

    def text_of(self, payload: Payload) -> str:
        return str(payload.fields["text"])


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all values in the JSON that are neither object nor list."""
    match value:
        case dict():
            for key, part in value.items():
                yield from _paths(part, (*path, key))
        case list():
            for index, part in enumerate(value):
                yield from _paths(part, (*path, index))
        case _:
            yield path


def _put(document: Any, path: Sequence[str | int], value: str) -> None:
    for step in path[:-1]:
        document = document[step]
    if path and isinstance(document, dict | list):
        document[path[-1]] = value  # type: ignore[index]


def _refusals() -> Iterator[Failure]:
    cases = {
        SendErrorCode.CONFIG: (
            (401, "Unauthorized"),
            (404, "Not Found"),
            (409, "Conflict: terminated by other getUpdates request"),
            (302, "Found"),
            (405, "Method Not Allowed"),
        ),
        SendErrorCode.ENDPOINT_BLOCKED: (
            (403, "Forbidden: bot was blocked by the user"),
            (403, "Forbidden: something new"),
        ),
        SendErrorCode.UNDELIVERABLE: (
            (403, "Forbidden: user is deactivated"),
            (403, "Forbidden: bot can't initiate conversation with a user"),
            (403, "Forbidden: bot was kicked from the group chat"),
            (400, "Bad Request: chat not found"),
            (400, "Bad Request: PEER_ID_INVALID"),
            (400, "Bad Request: group chat was deactivated"),
        ),
        SendErrorCode.REJECTED: (
            (400, "Bad Request: message text is empty"),
            (400, "Bad Request: message is too long"),
            (400, "Bad Request: BUTTON_DATA_INVALID"),
            (400, "Bad Request: can't parse entities"),
            (413, "Request Entity Too Large"),
        ),
        SendErrorCode.THROTTLED: ((429, "Too Many Requests"),),
    }
    for code, refusals in cases.items():
        for status, words in refusals:
            yield Failure(name=f"{status} {words}", answer=refused(status, words), code=code)
    migrated = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001)
    yield Failure(name="group migrated", answer=migrated, code=SendErrorCode.UNDELIVERABLE)
    for value, wait in ((7, 7), (0, 0), (999_999, 3600), ("7", None), (True, None), (-3, None), (1.5, None)):
        yield Failure(
            name=f"retry after {value!r}",
            answer=refused(429, "Too Many Requests: retry later", retry_after=value),
            code=SendErrorCode.THROTTLED,
            retry_after=None if wait is None else timedelta(seconds=wait),
        )
    for name, body in {"html": b"<h1>Bad</h1>", "list": b"[]", "words": b'{"description":7}', "nothing": b""}.items():
        yield Failure(name=f"400 {name}", answer=Answer(status=400, body=body), code=SendErrorCode.REJECTED)


def _doubts() -> Iterator[Failure]:
    whole = accepted(a_message())
    answers = {
        "500": refused(500, "Internal Server Error"),
        "502": Answer(status=502, body=b"<h1>Bad gateway</h1>"),
        "503": refused(503, "Service Unavailable"),
        "504": Answer(status=504, body=b""),
        "500 in the words of a block": refused(500, "Forbidden: bot was blocked by the user"),
        "200 with garbage": Answer(body=b"{]"),
        "200 with nothing": Answer(body=b""),
        "200 with a list": Answer(body=b"[1]"),
        "200 with null": Answer(body=b"null"),
        "200 without a result": Answer(body=b'{"ok":true}'),
        "200 with another result": accepted(True),
        "200 with a message of another shape": accepted({"message_id": 7}),
        "200 with a date of another kind": accepted(a_message(date="now")),
        "200 with bytes": Answer(body=b"\xff\xfe"),
        "200 with a page": Answer(body=b"<html>Welcome to the hotel's network</html>"),
        "200 ended early": replace(whole, fault="half"),
        "200 dripping": replace(whole, fault="drip"),
        "no answer": Answer(fault="hang"),
        "cut": Answer(fault="cut"),
        "reset": Answer(fault="reset"),
    }
    for name, answer in answers.items():
        yield Failure(name=name, answer=answer, code=SendErrorCode.AMBIGUOUS)


class TestTelegram(AdapterContract):
    harness = TelegramHarness()


# --- buttons ----------------------------------------------------------------------------------------------------------


def buttons(**changes: Any) -> list[list[tuple[str, str]]]:
    """Label and data of the buttons under a prompt."""
    payload = an_adapter().render(ANA, a_prompt(reference=REFERENCE, **changes))
    markup: Any = payload.fields.get("reply_markup")
    return [[(each.text, each.callback_data) for each in row] for row in markup.inline_keyboard] if markup else []


def test_eleven_scores_stand_in_rows_of_six_and_five() -> None:
    rows = buttons(scale=True, step=3)
    assert [[label for label, _ in row] for row in rows] == [list("012345"), ["6", "7", "8", "9", "10"]]
    assert rows[1][4][1] == "01k9adxm3v0000000000000001.3.s.10"


def test_each_choice_has_a_row_and_the_last_one_skips() -> None:
    choices = (Choice(key="wait_time", label="Wachttijd"), Choice(key="solution", label="De oplossing"))
    rows = buttons(key="aspect", choices=choices, can_skip=True, locale="nl", step=5)
    assert [row[0][0] for row in rows] == [
        "Wachttijd",
        "De oplossing",
        say("ui.skip", locale="nl", channel="", brand=""),
    ]
    assert [read_tap(row[0][1]).value for row in rows] == ["wait_time", "solution", "skip"]  # type: ignore[union-attr]


def test_words_alone_have_no_buttons() -> None:
    assert buttons(key="closing.promoter") == []
    assert buttons(key="reply", can_skip=True) == []


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_the_words_of_a_webhook_s_answer_fit(locale: str) -> None:
    assert 0 < len(say("ui.answered", locale=locale, channel="telegram", brand="")) <= 200
    assert 0 < len(say("ui.help", locale=locale, channel="telegram", brand="")) <= MAX_TEXT


_KEYS = st.from_regex(r"\A[a-z0-9_]{1,57}\Z")


@given(key=_KEYS, step=st.integers(1, 99), label=st.text(min_size=1, max_size=200))
def test_any_choice_comes_back_as_it_was_drawn(key: str, step: int, label: str) -> None:
    ((name, data),) = buttons(key="aspect", choices=(Choice(key=key, label=label),), step=step)[0:1][0:1][0]
    assert 1 <= len(data.encode()) <= MAX_DATA
    assert 1 <= len(name) <= 64
    tap = read_tap(data)
    assert tap is not None
    assert (tap.question, tap.value, tap.step) == ("aspect", key, step)
    assert tap.reference in (REFERENCE, None)


@given(data=st.text(max_size=70))
def test_any_other_button_is_none_of_ours(data: str) -> None:
    tap = read_tap(data)
    assert tap is None or data.count(".") >= 3


def test_text_is_cut_to_what_telegram_counts() -> None:
    text = an_adapter().render(ANA, a_prompt("👍" * 4096)).fields["text"]
    assert text == "👍" * 2048, "an emoji is two of Telegram's 4,096"


# --- what a webhook is answered ---------------------------------------------------------------------------------------


def confirmed(name: str, **taken: Any) -> Any:
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == name)
    outcome = Taken(**{"provider_id": "x", "is_new": True, "counts": True, **taken})
    reply = an_adapter().confirm(fixture.webhook, (outcome,))
    assert reply.status == 200
    return json.loads(reply.body) if reply.body else None


def test_a_tap_s_spinner_is_stopped_without_a_word() -> None:
    assert confirmed("tap_score") == {"method": "answerCallbackQuery", "callback_query_id": "2248012890035"}


def test_a_tap_that_came_too_late_is_told_so_in_the_customer_s_language() -> None:
    told = confirmed("tap_score", is_new=True, counts=False)
    assert told["text"] == "Deze vraag is al beantwoord."
    assert "text" not in confirmed("tap_score", is_new=False, counts=False), "Telegram repeats the webhook, not we"


def test_a_tap_on_a_strange_button_is_let_go_as_well() -> None:
    receiver = FakeReceiver()
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == "tap_foreign_button")
    answer = post(an_app(an_adapter(), receiver), fixture.webhook)
    assert answer.json is not None
    assert answer.json["method"] == "answerCallbackQuery"
    assert len(receiver.quarantined) == 1


def test_start_and_help_are_answered_once() -> None:
    for name in ("command_start", "command_start_link", "command_help"):
        told = confirmed(name)
        assert (told["method"], told["chat_id"]) == ("sendMessage", int(ANA))
        assert "/stop" in told["text"]
        assert confirmed(name, is_new=False, counts=False) is None
    told = confirmed("command_start_link", is_new=True, counts=False, is_linked=False)
    assert told["text"] == say("ui.invalid_link", locale="nl", channel="telegram", brand="")


@pytest.mark.parametrize("name", ["message_score", "command_stop", "edited_score", "group_message", "member_blocked"])
def test_everything_else_is_only_acknowledged(name: str) -> None:
    assert confirmed(name) is None


# --- calls ------------------------------------------------------------------------------------------------------------


def test_a_message_is_sent_as_plain_text_with_its_buttons(provider: Provider) -> None:
    provider.says(accepted(a_message()))
    adapter = an_adapter(provider.url)
    adapter.send(adapter.render(ANA, a_prompt("<b>9 & *10*</b>", scale=True)), before_request=no_fence)
    (asked,) = provider.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    assert (asked.form["chat_id"], asked.form["text"]) == (ANA, "<b>9 & *10*</b>")
    assert "parse_mode" not in asked.form
    assert [len(row) for row in json.loads(asked.form["reply_markup"])["inline_keyboard"]] == [6, 5]


def test_an_answered_question_shows_the_answer_and_no_buttons(provider: Provider) -> None:
    provider.says(accepted(a_message()))
    an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("How likely?", scale=True), "9")
    (asked,) = provider.asked
    assert asked.path.endswith("/editMessageText")
    assert asked.form == {"chat_id": ANA, "message_id": "40", "text": "How likely?\n\n✓ 9"}
    provider.says(accepted(a_message()))
    an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("Why?", can_skip=True), None)
    assert provider.asked[0].path.endswith("/editMessageReplyMarkup")
    assert provider.asked[0].form == {"chat_id": ANA, "message_id": "40"}


@pytest.mark.parametrize("words", ["message is not modified", "message to edit not found", "message can't be edited"])
def test_what_is_done_or_gone_needs_no_edit(provider: Provider, words: str) -> None:
    provider.says(refused(400, f"Bad Request: {words}: specified new message content is exactly the same"))
    an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("How likely?"), "9")


def test_an_edit_that_fails_is_told(provider: Provider) -> None:
    provider.says(refused(429, "Too Many Requests", retry_after=3))
    with pytest.raises(SendError) as raised:
        an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("How likely?"), "9")
    assert (raised.value.code, raised.value.retry_after) == (SendErrorCode.THROTTLED, timedelta(seconds=3))


def test_the_webhook_is_registered_with_its_secret_and_nothing_is_dropped(provider: Provider) -> None:
    provider.says(accepted(True))
    an_adapter(provider.url).register()
    (asked,) = provider.asked
    assert asked.path.endswith("/setWebhook")
    assert asked.form == {
        "url": f"{PUBLIC}/webhooks/telegram",
        "secret_token": SECRET,
        "allowed_updates": '["message", "edited_message", "callback_query", "my_chat_member"]',
    }


def test_a_registration_is_looked_at(provider: Provider) -> None:
    right = {"url": f"{PUBLIC}/webhooks/telegram", "has_custom_certificate": False, "pending_update_count": 0}
    cases: Sequence[tuple[dict[str, Any], str]] = (
        (right, ""),
        ({**right, "url": ""}, "nobody"),
        ({**right, "url": "https://other.example/x"}, "another address"),
        ({**right, "allowed_updates": ["message"]}, "leave out"),
        ({**right, "pending_update_count": 5_000}, "5000 updates wait"),
        ({**right, "last_error_date": 4_000_000_000, "last_error_message": "502 Bad Gateway"}, "502 Bad Gateway"),
        ({**right, "last_error_date": 1_000_000_000, "last_error_message": "502 Bad Gateway"}, ""),
    )
    for info, words in cases:
        provider.says(accepted(info))
        faults = an_adapter(provider.url).registration_faults()
        assert len(faults) == bool(words)
        assert words in "".join(faults)


def test_settings_that_telegram_would_refuse_are_faults(provider: Provider) -> None:
    provider.says(
        accepted({"url": f"{PUBLIC}/webhooks/telegram", "has_custom_certificate": False, "pending_update_count": 0})
    )
    faults = an_adapter(provider.url, webhook_secret="has a space!", token="no-colon").registration_faults()
    assert ["TOKEN" in faults[0], "SECRET" in faults[1]] == [True, True]


def test_a_link_leads_to_the_bot(provider: Provider) -> None:
    me = {"id": 123456789, "is_bot": True, "first_name": "Acme", "username": "AcmeFeedbackBot"}
    provider.says(accepted(me))
    adapter = an_adapter(provider.url)
    for _ in range(2):
        assert adapter.link_prefix() == "https://t.me/AcmeFeedbackBot?start="
    assert len(provider.asked) == 1, "the bot's name is asked for once"


def test_a_call_that_only_asks_is_never_ambiguous(provider: Provider) -> None:
    provider.says(Answer(status=502))
    with pytest.raises(SendError) as raised:
        an_adapter(provider.url).registration_faults()
    assert raised.value.code is SendErrorCode.UNREACHABLE


# --- identity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chat", "address"),
    [(523456789, ANA), ("523456789", ANA), (" 523456789 ", ANA), (-1001987654321, None), (0, None), ("007", None)]
    + [(value, None) for value in ("", "@ana", "5e3", "５２３", True, None, 1.5, [5], "9" * 17)],
)
def test_a_chat_is_known_by_its_number(chat: object, address: str | None) -> None:
    assert an_adapter().find_address({"telegram_chat_id": chat}) == address


def test_an_id_that_comes_back_after_a_silent_week_is_another_update() -> None:
    def fact(date: int) -> Inbound:
        message = a_message(date=date, **{"from": {"id": int(ANA), "is_bot": False, "first_name": "Ana"}})
        (found,) = an_adapter().parse(a_webhook({"update_id": 5, "message": message}))
        return found

    first, again, later = (fact(date) for date in (1795348800, 1795348800, 1795348800 + 8 * 86400))
    assert isinstance(first, InboundMessage)
    assert isinstance(again, InboundMessage)
    assert isinstance(later, InboundMessage)
    assert first.provider_id == again.provider_id != later.provider_id


def test_a_tap_names_the_message_as_its_sending_did(provider: Provider) -> None:
    provider.says(accepted(a_message(message_id=40)))
    adapter = an_adapter(provider.url)
    result = adapter.send(adapter.render(ANA, a_prompt(scale=True)), before_request=no_fence)
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == "tap_score")
    receipt, _ = adapter.parse(fixture.webhook)
    assert isinstance(receipt, DeliveryReceipt)
    assert receipt.provider_id == result.provider_id


def test_without_a_secret_there_is_no_bot() -> None:
    for missing in ("token", "webhook_secret"):
        with pytest.raises(ValueError, match="needs"):
            an_adapter(**{missing: ""})


def test_the_adapter_keeps_all_its_protocols() -> None:
    adapter: Adapter = an_adapter()
    for protocol in (Called, Confirms, Linkable, Paced, Registers, Retires):
        assert isinstance(adapter, protocol)


def test_a_broken_confirmation_does_not_undo_what_was_stored() -> None:
    class Broken(TelegramBot):
        def confirm(self, request: WebhookRequest, taken: Sequence[Taken]) -> Any:
            raise KeyError(ANA)

    receiver = FakeReceiver()
    broken = Broken(token=TOKEN, webhook_secret=SECRET, public_url=PUBLIC)
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == "message_score")
    answer = post(an_app(broken, receiver), fixture.webhook)
    assert (answer.status_code, answer.data, len(receiver.facts)) == (200, b"", 1)


def test_a_request_that_proves_nothing_is_never_read() -> None:
    with pytest.raises(InvalidSignature):
        an_adapter().verify(a_webhook("{"))
