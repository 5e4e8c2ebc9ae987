"""The hosted page without script: what it shows, what it takes, and what it never does."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bots.webchat.guard import origins
from common import clock
from common.store.schema import inbound, invitations
from tests.webchat.world import World, a_world

SCORE = "How likely are you to recommend Acme to a friend or colleague?"
REASON = "What is the main reason for your score?"
ASPECT = "Which of these mattered most for your score?"


def set_status(world: World, status: str) -> None:
    world.services.store.write(lambda connection: connection.execute(update(invitations).values(status=status)))


def count_inbound(world: World) -> int:
    with world.services.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(inbound)).scalar_one())


def has_begun(world: World) -> bool:
    with world.services.store.read() as connection:
        return connection.execute(select(invitations.c.started_at)).scalar_one() is not None


def test_a_survey_is_answered_with_plain_forms(world: World) -> None:
    token, browser = world.invite(), world.client()
    html = browser.open(token)
    assert SCORE in html
    assert html.count('type="radio" name="choice"') >= 11
    assert "checked" not in html
    html = browser.post(token, question="score", choice="3")
    assert REASON in html
    html = browser.post(token, question="reason", text="waited an hour")
    assert ASPECT in html
    html = browser.post(token, question="aspect", choice="wait_time")
    assert "A person will read this" in html
    conversation = world.conversation()
    assert (conversation["score"], conversation["reason"], conversation["aspect"]) == (3, "waited an hour", "wait_time")
    assert conversation["ticket_id"]
    assert ("customer", "Waiting time") in world.thread()


def test_questions_can_be_skipped(world: World) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    browser.post(token, question="score", choice="10")
    browser.post(token, question="reason", skip="1")
    browser.post(token, question="aspect", skip="1")
    conversation = world.conversation()
    assert (conversation["outcome"], conversation["reason"], conversation["aspect"]) == ("complete", None, None)
    assert [text for author, text in world.thread() if author == "customer"] == ["10", "Skip", "Skip"]


def test_a_form_that_is_sent_twice_is_one_message(world: World) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    form = {"client_id": "abcdefgh", "question": "score", "choice": "8"}
    for _ in range(3):
        assert browser.http.post(f"/s/{token}", data=form).status_code == 303
    assert count_inbound(world) == 1
    assert [text for author, text in world.thread() if author == "customer"] == ["8"]


def test_the_same_form_with_other_words_is_another_message(world: World) -> None:
    """Going back and writing something else is no repetition; it must not vanish."""
    token, browser = world.invite(), world.client()
    browser.open(token)
    browser.http.post(f"/s/{token}", data={"client_id": "abcdefgh", "question": "score", "choice": "8"})
    for text in ("too slow", "too slow", "too slow and too dear"):
        browser.http.post(f"/s/{token}", data={"client_id": "abcdefgi", "question": "reason", "text": text})
    said = [text for author, text in world.thread() if author == "customer"]
    assert said == ["8", "too slow", "too slow and too dear"]


def test_words_instead_of_a_tap_are_read_too(world: World) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    browser.post(token, text="9")
    assert world.conversation()["score"] == 9


def test_a_person_takes_over_inside_the_page(world: World) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    browser.post(token, question="score", choice="2")
    ticket = world.claim()
    html = browser.open(token)
    assert "A person has joined the conversation." in html
    assert "Joost" in html
    assert 'data-control="text"' not in html.split("<template")[0]
    world.reply(ticket, "I am Joost. What happened?")
    html = browser.open(token)
    assert "I am Joost. What happened?" in html
    html = browser.post(token, text="The courier never came.")
    assert world.thread()[-1] == ("customer", "The courier never came.")
    assert "The courier never came." in html


def test_an_opt_out_takes_two_steps_and_is_kept(world: World) -> None:
    token, browser = world.invite(), world.client()
    html = browser.open(token)
    assert "Do not ask me again" in html
    html = browser.post(token, opt_out="1")
    assert "You asked us to stop." in html
    assert world.conversation()["outcome"] == "refused"
    assert [author for author, _ in world.thread()] == ["bot", "customer"]
    browser.post(token, opt_out="1")
    assert count_inbound(world) == 1


def test_the_page_sets_no_cookie_and_protects_itself(world: World) -> None:
    token = world.invite()
    for path in (f"/s/{token}", "/s/unknown", f"/s/{token}/messages", "/webchat/static/webchat.js"):
        reply = world.app.test_client().get(path)
        assert "Set-Cookie" not in reply.headers
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
        assert policy.endswith("frame-ancestors 'none'")
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        kept = "no-cache" if path.endswith(".js") else "no-store"
        assert reply.headers["Cache-Control"] == kept
        reply.close()


def test_a_file_named_by_its_content_is_kept_for_ever(world: World) -> None:
    html = world.client().open(world.invite())
    start = html.index("/webchat/static/webchat.css?v=")
    reply = world.app.test_client().get(html[start : html.index('"', start)])
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    reply.close()


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 42, "..%2f..", "%00", "%F0%9F%98%80", "a" * 5000])
def test_an_unknown_address_is_not_found(world: World, token: str) -> None:
    for path in (f"/s/{token}", f"/s/{token}/messages", f"/s/{token}/stream"):
        assert world.app.test_client().get(path).status_code == 404
    assert world.app.test_client().post(f"/s/{token}", data={"client_id": "abcdefgh", "text": "hi"}).status_code == 404
    assert "This link is not valid" in world.app.test_client().get(f"/s/{token}").text


@pytest.mark.parametrize("status", ["cancelled", "expired", "suppressed", "undeliverable"])
def test_a_survey_that_is_over_before_it_began_says_so(world: World, status: str) -> None:
    token = world.invite()
    set_status(world, status)
    reply = world.app.test_client().get(f"/s/{token}")
    assert reply.status_code == 410
    assert "This conversation is closed." in reply.text
    posted = world.app.test_client().post(f"/s/{token}", data={"client_id": "abcdefgh", "text": "9"})
    assert posted.status_code == 410
    assert count_inbound(world) == 0
    assert not has_begun(world)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_robots_and_prefetches_begin_nothing(world: World, headers: dict[str, str]) -> None:
    token = world.invite()
    reply = world.app.test_client().get(f"/s/{token}", headers=headers)
    assert reply.status_code == 200
    assert "Your feedback for Acme" in reply.text
    assert SCORE not in reply.text
    assert not has_begun(world)


def test_a_head_request_begins_nothing(world: World) -> None:
    token = world.invite()
    assert world.app.test_client().head(f"/s/{token}").status_code == 200
    assert not has_begun(world)


def test_whoever_looks_like_a_robot_can_still_press_start(world: World) -> None:
    token, http = world.invite(), world.app.test_client()
    assert 'name="start"' in http.get(f"/s/{token}", headers={"User-Agent": "SomeBot"}).text
    assert http.post(f"/s/{token}", data={"start": "1"}).status_code == 303
    assert has_begun(world)
    assert SCORE in http.get(f"/s/{token}", headers={"User-Agent": "SomeBot"}).text


def test_the_page_speaks_the_customer_s_language(world: World) -> None:
    html = world.client().open(world.invite(locale="ar"))
    assert '<html lang="ar" dir="rtl"' in html
    assert "إرسال" in html


def test_in_a_frame_the_page_has_no_frame_of_its_own(world: World) -> None:
    token, http = world.invite(), world.app.test_client()
    html = http.get(f"/s/{token}?embed=1").text
    assert 'class="embedded"' in html
    assert "<header" not in html
    reply = http.post(f"/s/{token}?embed=1", data={"client_id": "abcdefgh", "question": "score", "choice": "7"})
    assert reply.headers["Location"].startswith(f"/s/{token}?embed=1")


class Inspector(HTMLParser):
    """The tags and attributes that a browser would see outside the page's own templates."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'\"><svg/onload=alert(1)>",
    "</p></li></ol><h1>hello</h1>",
    "{{7*7}}${7*7}<%= 7 %>",
    "</textarea><script>alert(1)</script>",
    "</template><script>alert(1)</script>",
    "javascript:alert(1)",
    "\u202etxet\u202c \u200f\u200e\u2066",
    "\x1b[31mred\x07",
    "Z\u0351\u0352\u0353" * 300,
    "👩‍👩‍👧‍👦 \U0001f600",
    "&lt;b&gt; &amp; &#60;",
    "line\r\nbreaks\rand\n\nmore",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_customer_writes_is_shown_as_text(world: World, text: str) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    tame = Inspector()
    tame.feed(browser.post(token, question="score", choice="7"))
    wild = Inspector()
    wild.feed(browser.post(token, question="reason", text=text))
    stored = world.thread()[3][1]
    assert stored == text.replace("\r\n", "\n").replace("\r", "\n").strip()
    assert not wild.handlers
    assert wild.tags["script"] == tame.tags["script"] == 1
    assert not wild.tags.keys() & {"img", "svg", "h2", "iframe"}
    assert wild.tags["h1"] == tame.tags["h1"]


