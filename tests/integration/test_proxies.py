"""Behind a reverse proxy the address that counts is the customer's: one guesser must not lock everybody out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import request

from common.config import BadSettings, read_settings
from zeroten.root import create_app, create_services

SETTINGS = {"ZEROTEN_SECRET_KEY": "a secret key that only the tests know"}


def seen_as(folder: Path, settings: Mapping[str, str], forwarded: str) -> str | None:
    """The address from which a request comes, in the eyes of the web process."""
    url = {"ZEROTEN_DATABASE_URL": f"sqlite:///{folder}/zeroten.db"}
    services = create_services(read_settings({**SETTINGS, **url, **settings}), has_writer=False)
    app = create_app(services)
    app.add_url_rule("/seen", "seen", lambda: f"{request.remote_addr} {request.scheme} {request.host}")
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "elsewhere.example"}
    answer = app.test_client().get("/seen", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    services.close()
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ("0", "198.51.100.7", "10.0.0.1"),  # nobody stands in front: whoever sends the header made it up
        ("1", "198.51.100.7", "198.51.100.7"),
        ("1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first entry is what the customer claimed
        ("2", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ],
)
def test_only_the_proxies_in_front_are_believed(tmp_path: Path, proxies: str, forwarded: str, address: str) -> None:
    seen = seen_as(tmp_path, {"ZEROTEN_PROXIES": proxies}, forwarded)
    assert seen == f"{address} http localhost"  # a proxy's word on scheme and host is never taken


@pytest.mark.parametrize("value", ["-1", "4", "many", "1.0"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BadSettings, match="ZEROTEN_PROXIES"):
        read_settings({"ZEROTEN_PROXIES": value})
