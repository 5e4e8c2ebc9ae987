"""Whether the process is alive, whether it can work, and its figures for Prometheus."""

from __future__ import annotations

import redis
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select

from common.errors import StoreUnavailable
from common.services import Services
from common.store.migrations import is_current
from common.store.schema import conversations, outbox, quarantine, tickets


def create_health(services: Services) -> Blueprint:
    """`/healthz` (alive), `/readyz` (database, redis, migrations), `/metrics`."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @health.get("/readyz")
    def readyz() -> tuple[Response, int]:
        checks = {"database": _database(services), "migrations": _migrations(services), "redis": _redis(services)}
        # Redis is a door-bell: without it work is found by polling, so its absence does not make us unready.
        is_ready = checks["database"] == "ok" and checks["migrations"] == "ok"
        return jsonify({"ready": is_ready, "checks": checks}), 200 if is_ready else 503

    @health.get("/metrics")
    def metrics() -> Response:
        return Response(_figures(services), content_type=CONTENT_TYPE_LATEST)

    return health


def _database(services: Services) -> str:
    try:
        with services.store.read() as connection:
            connection.execute(select(1))
    except StoreUnavailable:
        return "unreachable"
    return "ok"


def _migrations(services: Services) -> str:
    try:
        return "ok" if is_current(services.store.database) else "run: zeroten migrate"
    except StoreUnavailable:
        return "unknown"


def _redis(services: Services) -> str:
    url = services.settings.get("REDIS_URL")
    if not url:
        return "not used"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1).ping()
    except redis.RedisError:
        return "unreachable; working by polling"
    return "ok"


def _figures(services: Services) -> bytes:
    registry = CollectorRegistry()
    gauges = (
        ("zeroten_outbox_messages", "Messages in the outbox by state", outbox.c.state),
        ("zeroten_tickets", "Tickets by status", tickets.c.status),
        ("zeroten_conversations", "Conversations by state", conversations.c.state),
        ("zeroten_quarantine_webhooks", "Webhooks that nobody understood, by channel", quarantine.c.channel),
    )
    try:
        with services.store.read() as connection:
            for name, meaning, column in gauges:
                gauge = Gauge(name, meaning, [column.name], registry=registry)
                for value, count in connection.execute(select(column, func.count()).group_by(column)):
                    gauge.labels(value).set(count)
    except StoreUnavailable:
        Gauge("zeroten_database_up", "Whether the database answers", registry=registry).set(0)
    else:
        Gauge("zeroten_database_up", "Whether the database answers", registry=registry).set(1)
    return generate_latest(registry)
