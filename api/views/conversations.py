"""What came out: conversations with their threads, and responses as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response
from pydantic import BaseModel
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from api.calls import Answer, Call
from api.models.conversations import ConversationQuery, ResponseQuery, ResponseRow
from api.models.fields import Reference
from common.audit import record
from common.exports import csv_lines
from common.store import conversations, responses
from common.store.cursors import Page

_DEFAULT, _MOST = 100, 1000


class ConversationPath(BaseModel):
    """The conversation's id."""

    id: Reference


def get(call: Call, path: ConversationPath) -> Answer:
    """One conversation with its thread and its log"""
    return call.read(lambda connection: Answer(body=conversations.find_conversation(connection, path.id)))


def list_page(call: Call, query: ConversationQuery) -> Answer:
    """Conversations, the newest first"""
    filters = query.model_dump(exclude={"cursor", "limit"})
    page = call.read(
        lambda connection: conversations.list_page(connection, filters, cursor=query.cursor, limit=query.limit)
    )
    return shown_page(page)


def list_responses(call: Call, query: ResponseQuery) -> Answer | Response:
    """Responses, the newest first

    A response is a conversation in which at least one question was answered; `at` is the time of the first answer. With
    `Accept: text/csv` all rows come as CSV, or one page if `limit` or `cursor` is given; cells that a spreadsheet would
    run as a formula begin with an apostrophe.
    """
    filters = query.model_dump(by_alias=True, exclude={"cursor", "limit"})

    def read(cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        return call.read(lambda connection: responses.list_page(connection, filters, cursor=cursor, limit=limit))

    accepted = parse_accept_header(call.accept, MIMEAccept)
    if accepted.best_match(["application/json", "text/csv"], "application/json") == "application/json":
        return shown_page(read(query.cursor, query.limit or _DEFAULT))
    first = read(query.cursor, query.limit or _MOST)
    call.services.store.write(lambda connection: record(connection, call.actor, "responses.exported", form="csv"))
    headers = {"Content-Disposition": 'attachment; filename="responses.csv"'}
    rows: Iterator[Mapping[str, Any]]
    if query.limit is not None or query.cursor is not None:
        headers |= {"Next-Cursor": first.next_cursor} if first.next_cursor else {}
        rows = iter(first.rows)
    else:
        rows = _all_rows(first, read)
    lines = (line.encode("utf-8") for line in csv_lines(list(ResponseRow.model_fields), rows))
    return Response(lines, headers=headers, content_type="text/csv; charset=utf-8; header=present")


def _all_rows(page: Page[dict[str, Any]], read: Any) -> Iterator[Mapping[str, Any]]:
    """Row after row, page by page; each page is read in a transaction of its own."""
    while True:
        yield from page.rows
        if page.next_cursor is None:
            return
        page = read(page.next_cursor, _MOST)


def shown_page(page: Page[dict[str, Any]]) -> Answer:
    """A page as every list of the API is shown."""
    return Answer(body={"data": list(page.rows), "next_cursor": page.next_cursor})
