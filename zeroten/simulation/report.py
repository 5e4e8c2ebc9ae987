"""What came of a simulated day, in figures and in words, and what of it should not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.analysis.nps import nps
from common.survey.score import Band
from zeroten.simulation.day import Happened
from zeroten.simulation.doors import Api
from zeroten.simulation.scripts import ANYTHING, SMS, TELEGRAM, WEBCHAT, WHATSAPP, Customer

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The rows of the API that belong to the simulated customers, and what the simulation saw itself."""

    customers: Sequence[Customer]
    happened: Happened
    conversations: Mapping[str, Row]
    responses: Sequence[Row]
    tickets: Sequence[Row]


def gather(api: Api, customers: Sequence[Customer], happened: Happened) -> Outcome:
    """Read what came out through the API."""
    mine = {customer.interaction["id"] for customer in customers}
    conversations = {row["interaction_id"]: row for row in api.rows("conversations") if row["interaction_id"] in mine}
    ids = {row["id"] for row in conversations.values()}
    return Outcome(
        customers=customers,
        happened=happened,
        conversations=conversations,
        responses=[row for row in api.rows("responses") if row["conversation_id"] in ids],
        tickets=[row for row in api.rows("tickets") if row["conversation_id"] in ids],
    )


def faults(outcome: Outcome) -> list[str]:
    """What should not be: answers that were given and are not there, wrong ones, missing or needless tickets."""
    found = []
    with_ticket = Counter(row["conversation_id"] for row in outcome.tickets)
    for customer in outcome.customers:
        told = outcome.happened.decisions.get(customer.interaction["id"])
        if told is None:
            found.append(f"{customer.name}: the interaction was never acknowledged")
            continue
        if told["decision"] != customer.expected.decision:
            found.append(f"{customer.name}: {told['decision']} ({told['explanation']})")
            continue
        row = outcome.conversations.get(customer.interaction["id"])
        if told["decision"] == "invite" and row is None:
            found.append(f"{customer.name}: invited, but there is no conversation")
        elif row is not None:
            found += [f"{customer.name} ({customer.kind}): {fault}" for fault in _differences(customer, row)]
            if with_ticket[row["id"]] != int(customer.expected.ticket is not None):
                found.append(f"{customer.name} ({customer.kind}): {with_ticket[row['id']]} tickets")
    return found + outcome.happened.trouble


def _differences(customer: Customer, row: Row) -> list[str]:
    wanted = {name: getattr(customer.expected, name) for name in ("score", "reason", "aspect", "outcome")}
    return [
        f"{name} is {row[name]!r} instead of {value!r}"
        for name, value in wanted.items()
        if value not in (ANYTHING, row[name])
    ]


def report(outcome: Outcome) -> str:
    """The day on one screen."""
    decisions = Counter((row["decision"], row["reason"]) for row in outcome.happened.decisions.values())
    invited = decisions.pop(("invite", None), 0)
    suppressed = ", ".join(f"{reason} {count}" for (_, reason), count in decisions.most_common())
    states = Counter(row["outcome"] or "open" for row in outcome.conversations.values())
    by_channel = Counter(customer.channel for customer in outcome.customers)
    bands = Counter(row["band"] for row in outcome.responses if row["score"] is not None)
    reached = len(outcome.happened.reached)
    lines = [
        "",
        f"  interactions   {len(outcome.happened.decisions)}"
        f"  (customers: {by_channel[SMS]} on the phone, {by_channel[WHATSAPP]} on WhatsApp, "
        f"{by_channel[TELEGRAM]} in Telegram, "
        f"{by_channel[WEBCHAT]} on a page)",
        f"  invited        {invited}",
        f"  suppressed     {decisions.total()}  {f'({suppressed})' if suppressed else ''}",
        f"  reached        {reached}",
        f"  answered       {len(outcome.responses)}{_share(len(outcome.responses), reached)}",
        f"  conversations  {', '.join(f'{name} {count}' for name, count in states.most_common())}",
        f"  NPS            {_nps(bands)}",
        f"  tickets        {len(outcome.tickets)}  {_counts(row['reason'] for row in outcome.tickets)}",
        "",
    ]
    wrong = faults(outcome)
    lines += (
        [f"  {len(wrong)} things are not as they should be:", *(f"    {fault}" for fault in wrong[:40])]
        if wrong
        else ["  Nothing was lost: every answer is recorded as it was given, every unhappy customer has one ticket."]
    )
    return "\n".join(lines)


def _nps(bands: Mapping[str, int]) -> str:
    counts = [bands.get(band.value, 0) for band in (Band.DETRACTOR, Band.PASSIVE, Band.PROMOTER)]
    score = nps(*counts)
    if score.nps is None or score.low is None or score.high is None:
        return "no answers"
    words = "{} detractors, {} passives, {} promoters".format(*counts)
    return f"{score.nps:+.0f}  (95 %: {score.low:+.0f} to {score.high:+.0f}; {words})"


def _share(part: int, whole: int) -> str:
    return f"  ({part / whole:.0%} of those reached)" if whole else ""


def _counts(names: Any) -> str:
    counted = Counter(names)
    return f"({', '.join(f'{name} {count}' for name, count in counted.most_common())})" if counted else ""
