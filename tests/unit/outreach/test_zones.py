"""Whose clock counts, and names that are no zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from common.outreach.zones import KnownZone, ZoneSource, choose_zone, zone_named

AMSTERDAM, LISBON, KATHMANDU = "Europe/Amsterdam", "Europe/Lisbon", "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("customer", "phone_number", "company", "zone", "source"),
    [
        (AMSTERDAM, LISBON, KATHMANDU, AMSTERDAM, ZoneSource.CUSTOMER),
        (None, LISBON, KATHMANDU, LISBON, ZoneSource.PHONE_NUMBER),
        ("Mars/Olympus", LISBON, KATHMANDU, LISBON, ZoneSource.PHONE_NUMBER),
        ("", "", KATHMANDU, KATHMANDU, ZoneSource.COMPANY),
    ],
)
def test_the_first_real_zone_counts(
    customer: str | None, phone_number: str | None, company: str, zone: str, source: ZoneSource
) -> None:
    chosen = choose_zone(customer=customer, phone_number=phone_number, company=company)
    assert chosen == KnownZone(zone=ZoneInfo(zone), source=source)


def test_nobody_knows() -> None:
    assert choose_zone(customer=None, phone_number=None, company=None) is None
    assert choose_zone(customer="Atlantis", phone_number="?", company="../../etc/localtime") is None


@pytest.mark.parametrize(
    "name",
    [
        *(None, "", " ", "CEST+1", "Mars/Olympus", "Europe", "europe/", "/etc/localtime", "../../../etc/passwd"),
        *(
            "Europe/Berlin\0",
            "Europe/../Europe/Berlin",
            "x" * 5000,
            "localtime",
            "posixrules",
            "Factory",
            "é",
            "\ud800",
        ),
    ],
)
def test_what_is_not_a_zone_is_none(name: str | None) -> None:
    assert zone_named(name) is None
