"""Interactions in: store one, decide once whether its customer is asked, and be able to say why.

Everything happens under the lock of the customer's row, so that sixty-four simultaneous interactions of one person make
one invitation. The same interaction again gets the first answer again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number
from sqlalchemy import Connection, and_, insert, or_, select, update

from common.channels import Adapter, Channel, Linkable, NamesTwice
from common.config import Settings
from common.errors import Conflict, Invalid, NotFound
from common.ids import new_id
from common.outreach.decision import COUNTS_FOR_FATIGUE, Direction, Facts, Invite, Rules, Suppress
from common.outreach.eligibility import decide
from common.outreach.quiet_hours import QuietHours
from common.pages import page_token, page_url, token_hash
from common.privacy.erased import ErasedPeople, JustErased, Reported, without_person
from common.store import links, people
from common.store.schema import interactions, invitations
from common.store.scope import within
from common.store.threads import lock_customers
from common.surveys import SurveyDefinition, Surveys
from common.wording import resolve_locale


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAnswer:
    """What the caller hears: 201 for a new interaction, 200 for one that was known, and the decision."""

    status: int
    body: dict[str, Any]


def rules_of(definition: SurveyDefinition, adapter: Adapter | None) -> Rules:
    """When this survey may ask."""
    hours = definition.quiet_hours
    return Rules(
        send_after=definition.seconds("send_after_s"),
        latest_after=definition.seconds("latest_after_s"),
        fatigue=timedelta(days=definition.body["fatigue_days"]) or None,
        quiet_hours=QuietHours(start=hours[0], end=hours[1]) if hours else None,
        min_duration=definition.seconds("min_duration_s"),
    )


class Intake:
    """Takes interactions in for every channel that is switched on."""

    def __init__(self, surveys: Surveys, adapters: Mapping[Channel, Adapter], settings: Settings) -> None:
        self._surveys = surveys
        self._adapters = adapters
        self._settings = settings
        self.erased = ErasedPeople([settings.get("SECRET_KEY") or "", *settings.listed("SECRET_KEY_OLD")])

    def take(
        self, connection: Connection, body: Mapping[str, Any], now: datetime, *, rules: Rules | None = None
    ) -> IntakeAnswer:
        """Store the interaction `body` (as in the API, already checked for shape) and decide.

        rules: other than the survey's own, for somebody who is on the line now, and is asked there. Raises Invalid for
        an unknown survey and Conflict for a known id with another body.
        """
        canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        body_hash = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
        if (known := self._known(connection, body["id"], body_hash)) is not None:
            return known
        definition = self._definition(connection, body.get("survey"))
        asked_on = body["channel"] if rules else definition.channel_for(body["channel"])
        adapter = self._adapters.get(Channel(asked_on)) if asked_on else None
        found = {channel: each.find_address(body["customer"]) for channel, each in self._adapters.items()}
        addresses = {channel: address for channel, address in found.items() if address}
        aliases = {
            channel: each.find_aliases(body["customer"])
            for channel, each in self._adapters.items()
            if isinstance(each, NamesTwice)
        }
        if (reported := self.erased.reported(connection, body, addresses, aliases)) is not None:
            return self._turn_away(connection, body, body_hash, reported, now)
        customer = people.find_or_create(connection, body["customer"], addresses, now, aliases=aliases)
        if (known := self._known(connection, body["id"], body_hash)) is not None:
            return known  # the same call, a moment ago, in another process
        if connection.dialect.name != "sqlite" and self.erased.reported(connection, body, addresses, aliases):
            raise JustErased  # while we waited for the person's row
        address = addresses.get(adapter.channel) if adapter else None
        if address is None and isinstance(adapter, Linkable):
            address = links.address_of(connection, customer["id"], adapter.channel)  # callers need not know it
        if adapter is not None and adapter.capabilities.pushes:
            address = "page"  # made with the invitation; every customer can be sent the link to one
        facts = self._facts(connection, body, customer, asked_on, adapter, address, now)
        decision = decide(rules or rules_of(definition, adapter), facts)
        interaction_id = new_id("int")
        invitation = None
        if isinstance(decision, Invite) and adapter is not None:
            invitation = self._invite(connection, interaction_id, definition, decision, customer, adapter, address, now)
        answer = _answer(body["id"], decision, invitation)
        row = _interaction_row(body, definition, customer["id"], decision, answer)
        columns = {"id": interaction_id, "body_hash": body_hash, "created_at": now}
        connection.execute(insert(interactions).values(row | columns))
        return IntakeAnswer(status=201, body=answer)

    def reopen(self, connection: Connection, ref: str, now: datetime) -> dict[str, Any]:
        """The interaction goes on after all: cancel what has not been sent. Raises NotFound."""
        row = _find(connection, ref)
        lock_customers(connection, [row["customer_id"]])
        invitation = _invitation(connection, row["id"])
        cancelled = invitation is not None and self._cancel(connection, invitation["id"], "reopened")
        connection.execute(update(interactions).where(interactions.c.id == row["id"]).values(reopened_at=now))
        return {
            "interaction_id": ref,
            "cancelled": cancelled,
            "invitation": invitation_json(_invitation(connection, row["id"])),
        }

    def decision(self, connection: Connection, ref: str) -> dict[str, Any]:
        """Why this person was or was not asked: the first decision, and what has become of it. Raises NotFound."""
        row = _find(connection, ref)
        invitation = _invitation(connection, row["id"])
        return {
            "interaction_id": ref,
            "decision": row["decision"],
            "reason": row["reason"],
            "explanation": row["explanation"],
            "decided_at": row["created_at"].isoformat(),
            "survey": row["survey_key"],
            "reopened_at": row["reopened_at"].isoformat() if row["reopened_at"] else None,
            "invitation": invitation_json(invitation),
            **row["trail"],
        }

    # --- parts ----------------------------------------------------------------------------------------------------

    def _known(self, connection: Connection, ref: str, body_hash: str) -> IntakeAnswer | None:
        row = connection.execute(
            select(interactions.c.body_hash, interactions.c.answer).where(interactions.c.ref == ref)
        ).first()
        if row is None:
            return None
        if row.body_hash not in {body_hash, self.erased.marks.of_report(body_hash)}:
            raise Conflict(f"interaction {ref!r} was reported before with other facts", code="interaction_differs")
        return IntakeAnswer(status=200, body=row.answer)

    def _turn_away(
        self, connection: Connection, body: Mapping[str, Any], body_hash: str, reported: Reported, now: datetime
    ) -> IntakeAnswer:
        """An interaction of somebody who was erased: never asked, and kept without a word about the person.

        One that was erased with the person is not kept again.
        """
        definition = self._definition(connection, body.get("survey"))
        erasure = reported.erasure
        nobody = {"id": erasure.customer_id, "opted_out_at": erasure.requested_at, "timezone": None}
        bare = without_person(body)
        facts = self._facts(connection, bare, nobody, None, None, None, now)
        decision = decide(rules_of(definition, None), facts)
        answer = _answer(body["id"], decision, None)
        if reported.is_repeat:
            return IntakeAnswer(status=200, body=answer)
        row = _interaction_row(bare, definition, erasure.customer_id, decision, answer)
        columns = {"id": new_id("int"), "body_hash": self.erased.marks.of_report(body_hash), "created_at": now}
        connection.execute(insert(interactions).values(row | columns))
        return IntakeAnswer(status=201, body=answer)

    def _definition(self, connection: Connection, key: str | None) -> SurveyDefinition:
        definition = self._surveys.find(connection, key or "default")
        if definition is None:
            what = f"there is no survey {key!r}" if key else "name a survey; there is none called 'default'"
            raise Invalid(what, [("survey", what)])
        return definition

    def _facts(
        self,
        connection: Connection,
        body: Mapping[str, Any],
        customer: Mapping[str, Any],
        asked_on: str | None,
        adapter: Adapter | None,
        address: str | None,
        now: datetime,
    ) -> Facts:
        last = latest_invitation(connection, customer["id"])
        duration = body.get("duration_s")
        return Facts(
            now=now,
            ended_at=datetime.fromisoformat(body["ended_at"]),
            duration=None if duration is None else timedelta(seconds=duration),
            direction=Direction(body["direction"]),
            outcome=body.get("outcome"),
            channel=body["channel"],
            survey_channel=asked_on,
            channel_is_on=adapter is not None,
            endpoint=address,
            consent=body["customer"].get("consent"),
            opted_out_at=customer["opted_out_at"],
            last_invited_at=last[0] if last else None,
            last_invited_channel=last[1] if last else None,
            already_invited=False,
            timezone=customer["timezone"],
            phone_timezone=phone_timezone(body["customer"].get("phone")),
            zone_fallback=self._settings.get("TIMEZONE"),
        )

    def _invite(
        self,
        connection: Connection,
        interaction_id: str,
        definition: SurveyDefinition,
        decision: Invite,
        customer: Mapping[str, Any],
        adapter: Adapter,
        address: str | None,
        now: datetime,
    ) -> dict[str, Any]:
        invitation_id = new_id("inv")
        token = page_token(self._settings.secret_key, invitation_id) if adapter.capabilities.pushes else None
        if adapter.capabilities.pushes:
            address = invitation_id  # a page of its own for every invitation, so that two never share a thread
        assert address is not None  # decide() has seen it
        endpoint_id = people.endpoint(connection, customer["id"], adapter.channel, address)
        row = {
            "id": invitation_id,
            "interaction_id": interaction_id,
            "customer_id": customer["id"],
            "endpoint_id": endpoint_id,
            "survey_key": definition.key,
            "survey_version": definition.version,
            "channel": adapter.channel.value,
            "locale": resolve_locale(customer["locale"], definition.default_locale, offered=definition.wording),
            "status": "scheduled",
            "reason": None,
            "send_at": decision.send_at,
            "latest_at": decision.useful_until,
            "created_at": now,
            "token_hash": token_hash(token) if token else None,
        }
        connection.execute(insert(invitations).values(row))
        return row | {
            "url": page_url(self._settings.public_url, self._settings.secret_key, invitation_id) if token else None
        }

    def _cancel(self, connection: Connection, invitation_id: str, reason: str) -> bool:
        """Cancel an invitation of which nothing has left yet; True if there was something to cancel."""
        row = connection.execute(select(invitations).where(invitations.c.id == invitation_id)).mappings().one()
        if row["status"] != "scheduled" or row["started_at"] is not None:
            return False
        values = {"status": "cancelled", "reason": reason}
        connection.execute(update(invitations).where(invitations.c.id == invitation_id).values(values))
        return True


USES_THE_SLOT = or_(
    invitations.c.status.in_(COUNTS_FOR_FATIGUE - {"expired"}),
    and_(invitations.c.status == "expired", invitations.c.sent_at.is_not(None)),
)
"""The invitations that count for fatigue."""


def latest_invitation(connection: Connection, customer_id: str) -> tuple[datetime, str] | None:
    """When and over which channel the person was last asked, or will be: the invitation that counts for fatigue."""
    row = connection.execute(
        select(invitations.c.send_at, invitations.c.sent_at, invitations.c.channel)
        .where(invitations.c.customer_id == customer_id, USES_THE_SLOT)
        .order_by(invitations.c.send_at.desc())
        .limit(1)
    ).first()
    return (row.sent_at or row.send_at, row.channel) if row else None


def phone_timezone(phone: str | None) -> str | None:
    """The zone of a phone number, if its prefix lies in just one."""
    try:
        zones = time_zones_for_number(parse(phone or "", None))
    except NumberParseException:
        return None
    return zones[0] if len(zones) == 1 and zones[0] != UNKNOWN_TIMEZONE else None


def invitation_json(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The invitation as the API shows it beside a decision."""
    if row is None:
        return None
    shown = {"id": row["id"], "channel": row["channel"], "status": row["status"], "send_at": row["send_at"].isoformat()}
    return shown | ({"url": row["url"]} if row.get("url") else {})


