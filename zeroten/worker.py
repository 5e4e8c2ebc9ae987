"""The worker: RQ's SimpleWorker on one queue. Redis carries the wish, the database carries the work."""

from __future__ import annotations

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from common.config import Settings

QUEUE = "zeroten"


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM. Jobs carry ids only, may be lost or repeated, and are never Python pickles."""
    connection = redis.Redis.from_url(settings.text("REDIS_URL"))
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    # No scheduler: RQ's loses jobs when it is killed; due times live in the database and `tick` rings for them.
    SimpleWorker([queue], connection=connection, serializer=JSONSerializer).work(
        with_scheduler=False, logging_level="WARNING"
    )
