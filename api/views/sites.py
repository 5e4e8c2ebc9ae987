"""Sites that show the web chat: make, read, change, and give a new secret."""

from __future__ import annotations

import dataclasses
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from api.calls import Answer, Call
from api.models.fields import Reference
from api.models.sites import SecretIn, SiteIn
from common import clock
from common.audit import record
from common.errors import Invalid
from common.sites.site import Site, SiteSettings, checked
from common.store import sites


class SitePath(BaseModel):
    """The site's public key."""

    key: Reference


def list_all(call: Call) -> Answer:
    """Every site, the oldest first"""
    return call.read(
        lambda connection: Answer(
            body={"data": [_json(call, site) for site in sites.listed(connection)], "next_cursor": None}
        )
    )


def create(call: Call, body: SiteIn) -> Answer:
    """Add a site

    Its key is made here; the snippet that goes into its pages is in the answer. A new site without origins is shown
    nowhere.
    """

    def work(connection: Connection) -> Answer:
        site = sites.create(connection, _settings(call, connection, body), clock.wall())
        record(connection, call.actor, "site.created", about=site.key)
        return Answer(status=201, body=_json(call, site))

    return call.write(work)


def get(call: Call, path: SitePath) -> Answer:
    """One site"""
    return call.read(lambda connection: Answer(body=_json(call, sites.find(connection, path.key))))


def change(call: Call, path: SitePath, body: SiteIn) -> Answer:
    """Save a site's settings

    Whole: what is left out gets its default. Visits from an origin that is no longer allowed end.
    """

    def work(connection: Connection) -> Answer:
        settings = _settings(call, connection, body)
        record(connection, call.actor, "site.changed", about=path.key)
        return Answer(body=_json(call, sites.change(connection, path.key, settings, clock.wall())))

    return call.write(work)


def rotate_secret(call: Call, path: SitePath, body: SecretIn) -> Answer:
    """Make a new signing secret

    The one before counts for another day, unless it should end at once.
    """

    def work(connection: Connection) -> Answer:
        site = sites.rotate_secret(connection, path.key, clock.wall(), at_once=body.at_once)
        record(connection, call.actor, "site.secret_rotated", about=path.key)
        return Answer(body=_json(call, site))

    return call.write(work)


def _settings(call: Call, connection: Connection, body: SiteIn) -> SiteSettings:
    settings = checked(body.model_dump())
    if call.services.surveys.find(connection, settings.survey_key) is None:
        raise Invalid("no such survey", [("survey_key", "there is no such survey")])
    return settings


def _json(call: Call, site: Site) -> dict[str, Any]:
    settings = call.services.settings
    snippet = f'<script src="{settings.public_url}/webchat/embed.js" data-site="{site.key}" async></script>'
    shown = dataclasses.asdict(site.settings)
    return {
        "key": site.key,
        **shown,
        "origins": list(site.settings.origins),
        "position": site.settings.position.value,
        "secret": site.secret(settings.secret_key),
        "previous_until": site.previous_until.isoformat() if site.previous_until else None,
        "snippet": snippet,
        "created_at": site.created_at.isoformat(),
        "updated_at": site.updated_at.isoformat(),
    }
