"""Accounts and passwords, below the console."""

from __future__ import annotations

import pytest

from common.actors import Role
from common.errors import Conflict, Invalid, NotFound
from common.passwords import (
    MAX_LENGTH,
    NOBODY,
    faults_in_password,
    hash_password,
    is_outdated,
    is_password,
    make_password,
)
from common.sign_ins import SignIns
from common.users import create_user, disable_user, list_users, reset_password
from tests.console.factories import PASSWORD, World


def test_nobody_is_compared_at_the_price_of_somebody() -> None:
    assert not is_outdated(NOBODY)
    assert not is_outdated(hash_password(PASSWORD))
    assert not is_password(PASSWORD, None)


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ("Ångström 2026", "A\u030angström 2026"),
        ("ｆｕｌｌ width １", "full width 1"),
        ("pass\ud800word 9", "pass?word 9"),
    ],
)
def test_a_password_is_the_same_from_every_keyboard(chosen: str, typed: str) -> None:
    assert is_password(typed, hash_password(chosen))


def test_a_hash_that_is_none_is_no_password() -> None:
    assert not is_password(PASSWORD, "not a hash")
    assert not is_password("x" * 1_000_000, hash_password("x" * MAX_LENGTH))


def test_a_made_password_keeps_the_rules_and_never_comes_twice() -> None:
    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(faults_in_password(password, "ana@example.com") for password in made)


@pytest.mark.parametrize("password", ["", "short", "ana@example.com", "x" * (MAX_LENGTH + 1), "aaaaaaaaaaaa"])
def test_a_weak_password_is_refused(world: World, password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        world.services.store.write(lambda c: create_user(c, "ana@example.com", "Ana", "admin", password))
    assert [name for name, _ in refusal.value.errors] == ["password"]


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("nobody", "Ana", "admin", "email"),
        ("a b@example.com", "Ana", "admin", "email"),
        (f"{'x' * 250}@example.com", "Ana", "admin", "email"),
        ("ana@example.com", "  ", "admin", "name"),
        ("ana@example.com", "Ana", "owner", "role"),
    ],
)
def test_a_wrong_field_is_named(world: World, email: str, name: str, role: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        world.services.store.write(lambda connection: create_user(connection, email, name, role, PASSWORD))
    assert [wrong for wrong, _ in refusal.value.errors] == [field]


def test_an_address_has_one_account(each_world: World) -> None:
    each_world.user()
    with pytest.raises(Conflict):
        each_world.user(" Ana@Example.COM ", "Another Ana")
    with each_world.services.store.read() as connection:
        (user,) = list_users(connection)
    assert (user.email, user.role, user.is_disabled) == ("ana@example.com", Role.SUPERVISOR, False)


def test_a_reset_opens_a_disabled_account_again(each_world: World) -> None:
    each_world.user()
    store = each_world.services.store
    assert store.write(lambda connection: disable_user(connection, "ana@example.com")).is_disabled
    assert not store.write(lambda c: reset_password(c, "ANA@example.com", "a new password")).is_disabled
    assert SignIns(store).sign_in("ana@example.com", "a new password", address="", agent="")


@pytest.mark.parametrize("act", [disable_user, lambda c, email: reset_password(c, email, PASSWORD)])
def test_nobody_can_be_changed(world: World, act: object) -> None:
    with pytest.raises(NotFound):
        world.services.store.write(lambda connection: act(connection, "nobody@example.com"))  # type: ignore[operator]
