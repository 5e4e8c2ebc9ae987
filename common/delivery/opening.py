"""Opening outside the session window: there a provider takes no free text, only a template that it has approved.

Asked at the lease, for the messages that are about to leave, with a handful of statements however many there are. The
first question becomes the template that serves it in the nearest approved language; a template that a person sends is
looked at once more. What cannot be opened so is told, with the reason: `elsewhere.py` may try another channel.

Rows of the outbox are held here, so nothing is waited for: whoever is busy with a customer keeps that customer's
message for the next lease.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from common.channels import Prompt
from common.prompts import prompt_from_json, prompt_to_json
from common.store.dialect import among
from common.store.schema import conversations, customers, interactions, invitations, messages, outbox
from common.store.templates import read_shelf
from common.store.thread_changes import store as store_threads
from common.store.threads import load as load_threads
from common.surveys import Surveys
from common.template_news import note_fallback
from common.template_values import known_values
from common.templates.shelf import Choice, Listed, Shelf, purpose_of
from common.templates.template import filled

Row = Mapping[Any, Any]
"""A row by column name."""

NOT_APPROVED = "template_not_approved"
_CONTEXT = (
    select(
        conversations.c.id,
        conversations.c.survey_key,
        conversations.c.survey_version,
        invitations.c.locale,
        interactions.c.ended_at,
        interactions.c.channel,
        interactions.c.agent_name,
        interactions.c.topic,
        interactions.c.reference,
        customers.c.timezone,
    )
    .join(invitations, invitations.c.id == conversations.c.invitation_id)
    .join(interactions, interactions.c.id == conversations.c.interaction_id)
    .join(customers, customers.c.id == conversations.c.customer_id)
    .where(among(conversations.c.id))
)
_FREE_CUSTOMERS = (
    select(customers.c.id).where(among(customers.c.id)).order_by(customers.c.id).with_for_update(skip_locked=True)
)
_WORD_OUTBOX = update(outbox).where(outbox.c.id == bindparam("_id")).values(prompt=bindparam("_prompt"))
_WORD_MESSAGE = (
    update(messages)
    .where(messages.c.id == bindparam("_id"))
    .values(kind=bindparam("_kind"), text=bindparam("_text"), extra=bindparam("_extra"))
)


@dataclass(slots=True)
class Opened:
    """What became of the messages. prompts: as they are sent, by outbox id. refused: by outbox id, why; passed: for
    each refused one, the templates that stood in its way. busy: left for the next lease."""

    prompts: dict[str, Prompt] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    passed: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Worded:
    """A message in its new words, and the choice behind them."""

    row: Row
    prompt: Prompt
    choice: Choice


def may_open(row: Row) -> bool:
    """True if the message of outbox row `row` may leave outside the window, as a template."""
    is_question = row["kind"] == "prompt" and purpose_of(row["prompt"]["key"], "transactional") is not None
    return is_question or row["prompt"].get("template") is not None


def open_with_templates(
    connection: Connection, surveys: Surveys, rows: Sequence[Row], open_windows: Collection[str], now: datetime
) -> Opened:
    """Turn messages into what may be sent now. open_windows: the outbox ids whose customers wrote a while ago."""
    opened = Opened()
    if not rows:
        return opened
    shelves = {channel: read_shelf(connection, channel) for channel in {row["channel"] for row in rows}}
    context = {row["id"]: row for row in _context(connection, rows)}
    worded: list[_Worded] = []
    for row in rows:
        shelf, prompt = shelves[row["channel"]], prompt_from_json(row["prompt"])
        if row["kind"] != "prompt":
            _check_again(opened, row, prompt, shelf, is_open=row["id"] in open_windows)
        elif row["id"] in open_windows:
            opened.prompts[row["id"]] = replace(prompt, template=None)
        else:
            facts = context[row["conversation_id"]]
            definition = surveys.get(connection, facts["survey_key"], facts["survey_version"])
            purpose = purpose_of(prompt.key, definition.body["kind"])
            assert purpose is not None  # `may_open` let it pass
            choice = shelf.choose(purpose, locale=facts["locale"], default_locale=definition.default_locale)
            if choice.listed is None:
                opened.refused[row["id"]] = NOT_APPROVED
                opened.passed[row["id"]] = choice.passed
                note_fallback(connection, row["channel"], purpose, choice.passed, None, now)
                continue
            values = known_values(facts, brand=definition.brand, language=choice.listed.language)
            if not set(choice.listed.variables) <= values.keys():
                opened.refused[row["id"]] = NOT_APPROVED
                continue
            worded.append(_Worded(row, as_template(prompt, choice.listed, values), choice))
    _write(connection, surveys, worded, opened, now)
    return opened


def as_template(prompt: Prompt, listed: Listed, values: Mapping[str, str]) -> Prompt:
    """The prompt as this template with these values; `text` becomes what the customer reads."""
    use = listed.use(values)
    return replace(prompt, template=use, text=filled(listed.components or (), use.values))


def _context(connection: Connection, rows: Sequence[Row]) -> Sequence[Row]:
    ids = {row["conversation_id"] for row in rows if row["kind"] == "prompt"}
    return connection.execute(_CONTEXT, {"ids": list(ids)}).mappings().all() if ids else []


def _check_again(opened: Opened, row: Row, prompt: Prompt, shelf: Shelf, *, is_open: bool) -> None:
    """A template that a person chose: as it is while it is approved; as free text if that is allowed; else not."""
    assert prompt.template is not None  # `may_open` let it pass
    listed = shelf.find(prompt.template.name, prompt.template.language)
    if listed is not None and listed.obstacle is None:
        opened.prompts[row["id"]] = prompt
    elif is_open:
        opened.prompts[row["id"]] = replace(prompt, template=None)
    else:
        opened.refused[row["id"]] = NOT_APPROVED


def _write(connection: Connection, surveys: Surveys, worded: Sequence[_Worded], opened: Opened, now: datetime) -> None:
    """Let outbox and thread say what is sent; a fallback is written into the conversation's log, once."""
    fresh = [each for each in worded if not _is_known(each)]
    fallbacks = [each for each in fresh if each.choice.is_fallback]
    free: set[str] = set()
    if fallbacks:
        owners = {each.row["customer_id"] for each in fallbacks}
        free = set(connection.execute(_FREE_CUSTOMERS, {"ids": list(owners)}).scalars())
        opened.busy |= {each.row["id"] for each in fallbacks if each.row["customer_id"] not in free}
    opened.prompts |= {each.row["id"]: each.prompt for each in worded if each.row["id"] not in opened.busy}
    written = [each for each in fresh if each.row["id"] not in opened.busy]
    if written:
        rewrite(connection, [(each.row, each.prompt) for each in written])
    told = [each for each in written if each.choice.is_fallback]
    threads = load_threads(connection, surveys, [each.row["conversation_id"] for each in told])
    for each in told:
        use, thread = each.prompt.template, threads[each.row["conversation_id"]]
        assert use is not None
        passed = [{"language": language, "why": why} for language, why in each.choice.passed]
        thread.log(now, "template_fallback", template=use.name, language=use.language, passed=passed)
        thread.is_changed = True
    store_threads(connection, threads.values(), now)
    noted = {
        (each.row["channel"], use.name, each.choice.passed, use.language)
        for each in told
        if (use := each.prompt.template) is not None
    }
    for channel, name, passed_over, language in noted:
        note_fallback(connection, channel, name, passed_over, language, now)


def rewrite(connection: Connection, worded: Sequence[tuple[Row, Prompt]]) -> None:
    """Write new words, or a template, over what stands in the outbox and in the thread."""
    stored = [{"_id": row["id"], "_prompt": prompt_to_json(prompt)} for row, prompt in worded]
    connection.execute(_WORD_OUTBOX, stored)
    shown = [
        {
            "_id": row["message_id"],
            "_kind": "template" if prompt.template else "text",
            "_text": prompt.text,
            "_extra": {"template": asdict(prompt.template)} if prompt.template else None,
        }
        for row, prompt in worded
    ]
    connection.execute(_WORD_MESSAGE, shown)


def _is_known(worded: _Worded) -> bool:
    """True if the row says so already: this is a second attempt."""
    stored, use = worded.row["prompt"].get("template"), worded.prompt.template
    assert use is not None
    return stored is not None and (stored["name"], stored["language"]) == (use.name, use.language)
