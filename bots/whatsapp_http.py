"""HTTP to Meta's Graph API: an httpx transport, which is what pywa takes, over our fenced pool.

pywa builds its requests with an `httpx.Client`, and that client's default transport would wait five seconds, obey the
environment's proxies and tell nobody whether a failed request had left. The transport also is the one place where an
address is changed: pywa writes Meta's hosts into its calls.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import httpx
import urllib3

from bots.fenced_http import TIMEOUT_S, current, fenced_pool, read_whole

HOSTS = frozenset({"graph.facebook.com", "api.facebook.com", "lookaside.fbsbx.com"})
"""Meta's hosts; all of them are reached at `api_url` where that is set."""
_LENGTHS = frozenset({"content-length", "content-encoding", "transfer-encoding"})


class GraphTransport(httpx.BaseTransport):
    """Safe for any number of threads. api_url: scheme and host in the place of Meta's own; None = Meta."""

    def __init__(self, api_url: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._base = urlsplit(api_url) if api_url else None
        if self._base is not None and (self._base.scheme not in {"http", "https"} or not self._base.netloc):
            raise ValueError(f"the API address must be scheme and host, not {api_url!r}")
        self._timeout_s = timeout_s
        self._pool = fenced_pool(timeout_s)

    def address(self, url: httpx.URL) -> str:
        """Where a request to `url` really goes."""
        path = url.raw_path.decode("ascii")
        if self._base is None or url.host not in HOSTS:
            return f"{url.scheme}://{url.netloc.decode('ascii')}{path}"
        return f"{self._base.scheme}://{self._base.netloc}{path}"

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call within `exchanging`. Raises urllib3's HTTPError, and whatever the fence raises."""
        url = self.address(request.url)
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        headers["accept-encoding"] = "gzip, deflate"  # what our pool undoes
        answer: urllib3.BaseHTTPResponse = self._pool.request(
            request.method,
            url,
            body=request.read() or None,
            headers=headers,
            redirect=False,
            preload_content=False,
            decode_content=True,
        )
        exchange = current.get()
        exchange.status, exchange.headers = answer.status, answer.headers
        content = read_whole(answer, url, self._timeout_s)
        exchange.body = content.decode("utf-8", "replace")
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _LENGTHS]
        return httpx.Response(answer.status, headers=kept, content=content, request=request)


def graph_session(api_url: str | None, timeout_s: float) -> httpx.Client:
    """A client for one pywa instance, which writes its token into it."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would print the address of every call
    return httpx.Client(transport=GraphTransport(api_url, timeout_s), timeout=timeout_s, trust_env=False)
