"""Visitors of a site: who they are, and whether this one is asked now.

A visit is one tab. It is opened with a secret that the tab has made for itself, so opening it twice, after a lost
answer, is opening it once. Asking goes through `Intake` like every other interaction: fatigue, opt-out, consent and the
rest decide, and "no" is an answer like any other. A customer for whom something waits already is shown that instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common import clock
from common.errors import Conflict, Forbidden, Invalid
from common.intake import Intake
from common.outreach.zones import zone_named
from common.sites.identity import Identity
from common.sites.site import Site
from common.store import visits as rows
from common.store.people import find_customer
from common.store.visits import LIFETIME, Visit, hash_of

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_ASK_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_NOBODY = "erased:"
"""Begins what we call a visitor whom the site names, and who was erased: nothing is kept, and nothing is asked."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A wish to be asked. id: the tab's own, so that it may come twice. topic: what the page says it was about.
    by_visitor: the visitor pressed the button, rather than the page's script.
    """

    id: str
    topic: str | None = None
    locale: str | None = None
    timezone: str | None = None
    by_visitor: bool = False


def is_visit_key(text: str) -> bool:
    """Whether `text` has the form of a visit's secret: 256 bits in 43 characters of base64url."""
    return _KEY.fullmatch(text) is not None


def read_asking(given: Mapping[str, object]) -> Asking:
    """The wish in a JSON object. A zone or a language that nobody knows is left out; raises Invalid for the rest."""
    if given.keys() - {"id", "topic", "locale", "timezone", "by_visitor"}:
        raise Invalid("no such field", [(min(given.keys() - {"id", "topic", "locale", "timezone"}), "no such field")])
    for name in ("id", "topic", "locale", "timezone"):
        value = given.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > 255 or _CONTROLS.search(value)):
            raise Invalid(f"{name}: text of at most 255 characters", [(name, "text of at most 255 characters")])
    if not isinstance(given.get("id"), str) or not _ASK_ID.fullmatch(str(given["id"])):
        raise Invalid("id: 8 to 64 characters of A-Z, a-z, 0-9, - and _", [("id", "not an id")])
    if not isinstance(given.get("by_visitor", False), bool):
        raise Invalid("by_visitor: true or false", [("by_visitor", "true or false")])
    topic, locale, zone = (str(given[name]) if given.get(name) else None for name in ("topic", "locale", "timezone"))
    return Asking(
        id=str(given["id"]),
        topic=topic.strip() or None if topic else None,
        locale=locale if locale and _LOCALE.fullmatch(locale) else None,
        timezone=zone if zone_named(zone) else None,
        by_visitor=bool(given.get("by_visitor", False)),
    )


class Visits:
    """Opens visits, and asks their visitors."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def open(self, connection: Connection, site: Site, key: str, origin: str, identity: Identity | None) -> Visit:
        """The visit behind this secret, made now if it is new.

        Raises Forbidden if the site knows nobody but signed visitors, Conflict if the token opened another visit.
        """
        now = clock.wall()
        key_hash = hash_of(key)
        if identity is None and not site.settings.allows_anonymous:
            raise Forbidden("this site lets in signed visitors only")
        if identity is not None and not rows.spend_nonce(
            connection, site_id=site.id, nonce=identity.nonce, key_hash=key_hash, expires_at=identity.expires_at
        ):
            raise Conflict("this token has been used; each one opens one visit", code="token_used")
        if identity is not None and self._intake.erased.customer(connection, str(identity.customer["id"])):
            identity = replace(identity, customer={"id": f"{_NOBODY}{key_hash[:32]}", "consent": False}, interaction={})
        visit = Visit(
            key_hash=key_hash,
            site_id=site.id,
            customer_ref=str(identity.customer["id"]) if identity else f"visitor:{key_hash[:32]}",
            origin=origin,
            is_signed=identity is not None,
            claims={"customer": dict(identity.customer), "interaction": dict(identity.interaction)} if identity else {},
            opened_at=now,
            expires_at=now + LIFETIME,
        )
        if not rows.add(connection, visit):
            known = rows.find(connection, key_hash, now)
            if known is None or (known.site_id, known.customer_ref) != (site.id, visit.customer_ref):
                raise Conflict("this secret belongs to another visit", code="visit_taken")
            visit = known
        return self.join(connection, visit)

    def join(self, connection: Connection, visit: Visit) -> Visit:
        """The visit with what waits for its customer, if it shows nothing yet. Nobody waits for an anonymous one."""
        if visit.invitation_id is not None or not visit.is_signed:
            return visit
        found = rows.waiting_for(connection, visit.customer_ref)
        return visit if found is None else _show(connection, visit, *found)

    def ask(self, connection: Connection, site: Site, visit: Visit, asking: Asking) -> Visit:
        """The visit after the decision: with an invitation, or as it was if this visitor is not asked."""
        if (waiting := rows.waiting_for(connection, visit.customer_ref)) is not None:
            return _show(connection, visit, *waiting)
        if visit.customer_ref.startswith(_NOBODY):
            return visit
        body = _interaction(site, visit, asking, clock.now())
        try:
            with connection.begin_nested():
                answer = self._intake.take(connection, body, clock.now()).body
        except Conflict:  # reported before, by the site's own server or by this tab a moment ago
            found = rows.invitation_of(connection, body["id"], visit.customer_ref)
            return visit if found is None else _show(connection, visit, *found)
        invitation = answer["invitation"]
        customer_id = find_customer(connection, visit.customer_ref)
        if invitation is None or not invitation.get("url") or customer_id is None:
            return visit
        return _show(connection, visit, invitation["id"], customer_id)


def _show(connection: Connection, visit: Visit, invitation_id: str, customer_id: str) -> Visit:
    rows.show(connection, visit.key_hash, invitation_id, customer_id)
    return replace(visit, invitation_id=invitation_id, customer_id=customer_id)


def _interaction(site: Site, visit: Visit, asking: Asking, now: datetime) -> dict[str, Any]:
    """What is reported to intake, as the API would take it.

    Consent is the site's word for a signed visitor. An anonymous one, of whom nothing is known, may be asked because
    the site's administrator says so; and whoever presses the button has asked for it, unless the site says no.
    """
    customer: dict[str, Any] = {"locale": site.settings.locale or asking.locale, "timezone": asking.timezone}
    customer |= visit.claims.get("customer", {})
    customer["id"] = visit.customer_ref
    if customer.get("consent") is None and (asking.by_visitor or not visit.is_signed):
        customer["consent"] = True
    body: dict[str, Any] = {
        "id": f"{site.key}:{visit.key_hash[:16]}:{asking.id}",
        "ended_at": now.isoformat(),
        "topic": asking.topic,
    }
    body |= visit.claims.get("interaction", {})
    return body | {
        "channel": "webchat",
        "direction": "inbound",
        "customer": customer,
        "survey": site.settings.survey_key,
        "attributes": {"site": site.key, "origin": visit.origin, "signed": visit.is_signed},
    }
