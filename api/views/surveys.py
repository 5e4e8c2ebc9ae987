"""Surveys: save a version, read the newest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, func, select

from api.calls import Answer, Call
from api.models.fields import Reference
from api.models.surveys import SurveyIn
from common.audit import record
from common.errors import NotFound
from common.store.schema import surveys
from common.surveys import SurveyDefinition


class SurveyPath(BaseModel):
    """The survey's key."""

    key: Reference


def save(call: Call, path: SurveyPath, body: SurveyIn) -> Answer:
    """Save a survey

    Each save that changes anything is a new version; conversations keep the version they began with. More than three
    questions are refused with the reason.
    """
    del body  # its shape is right; what it means is checked where it is saved

    def work(connection: Connection) -> Answer:
        definition = call.services.surveys.save(connection, path.key, call.given, call.now)
        record(connection, call.actor, "survey.saved", about=path.key, version=definition.version)
        return Answer(status=201 if definition.version == 1 else 200, body=_json(definition))

    return call.write(work)


def get(call: Call, path: SurveyPath) -> Answer:
    """The newest version of a survey"""

    def work(connection: Connection) -> Answer:
        definition = call.services.surveys.find(connection, path.key)
        if definition is None:
            raise NotFound("no such survey")
        return Answer(body=_json(definition))

    return call.read(work)


def list_all(call: Call) -> Answer:
    """Every survey, each in its newest version"""

    def work(connection: Connection) -> Answer:
        newest = select(surveys.c.key, func.max(surveys.c.version).label("version"))
        rows = connection.execute(newest.group_by(surveys.c.key).order_by(surveys.c.key)).all()
        found = [_json(call.services.surveys.get(connection, row.key, row.version)) for row in rows]
        return Answer(body={"data": found, "next_cursor": None})

    return call.read(work)


_IF_ANY: Mapping[str, Any] = {"follow_up": None, "recovery": None, "voice": None, "forms": {}}
"""Fields that are shown only if there is something, and what they hold when there is nothing."""


def _json(definition: SurveyDefinition) -> dict[str, Any]:
    """As it was saved, with every default; what few surveys have only where they have it."""
    body = definition.body.items()
    shown = {name: value for name, value in body if name not in _IF_ANY or value != _IF_ANY[name]}
    return {**shown, "version": definition.version}
