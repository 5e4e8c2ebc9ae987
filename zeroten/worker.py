"""The worker: RQ's SimpleWorker on one queue. Redis carries the wish, the database carries the work."""

from __future__ import annotations

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from common import clock
from common.config import Settings, read_settings
from common.jobs import QUEUE, TIMEOUT_S
from zeroten.root import create_dispatcher, create_herald, create_messenger, create_services

MAINTENANCE_S = 60


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM. Jobs carry names and ids only, and are never Python pickles."""
    connection = redis.Redis.from_url(settings.text("REDIS_URL"))
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer, maintenance_interval=MAINTENANCE_S)
    # No scheduler: RQ's loses jobs when it is killed; due times live in the database and `tick` rings for them.
    worker.work(with_scheduler=False, logging_level="WARNING")


def drain_outbox() -> int:
    """The job behind `common.jobs.DRAIN_OUTBOX`: send what is due until nothing is left; the number of messages."""
    services = create_services(read_settings(), has_writer=False)
    dispatcher = create_dispatcher(services, is_only_one=False)
    end = clock.monotonic() + TIMEOUT_S / 2
    total = 0
    while clock.monotonic() < end and (count := dispatcher.once()):
        total += count
    dispatcher.close()
    services.close()
    return total


def tell_outside() -> int:
    """The job behind `common.jobs.TELL_OUTSIDE`: call webhooks and send alerts that are due; how many of both."""
    services = create_services(read_settings(), has_writer=False)
    herald = create_herald(services)
    count = herald.once() + create_messenger(services).once()
    herald.close()
    services.close()
    return count
