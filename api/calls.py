"""One call of the API: who acts, when, and how its work is done exactly once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from flask import Response
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.problems import problem_of, respond
from common.actors import Actor
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.services import Services
from common.store import idempotency
from common.store.idempotency import StoredAnswer
from common.store.scope import narrowed_to
from common.tickets import Tickets

T = TypeVar("T")
_RACES = 3
_MAX_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call is answered with. A status from 400 on is a problem. rings: topics to ring after the commit."""

    body: Any
    status: int = 200
    rings: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """As HTTP."""
        if self.status >= 400:
            return respond(self.body, self.headers)
        text = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
        return Response(text, status=self.status, headers=self.headers, content_type="application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """An `Idempotency-Key` with a hash of the request that came with it."""

    key: str
    request_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a view is given. given: the parsed JSON body as it came. accepts: the media types that the caller reads."""

    services: Services
    tickets: Tickets
    actor: Actor
    now: datetime
    given: Any = None
    raw: bytes = b""
    accept: str = ""
    once: Once | None = None

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a reading transaction, in which there is nothing but what this actor's teams have."""
        with narrowed_to(self.actor.teams), self.services.store.read() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` in a transaction and ring after its commit; under an Idempotency-Key at most once in all.

        What the state of things forbids (Conflict, Forbidden, NotFound) is an answer, too, and is kept with the key. A
        body that was refused (Invalid) did nothing and leaves the key free.
        """
        answer = self.committed(lambda connection: self._once(connection, work))
        self.services.bell.ring(*answer.rings)
        return answer

    def committed(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction. Two calls that meet at a unique key take turns: the second one looks again."""
        for _ in range(_RACES):
            try:
                return self.services.store.write(work)
            except IntegrityError:
                continue
        raise Conflict("other calls are changing the same thing; try again", code="busy")

    def reserve(self, connection: Connection) -> StoredAnswer | None:
        """The first answer under this call's key, None if there is none yet or no key."""
        if self.once is None:
            return None
        return idempotency.reserve(
            connection,
            actor_id=self.actor.id,
            key=self.once.key,
            request_hash=self.once.request_hash,
            now=self.now,
        )

    def keep(self, connection: Connection, answer: Answer) -> None:
        """Store the answer under this call's key, if it has one."""
        if self.once is not None:
            stored = StoredAnswer(status=answer.status, body=answer.body)
            idempotency.keep(connection, actor_id=self.actor.id, key=self.once.key, answer=stored)

    def _once(self, connection: Connection, work: Callable[[Connection], Answer]) -> Answer:
        if self.once is None:
            return work(connection)
        if (stored := self.reserve(connection)) is not None:
            return repeated(stored)
        try:
            with connection.begin_nested():
                answer = work(connection)
        except (Conflict, Forbidden, NotFound) as error:
            members = problem_of(error)
            assert members is not None
            answer = Answer(status=members["status"], body=members)
        self.keep(connection, answer)
        return answer


def repeated(stored: StoredAnswer) -> Answer:
    """The first answer again, marked as such."""
    return Answer(status=stored.status, body=stored.body, headers={"Idempotency-Replayed": "true"})


def once(key: str | None, *, method: str, path: str, body: bytes, given: Any) -> Once | None:
    """The key of a request, bound to its method, path and body. Raises Invalid for what is no key.

    JSON counts by its content: the same object with its keys in another order is the same body.
    """
    if key is None:
        return None
    if not 1 <= len(key) <= _MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid("not a usable Idempotency-Key", [("Idempotency-Key", f"1 to {_MAX_KEY} printable characters")])
    content = json.dumps(given, sort_keys=True).encode() if given is not None else body
    digest = hashlib.sha256(b"\n".join((method.encode(), path.encode("utf-8", "surrogatepass"), content))).hexdigest()
    return Once(key=key, request_hash=digest)
