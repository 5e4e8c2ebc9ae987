"""The outreach rules once more, as they stand now, for invitations that are about to be sent.

Between the decision and the first question hours pass: the person may have opted out or been asked about something
else, and it may have become night. The tick asks here before a conversation begins, the lease before a message leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from common.channels import Adapter
from common.intake import USES_THE_SLOT, phone_timezone, rules_of
from common.outreach.decision import Defer, Direction, Facts, SendNow, Suppress
from common.outreach.eligibility import may_still_send
from common.store.dialect import among
from common.store.schema import interactions, invitations
from common.surveys import Surveys

Row = Mapping[Any, Any]
"""A row by column name."""
Verdict = SendNow | Defer | Suppress

_INTERACTIONS = select(
    interactions.c.id,
    interactions.c.body,
    interactions.c.channel,
    interactions.c.direction,
    interactions.c.ended_at,
).where(among(interactions.c.id))
_LAST = (
    select(
        invitations.c.id, invitations.c.customer_id, invitations.c.send_at, invitations.c.sent_at, invitations.c.channel
    )
    .where(among(invitations.c.customer_id), USES_THE_SLOT)
    .order_by(invitations.c.send_at.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An invitation that is about to be sent. customer: at least `id`, `opted_out_at` and `timezone`."""

    invitation_id: str
    interaction_id: str
    survey: tuple[str, int]
    customer: Row
    address: str
    adapter: Adapter | None


def recheck(
    connection: Connection,
    surveys: Surveys,
    asked: Sequence[Asked],
    *,
    given_up: Collection[str] = (),
    zone: str | None,
    now: datetime,
) -> list[Verdict]:
    """What the rules say now, one verdict each, in order.

    An invitation that is suppressed gives its slot back, so the next one of the same person may be sent after all.
    given_up: invitations that gave theirs back a moment ago, which the rows do not say yet. zone: for customers of whom
    none is known.
    """
    if not asked:
        return []
    happened = {
        row["id"]: row
        for row in connection.execute(_INTERACTIONS, {"ids": [one.interaction_id for one in asked]}).mappings()
    }
    earlier: dict[str, list[Any]] = {}
    for row in connection.execute(_LAST, {"ids": list({one.customer["id"] for one in asked})}):
        earlier.setdefault(row.customer_id, []).append(row)
    gone = set(given_up)
    verdicts: list[Verdict] = []
    for one in asked:
        definition = surveys.get(connection, *one.survey)
        interaction, customer = happened[one.interaction_id], one.customer
        others = (row for row in earlier.get(customer["id"], ()) if row.id != one.invitation_id and row.id not in gone)
        last = next(others, None)
        facts = Facts(
            now=now,
            ended_at=interaction["ended_at"],
            duration=None,
            direction=Direction(interaction["direction"]),
            outcome=interaction["body"].get("outcome"),
            channel=interaction["channel"],
            survey_channel=definition.channel_for(interaction["channel"]),
            channel_is_on=one.adapter is not None,
            endpoint=one.address,
            consent=True,  # it was given when the interaction came in; withdrawing it is an opt-out
            opted_out_at=customer["opted_out_at"],
            last_invited_at=(last.sent_at or last.send_at) if last else None,
            last_invited_channel=last.channel if last else None,
            already_invited=False,
            timezone=customer["timezone"],
            phone_timezone=phone_timezone((interaction["body"].get("customer") or {}).get("phone")),
            zone_fallback=zone,
        )
        verdict = may_still_send(rules_of(definition, one.adapter), facts)
        if isinstance(verdict, Suppress):
            gone.add(one.invitation_id)
        verdicts.append(verdict)
    return verdicts