def test_two_visitors_at_once_begin_one_conversation(world: World) -> None:
    token = world.invite()
    first, second = world.client(), world.client()
    first.open(token)
    second.open(token)
    assert world.thread() == [("bot", SCORE)]


@pytest.mark.parametrize(
    ("setting", "policy"),
    [
        ("https://shop.example", "frame-ancestors 'self' https://shop.example"),
        ("http://127.0.0.1:8100, https://*.shop.example/", "'self' http://127.0.0.1:8100 https://*.shop.example"),
    ],
)
def test_only_named_origins_may_frame_the_page(setting: str, policy: str) -> None:
    assert policy.endswith(origins(setting))


@pytest.mark.parametrize("setting", ["*", "https:", "shop.example", "https://a b", "https://a; script-src *", "data:"])
def test_an_origin_that_is_none_is_refused_at_the_start(setting: str) -> None:
    with pytest.raises(ValueError, match="WEBCHAT_ORIGINS"):
        origins(setting)


@pytest.mark.parametrize("hour", [3, 12, 23])
def test_a_page_asks_whenever_it_is_opened(tmp_path: Path, hour: int) -> None:
    """Send delays and quiet hours spare people from being disturbed; whoever opens the page is not."""
    wanted = (clock.wall() + timedelta(days=1)).replace(hour=hour)
    offset = tmp_path / "clock"
    offset.write_text(str(int((wanted - clock.wall()).total_seconds())))
    clock.use_file(offset)
    with a_world(tmp_path, {"key": "support", "brand": "Acme"}, CLOCK_FILE=str(offset)) as world:
        assert 'class="entry asking"' in world.client().open(world.invite())


def test_a_page_that_is_opened_too_late_is_closed(tmp_path: Path) -> None:
    offset = tmp_path / "clock"
    offset.write_text("0")
    clock.use_file(offset)
    with a_world(tmp_path, CLOCK_FILE=str(offset)) as world:
        first, second = world.invite(), world.invite()
        offset.write_text(str(24 * 3600 - 120))
        clock.use_file(offset)
        assert SCORE in world.client().open(first)
        offset.write_text(str(24 * 3600))
        clock.use_file(offset)
        http = world.app.test_client()
        assert http.get(f"/s/{second}").status_code == 410
        assert http.post(f"/s/{second}", data={"client_id": "abcdefgh", "text": "9"}).status_code == 410
        assert http.get(f"/s/{second}/stream").status_code == 410
        assert SCORE in world.client().open(first)
