"""A small OpenID Connect provider over real HTTP, which does as told: also what no honest provider would.

It shares no code with the product: its own key, its own checks of PKCE, client and redirect address.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "zeroten-console", "a secret that only the tests know"


@dataclass(slots=True)
class Provider:
    """`person`: the claims of whoever signs in there. `change`: what to do to them before signing."""

    person: dict[str, Any] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], None] = lambda claims: None
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signs_with: Any = None
    userinfo: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    delay_s: float = 0.0
    padding: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _server: BaseWSGIServer | None = None

    def start(self) -> None:
        self._server = make_server("127.0.0.1", 0, Request.application(self._answer), threaded=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        time.sleep(self.delay_s)
        views: dict[str, Callable[[Request], Response]] = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": lambda _request: _json({"keys": [self.key.as_dict(private=False)]}),
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": lambda _request: _json(self.userinfo),
        }
        view = views.get(request.path)
        return view(request) if view else Response(status=404)

    def _discovery(self, _request: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        if self.userinfo:
            places["userinfo_endpoint"] = "userinfo"
        found = {"issuer": self.issuer, "padding": "x" * self.padding}
        return _json(found | {name: f"{self.issuer}/{place}" for name, place in places.items()})

    def _authorize(self, request: Request) -> Response:
        given = request.args.to_dict()
        self._expect(given.get("response_type") == "code", "response_type")
        self._expect(given.get("client_id") == CLIENT, "client_id")
        self._expect(given.get("code_challenge_method") == "S256", "PKCE by S256")
        self._expect(len(given.get("nonce", "")) > 20 and len(given.get("state", "")) > 20, "nonce and state")
        self._expect("openid" in given.get("scope", "").split(), "scope")
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        back = urlencode({"code": code, "state": given["state"]})
        return Response(status=302, headers={"Location": f"{given['redirect_uri']}?{back}"})

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict()
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None:
            return _json({"error": "invalid_grant"}, 400)
        verifier = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        self._expect(verifier.rstrip(b"=").decode() == asked["code_challenge"], "the code verifier")
        self._expect(form.get("redirect_uri") == asked["redirect_uri"], "the redirect address")
        known = request.authorization
        self._expect(known is not None and (known.username, known.password) == (CLIENT, SECRET), "the client")
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": asked["nonce"]}
        claims |= self.person
        self.change(claims)
        return _json({"access_token": "opaque", "token_type": "Bearer", "id_token": self._signed(claims)})

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            head = _part({"alg": "none", "typ": "JWT"})
            return f"{head}.{_part(claims)}."
        key = OctKey.import_key(SECRET) if self.algorithm == "HS256" else self.signs_with or self.key
        header = {"alg": self.algorithm, "kid": self.key.kid or "one"}
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])

    def _expect(self, is_so: bool, what: str) -> None:
        if not is_so:
            self.faults.append(what)


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status=status, content_type="application/json")


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
