"""Kills processes at random moments and starts them again, from a seed."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter

from tests.chaos.installation import Installation

REDIS = "redis"
WEB_CHILD = "web's worker"


class Monkey:
    """One process at a time: killed, left dead for a moment, started again."""

    def __init__(self, installation: Installation, seed: int, *, every_s: tuple[float, float], for_s: float) -> None:
        """for_s: after so many seconds it leaves off, so that those who were struck last come to an end, too."""
        self._installation = installation
        self._chance = random.Random(f"{seed} monkey")
        self._every_s = every_s
        self._for_s = for_s
        self._victims = [*installation.processes, WEB_CHILD, REDIS]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.killed: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No more kills; everything that was killed runs again afterwards."""
        self._stopping.set()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()
        self._look_after()
        self._installation.wait_until_ready()

    def _run(self) -> None:
        rounds: list[str] = []
        end = time.monotonic() + self._for_s
        while time.monotonic() < end and not self._stopping.wait(self._chance.uniform(*self._every_s)):
            if not rounds:  # each once before any twice, in an order of chance
                rounds = self._chance.sample(self._victims, len(self._victims))
            self._kill(rounds.pop())
            self._look_after()
            self._let_it_work()

    def _let_it_work(self) -> None:
        """Where starting takes longer than the pause between kills, nothing would ever be up to be killed."""
        while not self._stopping.is_set():
            with contextlib.suppress(AssertionError):
                self._installation.wait_until_ready(within_s=1.0)
                return
            self._look_after()

    def _look_after(self) -> None:
        """What a supervisor does: start again what ended by itself."""
        for name, process in self._installation.processes.items():
            if not process.is_running:
                self.ended[name] += 1
                self._installation.revive(name)

    def _kill(self, victim: str) -> None:
        pause = self._chance.uniform(0.1, 0.8)
        self.killed[victim] += 1
        if victim == WEB_CHILD:
            self._installation.processes["web"].kill_children()  # its parent starts another
        elif victim == REDIS:
            self._installation.kill_redis()
            time.sleep(pause)
            self._installation.start_redis()
        else:
            self._installation.processes[victim].kill()
            time.sleep(pause)
            self._installation.revive(victim)
