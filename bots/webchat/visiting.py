"""A visitor of a site, over HTTP: opening a visit, asking, and the visit's thread.

Requests come from our own frame, so their `Origin` is ours; anything else is refused. The visit's secret comes as a
bearer token: no cookie, nothing that a foreign page could make a browser send.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bots.webchat.embedding import Rule, read_ticket, tickets
from bots.webchat.guard import Refused
from bots.webchat.limits import Pace
from bots.webchat.posting import MAX_BODY
from bots.webchat.threads import Threads, news_of
from common import clock
from common.errors import Conflict, Forbidden, NotFound, StoreUnavailable
from common.services import Services
from common.sites.identity import BadIdentity, Identity, read_identity
from common.sites.site import Site, is_site_key
from common.store import sites
from common.store import visits as rows
from common.store.visits import Visit, hash_of
from common.visits import Visits, is_visit_key, read_asking

OPENINGS_PER_MINUTE, OPENINGS_AT_ONCE = 60, 30
"""Visits that one network address may open; whole offices and mobile networks share one."""
ASKINGS_PER_MINUTE, ASKINGS_AT_ONCE = 6, 6
"""Wishes of one visit to be asked."""
_RACES = 3
_FIELDS = {"key", "ticket", "identity"}


class Visiting:
    """The views of visitors."""

    def __init__(self, services: Services, threads: Threads) -> None:
        self._services = services
        self._threads = threads
        self._visits = Visits(services.intake)
        self._tickets = tickets(services)
        self._openings = Pace(per_minute=OPENINGS_PER_MINUTE, burst=OPENINGS_AT_ONCE)
        self._askings = Pace(per_minute=ASKINGS_PER_MINUTE, burst=ASKINGS_AT_ONCE)

    def rules(self) -> Sequence[Rule]:
        """(method, address, view) of each."""
        return (
            ("POST", "/webchat/sites/<key>/visits", self.open_visit),
            ("GET", "/webchat/visit", self.look),
            ("POST", "/webchat/visit/asks", self.ask),
            ("POST", "/webchat/visit/messages", self.visit_post),
            ("GET", "/webchat/visit/messages", self.visit_news),
            ("GET", "/webchat/visit/stream", self.visit_stream),
            ("GET", "/webchat/visit/files/<file_id>", self.visit_file),
        )

    # --- who is there ---------------------------------------------------------------------------------------------

    def open_visit(self, key: str) -> Response:
        """Open a visit: {"key", "ticket", "identity"} → what waits for this visitor."""
        _only_from_ourselves(self._services.settings.public_url)
        _not_too_fast(self._openings.take(request.remote_addr or ""))
        given = _read_json()
        if given.keys() - _FIELDS or not isinstance(given.get("key"), str) or not is_visit_key(given["key"]):
            raise Refused(422, "an object of key (43 characters), ticket and identity")
        try:
            with self._services.store.read() as connection:
                site = sites.find(connection, key if is_site_key(key) else "")
        except NotFound as error:
            raise Refused(404, "no such site") from error
        origin = read_ticket(self._tickets, given.get("ticket"), site)
        identity = self._identity(site, given.get("identity"))

        def work(connection: Connection) -> Visit:
            return self._visits.open(connection, site, given["key"], origin, identity)

        try:
            visit = self._write(work)
        except Forbidden as error:
            raise Refused(403, str(error), code="sign_in") from error
        except Conflict as error:
            raise Refused(409, error.detail, code=error.code) from error
        return self._shown(visit)

    def look(self) -> Response:
        """What this visit shows, or what waits for its visitor by now."""
        _, visit = self._visit()
        if visit.invitation_id is None and visit.is_signed:
            with self._services.store.read() as connection:
                is_expected = rows.waiting_for(connection, visit.customer_ref) is not None
            if is_expected:
                visit = self._services.store.write(lambda connection: self._visits.join(connection, visit))
        return self._shown(visit)

    def ask(self) -> Response:
        """Decide whether this visitor is asked now: {"id", "topic", "locale", "timezone", "by_visitor"}."""
        _only_from_ourselves(self._services.settings.public_url)
        site, visit = self._visit()
        _not_too_fast(self._askings.take(visit.key_hash))
        asking = read_asking(_read_json())
        return self._shown(self._write(lambda connection: self._visits.ask(connection, site, visit, asking)))

    # --- the thread -----------------------------------------------------------------------------------------------

    def visit_post(self) -> Response:
        """One act of the customer."""
        _only_from_ourselves(self._services.settings.public_url)
        _, visit = self._visit()
        if rows.is_worth_keeping(visit, clock.wall()):
            self._services.store.write(lambda connection: rows.prolong(connection, visit.key_hash, clock.wall()))
        return self._threads.post_json(self._hashed(visit))

    def visit_news(self) -> Response:
        """The messages after a number."""
        return self._threads.news(self._hashed(self._visit()[1]))

    def visit_stream(self) -> Response:
        """Messages and states as they come."""
        return self._threads.stream(self._hashed(self._visit()[1]))

    def visit_file(self, file_id: str) -> Response:
        """A file that a person sent."""
        return self._threads.file(self._hashed(self._visit()[1]), file_id)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _write(self, work: Callable[[Connection], Visit]) -> Visit:
        """Run `work` in a transaction. Two requests that meet at a unique key take turns: the second looks again."""
        for _ in range(_RACES):
            try:
                return self._services.store.write(work)
            except IntegrityError:
                continue
        raise StoreUnavailable("other requests are changing the same thing")

    def _visit(self) -> tuple[Site, Visit]:
        """Whose secret this is, if the site still lets its page show us. Raises Refused."""
        _not_from_elsewhere()
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and is_visit_key(secret):
            with self._services.store.read() as connection:
                visit = rows.find(connection, hash_of(secret), clock.wall())
                site = sites.find_by_id(connection, visit.site_id) if visit else None
            if visit and site and site.allows(visit.origin):
                return site, visit
        raise Refused(401, "this visit is over; load the page again")

    def _identity(self, site: Site, token: object) -> Identity | None:
        if token is None:
            return None
        if not isinstance(token, str):
            raise Refused(422, "identity must be a signed token", code="malformed")
        now = clock.wall()
        try:
            secrets = site.secrets(self._services.settings.secret_key, now)
            return read_identity(token, site_key=site.key, secrets=secrets, now=now)
        except BadIdentity as error:
            raise Refused(401, str(error), code=f"token_{error.code}") from error

    def _hashed(self, visit: Visit) -> str | None:
        if visit.invitation_id is None:
            return None
        with self._services.store.read() as connection:
            return rows.invitation_token(connection, visit.invitation_id)

    def _shown(self, visit: Visit) -> Response:
        """The visit for the frame's script. asked: there is something to answer or to go on with.

        A thread that is over is shown to whoever comes back by themselves, but is no reason to open anything. who:
        tells one signed visitor from another, and nothing else.
        """
        who = hash_of(f"{visit.site_id}:{visit.customer_ref}")[:16] if visit.is_signed else None
        nothing = {"asked": False, "thread": None, "who": who}
        hashed = self._hashed(visit)
        if hashed is None:
            return jsonify(nothing)
        page = self._threads.page(hashed)
        if self._threads.may_begin(page):
            page = self._threads.start(page, hashed)
        if page.conversation_id is None:
            return jsonify(nothing)
        thread = news_of(self._threads.settled(page, hashed))
        return jsonify({"asked": not page.is_over and not page.opted_out, "thread": thread, "who": who})


def _read_json() -> Mapping[str, Any]:
    """The body, a JSON object. Raises Refused."""
    request.max_content_length = MAX_BODY
    if request.mimetype != "application/json":
        raise Refused(415, "send application/json")
    try:
        given = json.loads(request.get_data().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused(400, "the body is not JSON in UTF-8") from error
    if not isinstance(given, dict):
        raise Refused(422, "the body must be a JSON object")
    return given


def _not_from_elsewhere() -> None:
    """Refuse what a browser itself says was asked for by another origin's page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Refused(403, "only our own frame may ask this")


def _only_from_ourselves(public_url: str) -> None:
    """Refuse a request that changes something unless our own page sent it: browsers say so with every POST."""
    _not_from_elsewhere()
    origin = urlsplit(request.headers.get("Origin", ""))
    ours = urlsplit(public_url)
    if origin.netloc and origin.netloc in {request.host, ours.netloc}:
        return
    raise Refused(403, "only our own frame may send this")


def _not_too_fast(seconds: float) -> None:
    if seconds > 0:
        raise Refused(429, "too many in a short time", retry_after=int(seconds) + 1)
