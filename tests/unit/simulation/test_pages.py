"""A page without script, as the simulated browser reads and fills it."""

from __future__ import annotations

from zeroten.simulation.doors import Answer
from zeroten.simulation.pages import encode, read_page

PAGE = """<ol id="entries">
<li class="entry" data-author="bot"><span>Automatic</span><p class="words" dir="auto">How <b>likely</b>?</p></li>
<li class="entry" data-author="customer"><p class="words">9</p></li>
<li class="entry" data-author="bot"><p class="words">Why?</p></li></ol>
<form method="post" enctype="multipart/form-data" class="control" data-control="text">
<input type="hidden" name="client_id" value="abc-1"><input type="hidden" name="question" value="reason">
<textarea name="text"></textarea></form>
<template id="free"><form data-control="free"><input type="hidden" name="client_id" value=""></form></template>
<form method="post" data-control="stop"><input type="hidden" name="client_id" value="abc-1-s"></form>"""


def test_only_what_is_on_the_page_counts() -> None:
    drawn = read_page(Answer(status=200, headers={}, body=PAGE.encode()))
    assert drawn.said == ["How likely?", "Why?"]
    assert [form.control for form in drawn.forms] == ["text", "stop"]
    assert drawn.form("free") is None


def test_forms_are_sent_as_the_page_wants_them() -> None:
    drawn = read_page(Answer(status=200, headers={}, body=PAGE.encode()))
    content, kind = encode(drawn.form("text"), {"text": "Zu lang, ehrlich"})
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="client_id"\r\n\r\nabc-1\r\n' in content
    assert b'name="text"\r\n\r\nZu lang, ehrlich\r\n' in content
    content, kind = encode(drawn.form("stop"), {"opt_out": "1"})
    assert (content, kind) == (b"client_id=abc-1-s&opt_out=1", "application/x-www-form-urlencoded")
