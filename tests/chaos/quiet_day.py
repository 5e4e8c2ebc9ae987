"""A day on which nothing goes wrong, as evidence: what the checker's own tests are cut from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

MARKS = {"score": "[1]", "reason": "[2]", "aspect": "[3]"}
BEGIN = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANA, CLEO = "+31611110001", "+31611110003"


class QuietDay:
    """Ana is unhappy and has contact twice; Ben is happy on a page; Cleo stops and returns; Dov is not asked."""

    def __init__(self) -> None:
        self.customers: list[dict[str, Any]] = []
        self.ledger: list[dict[str, Any]] = []
        self.diary: list[dict[str, Any]] = []
        self.heard: dict[str, dict[str, Any]] = {}
        self.conversations: list[dict[str, Any]] = []
        self.tickets: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self._now = BEGIN
        self._ana()
        self._ben()
        self._cleo()
        self._customer("dov", None, 0, decision="suppress", decision_reason="no_consent")
        self.heard["i-dov"] = {"decision": "suppress", "reason": "no_consent"}

    def _ana(self) -> None:
        told: dict[str, Any] = {"score": 4, "reason": "waited", "aspect": "solution"}
        self._customer("ana", ANA, 3, outcome="complete", ticket="detractor", echo="ana-other", **told)
        self.heard["i-ana-echo"] = {"decision": "suppress", "reason": "fatigue"}
        for act, (question, words) in enumerate((("[1] How likely?", "4"), ("[2] Why?", "waited"), ("[3] What?", "3"))):
            self._asks("ana", ANA, question)
            self._texts("ana", ANA, words, act)
        self._asks("ana", ANA, "Thank you")
        self._ends("ana", outcome="complete", **told)
        self.tickets.append({"id": "t-ana", "conversation_id": "c-ana", "reason": "detractor", "score": 4})
        self._thread("ana")["ticket_id"] = "t-ana"

    def _ben(self) -> None:
        told: dict[str, Any] = {"score": 9, "reason": None, "aspect": None}
        self._customer("ben", None, 1, outcome="partial", **told)
        self._asks("ben", None, "[1] How likely?")
        self._texts("ben", None, "9", 0)
        self._asks("ben", None, "[2] Why?")
        self._ends("ben", outcome="partial", **told)

    def _cleo(self) -> None:
        told: dict[str, Any] = {"score": 8, "reason": None, "aspect": None}
        self._customer("cleo", CLEO, 2, outcome="refused", opts_out=True, **told)
        self.heard["i-cleo-return"] = {"decision": "suppress", "reason": "opt_out"}
        self._asks("cleo", CLEO, "[1] How likely?")
        self._texts("cleo", CLEO, "8", 0)
        self._asks("cleo", CLEO, "[2] Why?")
        self._texts("cleo", CLEO, "stop texting me please", 1)
        self._asks("cleo", CLEO, "You will get no more messages")
        self._ends("cleo", outcome="refused", **told)

    # --- writing it down ------------------------------------------------------------------------------------------

    def _customer(self, name: str, phone: str | None, acts: int, *, echo: str | None = None, **expected: Any) -> None:
        defaults: dict[str, Any] = {
            "decision": "invite",
            "decision_reason": None,
            "outcome": None,
            "score": None,
            "reason": None,
        }
        defaults |= {"aspect": None, "ticket": None, "opts_out": False, "asked": dict.fromkeys(MARKS, 1)}
        self.customers.append(
            {
                "id": name,
                "kind": "told",
                "phone": phone,
                "interaction": {"id": f"i-{name}"},
                "acts": [{}] * acts,
                "echo": echo,
                "returns": bool(expected.get("opts_out")),
                "expected": defaults | expected,
            }
        )
        if expected.get("decision") != "suppress":
            self.heard[f"i-{name}"] = {"decision": "invite", "reason": None}
            self.conversations.append(
                {"id": f"c-{name}", "interaction_id": f"i-{name}", "customer_id": name, "ticket_id": None}
                | {"messages": [], "state": "closed"}
            )

    def _thread(self, name: str) -> dict[str, Any]:
        return next(conversation for conversation in self.conversations if conversation["customer_id"] == name)

    def _line(self, kind: str, **fields: Any) -> dict[str, Any]:
        self._now += timedelta(seconds=10)
        line = {"seq": len(self.ledger) + 1, "at": self._now.isoformat(), "kind": kind, **fields}
        self.ledger.append(line)
        return line

    def _message(self, name: str, sid: str, words: str, **more: Any) -> None:
        self._thread(name)["messages"].append(
            {"text": words, "provider_id": sid, "at": self._now.isoformat(), "delivery": None, **more}
        )

    def _asks(self, name: str, phone: str | None, words: str) -> None:
        sid = f"SM-out-{len(self.ledger)}-{name}"
        if phone:
            message = {"to": phone, "body": words, "sid": sid}
            self._line("request", method="POST", status=201, sid=sid, message=message)
            self._line("webhook", what="status", sid=sid, status=200, message_status="delivered")
        else:
            self._now += timedelta(seconds=10)
        self._message(name, sid, words, direction="out", author="bot", delivery="delivered")

    def _texts(self, name: str, phone: str | None, words: str, act: int) -> None:
        sid = f"SM-in-{len(self.ledger)}-{name}"
        if phone:
            self._line("text", sid=sid, body=words, **{"from": phone})
            self._line("webhook", what="inbound", sid=sid, status=503)
            self._line("webhook", what="inbound", sid=sid, status=200)
        self._message(name, sid, words, direction="in", author="customer")
        acknowledged = {"customer": name, "act": act, "sid": sid if phone else None}
        self.diary.append(acknowledged | {"acknowledged": self._now.isoformat()})

    def _ends(self, name: str, **answers: Any) -> None:
        self._thread(name).update(answers)
        self.responses.append({"conversation_id": f"c-{name}", **answers})
