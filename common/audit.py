"""The audit log: what people and their programs did to the product and to its customers, kept for good.

One line in the transaction of the act:

    record(connection, actor, "ticket.claimed", about=ticket_id)

Who, when and from where come with the actor; the act is `<thing>.<past participle>`, a new name needs nothing else.
`about` is an id or a key. Facts are ids, counts and words of closed sets: an entry outlives the customer whom it was
about, so nothing that a customer said, is called or can be reached at has a place in it. Turns of the bot write none.
"""

from __future__ import annotations

import getpass
import ipaddress
import re

from sqlalchemy import Connection

from common import clock
from common.actors import Actor, Role
from common.ids import new_id
from common.store import audit as rows

Fact = str | int | bool | None
_ACT = re.compile(r"[a-z_]{2,31}\.[a-z_]{2,31}")
_WORD = re.compile(r"[\w.:@/+-]{0,128}")
_MOST_TEAMS = 100
NOBODY = Actor(id="nobody", name="Nobody", role=Role.INTAKE)
"""Who did it is not known: a sign-in that was refused."""


def record(
    connection: Connection, actor: Actor, act: str, *, about: str | None = None, **facts: Fact | list[str]
) -> None:
    """Write down that `actor` did `act`; it is in the log if and only if this transaction commits.

    Raises ValueError for an act that is no `thing.done`, and for facts that look like prose.
    """
    if not _ACT.fullmatch(act):
        raise ValueError(f"{act!r} is no act such as ticket.claimed")
    for name, fact in facts.items():
        words = fact if isinstance(fact, list) else [fact]
        if isinstance(fact, str) and not _WORD.fullmatch(fact):
            raise ValueError(f"the fact {name!r} of {act} is more than a word")
        if len(words) > _MOST_TEAMS or any(isinstance(word, str) and len(word) > 255 for word in words):
            raise ValueError(f"the fact {name!r} of {act} is too long")
    rows.insert_entry(
        connection,
        {
            "id": new_id("aud"),
            "at": clock.now(),
            "actor": actor.id,
            "act": act,
            "about": None if about is None else about[:255],
            "facts": facts,
            "session": actor.session or None,
            "network": actor.network or None,
        },
    )


def command_line() -> Actor:
    """Whoever types commands on the machine itself, by the name of the system's account."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Actor(id=f"command:{name}"[:64], name=name, role=Role.ADMIN)


def network_of(address: str | None) -> str:
    """From where, as coarsely as still helps: the /24 of an IPv4 address, the /48 of an IPv6 one; "" if unknown."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((mapped, 24 if mapped.version == 4 else 48), strict=False))
