"""The menu of languages: asked before the first question, of callers of whom nobody knows a language.

It is no question of the survey: the machine has asked for the score already, and what it asked is worded again in the
language that was chosen, before anybody has heard it. The choice holds for the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.channels import Capabilities, Channel
from common.prompts import compose, prompt_from_json, prompt_to_json
from common.store import calls as store
from common.survey.machine import State
from common.survey.questions import SCORE
from common.surveys import SurveyDefinition
from common.telephone.values import Line
from common.wording import resolve_locale, say

CHOSEN = "language"
"""Where the conversation keeps that the menu is over, beside the machine's own counters."""


def is_open(connection: Connection, definition: SurveyDefinition, row: Mapping[str, Any]) -> bool:
    """True if this conversation's caller is to be asked for a language before anything else."""
    if not definition.speech.languages or row["state"] != State.SCORE.value or row["machine"].get(CHOSEN):
        return False
    return store.person(connection, row["customer_id"]).locale is None


def lines_of(definition: SurveyDefinition, channel: Channel) -> tuple[Line, ...]:
    """What is said for each language, in itself and by its own voice."""
    return tuple(
        Line(
            text=say(
                "voice.language",
                locale=code,
                channel=channel.value,
                brand=definition.brand,
                overrides=definition.wording,
                values={"key": str(number)},
            ),
            locale=code,
            voice=definition.speech.voice_for(code),
        )
        for number, code in enumerate(definition.speech.languages, start=1)
    )


def choose(
    connection: Connection,
    definition: SurveyDefinition,
    row: Mapping[str, Any],
    language: str | None,
    *,
    capabilities: Capabilities,
    now: datetime,
) -> None:
    """Go on in this language; None = in the survey's, because none was chosen. The customer is locked."""
    spoken = resolve_locale(language, definition.default_locale, offered=definition.wording)
    locale = spoken if language is not None else str(row["locale"])
    machine = dict(row["machine"]) | {CHOSEN: locale}
    store.speak_in(connection, row["id"], locale, machine, now)
    store.log(connection, row["id"], now, "language_chosen", {"locale": locale, "by": "caller" if language else "none"})
    asked = store.last_asked(connection, row["id"], SCORE)
    if asked is None or locale == row["locale"]:
        return
    old, values = prompt_from_json(asked["prompt"]), dict(machine.get("values", {}))
    if capabilities.says_names and (name := store.person(connection, row["customer_id"]).name):
        values["name"] = name
    prompt = compose(
        definition,
        channel=row["channel"],
        capabilities=capabilities,
        locale=locale,
        key=old.key,
        step=old.step,
        attempt=old.attempt,
        cause="first" if old.attempt == 1 else "",
        reference=old.reference,
        values=values,
        useful_until=old.useful_until,
    )
    store.reword(connection, asked, prompt_to_json(prompt), prompt.text)
