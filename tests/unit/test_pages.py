"""Page addresses: repeatable, unguessable, and only their hash is stored."""

from __future__ import annotations

import pytest

from common.pages import is_page_token, page_token, page_url, token_hash


def test_the_token_is_the_same_every_time_and_43_characters_long() -> None:
    token = page_token("a secret", "inv_1")
    assert token == page_token("a secret", "inv_1")
    assert len(token) == 43
    assert is_page_token(token)


def test_another_key_or_another_invitation_gives_another_token() -> None:
    tokens = {page_token(key, invitation) for key in ("a", "b") for invitation in ("inv_1", "inv_2")}
    assert len(tokens) == 4


def test_the_hash_does_not_hold_the_token() -> None:
    token = page_token("a secret", "inv_1")
    assert len(token_hash(token)) == 64
    assert token not in token_hash(token)
    assert token_hash(token) == token_hash(token)


def test_the_address_ends_in_the_token() -> None:
    assert page_url("https://ask.example", "k", "inv_1") == f"https://ask.example/s/{page_token('k', 'inv_1')}"


@pytest.mark.parametrize(
    "text", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "/", "a" * 43 + "\n", "é" * 43, "\ud800"]
)
def test_what_cannot_be_a_token_is_known_by_its_form(text: str) -> None:
    assert not is_page_token(text)
    assert len(token_hash(text)) == 64
