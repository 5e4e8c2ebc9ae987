"""`zeroten score` and `zeroten nps`: the pure parts from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import click

from common.analysis.nps import nps
from common.survey.reading import read_score

_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}
"""What JSON leaves as it is and readers of lines may split at."""


@click.command("score", context_settings={"ignore_unknown_options": True})  # "-5" is an answer, not an option
@click.argument("text")
@click.option("--locale", default="en", show_default=True, help="The conversation's language, such as nl or pt_BR.")
def score_command(text: str, locale: str) -> None:
    """How an answer is read. With - for TEXT: JSONL {"text","locale"} on standard input, JSONL out, same order."""
    if text != "-":
        click.echo(_reading(text, locale))
        return
    for number, given in _json_lines(sys.stdin):
        words = "" if "text" in given and given["text"] is None else given.get("text")  # an attachment without words
        if not isinstance(words, str):
            raise click.ClickException(f'line {number}: expected {{"text": "…", "locale": "…"}}')
        click.echo(_reading(words, str(given.get("locale") or locale)))


@click.command("nps")
@click.option("--file", "source", type=click.File("r", encoding="utf-8"), default="-", help="Default: standard input.")
def nps_command(source: TextIO) -> None:
    """The score of {"detractors","passives","promoters","level"} with its interval; one object or JSONL."""
    for number, given in _json_lines(source):
        try:
            wanted = {name: given[name] for name in ("detractors", "passives", "promoters")}
            result = nps(**wanted, level=given.get("level", 0.95))
        except (KeyError, ValueError, TypeError) as error:
            what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            raise click.ClickException(f"line {number}: {what}") from error
        fields = {"nps": result.nps, "low": result.low, "high": result.high, "method": result.method, "n": result.n}
        click.echo(json.dumps(fields))


def _reading(text: str, locale: str) -> str:
    reading = read_score(text, locale)
    fields = {
        "outcome": reading.outcome.value,
        "score": reading.score,
        "also": reading.also,
        "rest": reading.rest,
    }
    return json.dumps(fields, ensure_ascii=False).translate(_LINE_ENDS)


def _json_lines(source: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Objects from JSONL, or the one object that the whole text is."""
    text = source.read()
    try:
        whole = json.loads(text)
    except ValueError:
        # Line feeds alone end a line: other separators may stand inside of a text.
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    else:
        lines = [(1, json.dumps(whole))]
    for number, line in lines:
        try:
            given = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise click.ClickException(f"line {number}: not JSON: {error}") from error
        if not isinstance(given, dict):
            raise click.ClickException(f"line {number}: expected an object")
        yield number, given
