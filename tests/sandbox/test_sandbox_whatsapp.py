"""The emulated Graph API: as strict as Meta, and its webhooks as unruly."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.sandbox.running import Box, Product, eventually, running
from tests.sandbox.whatsapp_box import ANA, BODY, NUMBER_ID, Meta

BEN = "+14155550142"


@pytest.fixture
def meta(box: Box, product: Product) -> Meta:
    product.answer = lambda _call: (200, "text/plain", "")
    return Meta(box=box, product=product)


def codes(answer: tuple[int, Any]) -> tuple[int, int, int | None]:
    status, body = answer
    assert set(body["error"]) >= {"message", "type", "code", "fbtrace_id"}
    return status, body["error"]["code"], body["error"].get("error_subcode")


# --- messages -------------------------------------------------------------------------------------------------------


def test_a_message_is_taken_delivered_and_told_about(meta: Meta) -> None:
    meta.does("text", body="Hi")
    status, answer = meta.send(biz_opaque_callback_data="out_1")
    key = answer["messages"][0]["id"]
    assert (status, answer["contacts"][0]["wa_id"], answer["contacts"][0]["user_id"][:3]) == (200, ANA[1:], "NL.")
    eventually(lambda: set(meta.statuses(key)) == {"sent", "delivered", "read"})
    assert {item["biz_opaque_callback_data"] for item in meta.items("statuses")} == {"out_1"}
    assert [(entry["author"], entry["body"]) for entry in meta.chat()] == [("customer", "Hi"), ("business", "Hello")]


def interactive(kind: str, body: str = "Which?", **action: Any) -> dict[str, Any]:
    content = {"type": kind, "body": {"text": body}, "action": action}
    return {"messaging_product": "whatsapp", "to": ANA[1:], "type": "interactive", "interactive": content}


def a_button(key: str = "a", title: str = "A") -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": key, "title": title}}


def rows(count: int) -> list[dict[str, Any]]:
    return [{"rows": [{"id": str(n), "title": f"Row {n}"} for n in range(count)]}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"messaging_product": "sms"}, (400, 100, None)),
        ({"to": None}, (400, 100, None)),
        ({"to": "Ana"}, (400, 131009, None)),
        ({"to": None, "recipient": "nobody"}, (400, 131009, None)),
        ({"to": None, "recipient": "US.1"}, (400, 131026, None)),
        ({"recipient_type": "group"}, (400, 131009, None)),
        ({"type": "poll"}, (400, 100, None)),
        ({"colour": "red"}, (400, 100, None)),
        ({"text": {"body": "x", "colour": "red"}}, (400, 100, None)),
        ({"text": {}}, (400, 131008, None)),
        ({"text": {"body": " "}}, (400, 131009, None)),
        ({"text": {"body": "x" * 4_097}}, (400, 131009, None)),
        ({"text": "x"}, (400, 100, None)),
        ({"biz_opaque_callback_data": "x" * 513}, (400, 131009, None)),
        ({"biz_opaque_callback_data": 7}, (400, 131009, None)),
        ({"to": "15550783881"}, (400, 131021, None)),
    ],
    ids=repr,
)
def test_a_message_that_meta_would_refuse(meta: Meta, changes: dict[str, Any], expected: tuple[int, int, None]) -> None:
    assert codes(meta.send(**changes)) == expected
    assert not meta.chat()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (interactive("button", buttons=[a_button(str(n), str(n)) for n in range(4)]), 131009),
        (interactive("button", buttons=[a_button(title="x" * 21)]), 131009),
        (interactive("button", buttons=[a_button("a", "A"), a_button("b", "A")]), 131009),
        (interactive("button", buttons=[a_button("a", "A"), a_button("a", "B")]), 131009),
        (interactive("button", "x" * 1_025, buttons=[a_button()]), 131009),
        (interactive("button", buttons=[]), 131009),
        (interactive("list", button="Choose", sections=rows(11)), 131009),
        (interactive("list", button="x" * 21, sections=rows(1)), 131009),
        (interactive("list", button="Choose", sections=[{"rows": [{"id": "1", "title": "x" * 25}]}]), 131009),
        (interactive("list", button="Choose", sections=rows(6) + rows(6)), 131008),
        (interactive("list", sections=rows(1)), 131008),
        (interactive("carousel"), 100),
    ],
    ids=lambda value: str(value)[:80],
)
def test_controls_beyond_their_limits_are_refused(meta: Meta, content: dict[str, Any], code: int) -> None:
    assert codes(meta.send(content))[:2] == (400, code)


def test_controls_within_their_limits_are_shown_and_tapped(meta: Meta) -> None:
    meta.does("text", body="Hi")
    for content in (
        interactive("button", buttons=[a_button(str(n), "x" * 19 + str(n)) for n in range(3)]),
        interactive("list", button="Choose", sections=rows(10)),
    ):
        _, answer = meta.send(content)
        key = answer["messages"][0]["id"]
        eventually(lambda: meta.chat()[-1]["author"] == "business")
        shown = meta.chat()[-1]
        assert shown["id"] == key
        meta.does("tap", message=key, control=shown["controls"][1]["id"])
    replies = [item["interactive"] for item in meta.items("messages") if item["type"] == "interactive"]
    assert replies[0]["button_reply"] == {"id": "1", "title": "x" * 19 + "1"}
    assert replies[1]["list_reply"]["id"] == "1"


def test_wrong_tokens_and_ids_are_refused(meta: Meta) -> None:
    assert codes(meta.call("POST", f"{NUMBER_ID}/messages", {}, token="wrong"))[:2] == (401, 190)
    assert codes(meta.call("POST", "999/messages", {"messaging_product": "whatsapp"})) == (400, 100, 33)
    assert codes(meta.call("GET", "999/message_templates")) == (400, 100, 33)
    assert meta.call("GET", NUMBER_ID)[1]["webhook_configuration"]["application"].endswith("/webhooks/whatsapp")


def test_outside_the_window_a_text_is_taken_and_fails_later(meta: Meta) -> None:
    status, answer = meta.send()
    key = answer["messages"][0]["id"]
    assert status == 200
    eventually(lambda: meta.statuses(key) == ["failed"])
    (item,) = meta.items("statuses")
    assert item["errors"][0]["code"] == 131047
    meta.does("text", body="Hi")
    meta.box.call("POST", "/_sandbox/clock", {"advance_s": 86_401})
    late = meta.send()[1]["messages"][0]["id"]
    eventually(lambda: meta.statuses(late) == ["failed"])


def test_a_burst_to_one_person_is_throttled(meta: Meta) -> None:
    meta.does("text", body="Hi")
    answers = [meta.send()[0] for _ in range(46)]
    assert answers == [200] * 45 + [400]
    assert codes(meta.send())[1] == 131056
    assert meta.send(to=BEN[1:])[0] == 200


def test_somebody_who_is_not_on_whatsapp(meta: Meta) -> None:
    meta.phone(is_on_whatsapp=False)
    key = meta.send()[1]["messages"][0]["id"]
    eventually(lambda: meta.statuses(key) == ["failed"])
    assert meta.items("statuses")[0]["errors"][0]["code"] == 131026


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "code"), [("500", 500, 131000), ("503", 503, 131016), ("429", 429, 130429)]
)
def test_a_fault_refuses_and_leaves_nothing(meta: Meta, fault: str, status: int, code: int) -> None:
    meta.does("text", body="Hi")
    meta.box.faults(script=[{"fault": fault}])
    assert codes(meta.send())[:2] == (status, code)
    assert meta.send()[0] == 200
    eventually(lambda: len(meta.chat()) == 2)


def test_accepted_and_yet_an_error(meta: Meta) -> None:
    meta.does("text", body="Hi")
    meta.box.faults(script=[{"fault": "accepted-500"}])
    assert meta.send(biz_opaque_callback_data="out_9")[0] == 500
    eventually(lambda: any(item["biz_opaque_callback_data"] == "out_9" for item in meta.items("statuses")))
    assert len(meta.chat()) == 2
    (line,) = [line for line in meta.box.ledger("whatsapp_request") if line.get("message")]
    assert (line["status"], line["fault"]) == (500, "accepted-500")


def test_a_delivery_that_fails(meta: Meta) -> None:
    meta.does("text", body="Hi")
    meta.box.faults(script=[{"fault": "failed", "error_code": 131049, "to": ANA}])
    key = meta.send()[1]["messages"][0]["id"]
    eventually(lambda: "failed" in meta.statuses(key))
    assert next(each for each in meta.items("statuses") if each["status"] == "failed")["errors"][0]["code"] == 131049


# --- webhooks -------------------------------------------------------------------------------------------------------


def test_updates_of_a_moment_travel_together(meta: Meta) -> None:
    for number in range(12):
        meta.does("text", number=f"+3161234560{number:02d}", body=str(number), wait=False)
    eventually(lambda: len(meta.items("messages")) == 12)
    assert len(meta.webhooks()) < 12
    assert Counter(item["text"]["body"] for item in meta.items("messages")) == Counter(map(str, range(12)))


def test_a_webhook_comes_again_until_it_is_taken(meta: Meta) -> None:
    answers = iter([(503, "text/plain", ""), None, (200, "text/plain", "")])
    meta.product.answer = lambda _call: next(answers)
    assert meta.does("text", body="Hi")["webhook"] == "acknowledged"
    bodies = {call.body for call in meta.webhooks()}
    assert (len(meta.webhooks()), len(bodies)) == (3, 1)


def test_a_message_may_come_twice_in_different_bodies(meta: Meta) -> None:
    sent = meta.does("text", body="Hi", copies=3)
    eventually(lambda: [item["id"] for item in meta.items("messages")].count(sent["id"]) == 3)
    again = meta.box.call("POST", f"/_sandbox/whatsapp/messages/{ANA}/{sent['id']}/redeliver", {})
    assert (again["webhook"], len(meta.items("messages"))) == ("acknowledged", 4)


def test_statuses_get_lost_and_out_of_order(meta: Meta) -> None:
    meta.does("text", body="Hi")
    meta.box.faults(script=[{"fault": "lost-status", "what": "status"}, {"fault": "reorder", "what": "status"}])
    key = meta.send()[1]["messages"][0]["id"]
    eventually(lambda: len(meta.statuses(key)) == 2)
    assert meta.statuses(key) == ["read", "delivered"]


@pytest.mark.parametrize(
    ("shows", "names"), [("both", {"from", "from_user_id"}), ("number", {"from"}), ("user_id", {"from_user_id"})]
)
def test_people_are_named_by_number_by_id_or_both(meta: Meta, shows: str, names: set[str]) -> None:
    user_id = meta.phone(shows=shows, name="Ana")["user_id"]
    meta.does("text", body="Hi")
    (item,) = meta.items("messages")
    assert names == {"from", "from_user_id"} & set(item)
    key = meta.send(to=None, recipient=user_id)[1]["messages"][0]["id"]
    eventually(lambda: "read" in meta.statuses(key))
    recipients = {"recipient_id", "recipient_user_id"} & set(meta.items("statuses")[0])
    assert len(recipients) == len(names)


def test_any_kind_of_message_can_be_sent(meta: Meta) -> None:
    meta.does("media", type="audio")
    meta.does("media", type="image", caption="Broken")
    sent = meta.does("text", body="Hi")
    meta.does("react", message=sent["id"], emoji="👍")
    meta.does("raw", message={"type": "order", "order": {"catalog_id": "1"}})
    kinds = [item["type"] for item in meta.items("messages")]
    assert kinds == ["audio", "image", "text", "reaction", "order"]
    assert meta.items("messages")[0]["audio"]["voice"] is True


def test_the_native_switch_is_told_and_keeps_marketing_away(meta: Meta) -> None:
    meta.does("marketing", value="stop")
    assert [item["value"] for item in meta.items("user_preferences")] == ["stop"]
    key = meta.create(category="MARKETING")[1]["id"]
    meta.decide(key, event="APPROVED")
    sent = meta.send(use_template())[1]["messages"][0]["id"]
    eventually(lambda: meta.statuses(sent) == ["failed"])
    assert meta.items("statuses")[0]["errors"][0]["code"] == 131050


# --- templates ------------------------------------------------------------------------------------------------------


def use_template(text: str = "Ana", **changes: Any) -> dict[str, Any]:
    body = {"type": "body", "parameters": [{"type": "text", "text": text}]}
    template = {"name": "nps", "language": {"code": "en"}, "components": [body], **changes}
    return {"messaging_product": "whatsapp", "to": ANA[1:], "type": "template", "template": template}


def test_a_template_is_reviewed_and_opens_the_chat(meta: Meta) -> None:
    status, made = meta.create()
    assert (status, made["status"], made["category"]) == (200, "PENDING", "UTILITY")
    assert codes(meta.send(use_template()))[:2] == (404, 132001)
    meta.decide(made["id"], event="APPROVED")
    eventually(lambda: [field for field, _ in meta.changes()] == ["message_template_status_update"])
    ((_, value),) = meta.changes()
    assert (value["event"], value["message_template_id"], value["message_template_language"]) == (
        "APPROVED",
        int(made["id"]),
        "en",
    )
    payload = {"type": "button", "sub_type": "quick_reply", "index": "0"}
    payload["parameters"] = [{"type": "payload", "payload": "later"}]  # type: ignore[assignment]
    content = use_template()
    content["template"]["components"].append(payload)
    key = meta.send(content)[1]["messages"][0]["id"]
    shown = eventually(lambda: next(iter(meta.chat()), None))
    assert (shown["body"], shown["controls"][0]["title"]) == ("Hi Ana, how was your call?", "Not now")
    meta.does("tap", message=key, control="later")
    assert meta.items("messages")[0]["button"] == {"payload": "later", "text": "Not now"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (use_template(components=[]), 132000),
        (use_template(text="a\nb"), 132018),
        (use_template(text="x" * 1_025), 132005),
        (use_template(text=""), 131008),
        (use_template(name="other"), 132001),
        (use_template(language={"code": "nl"}), 132001),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_template_is_sent_only_as_it_was_approved(meta: Meta, content: dict[str, Any], code: int) -> None:
    meta.decide(meta.create()[1]["id"], event="APPROVED")
    assert codes(meta.send(content))[1] == code


@pytest.mark.parametrize(
    ("changes", "subcode"),
    [
        ({"name": "NPS"}, 2388046),
        ({"components": [{**BODY, "text": "How was it, {{1}}"}]}, 2388299),
        ({"components": [{**BODY, "text": "{{1}}, how was it?"}]}, 2388299),
        ({"components": [{"type": "BODY", "text": "Hi {{1}} {{2}}, how was it for you?"}]}, 2388299),
        ({"components": [{"type": "BODY", "text": "Hi {{1}}, how was your call?"}]}, 2388043),
        ({"components": [{**BODY, "text": "Hi {{2}}, how was your call?"}]}, 2388043),
        ({"components": [{**BODY, "text": "Hi {{1}} there"}]}, 2388293),
        ({"components": [{**BODY, "text": "x" * 1_025}]}, 2388040),
        ({"components": [BODY, {"type": "FOOTER", "text": "By {{1}}"}]}, 2388073),
        ({"components": [BODY, BODY]}, 2388042),
        ({"category": "NEWS"}, 2388042),
        ({"colour": "red"}, 2388042),
    ],
    ids=lambda value: str(value)[:70],
)
def test_a_template_that_meta_refuses_at_once(meta: Meta, changes: dict[str, Any], subcode: int) -> None:
    answer = meta.create(**changes)
    assert codes(answer) == (400, 100, subcode)
    assert answer[1]["error"]["error_user_msg"]


def test_the_same_language_or_the_same_words_twice(meta: Meta) -> None:
    meta.create()
    assert codes(meta.create())[2] == 2388024
    assert codes(meta.create(name="other"))[2] == 2388023


def test_edits_have_limits_and_begin_the_review_anew(meta: Meta) -> None:
    key = meta.create()[1]["id"]
    wish = {"components": [{**BODY, "text": "Hello {{1}}, how was your call?"}]}
    assert codes(meta.call("POST", key, wish))[2] == 2388025  # pending
    meta.decide(key, event="APPROVED")
    assert meta.call("POST", key, wish) == (200, {"success": True})
    assert meta.call("GET", f"{key}?fields=status")[1]["status"] == "PENDING"
    meta.decide(key, event="APPROVED")
    assert codes(meta.call("POST", key, wish))[2] == 2388025  # twice a day
    meta.box.call("POST", "/_sandbox/clock", {"advance_s": 90_000})
    assert meta.call("POST", key, wish)[0] == 200
    assert codes(meta.call("POST", key, {"colour": "red"}))[2] == 2388042


def test_a_template_is_paused_rated_and_moved(meta: Meta) -> None:
    key = meta.create()[1]["id"]
    meta.decide(key, event="REJECTED", reason="INVALID_FORMAT")
    meta.decide(key, event="APPROVED")
    meta.decide(key, quality="YELLOW")
    meta.decide(key, category="MARKETING")
    meta.decide(key, event="PAUSED")
    eventually(lambda: len(list(meta.changes())) == 5)
    fields = Counter(field for field, _ in meta.changes())
    assert fields == {
        "message_template_status_update": 3,
        "message_template_quality_update": 1,
        "template_category_update": 1,
    }
    assert codes(meta.send(use_template()))[1] == 132015
    listed = meta.call("GET", "102290129340398/message_templates")[1]["data"]
    assert [(each["status"], each["category"], each["quality_score"]["score"]) for each in listed] == [
        ("PAUSED", "MARKETING", "YELLOW")
    ]


def test_templates_come_in_pages(meta: Meta) -> None:
    for number in range(5):
        meta.create(name=f"t{number}", components=[{**BODY, "text": f"Hi {{{{1}}}}, how was call {number} today?"}])
    names, after = [], ""
    while True:
        page = meta.call("GET", f"102290129340398/message_templates?limit=2{after}")[1]
        names += [each["name"] for each in page["data"]]
        if "next" not in page["paging"]:
            break
        after = f"&after={page['paging']['cursors']['after']}"
    assert names == [f"t{number}" for number in range(5)]


def test_a_deleted_name_stays_blocked(meta: Meta) -> None:
    key = meta.create()[1]["id"]
    meta.decide(key, event="APPROVED")
    assert meta.call("DELETE", "102290129340398/message_templates?name=nps") == (200, {"success": True})
    assert codes(meta.create())[2] == 2388023
    assert codes(meta.call("DELETE", "102290129340398/message_templates?name=nps"))[2] == 2593002


def test_the_reviewer_can_decide_by_itself(meta: Meta) -> None:
    meta.box.call("POST", "/_sandbox/whatsapp/review", {"automatic": True})
    try:
        meta.create()
        eventually(lambda: [value["event"] for _, value in meta.changes()] == ["APPROVED"])
    finally:
        meta.box.call("POST", "/_sandbox/whatsapp/review", {"automatic": False})


def test_a_restart_forgets_nothing(tmp_path_factory: pytest.TempPathFactory, product: Product) -> None:
    folder = tmp_path_factory.mktemp("sandbox")
    product.answer = lambda _call: (503, "text/plain", "")
    with running(folder, product) as box:
        before = Meta(box=box, product=product)
        key = before.create()[1]["id"]
        before.decide(key, event="APPROVED")
        before.does("text", body="Hi", wait=False)
        box.kill()
    product.calls.clear()
    product.answer = lambda _call: (200, "text/plain", "")
    with running(folder, product) as box:
        after = Meta(box=box, product=product)
        assert after.send(use_template())[0] == 200
        eventually(lambda: [item["text"]["body"] for item in after.items("messages")] == ["Hi"])
