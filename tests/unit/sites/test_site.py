"""What an administrator sets of a site: checked, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common.errors import Invalid
from common.sites.site import GRACE, Position, Site, SiteSettings, checked, is_site_key, matches, normalized_origin

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
GIVEN = {"name": "Shop", "survey_key": "support"}


def a_site(version: int = 1, previous_until: datetime | None = None, **settings: Any) -> Site:
    return Site(
        id="sit_1",
        key="abcdefgh23456789",
        settings=checked(GIVEN | settings),
        secret_version=version,
        previous_until=previous_until,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com/ ", "https://www.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://127.0.0.1:8100", "http://127.0.0.1:8100"),
        ("http://[::1]:8100", "http://[::1]:8100"),
        ("https://*.example.org", "https://*.example.org"),
        ("https://*.example.org:8443", "https://*.example.org:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert normalized_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "*",
        "https://*",
        "https://",
        "example.com",
        "file://",
        "https://example.com/path",
        "https://example.com?x",
        "https://user@example.com",
        "https://a.*.example.com",
        "https://example.com:0",
        "https://example.com:99999",
        "https://exa mple.com",
        "https://example.com; script-src *",
        "https://-example.com",
        "https://example..com",
        "javascript://example.com",
    ],
)
def test_what_is_no_origin(text: str) -> None:
    assert normalized_origin(text) is None


@pytest.mark.parametrize(
    ("pattern", "origin", "is_match"),
    [
        ("https://example.com", "https://example.com", True),
        ("https://example.com", "http://example.com", False),
        ("https://example.com", "https://example.com:8443", False),
        ("https://example.com", "https://www.example.com", False),
        ("https://*.example.org", "https://a.example.org", True),
        ("https://*.example.org", "https://a.b.example.org", True),
        ("https://*.example.org", "https://example.org", False),
        ("https://*.example.org", "https://evilexample.org", False),
        ("https://*.example.org", "http://a.example.org", False),
        ("https://*.example.org", "https://a.example.org:8443", False),
        ("https://*.example.org:8443", "https://a.example.org:8443", True),
        ("https://*.example.org", "https://a.example.org.evil.com", False),
    ],
)
def test_an_origin_is_one_that_was_named(pattern: str, origin: str, is_match: bool) -> None:
    assert matches(pattern, origin) is is_match


def test_a_new_site_allows_nobody() -> None:
    site = a_site()
    assert not site.allows("https://example.com")
    assert not site.settings.allows_anonymous
    assert not a_site(origins=["https://example.com"], is_on=False).allows("https://example.com")
    assert a_site(origins=["https://example.com"]).allows("https://example.com")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "a" * 81),
        ("name", "two\nlines"),
        ("survey_key", None),
        ("origins", "https://example.com"),
        ("origins", ["https://*.com"]),
        ("origins", ["nothing"]),
        ("origins", [7]),
        ("origins", ["https://example.com"] * 51),
        ("colour", "red"),
        ("colour", "#24479"),
        ("colour", None),
        ("position", "middle"),
        ("locale", "tlh"),
        ("greeting", "a" * 301),
        ("greeting", "<b>\x00"),
        ("has_launcher", "yes"),
        ("allows_anonymous", 1),
        ("is_on", None),
        ("secret", "x"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        checked(GIVEN | {name: value})
    assert [field for field, _ in caught.value.errors] == [name]


def test_settings_are_read_as_they_were_stored() -> None:
    settings = checked(
        GIVEN
        | {"origins": ["HTTPS://B.example", "https://b.example"], "colour": " #ABCDEF ", "locale": "", "greeting": ""}
    )
    assert settings == SiteSettings(
        name="Shop", survey_key="support", origins=("https://b.example",), colour="#abcdef", position=Position.END
    )


def test_the_secret_before_a_rotation_counts_for_a_day() -> None:
    first, rotated = a_site(), a_site(version=2, previous_until=NOW + GRACE)
    assert first.secrets("key", NOW) == (first.secret("key"),)
    assert rotated.secrets("key", NOW) == (rotated.secret("key"), first.secret("key"))
    assert rotated.secrets("key", NOW + GRACE) == (rotated.secret("key"),)
    assert a_site(version=2).secrets("key", NOW) == (rotated.secret("key"),)
    assert len({first.secret("key"), rotated.secret("key"), first.secret("other")}) == 3
    assert len(first.secret("key")) == 43
    assert timedelta(hours=1) < GRACE


def test_what_is_a_site_s_key() -> None:
    assert is_site_key("abcdefgh23456789")
    assert not any(map(is_site_key, ["", "short", "UPPERCASE9", "a/../b/../c", "a" * 33]))
