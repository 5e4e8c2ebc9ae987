"""Settings: from the environment or a file, refused early and in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.config import SETTINGS, BadSettings, read_settings


def test_defaults_suffice_to_begin() -> None:
    settings = read_settings({})
    assert settings.database_url == "sqlite:///var/zeroten.db"
    assert settings.port == 8000
    assert settings.public_url == "http://127.0.0.1:8000"
    assert not settings.is_sandboxed


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "zeroten.env"
    file.write_text("# ours\nexport ZEROTEN_PORT=9000\nZEROTEN_PUBLIC_URL='https://ask.example/'\n", encoding="utf-8")
    settings = read_settings({"ZEROTEN_CONFIG": str(file), "ZEROTEN_PORT": "9001"})
    assert (settings.port, settings.public_url) == (9001, "https://ask.example")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ZEROTEN_PORT": "many"}, "ZEROTEN_PORT"),
        ({"ZEROTEN_PUBLIC_URL": "ask.example"}, "ZEROTEN_PUBLIC_URL"),
        ({"ZEROTEN_TWILIO_API_URL": "ftp://x"}, "ZEROTEN_TWILIO_API_URL"),
        ({"ZEROTEN_LEASE_S": "0"}, "ZEROTEN_LEASE_S"),
        ({"ZEROTEN_FAILPOINTS": "outbox.after_http=kill"}, "ZEROTEN_FAILPOINTS"),
        ({"ZEROTEN_CONFIG": "/nowhere/zeroten.env"}, "cannot read"),
    ],
)
def test_what_cannot_work_is_refused_in_words(environment: dict[str, str], words: str) -> None:
    with pytest.raises(BadSettings, match=words):
        read_settings(environment)


def test_a_line_without_a_value_is_named(tmp_path: Path) -> None:
    file = tmp_path / "zeroten.env"
    file.write_text("\nZEROTEN_PORT 9000\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="line 2"):
        read_settings({"ZEROTEN_CONFIG": str(file)})


@pytest.mark.parametrize(
    ("api_url", "is_refused"),
    [
        (None, True),
        ("https://api.twilio.com", True),
        ("https://8.8.8.8", True),
        ("http://127.0.0.1:8100", False),
        ("http://localhost:8100", False),
        ("http://10.1.2.3:8100", False),
        ("http://sandbox:8100", False),
    ],
)
def test_a_movable_clock_is_refused_with_a_real_provider(api_url: str | None, is_refused: bool) -> None:
    environment = {"ZEROTEN_CLOCK_FILE": "/tmp/clock", "ZEROTEN_TWILIO_ACCOUNT_SID": "AC1"}
    if api_url:
        environment["ZEROTEN_TWILIO_API_URL"] = api_url
    if is_refused:
        with pytest.raises(BadSettings, match="ZEROTEN_CLOCK_FILE"):
            read_settings(environment)
    else:
        assert read_settings(environment).is_sandboxed


def test_every_setting_says_what_it_means() -> None:
    assert all(setting.meaning for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
