"""Settings → Sites: an administrator makes, changes and rotates; nobody else comes near; what is wrong is said."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from common import clock
from common.actors import Role
from common.sites.site import Site
from common.store import sites
from tests.console.factories import World, submit

FORM: dict[str, Any] = {
    "name": "Acme shop",
    "survey_key": "support",
    "origins": "https://www.acme.example\nHTTPS://*.acme.example/",
    "visitors": "signed",
    "colour": "#E8B400",
    "greeting": "Hello!",
    "locale": "",
    "position": "end",
    "has_launcher": "1",
    "is_on": "1",
}


@pytest.fixture
def admin(world: World) -> FlaskClient:
    world.services.store.write(
        lambda c: world.services.surveys.save(c, "support", {"key": "support", "brand": "Acme"}, clock.now())
    )
    world.user(role=Role.ADMIN)
    return world.signed_in()


def stored(world: World) -> list[Site]:
    with world.services.store.read() as connection:
        return list(sites.listed(connection))


def test_a_site_is_made_and_its_snippet_can_be_copied(world: World, admin: FlaskClient) -> None:
    assert "No site yet" in admin.get("/settings").text
    made = submit(admin, "/settings/sites/new", FORM)
    assert made.status_code == 303
    (site,) = stored(world)
    assert site.settings.origins == ("https://www.acme.example", "https://*.acme.example")
    assert (site.settings.colour, site.settings.locale, site.settings.allows_anonymous) == ("#e8b400", None, False)
    page = admin.get(made.headers["Location"]).text
    public_url = world.services.settings.public_url
    snippet = html.unescape(re.findall(r'<code id="snippet">(.*?)</code>', page)[0])
    assert snippet == f'<script src="{public_url}/webchat/embed.js" data-site="{site.key}" async></script>'
    assert site.secret(world.services.settings.secret_key) in page
    assert "contrast 1.9 is too little to read" in page
    assert "Acme shop" in admin.get("/settings").text


def test_a_site_is_changed(world: World, admin: FlaskClient) -> None:
    submit(admin, "/settings/sites/new", FORM)
    address = f"/settings/sites/{stored(world)[0].key}"
    changed = {**FORM, "name": "Shop", "origins": "", "visitors": "everyone", "locale": "ar", "position": "start"}
    del changed["has_launcher"], changed["is_on"]
    assert submit(admin, address, changed).status_code == 303
    settings = stored(world)[0].settings
    assert (settings.name, settings.origins, settings.locale, settings.position) == ("Shop", (), "ar", "start")
    assert (settings.allows_anonymous, settings.has_launcher, settings.is_on) == (True, False, False)
    page = admin.get(address).text
    assert "No origin is allowed yet" in page
    assert '<option value="ar" lang="ar" selected>' in page


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", " ", "Please fill this in."),
        ("origins", "acme.example", "is not an origin such as"),
        ("origins", "https://*.com", "whole top-level domain"),
        ("colour", "yellow", "A colour as #rrggbb"),
        ("survey_key", "nothing", "Choose one of the surveys."),
        ("locale", "tlh", "One of:"),
        ("position", "middle", "One of:"),
        ("greeting", "a" * 301, "At most 300 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    world: World, admin: FlaskClient, name: str, value: str, words: str
) -> None:
    refused = submit(admin, "/settings/sites/new", {**FORM, name: value})
    assert refused.status_code == 422
    assert words in html.unescape(refused.text)
    assert f'id="{name}-fault"' in refused.text
    assert "Acme shop" in refused.text or name == "name"  # nothing that was typed is lost
    assert stored(world) == []


def test_a_secret_is_rotated_with_a_day_of_grace_or_at_once(world: World, admin: FlaskClient) -> None:
    submit(admin, "/settings/sites/new", FORM)
    (before,) = stored(world)
    address = f"/settings/sites/{before.key}"
    submit(admin, f"{address}/secret", {}, page=address)
    (after,) = stored(world)
    key = world.services.settings.secret_key
    assert after.secrets(key, clock.wall()) == (after.secret(key), before.secret(key))
    assert "The secret before this one counts until" in admin.get(address).text
    submit(admin, f"{address}/secret", {"at_once": "1"}, page=address)
    assert len(stored(world)[0].secrets(key, clock.wall())) == 1


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST])
def test_nobody_but_administrators_comes_near(world: World, admin: FlaskClient, role: Role) -> None:
    submit(admin, "/settings/sites/new", FORM)
    (site,) = stored(world)
    world.user("sam@example.com", "Sam", role)
    other = world.signed_in("sam@example.com")
    assert "/settings" not in other.get("/inbox").text
    for address in ("/settings", "/settings/sites/new", f"/settings/sites/{site.key}", "/settings/colours/ffffff"):
        assert other.get(address).status_code == 403
    for address in (f"/settings/sites/{site.key}", f"/settings/sites/{site.key}/secret", "/settings/sites/new"):
        assert other.post(address, data=MultiDict(FORM)).status_code == 403
    assert stored(world) == [site]


def test_a_form_without_its_token_is_refused(world: World, admin: FlaskClient) -> None:
    assert admin.post("/settings/sites/new", data=FORM).status_code == 400
    assert stored(world) == []


def test_names_are_text(world: World, admin: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>"
    submit(admin, "/settings/sites/new", {**FORM, "name": hostile, "greeting": f'"{hostile}'})
    (site,) = stored(world)
    for address in ("/settings", f"/settings/sites/{site.key}"):
        assert hostile not in admin.get(address).text


def test_a_site_and_a_colour_that_are_not_there(admin: FlaskClient) -> None:
    for address in ("/settings/sites/nobody0knows", "/settings/colours/red", "/settings/colours/ffffff%22"):
        assert admin.get(address).status_code == 404
    assert "contrast 1.0" in admin.get("/settings/colours/fffefb").text
