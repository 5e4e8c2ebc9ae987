"""The machine and what else it is doing: without them a figure means nothing."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zeroten.benchmarks.report import quantile

_PACKAGES = ("zeroten", "flask", "granian", "sqlalchemy", "psycopg", "twilio", "urllib3", "redis", "regex")
_SYNC = getattr(os, "fdatasync", os.fsync)
_BLOCK = b"x" * 512


def describe(folder: Path) -> dict[str, str]:
    """Processor, system, versions, and where the databases of this run lie."""
    return {
        "processor": f"{os.cpu_count()} x {_processor()}",
        "system": f"{platform.system()} {platform.release()}, files on {_file_system(folder)}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
    }


def load_average() -> str:
    """The system's load over 1 and 5 minutes, as words."""
    try:
        one, five, _ = os.getloadavg()
    except OSError:
        return "unknown"
    return f"{one:.1f} / {five:.1f}"


@dataclass(slots=True)
class Meter:
    """Wall and processor time from its making to `stop`: of the processes given, and of everything else.

    processes: name → process id; a process counts with its children. On systems without /proc only this process counts.
    """

    processes: Mapping[str, int] = field(default_factory=dict)
    elapsed_s: float = 0.0
    others_percent: float | None = None
    """What programs that are not ours took, in percent of all processors."""
    _wall: float = field(init=False)
    _busy: float | None = field(init=False)
    _spent: dict[str, float] = field(init=False)
    _total: float = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self._spent = {name: tree_seconds(pid) for name, pid in self.processes.items()}
        self._total, self._busy, self._wall = tree_seconds(os.getpid()), _busy_seconds(), time.perf_counter()

    def stop(self) -> Meter:
        """Take the differences. May be called again for a longer stretch."""
        self.elapsed_s = max(1e-9, time.perf_counter() - self._wall)
        busy, ours = _busy_seconds(), tree_seconds(os.getpid()) - self._total
        if busy is not None and self._busy is not None:
            free = (busy - self._busy - ours) / (self.elapsed_s * (os.cpu_count() or 1))
            self.others_percent = round(max(0.0, 100 * free))
        return self

    def spent_s(self, name: str) -> float:
        """Processor seconds of one of `processes` since the start."""
        return tree_seconds(self.processes[name]) - self._spent[name]


def tree_seconds(root: int) -> float:
    """Processor seconds of a process and everything that it started, ended children included."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1])
            seconds[int(path.parent.name)] = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    if not parents:
        return time.process_time()
    return sum(spent for pid, spent in seconds.items() if root in _line_of(pid, parents))


def _line_of(pid: int, parents: Mapping[int, int]) -> Iterable[int]:
    while pid:
        yield pid
        pid = parents.get(pid, 0)


def _busy_seconds() -> float | None:
    """Processor seconds that the whole machine has worked since it started; None where nobody counts them."""
    try:
        with Path("/proc/stat").open(encoding="ascii") as file:
            ticks = [int(number) for number in file.readline().split()[1:]]
    except (OSError, ValueError):
        return None
    user, nice, system, _idle, _waiting, irq, soft_irq, steal = ticks[:8]
    return (user + nice + system + irq + soft_irq + steal) / os.sysconf("SC_CLK_TCK")


def synced_writes(folder: Path, seconds: float) -> dict[str, float]:
    """How often a second 512 bytes can be appended to a file and made durable, and how long one takes (p99, ms)."""
    path, taken = folder / "synced-writes", []
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            os.write(file, _BLOCK)
            _SYNC(file)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(file)
        path.unlink()
    return {"per_s": len(taken) / sum(taken), "p99_ms": quantile(sorted(taken), 0.99) * 1000}


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _file_system(folder: Path) -> str:
    """The kind of file system under `folder`; one that lives in memory would make durability free."""
    found, kind = "", "unknown"
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines():
            place, name = line.split()[1:3]
            if str(folder.resolve()).startswith(place) and len(place) >= len(found):
                found, kind = place, name
    return f"{kind} (in memory: syncing costs nothing there)" if kind in {"tmpfs", "ramfs"} else kind


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "(absent)"
