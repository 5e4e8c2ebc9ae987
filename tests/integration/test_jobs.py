"""The safety net: with no dispatcher alive a worker sends what is overdue, and Redis may vanish at any time."""

from __future__ import annotations

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from common.jobs import QUEUE, Jobs, is_overdue
from tests.integration.world import World


def test_what_waits_too_long_is_overdue(world: World) -> None:
    world.interaction("i-1")
    world.tick()
    with world.store.read() as connection:
        assert not is_overdue(connection)
    world.after(minutes=1)
    with world.store.read() as connection:
        assert is_overdue(connection)


def test_one_job_waits_however_often_it_is_wished_for(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    jobs = Jobs(redis_url)
    for _ in range(3):
        jobs.drain_outbox()
    queue = Queue(QUEUE, connection=client, serializer=JSONSerializer)
    assert queue.job_ids == ["drain-outbox"]
    client.close()


def test_redis_away_costs_nothing_but_the_job() -> None:
    Jobs("redis://127.0.0.1:1/0").drain_outbox()
    Jobs(None).drain_outbox()
