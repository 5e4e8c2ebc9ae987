"""Surveys: save a version, read the newest."""

from __future__ import annotations

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


_IF_ANY = frozenset({"follow_up", "recovery", "voice"})


def _json(definition: SurveyDefinition) -> dict[str, Any]:
    """As it was saved, with every default; what follows the end only if there is something."""
    shown = {name: value for name, value in definition.body.items() if value is not None or name not in _IF_ANY}
    return {**shown, "version": definition.version}
