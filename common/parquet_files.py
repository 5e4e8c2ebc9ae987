"""Tables as Parquet, a group of rows at a time; needs pyarrow, the extra `parquet`.

Programs read it, so nothing is neutralised: texts are what people wrote. Columns have the same types in every file,
whatever stands in them: whole numbers where the table has numbers, else text.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import IO

GROUP = 10_000
"""Rows of a group: what is in memory at once."""


def is_installed() -> bool:
    """True if pyarrow is there."""
    return importlib.util.find_spec("pyarrow") is not None


def write_parquet(
    target: IO[bytes], columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, numbers: Collection[str]
) -> int:
    """Write a file and return the number of rows. Raises ImportError without pyarrow."""
    import pyarrow
    from pyarrow import parquet

    kinds = {name: pyarrow.int64() if name in numbers else pyarrow.string() for name in columns}
    schema = pyarrow.schema([pyarrow.field(name, kind) for name, kind in kinds.items()])
    count, rest = 0, iter(rows)
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while some := list(islice(rest, GROUP)):
            arrays = [
                pyarrow.array([_value(row[name], name in numbers) for row in some], type=kinds[name])
                for name in columns
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            count += len(some)
    return count


def _value(value: object, is_number: bool) -> object:
    if value is None or is_number:
        return value
    # A text cut in the middle of a character by a provider must not stop a million others.
    return str(value).encode("utf-8", "replace").decode("utf-8")
