"""HTTP to Twilio's API: the SDK's `HttpClient` over our fenced pool.

The SDK's own client is not used, for four reasons that were seen:
- it keeps the last answer in an attribute between receiving and returning it, so two threads can swap answers;
- it waits for ever unless told otherwise, and obeys proxies and netrc of the environment;
- it tells nobody whether a request that failed had left, which decides between "send again" and "look it up";
- it logs addresses with the customer's number in them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response

from bots.fenced_http import TIMEOUT_S, current, fenced_pool, read_whole


class TwilioHttp(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's door to the network. Safe for any number of threads.

    api_url: scheme and host that every call goes to instead of Twilio's own: `api.twilio.com/x` becomes `{api_url}/x`,
    another product's host `{api_url}/{product}/x`. None = Twilio.
    """

    def __init__(self, api_url: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False, timeout=timeout_s)
        self._base = urlsplit(api_url) if api_url else None
        if self._base is not None and (self._base.scheme not in {"http", "https"} or not self._base.netloc):
            raise ValueError(f"the API address must be scheme and host, not {api_url!r}")
        self._timeout_s = timeout_s
        self._pool = fenced_pool(timeout_s)

    def address(self, url: str) -> str:
        """Where a call to `url` really goes."""
        parts = urlsplit(url)
        if self._base is None or parts.netloc == self._base.netloc:
            return url
        product = (parts.hostname or "").partition(".")[0]
        path = parts.path if product == "api" else f"/{product}{parts.path}"
        return urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One call within `exchanging`, in the SDK's shape. Raises HTTPError; time-outs and redirects are ours."""
        url = self.address(uri)
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        sent = dict(headers or {})
        if auth is not None:
            sent |= urllib3.make_headers(basic_auth=f"{auth[0]}:{auth[1]}")
        body = urlencode(data, doseq=True) if data else None
        answer = self._pool.request(
            method, url, body=body, headers=sent, redirect=False, preload_content=False, decode_content=True
        )
        exchange = current.get()
        exchange.status, exchange.headers = answer.status, answer.headers
        exchange.body = read_whole(answer, url, self._timeout_s).decode("utf-8", "replace")
        return Response(answer.status, exchange.body, answer.headers)
