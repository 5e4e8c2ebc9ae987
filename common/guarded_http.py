"""HTTP to addresses that people typed in: never into our own network.

A name is resolved once, every address that it stands for is checked, and the connection goes to the very address that
was checked, so that a name which changes its mind in between reaches nobody. Redirects are not followed. One deadline
holds for the whole exchange, however slowly the other side drips.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common import clock
from common.trust import trusted
from common.webhooks.addresses import Address, Network, NotAllowed, Target, may_call, target_of

CONNECT_S = 5.0
DEADLINE_S = 15.0
"""Seconds for the whole exchange; the specification asks for 15 to 30."""
KEEP_ANSWER = 500
"""Characters of an answer that are kept, to be shown to whoever looks for the fault."""
_READ = 4096
Resolve = Callable[..., Sequence[Any]]
"""As `socket.getaddrinfo`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. status: None if nothing did, and `error` says why in words that name no machine of ours."""

    status: int | None = None
    headers: Mapping[str, str] | None = None
    text: str = ""
    error: str | None = None


def checked_target(url: str, allowed: Sequence[Network]) -> Target:
    """The address, taken apart. Raises NotAllowed for what would never be called; a name is not resolved yet."""
    target = target_of(url, allows_http=bool(allowed))
    try:
        address = ipaddress.ip_address(target.host)
    except ValueError:
        return target
    if not may_call(address, allowed):
        raise NotAllowed("an address of the public internet; this one is private")
    return target


class GuardedHttp:
    """Posts to addresses of the public internet, and to those of `allowed` networks."""

    def __init__(
        self, allowed: Sequence[Network] = (), *, resolve: Resolve = socket.getaddrinfo, deadline_s: float = DEADLINE_S
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._deadline_s = deadline_s

    def checked_host(self, host: str, port: int) -> str:
        """The address to connect to for `host`. Raises NotAllowed if any of its addresses is private, OSError if none
        is known."""
        found = self._resolve(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(_address(entry[4][0]) for entry in found))
        if not addresses:
            raise OSError("the name stands for no address")
        if not all(may_call(address, self._allowed) for address in addresses):
            raise NotAllowed("this address is not allowed")
        return str(addresses[0])

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """POST `body`. Never raises: whatever happens is a Reply."""
        try:
            target = checked_target(url, self._allowed)
            pinned = self.checked_host(target.host, target.port)
        except NotAllowed:
            return Reply(error="this address is not allowed")
        except (OSError, UnicodeError):
            return Reply(error="the name could not be resolved")
        connection = self._connection(target, pinned)
        watch = threading.Timer(self._deadline_s, _cut, (connection,))
        watch.daemon = True
        watch.start()
        begun = clock.monotonic()
        try:
            connection.request("POST", target.path, body=body, headers={"Host": _host(target), **headers})
            response = connection.getresponse()
            text = response.read(_READ).decode("utf-8", "replace")[:KEEP_ANSWER]
            return Reply(status=response.status, headers=dict(response.getheaders()), text=text)
        except ssl.SSLCertVerificationError:
            return Reply(error="its certificate is not valid")
        except ssl.SSLError:
            return Reply(error="no secure connection")
        except (OSError, http.client.HTTPException, ValueError) as fault:
            is_late = isinstance(fault, TimeoutError) or clock.monotonic() - begun >= self._deadline_s
            refused = "nobody listens there" if isinstance(fault, ConnectionRefusedError) else "the connection broke"
            return Reply(error="it took too long" if is_late else refused)
        finally:
            watch.cancel()
            connection.close()

    def _connection(self, target: Target, pinned: str) -> http.client.HTTPConnection:
        timeout = min(CONNECT_S, self._deadline_s)
        if target.scheme == "http":
            plain = http.client.HTTPConnection(target.host, target.port, timeout=self._deadline_s)
            plain._create_connection = lambda *_: socket.create_connection((pinned, target.port), timeout)  # type: ignore[attr-defined]
            return plain
        secure = http.client.HTTPSConnection(
            target.host, target.port, timeout=self._deadline_s, context=trusted("http.client")
        )
        secure._create_connection = lambda *_: socket.create_connection((pinned, target.port), timeout)  # type: ignore[attr-defined]
        return secure


def _address(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    is_usual = target.port == (443 if target.scheme == "https" else 80)
    return host if is_usual else f"{host}:{target.port}"


def _cut(connection: http.client.HTTPConnection) -> None:
    """End an exchange from outside: whoever waits for its next byte wakes."""
    if (sock := connection.sock) is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
