"""Files that go with messages: their content is kept once, and put into the prompt when it is leased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from common.channels import Prompt
from common.files.keeping import contents

Row = Mapping[Any, Any]
"""A row of the outbox by column name."""

FILE_GONE = "file_gone"
"""Why a message does not leave whose file was erased, or kept long enough."""


def load(connection: Connection, rows: Sequence[Row]) -> dict[str, bytes]:
    """The content of what these rows send, by file id; a look-up needs none."""
    return contents(connection, {row["prompt"]["file"]["id"] for row in rows if _sends_file(row)})


def without_file(rows: Sequence[Row], files: Mapping[str, bytes]) -> list[Row]:
    """The rows whose file is gone."""
    return [row for row in rows if _sends_file(row) and row["prompt"]["file"]["id"] not in files]


def enclosed(prompt: Prompt, files: Mapping[str, bytes]) -> Prompt:
    """The prompt with the content of its file."""
    if prompt.file is None or prompt.file.id not in files:
        return prompt
    return replace(prompt, file=replace(prompt.file, content=files[prompt.file.id]))


def _sends_file(row: Row) -> bool:
    return row["state"] == "pending" and row["prompt"].get("file") is not None
