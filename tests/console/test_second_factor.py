"""The code beside the password: set up, asked for, taken once, lost, taken away."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update

from common.actors import Role
from common.attempts import CODE_ATTEMPTS
from common.clock import wall
from common.sealing import CannotOpen, Sealer
from common.second_factor import STEP_S, SecondFactors, WrongCode
from common.sign_ins import CodeAwaited, SignIns
from common.store.schema import half_sign_ins, recovery_codes, second_factors
from tests.console.factories import ENVIRONMENT, PASSWORD, World, create_world, submit
from tests.console.page import Page
from zeroten.main import cli

PAGE = "/account/second-factor"


def code_of(secret: str, *, steps: int = 0) -> str:
    """The code that the app shows now, or so many half minutes later."""
    return str(pyotp.TOTP(secret).generate_otp(int(wall().timestamp()) // STEP_S + steps))


def set_up(world: World, client: FlaskClient) -> tuple[str, list[str]]:
    """Set an app up by the pages: its secret and the recovery codes. The code of the half minute before is used."""
    assert submit(client, PAGE, {}).status_code == 303
    secret = "".join(Page(client.get(PAGE).text).one("code").text.split())
    shown = submit(client, f"{PAGE}/confirm", {"code": code_of(secret, steps=-1)}, page=PAGE)
    assert shown.status_code == 200, Page(shown.text).text
    codes = re.findall(r"[0-9a-z]{4}(?:-[0-9a-z]{4}){3}", shown.text)
    assert len(codes) == len(set(codes)) == 10
    return secret, codes


def half_way(world: World) -> FlaskClient:
    """A browser whose password was right, and whose code is awaited."""
    client = world.client()
    answer = submit(client, "/sign-in", {"email": "ana@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/code")
    return client


def finish(client: FlaskClient, code: str) -> Any:
    return submit(client, "/sign-in/code", {"code": code})


def test_from_now_on_a_code_is_asked_for(each_world: World) -> None:
    each_world.user()
    secret, _ = set_up(each_world, each_world.signed_in())
    client = half_way(each_world)
    assert client.get("/inbox").status_code == 303, "half a sign-in opens nothing"
    assert finish(client, "000000").status_code == 401
    assert finish(client, f" {code_of(secret)[:3]} {code_of(secret)[3:]} ").status_code == 303
    assert client.get("/inbox").status_code == 200
    assert client.get("/sign-in/code").status_code == 303, "the half sign-in is used up"


def test_a_code_counts_once_and_none_before_it_any_more(each_world: World) -> None:
    each_world.user()
    secret, _ = set_up(each_world, each_world.signed_in())
    code = code_of(secret, steps=1)
    assert finish(half_way(each_world), code).status_code == 303
    again = half_way(each_world)
    assert finish(again, code).status_code == 401, "the same"
    assert finish(again, code_of(secret)).status_code == 401, "an older one"


def test_of_many_who_come_with_one_code_one_comes_in(each_world: World) -> None:
    each_world.user()
    secret, _ = set_up(each_world, each_world.signed_in())
    factors = SecondFactors(each_world.services.store, Sealer([ENVIRONMENT["ZEROTEN_SECRET_KEY"]], "second factor"))
    sign_ins, code = SignIns(each_world.services.store, factors), code_of(secret, steps=1)
    halves = []
    for _ in range(6):
        with pytest.raises(CodeAwaited) as awaited:
            sign_ins.sign_in("ana@example.com", PASSWORD, address="192.0.2.1", agent="")
        halves.append(awaited.value.half)

    def come(half: str) -> bool:
        try:
            return bool(sign_ins.finish(half, code, address="192.0.2.1", agent=""))
        except WrongCode:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(come, halves)) == 1


def test_a_recovery_code_stands_in_once(world: World) -> None:
    world.user()
    _, codes = set_up(world, world.signed_in())
    assert finish(half_way(world), codes[3].upper().replace("-", " ")).status_code == 303
    assert finish(half_way(world), codes[3]).status_code == 401
    assert finish(half_way(world), codes[4]).status_code == 303
    with world.services.store.read() as connection:
        stored = connection.execute(select(recovery_codes)).all()
    assert not any(code in str(row) or code.replace("-", "") in str(row) for row in stored for code in codes)


def test_guessing_is_ended_whatever_the_browser(world: World) -> None:
    world.user()
    secret, codes = set_up(world, world.signed_in())
    for _ in range(CODE_ATTEMPTS):
        assert finish(half_way(world), "123456").status_code == 401
    refused = finish(half_way(world), code_of(secret, steps=1))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert finish(half_way(world), codes[0]).status_code == 429


def test_the_secret_lies_sealed_and_an_old_key_still_opens_it(world: World) -> None:
    world.user()
    secret, _ = set_up(world, world.signed_in())

    def sealed() -> str:
        with world.services.store.read() as connection:
            return str(connection.execute(select(second_factors.c.secret)).scalar_one())

    before = sealed()
    assert secret not in before
    old, new = ENVIRONMENT["ZEROTEN_SECRET_KEY"], "another key that only the tests know"
    url = str(world.services.store.database.url)
    moved = create_world(url, SECRET_KEY=new, SECRET_KEY_OLD=old)
    assert finish(half_way(moved), code_of(secret)).status_code == 303
    moved.services.close()
    assert sealed() != before, "sealed anew under the newest key"
    assert Sealer([new], "second factor").open(sealed()) == secret
    with pytest.raises(CannotOpen):
        Sealer([old], "second factor").open(sealed())
    with pytest.raises(CannotOpen):
        Sealer([new], "something else").open(sealed())


def test_whose_role_needs_one_gets_no_further_without(world: World) -> None:
    strict = create_world(str(world.services.store.database.url), SECOND_FACTOR="admin,supervisor")
    strict.user()
    strict.user("analyst@example.com", "Ann", Role.ANALYST)
    assert strict.signed_in("analyst@example.com").get("/inbox").status_code == 200
    client = strict.signed_in()
    for path in ("/inbox", "/dashboard", "/account"):
        assert client.get(path).headers["Location"] == PAGE
    ticket_id = strict.unhappy()
    token = Page(client.get(PAGE).text).form_token
    assert client.post(f"/inbox/{ticket_id}/claim", data={"csrf_token": token}).headers["Location"] == PAGE
    set_up(strict, client)
    assert client.get("/inbox").status_code == 200
    strict.services.close()


def test_it_is_taken_away_by_whoever_still_has_it_or_by_an_administrator(world: World) -> None:
    user = world.user()
    client = world.signed_in()
    secret, codes = set_up(world, client)
    assert submit(client, f"{PAGE}/remove", {"code": "111111"}, page=PAGE).status_code == 422
    renewed = submit(client, f"{PAGE}/codes", {"code": codes[0]}, page=PAGE)
    assert renewed.status_code == 200
    assert not set(codes) & set(re.findall(r"[0-9a-z]{4}(?:-[0-9a-z]{4}){3}", renewed.text))
    assert submit(client, f"{PAGE}/remove", {"code": code_of(secret)}, page=PAGE).status_code == 303
    world.signed_in()
    set_up(world, client)
    environment = {"ZEROTEN_DATABASE_URL": str(world.services.store.database.url), "ZEROTEN_CONFIG": None}
    done = CliRunner().invoke(cli, ["user", "reset", user.email, "--password", PASSWORD], env=environment)
    assert done.exit_code == 0, done.output
    world.signed_in()


def test_half_a_sign_in_is_over_after_some_minutes(world: World) -> None:
    world.user()
    secret, _ = set_up(world, world.signed_in())
    client = half_way(world)
    late = update(half_sign_ins).values(expires_at=wall())
    world.services.store.write(lambda connection: connection.execute(late) and None)
    token = Page(client.get("/sign-in").text).form_token
    answer = client.post("/sign-in/code", data={"code": code_of(secret), "csrf_token": token})
    assert answer.headers["Location"].startswith("/sign-in")
    assert client.get("/inbox").status_code == 303
