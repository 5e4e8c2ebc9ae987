"""What a customer's page hands in, checked: one answer, one message or one opt-out, from a plain form or as JSON.

Every posting carries the sender's own id, so that a double click, a retry after a lost answer and the back button are
one message. A form's id is minted when the page is drawn; the words are part of it, because going back and giving
*another* answer is a correction and must not be taken for a repetition.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from bots.webchat.adapter import MAX_TEXT, storable
from common.errors import Invalid
from common.survey.events import SKIP_CHOICE
from common.survey.questions import ASPECT, REASON, SCORE

MAX_BODY = 16 * 1024
"""Bytes of one posting."""
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CHOICE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_QUESTIONS = {SCORE, REASON, ASPECT}
_FIELDS = {"client_id", "question", "choice", "text", "skip", "opt_out"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One act of the customer. choice: a tapped value with its `question`; text: words; opt_out: never ask again."""

    client_id: str
    question: str | None = None
    choice: str | None = None
    text: str = ""
    opt_out: bool = False


def read_form(form: MultiDict[str, str]) -> Posting:
    """The posting of a plain HTML form. Raises Invalid."""
    for name in form:
        if len(form.getlist(name)) > 1:
            raise _invalid(name, "given more than once")
    fields: dict[str, object] = dict(form.items())
    for name in ("skip", "opt_out"):
        if name in fields:
            fields[name] = bool(fields[name])
    for name in ("choice", "question"):
        if not fields.get(name):
            fields.pop(name, None)
    posting = _read(fields)
    said = "\x1f".join([posting.question or "", posting.choice or "", posting.text, str(posting.opt_out)])
    digest = hashlib.sha256(said.encode("utf-8")).hexdigest()[:12]
    return Posting(
        client_id=f"{posting.client_id}-{digest}",
        question=posting.question,
        choice=posting.choice,
        text=posting.text,
        opt_out=posting.opt_out,
    )


def read_json(body: bytes) -> Posting:
    """The posting of the page's script. Raises Invalid."""
    try:
        fields = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Invalid("the body is not JSON in UTF-8", [("", "not JSON in UTF-8")]) from None
    if not isinstance(fields, dict):
        raise Invalid("the body must be a JSON object", [("", "not an object")])
    return _read(fields)


def _read(fields: Mapping[str, object]) -> Posting:
    for name in fields.keys() - _FIELDS:
        raise _invalid(name if name.isprintable() else "", "no such field")
    client_id, question, choice = (_text(fields, name) for name in ("client_id", "question", "choice"))
    text = _clean(_text(fields, "text") or "")
    skip, opt_out = _flag(fields, "skip"), _flag(fields, "opt_out")
    if client_id is None or not _CLIENT_ID.fullmatch(client_id):
        raise _invalid("client_id", "8 to 64 characters of A-Z, a-z, 0-9, - and _")
    if question is not None and question not in _QUESTIONS:
        raise _invalid("question", "score, reason or aspect")
    if len(text) > MAX_TEXT:
        raise _invalid("text", f"at most {MAX_TEXT} characters")
    if opt_out:
        return Posting(client_id=client_id, opt_out=True)
    if skip:
        return Posting(client_id=client_id, question=question, choice=SKIP_CHOICE)
    if choice is not None:
        if not _CHOICE.fullmatch(choice):
            raise _invalid("choice", "one of the values offered")
        if question is None:
            raise _invalid("question", "a choice needs the question it answers")
        return Posting(client_id=client_id, question=question, choice=choice)
    if not text:
        raise _invalid("choice" if question in {SCORE, ASPECT} else "text", "nothing was answered")
    return Posting(client_id=client_id, question=question, text=text)


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise _invalid(name, "must be text")
    return value


def _flag(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise _invalid(name, "true or false")
    return value


def _clean(text: str) -> str:
    """As typed, storable, with the line ends of every browser made one."""
    return storable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _invalid(name: str, why: str) -> Invalid:
    return Invalid(f"{name}: {why}" if name else why, [(name, why)])
