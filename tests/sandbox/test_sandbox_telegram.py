"""The sandbox's Telegram: what the Bot API takes and refuses, and how updates reach the webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.settings import TELEGRAM_TOKEN
from tests.sandbox.running import Box, Call, Product, eventually, running

ANA = 523456789
SECRET = "s3cret"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BUTTONS = {"inline_keyboard": [[{"text": "9", "callback_data": "nine"}, {"text": "10", "callback_data": "ten"}]]}
FAST = ("--telegram-chat-interval", "0", "--telegram-backoff", "0.02")


@pytest.fixture(scope="module")
def telegram_box(tmp_path_factory: pytest.TempPathFactory, product_server: Product) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("telegram"), product_server, *FAST) as box:
        yield box


@pytest.fixture
def bot(telegram_box: Box, product: Product) -> Box:
    """A bot that Ana has started, with its webhook at the product."""
    product.answer = lambda _call: (200, "text/plain", "")
    telegram_box.since = telegram_box.call("POST", "/_sandbox/reset", {})["seq"]
    people(telegram_box, f"/{ANA}", name="Ana", language="nl")
    register(telegram_box, product)
    return telegram_box


def call(box: Box, method: str, **fields: Any) -> tuple[int, Any]:
    """One call as python-telegram-bot makes it: a form, objects as JSON."""
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return box.raw("POST", f"/bot{TELEGRAM_TOKEN}/{method}", urlencode(form), FORM)


def result(box: Box, method: str, **fields: Any) -> Any:
    status, answer = call(box, method, **fields)
    assert (status, answer["ok"]) == (200, True), answer
    return answer["result"]


def refusal(box: Box, method: str, **fields: Any) -> tuple[int, str]:
    status, answer = call(box, method, **fields)
    assert answer["ok"] is False
    assert answer["error_code"] == status
    return status, answer["description"]


def register(box: Box, product: Product, **fields: Any) -> None:
    given = {"url": f"{product.url}/webhooks/telegram", "secret_token": SECRET, "allowed_updates": [], **fields}
    assert result(box, "setWebhook", **given) is True


def people(box: Box, path: str, **wish: Any) -> Any:
    return box.call("POST", f"/_sandbox/telegram/chats{path}", wish)


def chat(box: Box) -> list[dict[str, Any]]:
    return list(box.call("GET", f"/_sandbox/telegram/chats/{ANA}")["messages"])


def updates(product: Product) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in list(product.calls)]


# --- calls ------------------------------------------------------------------------------------------------------------


def test_the_bot_says_who_it_is(bot: Box) -> None:
    assert result(bot, "getMe")["username"] == "AcmeFeedbackBot"
    assert bot.raw("GET", f"/bot{TELEGRAM_TOKEN}/getme")[0] == 200
    assert bot.raw("POST", f"/bot{TELEGRAM_TOKEN}/noSuchMethod", {})[0] == 404
    assert bot.raw("POST", "/bot1:wrong/getMe", {}) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    assert bot.raw("POST", "/botnonsense/getMe", {})[0] == 404


@pytest.mark.parametrize("way", ["form", "json", "query"])
def test_a_message_arrives_however_it_is_sent(bot: Box, way: str) -> None:
    fields = {"chat_id": ANA, "text": "How likely?", "reply_markup": BUTTONS}
    path = f"/bot{TELEGRAM_TOKEN}/sendMessage"
    flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    if way == "form":
        status, answer = bot.raw("POST", path, urlencode(flat), FORM)
    elif way == "json":
        status, answer = bot.raw("POST", path, fields)
    else:
        status, answer = bot.raw("GET", f"{path}?{urlencode(flat)}")
    assert status == 200
    message = answer["result"]
    assert (message["chat"]["id"], message["text"], message["reply_markup"]) == (ANA, "How likely?", BUTTONS)
    (entry,) = chat(bot)
    assert (entry["author"], entry["text"], entry["message_id"]) == ("bot", "How likely?", message["message_id"])


_LONG_ROW = {"inline_keyboard": [[{"text": str(n), "callback_data": str(n)} for n in range(9)]]}


def _data(data: str) -> Mapping[str, Any]:
    return {"inline_keyboard": [[{"text": "9", "callback_data": data}]]}


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": ""}, 400, "Bad Request: message text is empty"),
        ({"text": " \n "}, 400, "Bad Request: message text is empty"),
        ({"text": "a" * 4097}, 400, "Bad Request: message is too long"),
        ({"text": "👍" * 2049}, 400, "Bad Request: message is too long"),
        ({"chat_id": "ana"}, 400, "Bad Request: chat not found"),
        ({"chat_id": 999}, 400, "Bad Request: chat not found"),
        ({"chat_id": ""}, 400, "Bad Request: chat_id is empty"),
        ({"reply_markup": _data("x" * 65)}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": _data("é" * 33)}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": _data("")}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": _LONG_ROW}, 400, "Bad Request: REPLY_MARKUP_TOO_LONG"),
        ({"reply_markup": "{"}, 400, "Bad Request: can't parse reply keyboard markup JSON object"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "9"}]]}},
            400,
            "Bad Request: text buttons are unallowed in the inline keyboard",
        ),
    ],
)
def test_what_telegram_refuses_is_refused_in_its_words(
    bot: Box, fields: dict[str, Any], status: int, words: str
) -> None:
    assert refusal(bot, "sendMessage", **{"chat_id": ANA, "text": "?", **fields}) == (status, words)
    assert chat(bot) == []
    (line,) = bot.ledger("telegram_call")[1:]
    assert (line["status"], line["description"]) == (status, words)


def test_the_longest_message_is_taken(bot: Box) -> None:
    assert result(bot, "sendMessage", chat_id=ANA, text="👍" * 2048)
    assert result(bot, "sendMessage", chat_id=ANA, text="a" * 4096, reply_markup=_data("é" * 32))


def test_an_unknown_parameter_is_passed_over_and_told(bot: Box) -> None:
    assert result(bot, "sendMessage", chat_id=ANA, text="?", teXt="!")
    (alert,) = bot.ledger("alert")
    assert alert["detail"] == "sendMessage knows no teXt"


def test_a_message_is_edited_once(bot: Box) -> None:
    sent = result(bot, "sendMessage", chat_id=ANA, text="How likely?", reply_markup=BUTTONS)
    place = {"chat_id": ANA, "message_id": sent["message_id"]}
    edited = result(bot, "editMessageText", text="How likely?\n\n✓ 9", **place)
    assert "reply_markup" not in edited
    assert chat(bot)[0]["text"].endswith("✓ 9")
    assert "message is not modified" in refusal(bot, "editMessageText", text="How likely?\n\n✓ 9", **place)[1]
    assert "not modified" in refusal(bot, "editMessageReplyMarkup", **place)[1]
    assert refusal(bot, "editMessageText", text="?", chat_id=ANA, message_id=77)[1].endswith(
        "message to edit not found"
    )
    people(bot, f"/{ANA}/text", text="9")
    own = chat(bot)[-1]["message_id"]
    assert refusal(bot, "editMessageText", text="?", chat_id=ANA, message_id=own)[1].endswith("can't be edited")


def test_who_never_came_cannot_be_written_to(bot: Box) -> None:
    assert refusal(bot, "sendMessage", chat_id=77, text="?")[0] == 400
    people(bot, "/77/block", blocked=True)
    assert refusal(bot, "sendMessage", chat_id=77, text="?") == (403, "Forbidden: bot was blocked by the user")
    people(bot, "/77/block", blocked=False)
    assert refusal(bot, "sendMessage", chat_id=77, text="?")[1].startswith("Forbidden: bot can't initiate")


# --- updates ----------------------------------------------------------------------------------------------------------


def test_words_reach_the_webhook_with_the_secret(bot: Box, product: Product) -> None:
    told = people(bot, f"/{ANA}/text", text="9")
    assert told["webhook"] == "acknowledged"
    (heard,) = product.calls
    assert heard.path == "/webhooks/telegram"
    assert heard.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
    message = json.loads(heard.body)["message"]
    assert (message["text"], message["chat"]["id"], message["from"]["language_code"]) == ("9", ANA, "nl")


def test_a_tap_is_a_query_that_can_be_answered_once(bot: Box, product: Product) -> None:
    sent = result(bot, "sendMessage", chat_id=ANA, text="How likely?", reply_markup=BUTTONS)
    told = people(bot, f"/{ANA}/tap", message_id=sent["message_id"], data="nine")
    (update,) = updates(product)
    query = update["callback_query"]
    assert (query["data"], query["message"]["message_id"], told["webhook"]) == (
        "nine",
        sent["message_id"],
        "acknowledged",
    )
    assert result(bot, "answerCallbackQuery", callback_query_id=query["id"], text="Thanks") is True
    assert chat(bot)[0]["tapped"]["notice"] == "Thanks"
    assert "query is too old" in refusal(bot, "answerCallbackQuery", callback_query_id=query["id"])[1]
    path = f"/_sandbox/telegram/chats/{ANA}/tap"
    assert bot.raw("POST", path, {"message_id": sent["message_id"], "data": "other"})[0] == 409
    assert people(bot, f"/{ANA}/tap", message_id=sent["message_id"], data="other", from_memory=True)


def test_a_call_in_the_webhook_s_answer_is_obeyed(bot: Box, product: Product) -> None:
    def answer(heard: Call) -> tuple[int, str, str]:
        query = json.loads(heard.body)["callback_query"]["id"]
        reply = {"method": "answerCallbackQuery", "callback_query_id": query, "text": "Already answered"}
        return 200, "application/json", json.dumps(reply)

    sent = result(bot, "sendMessage", chat_id=ANA, text="How likely?", reply_markup=BUTTONS)
    product.answer = answer
    people(bot, f"/{ANA}/tap", message_id=sent["message_id"], data="nine")
    eventually(lambda: chat(bot)[0]["tapped"]["webhook"] == "answered")
    assert bot.ledger("telegram_call")[-1]["via"] == "webhook"


def test_a_failed_webhook_is_repeated_and_holds_up_its_chat_alone(bot: Box, product: Product) -> None:
    failures = iter([500, 404, 302])
    product.answer = lambda _call: (next(failures, 200), "text/plain", "")
    first = people(bot, f"/{ANA}/text", text="one", wait=False)
    second = people(bot, f"/{ANA}/text", text="two")
    assert second["webhook"] == "acknowledged"
    heard = [update["update_id"] for update in updates(product)]
    assert heard == [first["update_id"]] * 4 + [second["update_id"]]
    assert result(bot, "getWebhookInfo")["last_error_message"].startswith("Wrong response")


def test_retry_after_is_honoured(bot: Box, product: Product) -> None:
    lines = bot.ledger("telegram_update_try")
    assert lines == []
    answers = iter([(503, "text/plain", "")])
    product.answer = lambda _call: next(answers, (200, "text/plain", ""))
    assert people(bot, f"/{ANA}/text", text="one")["webhook"] == "acknowledged"
    assert [line["status"] for line in bot.ledger("telegram_update_try")] == [503, 200]


def test_a_block_is_told_and_ends_with_start(bot: Box, product: Product) -> None:
    people(bot, f"/{ANA}/block", blocked=True)
    assert updates(product)[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert refusal(bot, "sendMessage", chat_id=ANA, text="?")[0] == 403
    assert bot.raw("POST", f"/_sandbox/telegram/chats/{ANA}/text", {"text": "9"})[0] == 409
    people(bot, f"/{ANA}/text", text="/start k3Jx")
    eventually(lambda: len(product.calls) == 3)
    kinds = [next(key for key in update if key != "update_id") for update in updates(product)]
    assert sorted(kinds) == ["message", "my_chat_member", "my_chat_member"]
    assert result(bot, "sendMessage", chat_id=ANA, text="?")


def test_a_correction_is_an_update_of_its_own(bot: Box, product: Product) -> None:
    people(bot, f"/{ANA}/text", text="9")
    people(bot, f"/{ANA}/correct", message_id=chat(bot)[0]["message_id"], text="3")
    edited = updates(product)[-1]["edited_message"]
    assert (edited["text"], edited["edit_date"] >= edited["date"]) == ("3", True)
    assert chat(bot)[0]["edited"] is True


def test_only_what_was_asked_for_is_brought(bot: Box, product: Product) -> None:
    register(bot, product, allowed_updates=["callback_query"])
    assert people(bot, f"/{ANA}/text", text="9")["webhook"] == "unwanted"
    assert product.calls == []
    assert result(bot, "getWebhookInfo")["allowed_updates"] == ["callback_query"]


def test_an_update_comes_again_with_its_own_id(bot: Box, product: Product) -> None:
    first = people(bot, f"/{ANA}/text", text="9", hold=True, wait=False)
    assert product.calls == []
    path = f"/_sandbox/telegram/updates/{first['update_id']}/redeliver"
    assert bot.call("POST", path, {"copies": 3})["webhook"] == "acknowledged"
    eventually(lambda: len(product.calls) == 3)
    assert {update["update_id"] for update in updates(product)} == {first["update_id"]}


def test_a_webhook_needs_an_address_that_telegram_would_call(bot: Box) -> None:
    for url, words in (("http://shop.example/x", "HTTPS URL"), ("https://shop.example:8000/x", "ports 80, 88")):
        assert words in refusal(bot, "setWebhook", url=url)[1]
    assert "unallowed characters" in refusal(bot, "setWebhook", url="https://a.example", secret_token="é")[1]


# --- limits and faults ------------------------------------------------------------------------------------------------


def test_thirty_messages_a_second_and_one_in_a_chat(tmp_path: Path, product: Product) -> None:
    with running(tmp_path, product) as box:
        for number in range(31):
            people(box, f"/{1000 + number}", name=f"C{number}")
        answers = [call(box, "sendMessage", chat_id=1000, text="?") for _ in range(2)]
        assert [status for status, _ in answers] == [200, 429]
        assert answers[1][1]["parameters"] == {"retry_after": 1}
        statuses = [call(box, "sendMessage", chat_id=1000 + number, text="?")[0] for number in range(1, 31)]
        assert statuses.count(429) <= 1  # the thirty-first within a second, if the machine was quick enough
        assert len([line for line in box.ledger("telegram_message") if line["author"] == "bot"]) <= 31


def test_faults_look_as_they_do_at_telegram(bot: Box) -> None:
    bot.faults(script=[{"fault": "429"}, {"fault": "500"}, {"fault": "accepted-500"}], retry_after_s=7)
    status, answer = call(bot, "sendMessage", chat_id=ANA, text="one")
    assert (status, answer["parameters"]) == (429, {"retry_after": 7})
    assert call(bot, "sendMessage", chat_id=ANA, text="two")[0] == 500
    assert call(bot, "sendMessage", chat_id=ANA, text="three")[0] == 500
    assert [entry["text"] for entry in chat(bot)] == ["three"], "it said 500 and sent it all the same"
    lines = [line for line in bot.ledger("telegram_call") if line["method"] == "sendMessage"]
    assert [(line["fault"], line["message_id"] is not None) for line in lines] == [
        ("429", False),
        ("500", False),
        ("accepted-500", True),
    ]


def test_it_remembers_over_a_restart(tmp_path: Path, product: Product) -> None:
    product.answer = lambda _call: (503, "text/plain", "")
    with running(tmp_path, product, *FAST) as box:
        people(box, f"/{ANA}", name="Ana")
        register(box, product)
        result(box, "sendMessage", chat_id=ANA, text="How likely?", reply_markup=BUTTONS)
        people(box, f"/{ANA}/text", text="9", wait=False)
        eventually(lambda: product.calls)
        box.kill()
    product.answer = lambda _call: (200, "text/plain", "")
    product.calls.clear()
    with running(tmp_path, product, *FAST) as box:
        assert [entry["text"] for entry in chat(box)] == ["How likely?", "9"]
        assert result(box, "getWebhookInfo")["url"].endswith("/webhooks/telegram")
        eventually(lambda: [update["message"]["text"] for update in updates(product)] == ["9"])
        people(box, f"/{ANA}/tap", message_id=chat(box)[0]["message_id"], data="ten")
        identities = [update["update_id"] for update in updates(product)]
        assert identities == sorted(set(identities))
