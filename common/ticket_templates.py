"""Templates in a thread: what a person may send to a customer who wrote too long ago, and with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from common.actors import Actor
from common.errors import Conflict, Invalid
from common.store.schema import conversations, customers, interactions, invitations
from common.store.templates import read_shelf
from common.surveys import Surveys
from common.template_values import date_in, known_values
from common.templates.approval import TemplateUse
from common.templates.languages import nearest
from common.templates.lint import MAX_BODY
from common.templates.lint_variables import is_bad_value
from common.templates.shelf import INVITATIONS, Listed, Purpose, Shelf
from common.templates.template import filled
from common.wording import clean_value

_WAIT = frozenset({Purpose.CHANGED.value})
"""Templates whose words a person has to complete: never offered as a single click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One approved template for a thread. text: with what is known filled in; missing: what a person must add."""

    name: str
    language: str
    text: str
    values: Mapping[str, str]
    missing: tuple[str, ...] = field(default_factory=tuple)

    @property
    def is_one_click(self) -> bool:
        """True if nothing is left to be written."""
        return not self.missing and self.name not in _WAIT


def offers(connection: Connection, surveys: Surveys, ticket: Row[Any], actor: Actor) -> list[Offer]:
    """What may be sent now, the best first: the customer's language before others, follow-ups before the rest."""
    shelf = read_shelf(connection, ticket.channel)
    sendable = shelf.sendable()
    if not sendable:
        return []
    facts = _facts(connection, ticket.conversation_id)
    definition = surveys.get(connection, facts["survey_key"], facts["survey_version"])
    languages = nearest(facts["locale"], definition.default_locale, {each.language for each in sendable})

    def rank(each: Listed) -> tuple[bool, bool, int, str, str]:
        known = languages.index(each.language) if each.language in languages else len(languages)
        return each.name in INVITATIONS, each.name != Purpose.FOLLOW_UP, known, each.language, each.name

    found = []
    for each in sorted(sendable, key=rank):
        values = _values(facts, definition.brand, each.language, actor)
        known = {name: values[name] for name in each.variables if name in values}
        missing = tuple(name for name in each.variables if name not in values)
        text = filled(each.components or (), known)
        found.append(Offer(name=each.name, language=each.language, text=text, values=known, missing=missing))
    return found


def listed_for_api(offered: list[Offer]) -> list[dict[str, str]]:
    """The offers as the API names them."""
    return [{"name": each.name, "language": each.language} for each in offered]


def use_template(
    connection: Connection,
    surveys: Surveys,
    ticket: Row[Any],
    actor: Actor,
    *,
    name: str,
    language: str,
    values: Mapping[str, str],
) -> tuple[TemplateUse, str]:
    """The template with its values, and what the customer will read.

    values: what the person gives; the rest is known. Raises Conflict (`template_not_approved`, with `templates`), and
    Invalid for values that are missing, unknown to the template or that no provider takes.
    """
    shelf: Shelf = read_shelf(connection, ticket.channel)
    listed = shelf.find(name, language)
    if listed is None or listed.obstacle is not None:
        why = "it is unknown to the provider" if listed is None else f"it is {listed.obstacle}"
        facts = {"templates": listed_for_api(offers(connection, surveys, ticket, actor))}
        raise Conflict(f"this template cannot be sent: {why}", code="template_not_approved", facts=facts)
    known = _facts(connection, ticket.conversation_id)
    definition = surveys.get(connection, known["survey_key"], known["survey_version"])
    full = _values(known, definition.brand, language, actor) | {key: each.strip() for key, each in values.items()}
    errors = [(f"values.{key}", "the template has no such variable") for key in values if key not in listed.variables]
    for key in listed.variables:
        if not full.get(key):
            errors.append((f"values.{key}", "the template needs a value"))
        elif is_bad_value(full[key]) or len(full[key]) > MAX_BODY:
            errors.append((f"values.{key}", f"one line of at most {MAX_BODY} characters, without tabs or long gaps"))
    if errors:
        raise Invalid(f"the template's values: {errors[0][0]}: {errors[0][1]}", errors)
    use = listed.use(full)
    return use, filled(listed.components or (), use.values)


def _facts(connection: Connection, conversation_id: str) -> Mapping[Any, Any]:
    statement = (
        select(
            conversations.c.survey_key,
            conversations.c.survey_version,
            conversations.c.answered_at,
            conversations.c.started_at,
            invitations.c.locale,
            interactions.c.ended_at,
            interactions.c.channel,
            interactions.c.agent_name,
            interactions.c.topic,
            interactions.c.reference,
            customers.c.timezone,
            customers.c.name,
        )
        .join(invitations, invitations.c.id == conversations.c.invitation_id)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .join(customers, customers.c.id == conversations.c.customer_id)
        .where(conversations.c.id == conversation_id)
    )
    return connection.execute(statement).mappings().one()


def _values(facts: Mapping[Any, Any], brand: str, language: str, actor: Actor) -> dict[str, str]:
    """What is known in a thread. date: when the customer told us. A guessed topic is left to the person."""
    values = known_values(facts, brand=brand, language=language)
    told_at = facts["answered_at"] or facts["started_at"]
    values |= {"date": date_in(told_at, language, facts["timezone"]), "person": clean_value(actor.name) or brand}
    if name := clean_value(facts["name"] or ""):
        values["name"] = name
    if not facts["topic"]:
        values.pop("topic")
    return values
