"""What every page has: its headers, its manners when something fails, and files that are what they claim to be."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

import console
from common.store.schema import metadata
from console.access import PART
from console.errors import PAGES
from tests.console.factories import World
from tests.console.page import Page

ROOT = Path(console.__file__).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VENDOR = ROOT / "static" / "vendor"


@pytest.mark.parametrize("path", ["/sign-in", "/inbox", "/account", "/nowhere", "/inbox/absent", "/console/static/x"])
def test_every_page_has_the_headers(world: World, path: str) -> None:
    world.user()
    headers = world.signed_in().get(path, headers={"Accept": "text/html"}).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_with_people_in_them_are_kept_in_no_cache(world: World) -> None:
    world.user()
    client = world.signed_in()
    assert client.get("/inbox").headers["Cache-Control"] == "no-store"
    (style, *_) = Page(client.get("/inbox").text).all("link", rel="stylesheet")
    with client.get(style.attributes["href"]) as answer:
        assert (
            answer.headers["Cache-Control"] == "max-age=31536000, public"
            or "31536000" in answer.headers["Cache-Control"]
        )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_keep_within_the_policy(template: Path) -> None:
    markup = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son\w+=|javascript:|<style|\|\s*safe|Markup\(|autoescape", markup)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", markup))


@pytest.mark.parametrize("script", sorted((ROOT / "static").glob("*.js")), ids=lambda path: path.name)
def test_scripts_never_make_elements_of_text(script: Path) -> None:
    assert not re.search(r"innerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", script.read_text())


def test_an_unknown_address_is_a_page_for_people_and_none_for_programs(world: World) -> None:
    client = world.client()
    assert "Nothing here" in client.get("/nowhere", headers={"Accept": "text/html"}).text
    assert "Nothing here" not in client.get("/api/v1/nowhere", headers={"Accept": "text/html"}).text
    assert "Nothing here" not in client.get("/nowhere", headers={"Accept": "application/json"}).text


@pytest.mark.parametrize("status", sorted(PAGES))
def test_every_error_page_says_what_to_do(world: World, status: int) -> None:
    from console.errors import error_page

    with world.app.test_request_context("/"):
        response = error_page(status)
    page = Page(response.get_data(as_text=True))
    assert response.status_code == status
    assert page.one("h1").text == PAGES[status].title
    assert PAGES[status].advice in page.text
    assert ("Retry-After" in response.headers) == (status in {429, 503})


def test_a_fault_of_ours_tells_nothing_of_our_insides(world: World) -> None:
    world.user()
    client = world.signed_in()
    world.services.store.write(lambda connection: connection.execute(text("DROP TABLE answers")) and None)
    ticket_id = "absent"
    assert client.get(f"/inbox/{ticket_id}").status_code == 404
    world.services.store.write(
        lambda connection: connection.execute(text("ALTER TABLE tickets RENAME TO gone")) and None
    )
    answer = client.get("/inbox")
    assert answer.status_code in {500, 503}
    assert "sql" not in answer.text.lower()
    assert "Traceback" not in answer.text


def test_without_a_database_the_page_says_come_back(world: World, tmp_path: Path) -> None:
    world.user()
    client = world.signed_in()
    world.services.store.write(metadata.drop_all)
    answer = client.get("/inbox")
    assert answer.status_code == 503
    assert "Back in a moment" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/inbox", headers={PART: "list"}).mimetype == "text/plain"


def test_only_places_that_exist_are_in_the_navigation(world: World) -> None:
    world.user()
    page = Page(world.signed_in().get("/inbox").text)
    (navigation,) = [nav for nav in page.all("nav") if nav.attributes.get("aria-label") == "Main"]
    assert navigation.text.split() == ["Inbox", "Dashboard", "Themes", "Report", "Closing", "the", "loop"]


# --- files that others made -------------------------------------------------------------------------------------------


def test_vendored_files_are_the_ones_we_took() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    others = {"SHA256SUMS", "package.json", "package-lock.json"}
    assert {path.name for path in VENDOR.iterdir()} - others == set(sums)
    for name, digest in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    assert "SIL OPEN FONT LICENSE" in (VENDOR / "inter-5.3.0-LICENSE.txt").read_text()


def test_the_lock_of_vendored_files_names_versions_and_no_addresses() -> None:
    lock = json.loads((VENDOR / "package-lock.json").read_text())
    wanted = json.loads((VENDOR / "package.json").read_text())["dependencies"]
    packages = {key.removeprefix("node_modules/"): value for key, value in lock["packages"].items() if key}
    assert {name: package["version"] for name, package in packages.items()} == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    assert all(any(version in path.name for path in VENDOR.iterdir()) for version in wanted.values())
