"""Sending a few words to people's own services, by apprise: mail, Slack, Teams, Telegram and a handful of others.

An address holds a token or a password: it is checked, used and never shown. The library is loaded when the first
address is looked at: it is large.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from common.alerts.routes import LONGEST_ADDRESS, SCHEMES
from common.guarded_http import GuardedHttp
from common.webhooks.addresses import Network, NotAllowed

CONNECT_S, ANSWER_S = 5.0, 10.0
_STATUS = re.compile(r"error=(\d{3})")


class BadAddress(ValueError):
    """No address that alerts may go to. The message says what to do and repeats nothing of the address."""


def checked_address(address: str, allowed: Sequence[Network]) -> str:
    """The scheme of an address that alerts may go to. Raises BadAddress."""
    _service(address, allowed)
    return address.partition("://")[0].lower()


class Notifier:
    """Sends to addresses that were checked; they are checked again, for a name may stand for another machine now."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)

    def __call__(self, address: str, title: str, body: str) -> str | None:
        """None if the service took it, else why not."""
        try:
            service = _service(address, self._allowed)
        except BadAddress as fault:
            return str(fault)
        heard = _Listener()
        logger = logging.getLogger("apprise")
        logger.addHandler(heard)
        try:
            is_taken = service.notify(body=body, title=title)
        except Exception as fault:  # a plug-in's own fault; its words may hold the address
            return f"the service could not be called ({type(fault).__name__})"
        finally:
            logger.removeHandler(heard)
        if is_taken:
            return None
        return f"the service answered {heard.status}" if heard.status else "the service did not take it"


class _Listener(logging.Handler):
    """Learns the status that the library only logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if (found := _STATUS.search(record.getMessage())) is not None:
            self.status = found[1]


@cache
def _library() -> Any:
    """The library with its plug-ins, which it loads when the first address is looked at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own, about modules that Python will drop
        import apprise

        apprise.Apprise.instantiate("mailto://", suppress_exceptions=True)
    return apprise


def _service(address: str, allowed: Sequence[Network]) -> Any:
    scheme = address.partition("://")[0].lower()
    if scheme not in SCHEMES or len(address) > LONGEST_ADDRESS:
        raise BadAddress(f"an address that begins with one of: {', '.join(sorted({f'{each}://' for each in SCHEMES}))}")
    if any(ord(letter) < 32 for letter in address):
        raise BadAddress("one line")
    service = _library().Apprise.instantiate(address, suppress_exceptions=True)
    if service is None:
        raise BadAddress(f"not a complete address of {SCHEMES[scheme]}: look at apprise's page about it")
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_S, ANSWER_S
    if scheme in _OWN_SERVERS:
        _refuse_private(service, allowed)
    return service


def _refuse_private(service: Any, allowed: Sequence[Network]) -> None:
    """Raises BadAddress for a server of one's own that is in a private network which nobody allowed."""
    host = getattr(service, "smtp_host", None) or getattr(service, "host", None)
    if not isinstance(host, str) or not host:
        return
    try:
        GuardedHttp(allowed).checked_host(host.strip("[]"), int(getattr(service, "port", None) or 443))
    except NotAllowed:
        raise BadAddress("this server is in a private network; ZEROTEN_PRIVATE_NETWORKS can allow it") from None
    except (OSError, UnicodeError):
        return  # nobody knows the name: the service will say so


_OWN_SERVERS = frozenset(
    {
        "mailto",
        "mailtos",
        "mmost",
        "mmosts",
        "rocket",
        "rockets",
        "matrix",
        "matrixs",
        "ntfy",
        "ntfys",
        "gotify",
        "gotifys",
        "workflow",
        "workflows",
    }
)
"""Schemes whose address names a server; in the others what stands for a host is a token."""
