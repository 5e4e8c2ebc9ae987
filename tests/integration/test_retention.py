"""Retention: every class ends in its time, and not before; figures, people and wishes stay. On both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from common import clock
from common.privacy.inventory import Until
from common.privacy.retention import Kept
from common.store.schema import (
    answers,
    call_steps,
    conversations,
    customers,
    endpoints,
    events,
    idempotency_keys,
    inbound,
    interactions,
    messages,
    outbox,
    quarantine,
    recordings,
    sign_in_failures,
)
from tests.architecture.tree import ROOT
from tests.integration.installation import Installation, an_installation
from tests.integration.test_erasure import (
    CANARY,
    SURVEY,
    Handset,
    call_by_telephone,
    converse,
    figures,
    quarantine_something,
)
from zeroten import root


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(database_url, tmp_path) as made:
        made.call("PUT", "/surveys/support", {"key": "support", "kind": "transactional", **SURVEY})
        yield made


def a_full_house(site: Installation) -> str:
    """Something in every class: the conversation, closed and its ticket resolved."""
    talk = converse(site, Handset(site), "sms")
    call_by_telephone(site, talk)
    quarantine_something(site)
    headers = {"Authorization": f"Bearer {site.key}", "Idempotency-Key": "k-1"}
    (row,) = site.rows(conversations, id=talk)
    path = f"/api/v1/tickets/{row['ticket_id']}/resolve"
    assert site.http.post(path, json={"resolution": "recovered"}, headers=headers).status_code == 200
    failure = {"id": "sif_1", "subject": "somebody", "at": clock.wall() - timedelta(days=1)}
    site.services.store.write(lambda connection: connection.execute(insert(sign_in_failures).values(failure)))
    return talk


def ended(kept: list[Kept]) -> Mapping[str, int]:
    """Rows by class."""
    counts: dict[str, int] = {}
    for each in kept:
        counts[each.until.value] = counts.get(each.until.value, 0) + each.count
    return {name: count for name, count in counts.items() if count}


def words(site: Installation) -> bool:
    """Whether a word of the customer is left anywhere but in who it was."""
    rows: list[Any] = [*site.rows(messages), *site.rows(events), *site.rows(answers), *site.rows(call_steps)]
    rows += [row["body"] for row in site.rows(interactions)] + [row["reason"] for row in site.rows(conversations)]
    rows += [row["transcript"] for row in site.rows(recordings)] + [row["machine"] for row in site.rows(conversations)]
    return CANARY in str(rows)


def test_every_class_ends_in_its_time(site: Installation) -> None:
    talk = a_full_house(site)
    before = figures(site)
    retention = root.create_retention(site.services)
    assert ended(retention.run()) == ended(retention.count()) == {}
    for days, classes in (
        (3, {Until.REPEATS}),
        (31, {Until.WEBHOOKS, Until.QUARANTINE}),
        (91, {Until.RECORDINGS, Until.OUTBOX}),
        (731, {Until.WORDS}),
    ):
        site.advance(timedelta(days=days) - timedelta(seconds=site.offset))
        assert words(site)
        counted = retention.count()
        assert ended(counted).keys() == {until.value for until in classes}, days
        assert retention.run() == counted
        assert ended(retention.run()) == {}
    assert not words(site)
    assert site.rows(inbound) == site.rows(quarantine) == site.rows(idempotency_keys) == []
    assert {(row["address"], str(row["prompt"])) for row in site.rows(outbox)} == {("", "{}")}
    (row,) = site.rows(conversations, id=talk)
    assert (row["score"], row["reason"], row["outcome"]) == (3, "[erased]", row["outcome"])
    assert site.rows(recordings)[0]["state"] == "expired"
    assert figures(site) == before
    assert CANARY in site.rows(customers)[0]["name"]
    assert {row["address"].startswith("erased") for row in site.rows(endpoints)} == {False}
    assert site.call("GET", f"/conversations/{talk}")["score"] == 3


def test_what_goes_on_keeps_its_words(site: Installation) -> None:
    handset = Handset(site)
    talk = converse(site, handset, "sms")
    site.advance(timedelta(days=800))
    retention = root.create_retention(site.services)
    assert [each.count for each in retention.count() if each.table == "conversations"] == [0], "its ticket is open"
    (row,) = site.rows(conversations, id=talk)
    site.call("POST", f"/tickets/{row['ticket_id']}/resolve", {"resolution": "explained"})
    site.advance(timedelta(days=800))
    retention.run()
    handset.says("sms", f"me again, {CANARY}")
    site.advance(timedelta(days=100))
    retention.run()
    assert [row["text"] for row in site.rows(messages) if CANARY in row["text"]] == [f"me again, {CANARY}"]


def test_a_round_is_made_once_a_day(site: Installation) -> None:
    a_full_house(site)
    first, second = root.create_retention(site.services), root.create_retention(site.services)
    assert first.round() != []
    assert first.round() == second.round() == []
    site.advance(timedelta(hours=23))
    assert second.round() == []
    site.advance(timedelta(hours=2))
    assert second.round() != []


def test_a_round_may_be_stopped_and_goes_on(site: Installation) -> None:
    a_full_house(site)
    site.advance(timedelta(days=40))
    retention = root.create_retention(site.services)
    assert ended(retention.run(is_stopping=lambda: True)) == {}
    assert ended(retention.run()) != {}


def test_the_command_counts_before_it_ends_anything(site: Installation, database_url: str) -> None:
    a_full_house(site)
    site.advance(timedelta(days=40))
    counted = run(site, database_url, "--dry-run")
    assert site.rows(quarantine)
    assert "nothing was changed" in counted.stderr
    line = next(line for line in counted.stdout.splitlines() if line.startswith("quarantine"))
    assert line.split() == ["quarantine", "30", "days", "quarantine", "1"]
    assert run(site, database_url).stdout == counted.stdout
    assert site.rows(quarantine) == []


def run(site: Installation, database_url: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zeroten", "retention", "run", *options],
        env={
            "PATH": os.environ.get("PATH", ""),
            "ZEROTEN_DATABASE_URL": database_url,
            "ZEROTEN_CLOCK_FILE": str(site.clock_file),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
