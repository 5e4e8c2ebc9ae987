"""An identity provider by OpenID Connect: where it sends people back from, and what its word is worth.

Authorization code with PKCE (S256), state and nonce (RFC 6749, 7636, OpenID Connect Core 1.0). What comes back is
believed only if the state is this browser's, the code is taken by the token endpoint, and the id token has a signature
of the issuer's keys by an algorithm of a closed list, and the issuer, audience, times and nonce that it must have.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from common.clock import monotonic, wall
from common.config import Settings
from common.identity import Vouched

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")
"""Signatures with a public key. Never `none`, never one made with our own secret."""
LEEWAY_S = 60
MOST_BYTES = 512 * 1024
TIME_OUT_S = (4.0, 10.0)
"""To connect, and to wait for more of an answer."""
DEADLINE_S = 15.0
"""For one answer as a whole, however slowly it drips."""
_KNOWN_FOR_S = 3600.0
KEYS_AGAIN_AFTER_S = 60.0
_MOST_GROUPS = 500


class NotVouched(Exception):
    """The provider did not answer, refused, or said something that must not be believed. The message is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where the browser is sent, and what it must bring back; kept in its own signed cookie meanwhile."""

    address: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider:
    """The one provider of this installation. Thread-safe; what it publishes is kept for an hour."""

    def __init__(self, settings: Settings, *, keys_again_after_s: float = KEYS_AGAIN_AFTER_S) -> None:
        """keys_again_after_s: how soon an unknown signature may make us fetch its keys again."""
        self._keys_again_after_s = keys_again_after_s
        self.issuer = settings.text("OIDC_ISSUER")
        self.name = settings.text("OIDC_NAME")
        self._client_id = settings.text("OIDC_CLIENT_ID")
        self._secret = settings.text("OIDC_CLIENT_SECRET")
        self._scopes = settings.text("OIDC_SCOPES")
        self._groups_claim = settings.text("OIDC_GROUPS_CLAIM")
        self._returns_to = f"{settings.public_url}/sign-in/identity/back"
        self._lock = threading.Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def depart(self) -> Departure:
        """Begin a sign-in. Raises NotVouched while the provider cannot be reached."""
        endpoint = self._endpoint("authorization_endpoint")
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._client() as client:
            address, state = client.create_authorization_url(
                endpoint, state=secrets.token_urlsafe(32), nonce=nonce, code_verifier=verifier
            )
        return Departure(address=address, state=state, nonce=nonce, verifier=verifier)

    def arrive(self, given: Mapping[str, str], departure: Departure) -> Vouched:
        """Who comes back with these parameters. Raises NotVouched."""
        if not hmac.compare_digest(given.get("state", "").encode(), departure.state.encode()):
            raise NotVouched("the state is not this browser's")
        if given.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise NotVouched("the answer names another issuer")
        if "error" in given:
            raise NotVouched(f"the provider refused: {given['error'][:64]!r}")
        if not given.get("code"):
            raise NotVouched("no code came back")
        with self._client() as client:
            token = self._exchange(client, given["code"], departure)
            claims = self._checked(str(token.get("id_token", "")), departure.nonce)
            claims = self._completed(client, claims)
        groups = claims.get(self._groups_claim)
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        return Vouched(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or ""),
            is_email_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
            groups=frozenset(str(each) for each in listed[:_MOST_GROUPS]),
        )

    def check(self) -> None:
        """Ask for what it publishes. Raises NotVouched with what is wrong, for `zeroten doctor`."""
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._endpoint(name)
        self._key_set(newer_than=monotonic())

    # --- parts ----------------------------------------------------------------------------------------------------

    def _client(self) -> OAuth2Session:
        methods = self._discovered().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic"
        session = OAuth2Session(
            client_id=self._client_id,
            client_secret=self._secret,
            token_endpoint_auth_method=basic if basic in methods else "client_secret_post",
            scope=self._scopes,
            redirect_uri=self._returns_to,
            code_challenge_method="S256",
        )
        return _bounded(session)

    def _exchange(self, client: OAuth2Session, code: str, departure: Departure) -> Mapping[str, Any]:
        try:
            token = client.fetch_token(
                self._endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=departure.verifier,
            )
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise NotVouched(f"the code was not taken: {type(error).__name__}") from error
        if not isinstance(token, Mapping):
            raise NotVouched("the token endpoint answered no token")
        return token

    def _checked(self, id_token: str, nonce: str) -> dict[str, Any]:
        """The claims of an id token (OpenID Connect Core 1.0, 3.1.3.7). Raises NotVouched."""
        if not 0 < len(id_token) <= MOST_BYTES:
            raise NotVouched("no id token came")
        claims = self._decoded(id_token)
        now, audience = wall().timestamp(), claims.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
        times = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
        if not all(value is None or type(value) in {int, float} for value in times.values()):
            raise NotVouched("a time of the id token is no number")
        faults = {
            "another issuer": claims.get("iss") != self.issuer,
            "another audience": self._client_id not in audiences,
            "made for another party": (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != self._client_id,
            "expired": times["exp"] is None or times["exp"] <= now - LEEWAY_S,
            "from the future": times["iat"] is None or times["iat"] > now + LEEWAY_S,
            "not valid yet": times["nbf"] is not None and times["nbf"] > now + LEEWAY_S,
            "another nonce": not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
            "no subject": not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255,
        }
        if wrong := [words for words, is_so in faults.items() if is_so]:
            raise NotVouched(f"the id token: {', '.join(wrong)}")
        return claims

    def _decoded(self, id_token: str) -> dict[str, Any]:
        tried_at = monotonic()
        for newer_than in (None, tried_at):  # its keys may have changed since we looked
            try:
                decoded = jwt.decode(id_token, self._key_set(newer_than=newer_than), algorithms=list(ALGORITHMS))
                return dict(decoded.claims)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                fault = error
        raise NotVouched(f"the id token has no signature of the issuer: {type(fault).__name__}") from fault

    def _completed(self, client: OAuth2Session, claims: dict[str, Any]) -> dict[str, Any]:
        """With what only the userinfo endpoint tells, if it speaks of the same person."""
        if "userinfo_endpoint" not in self._discovered() or {"email", self._groups_claim} <= claims.keys():
            return claims
        try:
            answer = client.get(self._endpoint("userinfo_endpoint"))
            more = answer.json() if answer.status_code == 200 else None
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise NotVouched(f"userinfo: {type(error).__name__}") from error
        if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
            raise NotVouched("userinfo speaks of somebody else")
        return more | claims

    def _discovered(self) -> dict[str, Any]:
        with self._lock:
            known = self._metadata
            if known is not None and monotonic() - known[0] < _KNOWN_FOR_S:
                return known[1]
            found = self._fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise NotVouched("the discovery document is another issuer's")
            self._metadata = (monotonic(), found)
            return found

    def _endpoint(self, name: str) -> str:
        address = self._discovered().get(name)
        if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self.issuer).scheme:
            raise NotVouched(f"the discovery document has no usable {name}")
        return address

    def _key_set(self, *, newer_than: float | None) -> KeySet:
        address = self._endpoint("jwks_uri")
        with self._lock:
            known = self._keys
            is_known = known is not None and monotonic() - known[0] < _KNOWN_FOR_S
            may_ask = known is None or newer_than is None or newer_than - known[0] >= self._keys_again_after_s
            if known is not None and is_known and (newer_than is None or not may_ask):
                return known[1]
            try:
                keys = KeySet.import_key_set(self._fetched(address))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise NotVouched("its keys cannot be read") from error
            self._keys = (monotonic(), keys)
            return keys

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            with _bounded(requests.Session()) as client:
                answer = client.get(address, headers={"Accept": "application/json"})
                found = answer.json() if answer.status_code == 200 else None
        except (requests.RequestException, ValueError) as error:
            raise NotVouched(f"{address}: {type(error).__name__}") from error
        if not isinstance(found, dict):
            raise NotVouched(f"{address}: no JSON object")
        return found


def _bounded(session: Any) -> Any:
    """The session with limits to time and size, without redirects, and deaf to what the environment says."""
    session.trust_env = False
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded(max_retries=0))
    return session


class _Bounded(HTTPAdapter):
    """HTTP with a limit to the time and the size of an answer."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        until = monotonic() + DEADLINE_S
        request.headers["Accept-Encoding"] = "identity"  # so that the size that is counted is the size there is
        answer = super().send(request, *args, **options | {"stream": True, "timeout": TIME_OUT_S})
        body = b""
        try:
            while chunk := answer.raw.read(16_384, decode_content=False):
                body += chunk
                if len(body) > MOST_BYTES or monotonic() > until:
                    raise requests.ConnectionError("an answer too long or too slow", request=request)
        except HTTPError as error:
            raise requests.ConnectionError("the answer broke off", request=request) from error
        finally:
            answer.close()
        answer._content = body
        return answer
