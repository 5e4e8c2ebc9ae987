"""Words for a caller that were not ordered in the caller's own turn: by a person's release, by a timer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from common.channels import Capabilities
from common.outreach.decision import Defer
from common.store.calls import is_on_the_line

SAID_LATER = timedelta(minutes=1)
"""When they are looked at again, if the call's next request has not taken them by then."""


def until_it_can_be_said(
    connection: Connection, row: Mapping[Any, Any], capabilities: Capabilities, now: datetime
) -> str | Defer | None:
    """Why outbox row `row` must not leave, on a channel that is spoken; None = it may.

    While a call is going on, the reply to its next request says what waits. Without a call there is nobody to hear it.
    """
    if not capabilities.spoken or row["kind"] != "prompt" or row["step"] == 1:
        return None
    if not is_on_the_line(connection, row["conversation_id"]):
        return "hung_up"
    return Defer(at=now + SAID_LATER, explanation="waits for the caller's next key")