def _answer(ref: str, decision: Invite | Suppress, invitation: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "interaction_id": ref,
        "decision": "invite" if isinstance(decision, Invite) else "suppress",
        "reason": decision.reason.value if isinstance(decision, Suppress) else None,
        "explanation": decision.explanation,
        "invitation": invitation_json(invitation),
    }


def _interaction_row(
    body: Mapping[str, Any],
    definition: SurveyDefinition,
    customer_id: str,
    decision: Invite | Suppress,
    answer: Mapping[str, Any],
) -> dict[str, Any]:
    agent = body.get("agent") or {}
    return {
        "ref": body["id"],
        "body": dict(body),
        "customer_id": customer_id,
        "customer_ref": body["customer"]["id"],
        "channel": body["channel"],
        "direction": body["direction"],
        "ended_at": datetime.fromisoformat(body["ended_at"]),
        "agent_id": agent.get("id"),
        "agent_name": agent.get("name"),
        "team": agent.get("team"),
        "topic": body.get("topic"),
        "reference": body.get("reference"),
        "survey_key": definition.key,
        "decision": answer["decision"],
        "reason": answer["reason"],
        "explanation": decision.explanation,
        "trail": decision.trail.as_json(),
        "answer": dict(answer),
    }


def _find(connection: Connection, ref: str) -> dict[str, Any]:
    found = select(interactions).where(interactions.c.ref == ref, within(interactions.c.team))
    row = connection.execute(found).mappings().first()
    if row is None:
        raise NotFound(f"no interaction {ref!r}")
    return dict(row)


def _invitation(connection: Connection, interaction_id: str) -> dict[str, Any] | None:
    mine = invitations.c.interaction_id == interaction_id
    row = connection.execute(select(invitations).where(mine)).mappings().first()
    return dict(row) if row else None
