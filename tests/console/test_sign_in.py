"""Signing in: who gets in, who is slowed down, and when a session ends."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from common.actors import Role
from common.attempts import ATTEMPTS, ATTEMPTS_WITHIN, address_subject, note_attempt
from common.sign_ins import IDLE, LIFETIME
from common.store.schema import sign_in_failures, user_sessions, users
from common.users import account_subject, disable_user, reset_password
from tests.console.factories import PASSWORD, World, create_world, submit
from tests.console.page import Page

WRONG = "not the password at all"
BAD_WORDS = "This e-mail address and password do not belong together."


def attempt(world: World, email: str, password: str, address: str = "192.0.2.1") -> Any:
    client = world.client()
    token = Page(client.get("/sign-in").text).form_token
    fields = {"email": email, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": address})


def fail(world: World, *subjects: str, times: int = ATTEMPTS) -> None:
    """As many wrong passwords as it takes, without the time it takes to compare them."""
    for _ in range(times):
        world.services.store.write(lambda connection: note_attempt(connection, subjects))


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_password_opens_the_inbox(each_world: World) -> None:
    each_world.user()
    answer = attempt(each_world, " ANA@example.com ", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("zeroten="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # the public address is http


def test_behind_https_the_cookie_is_secure_and_bound_to_this_host(tmp_path: Path) -> None:
    world = create_world(f"sqlite:///{tmp_path}/zeroten.db", PUBLIC_URL="https://zeroten.example")
    world.user()
    client = world.app.test_client()
    base = {"base_url": "https://zeroten.example"}
    page = client.get("/sign-in", **base)
    fields = {"email": "ana@example.com", "password": PASSWORD, "csrf_token": Page(page.text).form_token}
    answer = client.post("/sign-in", data=fields, **base)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-zeroten="))
    assert "Secure" in cookie
    assert "Strict-Transport-Security" in answer.headers
    world.services.close()


def test_only_the_hash_of_a_token_is_stored(world: World) -> None:
    world.user()
    client = world.signed_in()
    cookie = client.get_cookie("zeroten")
    assert cookie is not None
    with world.services.store.read() as connection:
        (stored,) = connection.execute(select(user_sessions.c.token_hash)).scalars()
    assert cookie.value not in stored
    client.set_cookie("zeroten", stored)
    assert not is_in(client)


@pytest.mark.parametrize(
    "email", ["ana@example.com", "nobody@example.com", "no address", "a\0b@example.com", "", "x" * 9000]
)
def test_wrong_unknown_and_absurd_hear_the_same_words(world: World, email: str) -> None:
    world.user()
    answer = attempt(world, email, WRONG)
    assert answer.status_code == 401
    assert BAD_WORDS in answer.text


def test_a_disabled_account_hears_the_same_words(world: World) -> None:
    world.user()
    world.services.store.write(lambda connection: disable_user(connection, "ana@example.com"))
    answer = attempt(world, "ana@example.com", PASSWORD)
    assert answer.status_code == 401
    assert BAD_WORDS in answer.text


def test_an_unknown_account_takes_as_long_as_a_known_one(world: World) -> None:
    world.user()

    def fastest(email: str) -> float:
        times = []
        for _ in range(4):
            start = time.perf_counter()
            attempt(world, email, WRONG)
            times.append(time.perf_counter() - start)
        return min(times)

    assert 0.5 < fastest("ana@example.com") / fastest("nobody@example.com") < 2


def test_intake_accounts_have_no_console(world: World) -> None:
    world.user(role=Role.INTAKE)
    answer = attempt(world, "ana@example.com", PASSWORD)
    assert answer.status_code == 403
    assert "no console" in answer.text
    assert "zeroten=" not in "".join(answer.headers.getlist("Set-Cookie"))


# --- throttling -------------------------------------------------------------------------------------------------------


def test_an_account_is_closed_after_twenty_wrong_passwords_wherever_they_come_from(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    for number in range(ATTEMPTS):
        assert attempt(each_world, "ana@example.com", WRONG, f"192.0.2.{number}").status_code == 401
    answer = attempt(each_world, "Ana@Example.com", PASSWORD, "198.51.100.7")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= ATTEMPTS_WITHIN.total_seconds()
    assert attempt(each_world, "ben@example.com", PASSWORD, "198.51.100.7").status_code == 303


def test_an_address_is_closed_after_twenty_wrong_passwords_whatever_the_account(world: World) -> None:
    world.user()
    for number in range(ATTEMPTS):
        assert attempt(world, f"guess{number}@example.com", WRONG).status_code == 401
    assert attempt(world, "ana@example.com", PASSWORD).status_code == 429
    assert attempt(world, "ana@example.com", PASSWORD, "198.51.100.7").status_code == 303


def test_a_network_of_version_six_counts_as_one_address(world: World) -> None:
    world.user()
    for number in range(ATTEMPTS):
        fail(world, address_subject(f"2001:db8:1:2::{number:x}"), times=1)
    assert attempt(world, "ana@example.com", PASSWORD, "2001:db8:1:2:ffff::1").status_code == 429
    assert attempt(world, "ana@example.com", PASSWORD, "2001:db8:1:3::1").status_code == 303


def test_the_door_opens_again_after_a_while(world: World) -> None:
    world.user()
    fail(world, account_subject("ana@example.com"))
    assert attempt(world, "ana@example.com", PASSWORD).status_code == 429

    def grow_old(connection: Any) -> None:
        connection.execute(update(sign_in_failures).values(at=_earlier(connection, sign_in_failures.c.at)))

    world.services.store.write(grow_old)
    assert attempt(world, "ana@example.com", PASSWORD).status_code == 303


def _earlier(connection: Any, column: Any) -> Any:
    return min(connection.execute(select(column)).scalars()) - ATTEMPTS_WITHIN


def test_a_right_password_wipes_the_slate(world: World) -> None:
    world.user()
    fail(world, account_subject("ana@example.com"), times=ATTEMPTS - 1)
    assert attempt(world, "ana@example.com", PASSWORD, "192.0.2.2").status_code == 303
    assert attempt(world, "ana@example.com", WRONG, "192.0.2.2").status_code == 401
    assert attempt(world, "ana@example.com", PASSWORD, "192.0.2.2").status_code == 303


# --- the end of a session ---------------------------------------------------------------------------------------------


def test_each_sign_in_has_a_new_token(world: World) -> None:
    world.user()
    first, second = world.signed_in().get_cookie("zeroten"), world.signed_in().get_cookie("zeroten")
    assert first
    assert second
    assert first.value != second.value


def test_signing_out_ends_the_session_and_not_only_the_cookie(world: World) -> None:
    world.user()
    client = world.signed_in()
    kept = client.get_cookie("zeroten")
    assert kept
    assert submit(client, "/sign-out", {}, page="/account").status_code == 303
    client.set_cookie("zeroten", kept.value)
    assert not is_in(client)


def test_a_new_password_ends_every_other_session(world: World) -> None:
    world.user()
    here, there = world.signed_in(), world.signed_in()
    old = here.get_cookie("zeroten")
    assert old
    fields = {"current": PASSWORD, "new": "another quiet morning", "again": "another quiet morning"}
    assert submit(here, "/account/password", fields, page="/account").status_code == 303
    assert is_in(here)
    assert not is_in(there)
    there.set_cookie("zeroten", old.value)
    assert not is_in(there)
    assert attempt(world, "ana@example.com", PASSWORD).status_code == 401
    assert attempt(world, "ana@example.com", "another quiet morning").status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"current": WRONG, "new": "a new password indeed", "again": "a new password indeed"},
            "not your current password",
        ),
        ({"current": PASSWORD, "new": "a new password indeed", "again": "another one"}, "differ"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "At least 15"),
        ({"current": PASSWORD, "new": "ANA@example.com", "again": "ANA@example.com"}, "Not your e-mail"),
        ({"current": PASSWORD, "new": "a" * 40, "again": "a" * 40}, "different characters"),
    ],
)
def test_a_bad_new_password_is_refused_in_words(world: World, fields: dict[str, str], words: str) -> None:
    world.user()
    client = world.signed_in()
    answer = submit(client, "/account/password", fields, page="/account")
    assert answer.status_code == 422
    assert words in answer.text
    assert is_in(client)


def test_guessing_the_current_password_is_slowed_down_too(world: World) -> None:
    world.user()
    client = world.signed_in()
    fields = {"current": WRONG, "new": "a new password indeed", "again": "a new password indeed"}
    fail(world, account_subject("ana@example.com"), times=ATTEMPTS - 1)
    codes = [submit(client, "/account/password", fields, page="/account").status_code for _ in range(2)]
    assert codes == [422, 429]


@pytest.mark.parametrize(
    "end", [disable_user, lambda connection, email: reset_password(connection, email, "a new password indeed")]
)
def test_disabling_and_resetting_end_all_sessions(world: World, end: Any) -> None:
    world.user()
    client = world.signed_in()
    world.services.store.write(lambda connection: end(connection, "ana@example.com"))
    assert not is_in(client)


@pytest.mark.parametrize(("column", "age"), [("seen_at", IDLE), ("expires_at", LIFETIME)])
def test_a_session_ends_by_silence_and_by_age(world: World, column: str, age: timedelta) -> None:
    world.user()
    client = world.signed_in()
    assert is_in(client)

    def grow_old(connection: Any) -> None:
        value = connection.execute(select(user_sessions.c[column])).scalar_one()
        connection.execute(update(user_sessions).values({column: value - age - timedelta(seconds=1)}))

    world.services.store.write(grow_old)
    assert not is_in(client)


def test_the_moved_clock_signs_nobody_out(world: World, tmp_path: Path) -> None:
    from common import clock

    world.user()
    client = world.signed_in()
    (tmp_path / "clock").write_text(str(30 * 86_400))
    clock.use_file(tmp_path / "clock")
    assert is_in(client)


def test_one_browser_can_sign_another_out_but_nobody_elses(world: World) -> None:
    world.user()
    world.user("ben@example.com", "Ben Carter")
    here, there, ben = world.signed_in(), world.signed_in(), world.signed_in("ben@example.com")
    with world.services.store.read() as connection:
        rows = connection.execute(
            select(user_sessions.c.token_hash, users.c.email).join(users, users.c.id == user_sessions.c.user_id)
        )
        (foreign,) = [row.token_hash for row in rows if row.email == "ben@example.com"]
    paths = [form.attributes["action"] for form in Page(here.get("/account").text).all("form")]
    (path,) = [path for path in paths if path.endswith("/revoke") and path != "/account/sessions/revoke"]
    assert submit(here, path.replace(path.split("/")[3], foreign), {}, page="/account").status_code == 404
    assert is_in(ben)
    assert submit(here, path, {}, page="/account").status_code == 303
    assert not is_in(there)
    assert is_in(here)


def test_all_others_at_once(world: World) -> None:
    world.user()
    here, there = world.signed_in(), world.signed_in()
    assert submit(here, "/account/sessions/revoke", {}, page="/account").status_code == 303
    assert (is_in(here), is_in(there)) == (True, False)


# --- where it leads ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/account", "/account"),
        ("/inbox?view=mine", "/inbox?view=mine"),
        ("https://evil.example/", "/inbox"),
        ("//evil.example/", "/inbox"),
        ("/\\evil.example/", "/inbox"),
        ("/\t/evil.example/", "/inbox"),
        ("javascript:alert(1)", "/inbox"),
        ("/sign-in", "/inbox"),
        ("/no/such/page", "/inbox"),
        ("", "/inbox"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(world: World, wanted: str, leads_to: str) -> None:
    world.user()
    fields = {"email": "ana@example.com", "password": PASSWORD, "next": wanted}
    assert submit(world.client(), "/sign-in", fields).headers["Location"] == leads_to


def test_a_page_asked_for_before_signing_in_is_remembered(world: World) -> None:
    answer = world.client().get("/inbox?view=mine")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/inbox?view%3Dmine"
