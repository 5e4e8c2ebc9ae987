"""What the provider says of calls and recordings when the caller has gone.

A call that reached nobody is placed once more: an hour later, in the same window and outside quiet hours, because its
message goes back into the outbox and every rule is looked at again when it is leased. It stays one invitation, so it
takes one place in the fatigue limit. A machine is told nothing and not rung again. A caller who hung up has ended the
conversation with what it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from common.bell import FEED
from common.channels import Channel, Delivery, InboundMessage
from common.store import calls as store
from common.store.schema import calls, messages, outbox, recordings
from common.store.threads import lock_customers
from common.survey.machine import OPEN_STATES, Timer, TimerFired, Undeliverable
from common.telephone.values import CallNews, CallStatus
from common.turns import ConversationEvent, TurnInput, Turns

MOST_CALLS = 2
"""How often one invitation is rung."""
AGAIN_AFTER = timedelta(minutes=60)
FETCH_AFTER = timedelta(seconds=1)
"""A recording is announced as done a moment before it can be had."""
_LINE_WAS_THERE = frozenset({CallStatus.COMPLETED})


class CallNewsDesk:
    """Applies the provider's news about the calls of one sender."""

    def __init__(self, turns: Turns, *, channel: Channel, account: str) -> None:
        self._turns = turns
        self._channel = channel
        self._account = account

    def take(self, connection: Connection, news: CallNews, now: datetime) -> frozenset[str]:
        """Apply news about a call; the topics to ring. News that comes twice, or late, changes nothing."""
        call = self._known(connection, news, now)
        if call is None or call.ended_at is not None:
            return frozenset()
        answered_by = news.answered_by or call.answered_by
        if not news.status.is_final:
            store.change(connection, call.id, now, status=news.status.value, answered_by=answered_by)
            return frozenset()
        store.change(
            connection, call.id, now, status=news.status.value, answered_by=answered_by, ended_at=now, awaits=None
        )
        if call.conversation_id is None:
            return frozenset()
        row = store.conversation(connection, call.conversation_id)
        placing = store.placing(connection, call.outbox_id) if call.outbox_id else None
        if placing is not None and placing.kind != "prompt":
            return self._bridge_ended(connection, row, news, now)
        is_machine = _is_machine(answered_by)
        if placing is not None and (is_machine or call.step == 0 or news.status not in _LINE_WAS_THERE):
            return self._reached_nobody(connection, row, placing, news, is_machine=is_machine, now=now)
        return self._hung_up(connection, row, call, now)

    def recorded(
        self,
        connection: Connection,
        call_sid: str,
        provider_id: str,
        duration_s: int | None,
        *,
        is_there: bool,
        now: datetime,
    ) -> frozenset[str]:
        """A recording can be fetched, or there is none; the topics to ring."""
        call = store.hold(connection, call_sid)
        if call is None or call.conversation_id is None:
            return frozenset()
        key = store.keep_recording(
            connection,
            provider_id,
            call_id=call.id,
            conversation_id=call.conversation_id,
            customer_id=call.customer_id,
            state="announced",
            duration_s=duration_s,
            at=now,
        )
        values = {"state": "ready", "due_at": now} if is_there else {"state": "absent", "due_at": None}
        is_new = (recordings.c.id == key, recordings.c.state == "announced")
        connection.execute(update(recordings).where(*is_new).values(values))
        if call.ended_at is None:
            return frozenset()  # the request that ends the recording brings it into the thread
        return self._bring_in(connection, store.conversation(connection, call.conversation_id), now)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _known(self, connection: Connection, news: CallNews, now: datetime) -> Row[Any] | None:
        """The call, locked with its customer; one that we placed may be heard of here for the first time."""
        call = store.hold(connection, news.call_sid)
        if call is not None or news.reference is None:
            return call
        placing = store.placing(connection, news.reference)
        if placing is None:
            return None
        lock_customers(connection, [placing.customer_id])
        store.claim(
            connection,
            news.call_sid,
            now,
            direction="outbound",
            status=CallStatus.QUEUED.value,
            outbox_id=news.reference,
            conversation_id=placing.conversation_id,
            customer_id=placing.customer_id,
        )
        return store.hold(connection, news.call_sid)

    def _reached_nobody(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        placing: Row[Any],
        news: CallNews,
        *,
        is_machine: bool,
        now: datetime,
    ) -> frozenset[str]:
        """Ring once more later, or give up."""
        why = "machine" if is_machine else news.status.value
        rings = frozenset({f"conversation:{row['id']}", FEED})
        if row["state"] not in OPEN_STATES or row["answered_at"] is not None:
            return rings
        attempts = store.count_placed(connection, placing.id)
        is_last = is_machine or news.is_permanent or attempts >= MOST_CALLS
        store.log(connection, row["id"], now, "call_missed", {"why": why, "attempt": attempts})
        mine = outbox.c.id == placing.id
        columns: dict[str, Any] = {"error": why, "lease": None, "lease_until": None, "provider_id": None}
        if not is_last:
            # Its usefulness ended where quiet hours begin; the rules that are looked at again know better.
            until = store.interaction_ended_at(connection, row) + self._latest_after(connection, row)
            again = {
                "state": "pending",
                "due_at": now + AGAIN_AFTER,
                "first_leased_at": None,
                "useful_until": until,
            }
            connection.execute(update(outbox).where(mine).values(columns | again))
            self._show(connection, placing.message_id, Delivery.QUEUED, why)
            return rings
        connection.execute(update(outbox).where(mine).values(columns | {"state": "dead"}))
        self._show(connection, placing.message_id, Delivery.FAILED, why)
        return rings | self._run(connection, row, Undeliverable(at=now, prompt_step=placing.step, code=why))

    def _hung_up(self, connection: Connection, row: Mapping[str, Any], call: Row[Any], now: datetime) -> frozenset[str]:
        """The caller has gone: recordings that no request brought in count, and then it is over."""
        rings = self._bring_in(connection, row, now)
        row = store.conversation(connection, row["id"])
        if row["state"] not in OPEN_STATES or store.is_on_the_line(connection, row["id"]):
            return rings
        store.log(connection, row["id"], now, "hung_up", {"call_sid": call.call_sid})
        row = store.conversation(connection, row["id"])
        return rings | self._run(
            connection, row, TimerFired(at=now, timer=Timer.EXPIRY, epoch=int(row["machine"]["epoch"]))
        )

    def _bring_in(self, connection: Connection, row: Mapping[str, Any], now: datetime) -> frozenset[str]:
        """A recording whose request never reached us holds the customer's words all the same."""
        lost = connection.execute(
            select(recordings).where(
                recordings.c.conversation_id == row["id"],
                recordings.c.message_id.is_(None),
                recordings.c.state.in_(("ready", "stored")),
            )
        ).all()
        rings: frozenset[str] = frozenset()
        for recording in lost:
            store.belongs_here(connection, row)
            message = InboundMessage(
                channel=self._channel,
                account=self._account,
                provider_id=recording.provider_id,
                sender=row["address"],
                kind="recording",
            )
            (result,) = self._turns.run(connection, [message])
            store.keep_recording(connection, recording.provider_id, message_id=result.message_id)
            rings |= result.rings
        return rings

    def _bridge_ended(
        self, connection: Connection, row: Mapping[str, Any], news: CallNews, now: datetime
    ) -> frozenset[str]:
        """A user's call to the customer is over, or that user did not answer."""
        store.log(connection, row["id"], now, "user_call_ended", {"status": news.status.value})
        return frozenset({f"conversation:{row['id']}", FEED})

    def _run(self, connection: Connection, row: Mapping[str, Any], event: Any) -> frozenset[str]:
        item: TurnInput = ConversationEvent(conversation_id=row["id"], event=event)
        (result,) = self._turns.run(connection, [item])
        return result.rings

    def _latest_after(self, connection: Connection, row: Mapping[str, Any]) -> timedelta:
        """How long after the interaction its customer may be asked."""
        survey = self._turns.surveys.get(connection, row["survey_key"], row["survey_version"])
        return survey.seconds("latest_after_s")

    def _show(self, connection: Connection, message_id: str, delivery: Delivery, why: str) -> None:
        values = {"delivery": delivery.value, "error": why}
        connection.execute(update(messages).where(messages.c.id == message_id).values(values))


def going(connection: Connection, since: datetime) -> list[str]:
    """Calls of which nothing was heard since then and whose end is not known, the oldest first."""
    waiting = (calls.c.ended_at.is_(None), calls.c.updated_at < since)
    return list(
        connection.execute(select(calls.c.call_sid).where(*waiting).order_by(calls.c.updated_at).limit(50)).scalars()
    )


def _is_machine(answered_by: str | None) -> bool:
    return answered_by is not None and (answered_by.startswith("machine") or answered_by == "fax")
