"""The coarse jobs that RQ carries: a name and ids, never work that would be lost with Redis.

Every job may be lost, repeated or flushed with no harm: it only does earlier, or as a safety net, what the database
says is due. Due times live there; `tick` rings for them.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

import redis
import structlog
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer
from sqlalchemy import Connection, exists, select

from common import clock
from common.store import alerts, posts
from common.store.schema import outbox

log = structlog.get_logger()

QUEUE = "zeroten"
OVERDUE = timedelta(seconds=30)
"""A message that waits longer than this has no dispatcher: the worker sends it."""
DRAIN_OUTBOX = "zeroten.worker.drain_outbox"
TELL_OUTSIDE = "zeroten.worker.tell_outside"
KEEP_FAILED_S = 300
"""A job that failed is forgotten soon: while it is remembered, none of its name can be put in."""
TIMEOUT_S = 120


def is_overdue(connection: Connection) -> bool:
    """True if messages wait that a living dispatcher would have sent."""
    late = exists().where(outbox.c.state.in_(("pending", "unknown")), outbox.c.due_at < clock.now() - OVERDUE)
    return bool(connection.execute(select(late)).scalar())


def is_untold(connection: Connection) -> bool:
    """True if a webhook or an alert waits that a living dispatcher would have sent."""
    before = clock.now() - OVERDUE
    return posts.overdue(connection, before) or alerts.is_due(connection, before, clock.wall() - OVERDUE)


class Jobs:
    """Puts jobs into Redis. Does nothing, quietly, while Redis is away."""

    def __init__(self, redis_url: str | None) -> None:
        self._queue: Queue | None = None
        if redis_url:
            client = redis.Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=2)
            self._queue = Queue(QUEUE, connection=client, serializer=JSONSerializer)

    def drain_outbox(self) -> None:
        """Have a worker send what is overdue; at most one such job waits at any time."""
        self._enqueue(DRAIN_OUTBOX, "drain-outbox", "drain_outbox")

    def tell_outside(self) -> None:
        """Have a worker call webhooks and send alerts that are overdue; at most one such job waits at any time."""
        self._enqueue(TELL_OUTSIDE, "tell-outside", "tell_outside")

    def _enqueue(self, function: str, job_id: str, description: str) -> None:
        if self._queue is None:
            return
        with contextlib.suppress(DuplicateJobError):
            try:
                self._queue.enqueue(
                    function,
                    job_id=job_id,
                    unique=True,
                    result_ttl=0,
                    failure_ttl=KEEP_FAILED_S,
                    job_timeout=TIMEOUT_S,
                    description=description,
                )
            except redis.RedisError:
                log.warning("redis is away; what is overdue waits for a dispatcher")
