"""Signatures by the specification's own example, the schedule's promise of a day, and addresses in disguise."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest

from common.webhooks.addresses import NotAllowed, is_private, may_call, networks, target_of
from common.webhooks.schedule import GAPS, Answered, next_try, retry_after
from common.webhooks.signing import headers, secret_of, signature, versions_that_count

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_a_signature_is_that_of_the_specification() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_while_secrets_are_rotated_both_sign() -> None:
    assert versions_that_count(3, NOW + timedelta(hours=1), NOW) == (3, 2)
    assert versions_that_count(3, NOW - timedelta(hours=1), NOW) == (3,)
    assert versions_that_count(1, NOW + timedelta(hours=1), NOW) == (1,)
    secrets = [secret_of("k" * 32, "sub_1", version) for version in (3, 2)]
    assert len(set(secrets)) == 2
    told = headers(secrets, "msg_1", 1, b"{}")["webhook-signature"].split(" ")
    assert told == [signature(secret, "msg_1", 1, b"{}") for secret in secrets]


def test_a_post_is_tried_at_least_nine_times_over_at_least_a_day() -> None:
    waited, tries = timedelta(0), 1
    while (gap := next_try(tries, chance=0.0)) is not None:
        waited, tries = waited + gap, tries + 1
    assert tries == len(GAPS) + 1 == 10
    assert timedelta(days=1) < waited < timedelta(days=5)
    assert next_try(2, chance=1.0) == timedelta(minutes=6)
    assert next_try(1, chance=0.5, retry_after=timedelta(hours=1)) == timedelta(hours=1)
    assert next_try(1, chance=0.5, retry_after=timedelta(days=40)) == timedelta(days=1)


def test_only_2xx_is_delivered_and_an_overloaded_address_is_left_alone() -> None:
    assert [Answered(status=status).is_delivered for status in (200, 204, 299, 301, 302, 404, 500)] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert Answered(status=503, retry_after=timedelta(minutes=2)).pause == timedelta(minutes=2)
    assert Answered(status=500, retry_after=timedelta(minutes=2)).pause is None
    assert Answered(status=410).is_gone
    assert retry_after("120") == timedelta(minutes=2)
    assert [retry_after(text) for text in (None, "", "-5", "soon", "١٢")] == [None] * 5


@pytest.mark.parametrize(
    "text",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "0.0.0.0",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "5f00::1",
        "2001::1",
        "ff02::1",
    ],
)
def test_a_private_address_is_known_in_every_disguise(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert is_private(address)
    assert not may_call(address, ())


def test_public_addresses_may_be_called_and_allowed_networks_too() -> None:
    for text in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"):
        assert may_call(ipaddress.ip_address(text), ())
    allowed = networks("127.0.0.0/8, 10.1.0.0/16")
    assert may_call(ipaddress.ip_address("10.1.9.9"), allowed)
    assert may_call(ipaddress.ip_address("::ffff:127.0.0.1"), allowed)
    assert not may_call(ipaddress.ip_address("10.2.0.1"), allowed)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "http://example.com/",
        "https://user:word@example.com/",
        "https://example.com:22/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com/#there",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: other",
        "https://example.com\\@other/",
        "https:///nowhere",
        "https://[::1",
        "https://example.com/é",
        "javascript:alert(1)",
        "https://" + "a" * 2001,
        "",
    ],
)
def test_what_is_no_address_of_ours_to_call(url: str) -> None:
    with pytest.raises(NotAllowed):
        target_of(url, allows_http=False)


def test_an_address_is_taken_apart() -> None:
    target = target_of("https://Bücher.example/hooks?a=1", allows_http=False)
    assert (target.host, target.port, target.path) == ("xn--bcher-kva.example", 443, "/hooks?a=1")
    assert target_of("http://127.0.0.1:9000", allows_http=True).path == "/"
