"""Parquet: the rows as they are, in groups, with the same types whatever stands in them."""

from __future__ import annotations

import io

from pyarrow import parquet

from common.parquet_files import GROUP, is_installed, write_parquet


def test_rows_come_back_as_they_were() -> None:
    assert is_installed()
    target = io.BytesIO()
    rows: list[dict[str, object]] = [
        {"reason": "=HYPERLINK(1)", "score": 3},
        {"reason": None, "score": None},
        {"reason": "نعم 🙂 \ud83d", "score": 10},
    ]
    assert write_parquet(target, ["reason", "score"], rows, numbers={"score"}) == 3
    table = parquet.read_table(io.BytesIO(target.getvalue()))
    assert table.to_pylist() == [*rows[:2], {"reason": "نعم 🙂 ?", "score": 10}]
    assert [str(kind) for kind in table.schema.types] == ["string", "int64"]


def test_an_empty_file_has_its_columns_and_a_long_one_its_groups() -> None:
    target = io.BytesIO()
    assert write_parquet(target, ["a"], [], numbers=()) == 0
    assert parquet.read_table(io.BytesIO(target.getvalue())).schema.names == ["a"]
    target = io.BytesIO()
    assert write_parquet(target, ["a"], ({"a": str(n)} for n in range(GROUP + 1)), numbers=()) == GROUP + 1
    assert parquet.ParquetFile(io.BytesIO(target.getvalue())).num_row_groups == 2
