"""What a site's page loads of us: small, kept by browsers, and given to the site's own origins alone."""

from __future__ import annotations

import re

import pytest

from common.sites.colours import contrast
from tests.webchat.shop import add_site
from tests.webchat.world import World

ORIGIN = "https://shop.example"


def test_the_loader_is_small_and_is_asked_for_again_by_its_tag(world: World) -> None:
    http = world.app.test_client()
    reply = http.get("/webchat/embed.js")
    assert reply.status_code == 200
    assert reply.mimetype == "text/javascript"
    assert len(reply.data) <= 2000
    assert reply.headers["Cache-Control"].startswith("public, max-age=300")
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    again = http.get("/webchat/embed.js", headers={"If-None-Match": reply.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in reply.headers


def test_the_loader_never_talks_to_everybody(world: World) -> None:
    text = world.app.test_client().get("/webchat/embed.js").text
    assert re.findall(r"postMessage\(([^)]*)\)", text) == ["say, base.origin"]
    assert "e.origin !== base.origin || e.source !== frame?.contentWindow" in text
    assert "innerHTML" not in text


def test_a_frame_is_for_the_one_origin_that_asked(world: World) -> None:
    site = add_site(world, [ORIGIN, "https://*.example.org"])
    for origin in (ORIGIN, "https://a.b.example.org"):
        reply = world.app.test_client().get(f"/webchat/frame/{site.key}?origin={origin}")
        assert reply.status_code == 200
        policy = reply.headers["Content-Security-Policy"]
        assert policy.endswith(f"frame-ancestors {origin}")
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
        assert reply.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in reply.headers
        assert "style=" not in reply.text


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://evil.example",
        "https://*.example.org",
        "https://shop.example.evil.com",
        "http://shop.example",
        "*",
    ],
)
def test_a_foreign_origin_gets_no_frame(world: World, origin: str) -> None:
    site = add_site(world, [ORIGIN, "https://*.example.org"])
    reply = world.app.test_client().get(f"/webchat/frame/{site.key}", query_string={"origin": origin})
    assert reply.status_code == 403
    assert reply.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "ticket" not in reply.text


def test_what_a_browser_says_of_itself_must_fit(world: World) -> None:
    site = add_site(world, [ORIGIN])
    address = f"/webchat/frame/{site.key}?origin={ORIGIN}"
    for headers, status in (
        ({"Referer": f"{ORIGIN}/basket?x=1", "Sec-Fetch-Dest": "iframe"}, 200),
        ({"Referer": "https://evil.example/", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Dest": "document"}, 403),
    ):
        assert world.app.test_client().get(address, headers=headers).status_code == status


def test_a_site_without_origins_is_shown_nowhere(world: World) -> None:
    site = add_site(world, [])
    assert world.app.test_client().get(f"/webchat/frame/{site.key}?origin={ORIGIN}").status_code == 403
    off = add_site(world, [ORIGIN], is_on=False)
    assert world.app.test_client().get(f"/webchat/frame/{off.key}?origin={ORIGIN}").status_code == 403


@pytest.mark.parametrize("key", ["nobody0knows0me", "UPPER", "a" * 40, "..%2f..%2fetc", "%00"])
def test_a_site_that_nobody_knows_is_not_found(world: World, key: str) -> None:
    assert world.app.test_client().get(f"/webchat/frame/{key}?origin={ORIGIN}").status_code == 404


def test_the_frame_speaks_the_page_s_language_unless_the_site_says_otherwise(world: World) -> None:
    free, dutch = add_site(world, [ORIGIN]), add_site(world, [ORIGIN], locale="nl")
    for site, lang, found in (
        (free, "ar-EG", "ar"),
        (free, "tlh", "en"),
        (free, "<script>", "en"),
        (dutch, "ar", "nl"),
    ):
        query = {"origin": ORIGIN, "lang": lang}
        html = world.app.test_client().get(f"/webchat/frame/{site.key}", query_string=query).text
        assert f'<html lang="{found}" dir="{"rtl" if found == "ar" else "ltr"}"' in html


def test_the_corner_follows_the_reading_direction_of_the_page(world: World) -> None:
    end, start = add_site(world, [ORIGIN]), add_site(world, [ORIGIN], position="start")
    for site, direction, side in (
        (end, "ltr", "right"),
        (end, "rtl", "left"),
        (start, "ltr", "left"),
        (start, "rtl", "right"),
    ):
        query = {"origin": ORIGIN, "dir": direction}
        html = world.app.test_client().get(f"/webchat/frame/{site.key}", query_string=query).text
        assert f'data-side="{side}"' in html


def test_a_greeting_and_a_name_are_text(world: World) -> None:
    site = add_site(world, [ORIGIN], greeting="<img src=x onerror=alert(1)> & 'you'")
    html = world.app.test_client().get(f"/webchat/frame/{site.key}?origin={ORIGIN}").text
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &#39;you&#39;" in html


def test_a_brand_s_colour_is_drawn_so_that_it_can_be_read(world: World) -> None:
    text = world.app.test_client().get("/webchat/brand/ffd400.css").text
    accent, ink = re.findall(r"--(?:on-)?accent: (#[0-9a-f]{6})", text)[:2]
    assert contrast(accent, "#fffefb") >= 4.5
    assert contrast(accent, ink) >= 4.5
    for wrong in ("red", "ffd40", "FFD400", "ffd400%0a}"):
        assert world.app.test_client().get(f"/webchat/brand/{wrong}.css").status_code == 404


def test_the_preview_is_for_our_own_frames(world: World) -> None:
    http = world.app.test_client()
    reply = http.get("/webchat/preview?locale=ar&colour=%230d6759&brand=<i>")
    assert reply.status_code == 200
    assert reply.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert "<i>" not in reply.text
    assert http.get("/webchat/preview?colour=</style>", headers={"Sec-Fetch-Dest": "iframe"}).status_code == 200
    assert http.get("/webchat/preview", headers={"Sec-Fetch-Dest": "document"}).status_code == 404
