"""Signing in by an identity provider over real HTTP, honest and not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from common.config import BadSettings, read_settings
from common.store.schema import audit, identities, user_sessions, users
from common.users import disable_user
from console.identity_provider import IdentityProvider, NotVouched
from tests.console.factories import PASSWORD, World, create_world, submit
from tests.console.identity_provider import CLIENT, SECRET, Provider, query_of
from tests.console.page import Page

ANA = {"sub": "idp-1", "email": "Ana@example.com", "email_verified": True, "name": "Ana Castro"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider at which Ana signs in."""
    made = Provider(person=dict(ANA))
    made.start()
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def make(tmp_path: Path, provider: Provider) -> Iterator[Callable[..., World]]:
    """A product that knows the provider, with settings of one's own."""
    made: list[World] = []

    def create(**settings: str) -> World:
        known = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
        made.append(create_world(f"sqlite:///{tmp_path}/{len(made)}.db", **known | {"OIDC_NAME": "Acme"} | settings))
        return made[-1]

    yield create
    for world in made:
        world.services.close()


def depart(client: FlaskClient, wanted: str = "") -> str:
    """Go to the provider and sign in there; the address that it sends the browser back to, on our side."""
    left = client.get("/sign-in/identity" + (f"?next={wanted}" if wanted else ""))
    assert left.status_code == 303, left.text
    back = requests.get(left.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def count(world: World, table: Any) -> int:
    with world.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_person_comes_in_by_the_provider_and_is_the_same_the_next_time(make: Any, provider: Provider) -> None:
    world = make()
    world.user()
    client = world.client()
    assert "Continue with Acme" in Page(client.get("/sign-in").text).text
    arrived = client.get(depart(client, "/account"))
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/account")
    assert "Ana Castro" in client.get("/account").text
    provider.person |= {"email": "other@example.com", "email_verified": False}  # the subject is what counts from now on
    again = world.client()
    assert again.get(depart(again)).status_code == 303
    assert "ana@example.com" in again.get("/account").text
    assert (count(world, users), count(world, identities)) == (1, 1)


def _claims(**changes: Any) -> Callable[[Provider], None]:
    def apply(provider: Provider) -> None:
        provider.change = lambda claims: claims.update(changes)

    return apply


def _no(name: str) -> Callable[[Provider], None]:
    def apply(provider: Provider) -> None:
        provider.change = lambda claims: claims.pop(name) and None

    return apply


def _signed(algorithm: str, key: Any = None) -> Callable[[Provider], None]:
    def apply(provider: Provider) -> None:
        provider.algorithm, provider.signs_with = algorithm, key

    return apply


ATTACKS: dict[str, Callable[[Provider], None]] = {
    "another nonce": _claims(nonce="another"),
    "no nonce": _no("nonce"),
    "another issuer": _claims(iss="https://evil.example"),
    "another audience": _claims(aud="another-client"),
    "no audience": _no("aud"),
    "several audiences, made for another": _claims(aud=[CLIENT, "evil"], azp="evil"),
    "expired": _claims(exp=int(time.time()) - 3600),
    "no end": _no("exp"),
    "a time that is no number": _claims(exp="tomorrow"),
    "from the future": _claims(iat=int(time.time()) + 3600),
    "not valid yet": _claims(nbf=int(time.time()) + 3600),
    "no subject": _claims(sub=""),
    "unsigned": _signed("none"),
    "signed with our own secret": _signed("HS256"),
    "signed by somebody else": _signed("RS256", RSAKey.generate_key(2048)),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_false_token_lets_nobody_in(make: Any, provider: Provider, attack: str) -> None:
    world = make(OIDC_NEW_USERS="create")
    world.user()
    ATTACKS[attack](provider)
    client = world.client()
    answer = client.get(depart(client))
    assert answer.status_code == 401, attack
    assert "did not vouch" in answer.text
    assert count(world, user_sessions) == count(world, identities) == 0
    assert client.get("/inbox").status_code == 303


def test_the_way_back_belongs_to_the_browser_that_left_and_counts_once(make: Any) -> None:
    world = make()
    world.user()
    client, stranger = world.client(), world.client()
    back = depart(client)
    assert stranger.get(back).status_code == 400, "nobody left from here"
    wrong = query_of(back) | {"state": "made-up"}
    assert client.get(f"/sign-in/identity/back?{urlencode(wrong)}").status_code == 401
    assert client.get(back).status_code == 400, "the departure is used up, whatever came of it"
    back = depart(client)
    named = query_of(back) | {"iss": "https://evil.example"}
    assert client.get(f"/sign-in/identity/back?{urlencode(named)}").status_code == 401
    back = depart(client)
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 400
    refused = depart(client).partition("?")[0] + "?error=access_denied&state="
    assert client.get(refused).status_code == 401
    assert count(world, user_sessions) == 1


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_e_mail_that_nobody_vouches_for_leads_to_no_account(make: Any, provider: Provider, verified: Any) -> None:
    world = make(OIDC_NEW_USERS="create")
    world.user()
    provider.person["email_verified"] = verified
    client = world.client()
    answer = client.get(depart(client))
    assert answer.status_code == 403
    assert "does not vouch for your e-mail" in answer.text
    assert count(world, identities) == count(world, user_sessions) == 0
    assert count(world, users) == 1


def test_an_account_that_is_somebody_there_is_given_to_nobody_else(make: Any, provider: Provider) -> None:
    world = make()
    world.user()
    client = world.client()
    assert client.get(depart(client)).status_code == 303
    provider.person["sub"] = "idp-2"  # somebody else has got the address since
    other = world.client()
    assert other.get(depart(other)).status_code == 403
    assert count(world, identities) == 1


def test_who_is_unknown_is_refused_or_created_as_it_is_set(make: Any) -> None:
    refusing, creating = make(), make(OIDC_NEW_USERS="create")
    client = refusing.client()
    assert client.get(depart(client)).status_code == 403
    assert count(refusing, users) == 0
    client = creating.client()
    assert client.get(depart(client)).status_code == 303
    assert "Analyst" in Page(client.get("/account").text).text
    with creating.services.store.read() as connection:
        assert connection.execute(select(users.c.password_hash)).scalars().all() == [""]
        acts = connection.execute(select(audit.c.act).order_by(audit.c.position)).scalars().all()
    assert acts == ["user.created", "user.linked", "session.opened"]
    assert submit(creating.client(), "/sign-in", {"email": "ana@example.com", "password": ""}).status_code == 401


def test_a_closed_account_stays_closed(make: Any) -> None:
    world = make()
    world.user()
    client = world.client()
    assert client.get(depart(client)).status_code == 303
    world.services.store.write(lambda connection: disable_user(connection, "ana@example.com"))
    assert client.get("/inbox").status_code == 303
    assert client.get(depart(client)).status_code == 403


def test_groups_decide_role_and_teams_at_each_sign_in(make: Any, provider: Provider) -> None:
    rules = {"OIDC_ROLES": "leads=supervisor, bosses=admin", "OIDC_TEAMS": "g-bill=Billing, g-sales=Sales"}
    world = make(OIDC_NEW_USERS="create", **rules)
    provider.person["groups"] = ["leads", "g-bill", "whatever"]
    client = world.client()
    assert client.get(depart(client)).status_code == 303

    def account() -> tuple[str, Any]:
        with world.services.store.read() as connection:
            row = connection.execute(select(users)).one()
        return row.role, row.teams

    assert account() == ("supervisor", ["Billing"])
    provider.person["groups"] = ["bosses", "leads"]
    assert client.get(depart(client)).status_code == 303
    assert account() == ("admin", None)
    for groups in (["leads"], ["g-bill"], [], "leads,bosses", None):
        provider.person["groups"] = groups
        assert client.get(depart(client)).status_code == 403, groups
    assert account() == ("admin", None)


def test_groups_may_come_from_userinfo_if_it_speaks_of_the_same_person(make: Any, provider: Provider) -> None:
    provider.userinfo = {"sub": "idp-1", "groups": ["leads"]}
    world = make(OIDC_NEW_USERS="create", OIDC_ROLES="leads=supervisor")
    client = world.client()
    assert client.get(depart(client)).status_code == 303
    provider.userinfo = {"sub": "somebody-else", "groups": ["leads"]}
    assert client.get(depart(client)).status_code == 401


def test_keys_that_were_changed_are_fetched_again_and_not_at_every_false_token(make: Any, provider: Provider) -> None:
    def who(known: IdentityProvider) -> str:
        departure = known.depart()
        back = requests.get(departure.address, allow_redirects=False, timeout=10).headers["Location"]
        return known.arrive(query_of(back), departure).subject

    settings = make().services.settings
    patient, eager = IdentityProvider(settings), IdentityProvider(settings, keys_again_after_s=0)
    assert who(patient) == who(eager) == "idp-1"
    provider.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    assert who(eager) == "idp-1"
    asked = provider.asked.count("/keys")
    with pytest.raises(NotVouched):
        who(patient)
    assert provider.asked.count("/keys") == asked


def test_passwords_may_be_switched_off(make: Any) -> None:
    world = make(PASSWORDS="off")
    world.user()
    client = world.client()
    assert Page(client.get("/sign-in").text).all("input", type="password") == []
    token = Page(client.get("/sign-in").text).form_token
    given = {"email": "ana@example.com", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=given).status_code == 403
    assert client.get(depart(client)).status_code == 303


def test_a_required_second_factor_is_the_provider_s_business(make: Any) -> None:
    world = make(SECOND_FACTOR="supervisor")
    world.user()
    client = world.client()
    client.get(depart(client))
    assert client.get("/inbox").status_code == 200


def test_a_provider_that_is_gone_or_floods_is_said_to_be_out_of_reach(make: Any, provider: Provider) -> None:
    provider.padding = 2_000_000
    world = make()
    answer = world.client().get("/sign-in/identity")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    with pytest.raises(NotVouched):
        IdentityProvider(world.services.settings).check()
    provider.padding = 0
    IdentityProvider(world.services.settings).check()
    assert world.client().get("/sign-in/identity").status_code == 303, "and tried again"


@pytest.mark.parametrize(
    "wrong",
    [
        {"OIDC_ISSUER": "https://idp.example"},
        {"OIDC_ISSUER": "http://idp.example", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"},
        {"OIDC_NEW_USERS": "perhaps"},
        {"OIDC_ROLES": "leads"},
        {"OIDC_ROLES": "leads=intake"},
        {"SECOND_FACTOR": "everybody"},
        {"PASSWORDS": "off"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        read_settings({f"ZEROTEN_{name}": value for name, value in wrong.items()})
