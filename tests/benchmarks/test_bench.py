"""Each benchmark runs small and reports figures of the right shape. How fast it is, a loaded machine cannot tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from tests import servers
from zeroten.benchmarks.customers import QUESTIONS, answer, phone
from zeroten.benchmarks.machine import Meter, describe, synced_writes
from zeroten.benchmarks.report import Figure, Table, quantile, replace_figures
from zeroten.commands.bench import BENCHMARKS, bench_command

RATES = {
    "streams": "streams",
    "steps": "steps/s (median)",
    "durable": "messages/s",
    "counting": "statements, ms",
    "dispatch": "messages/s",
    "road": "offered/s",
    "figures": "p95, ms",
    "inbox": "p95, ms",
}


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """A benchmark sets up logging as a process of the product does, on a stream that ends with the test."""
    yield
    structlog.reset_defaults()


def bench(folder: Path, *options: str) -> dict[str, Any]:
    """The report of a quick run."""
    target = folder / "report.json"
    arguments = ["--quick", "--folder", str(folder), "--json", str(target), *options]
    done = CliRunner().invoke(bench_command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    report: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    assert "### " in done.output
    assert [path.name for path in folder.iterdir()] == ["report.json"], "it leaves nothing behind"
    return report


@pytest.mark.parametrize("name", ["steps", "reading", "exports"])
def test_pure_benchmarks_need_no_database(name: str, tmp_path: Path) -> None:
    report = bench(tmp_path, "--only", name)
    assert report["machine"]["postgresql"] == "not used"
    assert all(figure > 0 for table in report["tables"] for figure in numbers(table))


@pytest.mark.parametrize("name", ["durable", "counting", "dispatch", "road", "figures", "inbox"])
def test_benchmarks_of_the_store_run_on_both_databases(name: str, tmp_path: Path, postgres: servers.Postgres) -> None:
    report = bench(tmp_path, "--only", name, "--database", postgres.url)
    titles = [table["title"] for table in report["tables"]]
    assert [title.rpartition(" ")[2] for title in titles] == ["SQLite", "PostgreSQL"]
    for table in report["tables"]:
        assert table["rows"]
        assert all(row[RATES[name]] > 0 for row in table["rows"])
        if name == "road":
            assert table["rows"][0]["held"] in {"yes", "no"}
            assert 0 < table["rows"][0]["acked 200, %"] <= 100
            assert 0 < table["rows"][0]["ack p50"] <= table["rows"][0]["ack p99"]


def test_every_benchmark_has_its_heading_in_the_docs() -> None:
    page = Path(__file__).parents[2] / "docs" / "performance.md"
    text = page.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in BENCHMARKS)


def test_the_database_must_be_a_server() -> None:
    done = CliRunner().invoke(bench_command, ["--database", "sqlite:///x.db"])
    assert done.exit_code == 2
    assert "PostgreSQL" in done.output


def test_customers_answer_in_order_and_only_once() -> None:
    block = 50
    senders = [answer(number, block)[0] for number in range(2 * QUESTIONS * block)]
    assert all(senders.count(customer) == QUESTIONS for customer in range(2 * block))
    assert len({phone(customer) for customer in senders}) == 2 * block
    assert answer(0, block)[1] != answer(block, block)[1]


def test_a_table_reads_as_markdown() -> None:
    rows: list[Mapping[str, Figure]] = [
        {"name": "ours", "per s": 1234.5, "ratio": 0.5},
        {"name": "limit", "per s": 12.34},
    ]
    table = Table(benchmark="x", title="Speed", rows=rows, note="As seen.")
    lines = table.as_markdown().splitlines()
    assert lines[:3] == ["### Speed", "", "As seen."]
    assert lines[-2].split("|")[1:4] == [" ours  ", " 1,234 ", "  0.50 "]
    assert lines[-1].split("|")[2:4] == ["  12.3 ", "       "]
    assert len({len(line) for line in lines[4:]}) == 1


def test_new_figures_take_the_place_of_the_old_ones() -> None:
    page = "# Speed\n\nWords.\n\n## What was measured\n\nold\n\n### Table\n\nold\n\n## Limits\n\nMore words.\n"
    written = replace_figures(page, "new\n\n### Other\n\nnew")
    assert written == (
        "# Speed\n\nWords.\n\n## What was measured\n\nnew\n\n### Other\n\nnew\n\n## Limits\n\nMore words.\n"
    )
    assert replace_figures(written, "new\n\n### Other\n\nnew") == written
    with pytest.raises(ValueError, match="no heading"):
        replace_figures("# Another page\n", "new")


def test_the_page_of_the_docs_can_take_new_figures() -> None:
    page = Path(__file__).parents[2] / "docs" / "performance.md"
    text = page.read_text(encoding="utf-8")
    assert replace_figures(text, "new").count("## ") == text.count("## ") - text.count("### ")


def test_a_page_wants_the_whole_measurement(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("## What was measured\n", encoding="utf-8")
    done = CliRunner().invoke(bench_command, ["--page", str(page), "--quick"])
    assert done.exit_code == 2
    assert "--page" in done.output


def test_quantiles_are_values_that_were_measured() -> None:
    assert quantile([], 0.5) == 0
    assert quantile([1, 2, 3], 0.5) == 2
    assert quantile([1, 2, 3], 1.0) == 3


def test_the_machine_is_described(tmp_path: Path) -> None:
    assert describe(tmp_path)["python"]
    assert synced_writes(tmp_path, 0.05)["per_s"] > 0
    assert list(tmp_path.iterdir()) == []
    meter = Meter()
    assert meter.stop().elapsed_s > 0


def numbers(table: dict[str, Any]) -> list[float]:
    return [figure for row in table["rows"] for figure in row.values() if isinstance(figure, float)]
