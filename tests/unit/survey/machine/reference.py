"""A second, smaller telling of the conversation's rules, to which the machine is compared.

It knows what was said by its meaning, not by its words, keeps only what the outside can see, and shares no code with
the machine. If the two differ, one of them is wrong.
"""

from __future__ import annotations

BURST, LATE = 90, 7 * 86400


class Model:
    """One conversation. Times are whole seconds, no two the same; `done` is when a question was answered or skipped."""

    def __init__(self, keys: list[str], budget: int) -> None:
        self.keys, self.budget = keys, budget
        self.state, self.outcome, self.waiting, self.score = "new", "", "", -1
        self.done: dict[str, int] = {}
        self.fails = self.closed_at = 0
        self.heard = self.ticket = self.out = self.comment = self.skipped_reason = self.between = False

    def next(self) -> str:
        return next((key for key in self.keys if key not in self.done), "")

    def end(self, at: int, outcome: str = "") -> None:
        if self.comment and self.score < 0 and "reason" in self.keys:
            self.done.setdefault("reason", at)
        by_answers = "complete" if not self.next() else "partial" if self.heard else "no_answer"
        self.outcome, self.closed_at = outcome or by_answers, at
        self.waiting = self.state if self.state in self.keys and self.outcome != "complete" else ""
        self.state = "closed"

    def answer(self, key: str, at: int, score: int = -1) -> None:
        self.done[key] = at
        if key == "score":
            self.score, self.ticket = score, self.ticket or score <= 6
        if self.state == "closed" or not self.next():
            self.end(at)
        else:
            self.fails, self.state = 0, self.next()

    def fail(self, at: int) -> None:
        self.fails += 1
        if self.fails >= self.budget:
            self.end(at)

    def revise(self, score: int, at: int) -> None:
        if score != self.score:
            self.score, self.done["score"], self.ticket = score, at, self.ticket or score <= 6

    def opt_out(self, at: int) -> None:
        if not self.out and self.state != "handoff":
            if self.outcome not in {"complete", "refused"}:
                self.end(at, "refused")
            self.waiting = ""
        self.out = True

    def resolve(self, at: int) -> None:
        if self.out and self.outcome not in {"complete", "refused"}:
            self.end(at, "refused")
        elif not self.outcome:
            self.end(at)
        self.state, self.waiting = "closed", ""

    def take_over(self) -> None:
        if not self.between:
            self.waiting = self.state if self.state in self.keys else ""
        self.state, self.ticket, self.between = "handoff", True, False

    def in_burst(self, at: int) -> bool:
        reason = self.done.get("reason", -BURST - 1)
        return not self.skipped_reason and at - reason <= BURST and max(self.done.values()) <= reason

    def reply(self, kind: str, value: int, at: int) -> None:
        is_open = self.state in self.keys
        self.heard |= is_open or self.state == "handoff" or (self.between and not self.out)
        if kind == "stop":
            self.opt_out(at)
        elif kind == "start":
            self.out = False
        elif self.between:
            return  # a person will read it
        elif self.state == "closed" and not self.out:
            counts = at - self.closed_at <= LATE and self.counts_late(kind, value, at)
            self.ticket |= not counts and kind != "skip"
        elif kind == "human" and self.state != "handoff":
            self.ticket = self.heard = True
        elif is_open:
            self.reply_to_question(kind, value, at)

    def reply_to_question(self, kind: str, value: int, at: int) -> None:
        if kind == "fix" or (kind == "number" and self.state == "reason"):
            self.revise(value, at)
        elif kind == "number" and self.state == "score":
            self.answer("score", at, value)
        elif kind == "skip" and self.state == "score":
            self.end(at, "refused")
        elif kind == "skip" or self.state == "reason" or kind == "pick":
            self.skipped_reason |= kind == "skip" and self.state == "reason"
            self.answer(self.state, at)
        elif kind == "words" and self.state == "aspect" and self.in_burst(at):
            self.done["reason"] = at
        else:
            self.comment |= kind == "words" and self.state == "score"
            self.fail(at)

    def counts_late(self, kind: str, value: int, at: int) -> bool:
        follows = self.done.get("score") == self.closed_at >= at - BURST and "reason" in {*self.keys} - {*self.done}
        wanted = "reason" if follows else self.waiting
        if self.score >= 0 and kind in {"number", "fix"}:
            self.revise(value, at)
        elif wanted == "score" and kind == "number":
            self.heard = True
            self.answer("score", at, value)
        elif wanted not in {"", "score"} and (kind == "skip" or (wanted == "reason" and kind in {"words", "noise"})):
            self.skipped_reason |= kind == "skip" and wanted == "reason"
            self.answer(wanted, at)
        elif kind == "words" and self.waiting != "score" and self.in_burst(at):
            self.done["reason"] = at
        else:
            return False
        return True
