"""Finds what must never be, from outside: the sandbox's record, the customers' script, and the product's API.

It imports nothing of the product and nothing of the sandbox, so that a fault cannot hide in what both believe. All it
reads is JSON:

- `ledger`: the lines of the sandbox's record, as `record.py` reads them.
- `script`: what every customer was to do and what must come of it, and the marks by which the three questions are known
  (the survey words each question with a mark of its own).
- `diary`: what the customers did: `{"customer", "act", "sid" (a text) or null (a page), "acknowledged"}`, the time by
  the moved clock, like those of the API; `at`: the same by the system's, like those of the ledger.
- `heard`: the decision that each interaction's caller was told, by the interaction's id.
- `conversations`, `tickets`, `responses`: the rows of the API.

One thing nobody can know: whether a message that Telegram took without a clear answer has arrived. There is no asking
and no key, so the product does not send it again and says that it does not know (`delivery` is `unknown`). Whoever got
no question so cannot answer it; whatever else is told of them holds as for everybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.chaos.evidence import CANNOT_BE_ASKED, Evidence, Person, Script, Violation, interactions_of, people_in
from tests.chaos.record import Accepted, Record, Row, read_record

GRACE = timedelta(seconds=2)
"""A send that was under way when STOP was acknowledged may still be accepted for so long."""
DETRACTOR_UP_TO = 6
ANYTHING = "*"
SHOWN = {"queued": 0, "sent": 1, "delivered": 2, "read": 3}
FAR = datetime(9000, 1, 1, tzinfo=UTC)


def check(script: Script, evidence: Evidence) -> list[Violation]:
    """All violations, in order; none is what one hopes for."""
    record = read_record(evidence.ledger)
    people = people_in(script, evidence, record)
    found = set(_strangers(people, evidence, record))
    for person in people:
        found |= set(_decisions(person, evidence))
        found |= set(_one_conversation(person))
        found |= set(_recorded(person, record))
        found |= set(_asked(person, script.marks))
        found |= set(_tracked(person))
        found |= set(_order(person))
        found |= set(_silence_after_stop(person, script.marks, record))
        found |= set(_silence_after_claim(person))
        found |= set(_settled(person))
        for conversation in person.conversations:
            found |= set(_answers(person, conversation))
            found |= set(_response(person, conversation, evidence.responses))
            found |= set(_tickets(person, conversation, evidence.tickets))
    found |= set(_receipts(evidence, record))
    return sorted(found)


def count_doubts(script: Script, evidence: Evidence) -> int:
    """How many messages were said of which nobody can know whether they arrived."""
    return sum(len(person.in_doubt) for person in people_in(script, evidence, read_record(evidence.ledger)))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- the rules ----------------------------------------------------------------------------------------------------


def _decisions(person: Person, evidence: Evidence) -> Iterator[Violation]:
    """Every interaction is answered, as the script foresees; one invitation for a person within the fatigue limit."""
    ref, echo, again = interactions_of(person.script)
    wanted = {ref: (person.expected["decision"], person.expected["decision_reason"])}
    if person.script["echo"]:
        wanted[echo] = ("suppress", "fatigue")
    if person.script["returns"] and not person.is_cut:
        wanted[again] = ("suppress", "opt_out")
    for interaction, (decision, reason) in wanted.items():
        heard = evidence.heard.get(interaction)
        if heard is None:
            yield Violation("interaction lost", person.id, f"{interaction} was never acknowledged")
        elif (heard["decision"], heard["reason"]) != (decision, reason):
            what = f"{interaction}: {heard['decision']} {heard['reason']} instead of {decision} {reason}"
            yield Violation("wrong decision", person.id, what)
    invited = [ref for ref in wanted if (evidence.heard.get(ref) or {}).get("decision") == "invite"]
    if len(invited) > 1:
        yield Violation("invited within fatigue", person.id, f"{len(invited)} invitations")


def _one_conversation(person: Person) -> Iterator[Violation]:
    count, wanted = len(person.conversations), int(person.is_asked)
    if count < wanted:
        yield Violation("never begun", person.id, "invited, but there is no conversation")
    if count > wanted:
        rule = "invited within fatigue" if wanted else "wrong decision"
        yield Violation(rule, person.id, f"{count} conversations instead of {wanted}")


def _recorded(person: Person, record: Record) -> Iterator[Violation]:
    """Whatever was acknowledged is in the thread, exactly once; and everything was acknowledged in the end."""
    kept = Counter(person.came_in())
    for text in person.texts:
        if text.id not in record.acknowledged:
            yield Violation("never acknowledged", person.id, repr(text.body))
        elif kept[text.id] != 1:
            rule = "answer doubled" if kept[text.id] else "answer lost"
            yield Violation(rule, person.id, f"{text.body!r} is {kept[text.id]} times in the thread")
    done = len(person.script["acts"]) if person.is_asked else 0
    if len({entry["act"] for entry in person.diary}) != done and not person.is_cut:
        yield Violation("script cut short", person.id, f"{len(person.diary)} of {done} acts were done")
    forms = [entry for entry in person.diary if not entry.get("person")]
    if not person.address and len(person.came_in()) != len(forms):
        rule = "answer lost" if len(person.came_in()) < len(forms) else "answer doubled"
        yield Violation(rule, person.id, f"{len(forms)} forms sent, {len(person.came_in())} in the thread")


def _asked(person: Person, marks: Mapping[str, str]) -> Iterator[Violation]:
    """No question is put more often than the script gives cause for; the first one is put to all who are invited."""
    said = {(each.reference or each.id, each.body): each for each in person.accepted}
    bodies = [f"{marks['score']} {each.body}" if each.opens else each.body for each in said.values()]
    if not person.address:
        bodies = [message["text"] for message in person.out()]
    for question, mark in marks.items():
        count, most = sum(mark in body for body in bodies), person.expected["asked"].get(question, 1)
        if count > most:
            yield Violation("asked twice", person.id, f"the {question} {count} times instead of {most}")
        if question == "score" and person.is_asked and not count and not person.in_doubt:
            yield Violation("never asked", person.id, "invited, but the question did not come")


def _tracked(person: Person) -> Iterator[Violation]:
    """What the provider accepted and what the thread says was sent are the same messages, one for one.

    A message may have several parts with one reference: each is accepted once, and the thread names one of them.
    """
    known = Counter(
        message["provider_id"] for message in (*person.out(), *person.out("user")) if message["provider_id"]
    )
    in_doubt = Counter(person.in_doubt)
    messages: dict[str, list[Accepted]] = defaultdict(list)
    for accepted in person.accepted:
        messages[accepted.reference or accepted.id].append(accepted)
    for parts in messages.values():
        times, body = sum(known[part.id] for part in parts), parts[0].body
        if len({part.shown for part in parts}) != len(parts):
            yield Violation("sent twice or untracked", person.id, f"{body[:40]!r} was accepted again")
        if times == 0 and in_doubt[body] > 0:
            in_doubt[body] -= 1  # it arrived, and nobody could know
        elif times != 1:
            yield Violation("sent twice or untracked", person.id, f"{body[:40]!r} is {times} times in the thread")
    if person.address:
        for key in known.keys() - {accepted.id for accepted in person.accepted}:
            yield Violation("claimed but not sent", person.id, key)


def _order(person: Person) -> Iterator[Violation]:
    """Messages of a conversation are accepted in the order in which they were written."""
    for conversation in person.conversations:
        place = {message["provider_id"]: n for n, message in enumerate(conversation["messages"])}
        places = [place[accepted.id] for accepted in person.accepted if accepted.id in place]
        if places != sorted(places):
            yield Violation("out of order", person.id, f"accepted as {places}")


def _silence_after_stop(person: Person, marks: Mapping[str, str], record: Record) -> Iterator[Violation]:
    """After an acknowledged STOP one confirmation and nothing else, on any channel."""
    if not person.expected["opts_out"]:
        return
    stopping = len(person.script["acts"]) - 1
    stops = [entry for entry in person.diary if entry["act"] == stopping]
    if not stops:
        return  # reported as a script cut short, or cut
    if person.address:  # by the system's clock, as the ledger keeps it
        at = min(record.acknowledged.get(entry["sid"], FAR) for entry in stops) + GRACE
        later = [accepted.body for accepted in person.accepted if accepted.at > at]
    else:  # by the moved clock, as the API tells it
        at = min(_time(entry["acknowledged"]) for entry in stops) + GRACE
        later = [message["text"] for message in person.out() if _time(message["at"]) > at]
    questions = [body for body in later if any(mark in body for mark in marks.values())]
    if questions or len(later) > 1:
        yield Violation("sent after STOP", person.id, f"{len(later)} messages: {[body[:40] for body in later]}")


def _silence_after_claim(person: Person) -> Iterator[Violation]:
    """Once a person has the thread, the bot says nothing, and what the person says arrives once."""
    claims = [entry for entry in person.diary if entry.get("person") == "claim"]
    if not claims:
        return
    if person.address:
        by_person = {message["provider_id"] for message in person.out("user")}
        at = _time(claims[0]["at"]) + GRACE
        later = [each.body for each in person.accepted if each.at > at and each.id not in by_person]
    else:
        at = _time(claims[0]["acknowledged"]) + GRACE
        later = [message["text"] for message in person.out() if _time(message["at"]) > at]
    # What Telegram took and nobody can track may be the person's own words.
    if said := [body for body in later if body not in person.in_doubt]:
        yield Violation("bot spoke after claim", person.id, f"{len(said)} messages: {[body[:40] for body in said]}")
    replies = [act["say"] for act in person.script["acts"] if act.get("person") == "claim"]
    for reply in replies:
        count = sum(each.body == reply for each in person.accepted) if person.address else len(person.out("user"))
        if count != 1 and reply not in person.in_doubt:
            yield Violation("reply lost or doubled", person.id, f"{reply[:40]!r} arrived {count} times")


def _settled(person: Person) -> Iterator[Violation]:
    """When all is quiet nothing waits: no open question of a customer who is through, no message with unknown fate."""
    for conversation in person.conversations:
        if conversation["state"] != "closed" and not person.is_cut:  # what may never have arrived waits for a person
            yield Violation("stuck", person.id, f"the conversation waits in {conversation['state']}")
        for message in conversation["messages"]:
            waits = message["delivery"] in {"queued", None} and not message["provider_id"]
            is_lost = message["delivery"] == "unknown" and conversation["channel"] != CANNOT_BE_ASKED
            if message["direction"] == "out" and (waits or is_lost):
                yield Violation("stuck", person.id, f"{message['text'][:40]!r} is {message['delivery']}")
            if message["delivery"] == "failed" and not person.expected["opts_out"]:
                yield Violation("gave up", person.id, f"{message['text'][:40]!r} failed")


def _answers(person: Person, conversation: Row) -> Iterator[Violation]:
    # Whoever was cut short has not said everything: a correction may be missing, and the last words may be the reason.
    scores = (int(act["tap"]) for act in person.script["acts"] if act.get("question") == "score" and act.get("tap"))
    so_far: dict[str, set[object]] = {"score": {*scores}, "reason": {text.body for text in person.texts}}
    for name in ("score", "reason", "aspect", "outcome"):
        wanted, found = person.expected[name], conversation[name]
        said = {None, *so_far.get(name, ())}
        if wanted == ANYTHING or found == wanted or (person.is_cut and (found in said or name == "outcome")):
            continue
        rule = "answer lost" if found is None else "wrong answer"
        yield Violation(rule, person.id, f"{name} is {found!r} instead of {wanted!r} ({person.script['kind']})")


def _response(person: Person, conversation: Row, responses: Sequence[Row]) -> Iterator[Violation]:
    """The row that figures are made from says the same as the conversation."""
    rows = [row for row in responses if row["conversation_id"] == conversation["id"]]
    has_score = conversation["score"] is not None if person.is_cut else person.expected["score"] is not None
    if has_score and len(rows) != 1:
        yield Violation("response lost or doubled", person.id, f"{len(rows)} rows")
    for row in rows:
        differing = [name for name in ("score", "reason", "aspect", "outcome") if row[name] != conversation[name]]
        if differing:
            yield Violation("response differs", person.id, ", ".join(differing))


def _tickets(person: Person, conversation: Row, tickets: Sequence[Row]) -> Iterator[Violation]:
    """One ticket for everyone who must have one, and none for others."""
    mine = [ticket for ticket in tickets if ticket["conversation_id"] == conversation["id"]]
    is_detractor = conversation["score"] is not None and conversation["score"] <= DETRACTOR_UP_TO
    wanted = person.expected["ticket"] if is_detractor or not person.is_cut else None
    if (is_detractor or wanted) and not mine:
        rule = "detractor without ticket" if is_detractor else "ticket lost"
        yield Violation(rule, person.id, f"score {conversation['score']}, expected {wanted}")
    if len(mine) > 1:
        yield Violation("ticket doubled", person.id, f"{len(mine)} tickets")
    for ticket in mine:
        if ticket["reason"] != person.expected["ticket"]:
            yield Violation("wrong ticket", person.id, f"{ticket['reason']} instead of {wanted}")
        if conversation["ticket_id"] != ticket["id"]:
            yield Violation("wrong ticket", person.id, "the conversation does not name its ticket")


def _receipts(evidence: Evidence, record: Record) -> Iterator[Violation]:
    """The furthest status that was acknowledged is the one that is shown."""
    for conversation in evidence.conversations:
        for message in conversation["messages"]:
            if message["direction"] != "out" or message["delivery"] == "failed":
                continue
            if SHOWN.get(message["delivery"] or "", 0) < record.told.get(message["provider_id"], 0):
                what = f"{message['text'][:40]!r} is shown as {message['delivery']}"
                yield Violation("status fell back", str(conversation["customer_id"]), what)


def _strangers(people: Sequence[Person], evidence: Evidence, record: Record) -> Iterator[Violation]:
    """Nobody outside the script was written to, and no conversation belongs to nobody."""
    addresses = {person.address for person in people}
    for accepted in record.accepted:
        if accepted.to not in addresses:
            yield Violation("stranger", accepted.to, "was written to")
    known = {ref for person in people for ref in interactions_of(person.script)}
    for conversation in evidence.conversations:
        if conversation["interaction_id"] not in known:
            yield Violation("stranger", conversation["id"], "a conversation of no interaction of the script")
