"""Who comes by an identity provider, and which account that is.

Somebody there is known by issuer and subject, which never change, and by nothing else. An e-mail address leads to an
account once, at the first sign-in, and only if the provider vouches for it (`email_verified`); an account that has an
identity there already is never given a second one. Groups may decide role and teams, at each sign-in anew; whoever is
in no group that counts is not let in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Actor, Role
from common.audit import record
from common.clock import wall
from common.config import Settings
from common.errors import ZerotenError
from common.store import identities
from common.store import users as rows
from common.users import checked_teams, create_user, is_email, normalized_email, stored_teams

_STRENGTH = (Role.ADMIN, Role.SUPERVISOR, Role.ANALYST)


class NotLetIn(ZerotenError):
    """The provider vouches for this person, and we do not let them in. `code` says why, the message in words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What the provider says of a person, after its signature was checked."""

    issuer: str
    subject: str
    email: str = ""
    is_email_verified: bool = False
    name: str = ""
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who is let in. roles, teams: by group; empty = the account's own."""

    may_create: bool = False
    roles: Mapping[str, str]
    teams: Mapping[str, str]


def rules_of(settings: Settings) -> Rules:
    """The rules as they are set."""
    return Rules(
        may_create=settings.text("OIDC_NEW_USERS") == "create",
        roles=settings.pairs("OIDC_ROLES"),
        teams=settings.pairs("OIDC_TEAMS"),
    )


def come_in(connection: Connection, who: Vouched, rules: Rules, *, network: str) -> str:
    """The id of the account that this person signs in to, made or changed as the rules say. Raises NotLetIn."""
    role = _role_by_groups(who, rules)
    account = identities.find_user(connection, who.issuer, who.subject)
    if account is None:
        account = _first_time(connection, who, rules, role, network)
    if account.disabled_at is not None:
        raise NotLetIn("disabled", "This account is closed. An administrator can open it again.")
    role = role or Role(account.role)
    teams = account.teams
    if rules.teams and role is not Role.ADMIN:
        teams = stored_teams(checked_teams(_teams_by_groups(who, rules), role))
    if role is Role.ADMIN:
        teams = None
    if (role.value, teams) != (account.role, account.teams):
        rows.change_user(connection, account.id, role=role.value, teams=teams)
        record(connection, _actor(account, network), "user.changed", about=account.id, role=role.value, teams=teams)
    return str(account.id)


def _first_time(connection: Connection, who: Vouched, rules: Rules, role: Role | None, network: str) -> Row[Any]:
    email = normalized_email(who.email)
    if not who.is_email_verified or not is_email(email):
        words = "The identity provider does not vouch for your e-mail address, so it leads to no account here."
        raise NotLetIn("email_unverified", words)
    account = rows.find_user(connection, email)
    if account is None and not rules.may_create:
        words = "There is no account for you here yet. An administrator can invite you."
        raise NotLetIn("unknown", words)
    if account is None:
        teams = None
        if rules.teams and role is not Role.ADMIN:
            teams = _teams_by_groups(who, rules)
        name = (who.name or email.partition("@")[0]).replace("\0", "").strip()[:120] or email[:120]
        by = Actor(id="identity_provider", name="Identity provider", role=Role.ADMIN, network=network)
        made = create_user(connection, email, name, role or Role.ANALYST, None, teams=teams, by=by)
        account = rows.find_user_by_id(connection, made.id)
        assert account is not None
    elif identities.of_user(connection, account.id, who.issuer) is not None:
        words = "This e-mail address belongs to somebody else's account here."
        raise NotLetIn("other_identity", words)
    elif account.disabled_at is not None:
        raise NotLetIn("disabled", "This account is closed. An administrator can open it again.")
    identities.insert_identity(connection, issuer=who.issuer, subject=who.subject, user_id=account.id, now=wall())
    record(connection, _actor(account, network), "user.linked", about=account.id)
    return account


def _role_by_groups(who: Vouched, rules: Rules) -> Role | None:
    """The strongest role that the groups give; None if groups decide no roles. Raises NotLetIn."""
    if not rules.roles:
        return None
    given = {Role(role) for group, role in rules.roles.items() if group in who.groups}
    strongest = next((role for role in _STRENGTH if role in given), None)
    if strongest is None:
        raise NotLetIn("no_group", "None of your groups may use this console.")
    return strongest


def _teams_by_groups(who: Vouched, rules: Rules) -> list[str]:
    teams = sorted({team for group, team in rules.teams.items() if group in who.groups})
    if not teams:
        raise NotLetIn("no_team", "None of your groups is a team of this console.")
    return teams


def _actor(account: Row[Any], network: str) -> Actor:
    return Actor(id=account.id, name=account.name, role=Role(account.role), network=network)
