"""A day on which nothing goes wrong, as evidence: what the checker's own tests are cut from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

MARKS = {"score": "[1]", "reason": "[2]", "aspect": "[3]"}
BEGIN = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANA, CLEO = "+31611110001", "+31611110003"
EVA, FINN = "+31631110005", "500110006"
EVAS_HELP = "Hello Eva, I will help."


class QuietDay:
    """Ana is unhappy and has contact twice; Ben is happy on a page; Cleo stops and returns; Dov is not asked.

    Eva is asked on WhatsApp by a template and taken over by a person; Finn, in Telegram, answers a question of which
    nobody knows whether it came, and never gets the next one.
    """

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
        self._eva()
        self._finn()
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

    def _eva(self) -> None:
        told: dict[str, Any] = {"score": 2, "reason": None, "aspect": None}
        help_, thanks = {"person": "claim", "say": EVAS_HELP}, {"say": "10 past 3"}
        self._customer("eva", None, 3, outcome="partial", ticket="detractor", chat=EVA, **told)
        self.customers[-1]["acts"] = [{}, help_, thanks]
        self._asks("eva", EVA, "How likely are you to recommend us?", template={"name": "invitation"})
        self._texts("eva", EVA, "2", 0)
        self._asks("eva", EVA, "[2] Why?")
        self._note("eva", 1, None, person="claim")
        self._asks("eva", EVA, EVAS_HELP, author="user")
        self._texts("eva", EVA, "10 past 3", 2)
        self._ends("eva", outcome="partial", **told)
        self.tickets.append({"id": "t-eva", "conversation_id": "c-eva", "reason": "detractor", "score": 2})
        self._thread("eva")["ticket_id"] = "t-eva"

    def _finn(self) -> None:
        self._customer("finn", None, 3, outcome="complete", score=9, reason="quick", aspect="solution", chat=FINN)
        self._asks("finn", FINN, "[1] How likely?")
        self._texts("finn", FINN, "9", 0)
        self._asks("finn", FINN, "[2] Why?")
        self._thread("finn")["messages"][-1] |= {"provider_id": None, "delivery": "unknown"}
        self._texts("finn", FINN, "quick", 1)
        self._message("finn", None, "[3] What?", direction="out", author="bot", delivery="unknown")
        self._ends("finn", outcome="partial", score=9, reason="quick", aspect=None)

    # --- writing it down ------------------------------------------------------------------------------------------

    def _customer(
        self,
        name: str,
        phone: str | None,
        acts: int,
        *,
        echo: str | None = None,
        chat: str | None = None,
        **expected: Any,
    ) -> None:
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
                "chat": chat,
                "interaction": {"id": f"i-{name}"},
                "acts": [{}] * acts,
                "echo": echo,
                "returns": bool(expected.get("opts_out")),
                "expected": defaults | expected,
            }
        )
        if expected.get("decision") != "suppress":
            self.heard[f"i-{name}"] = {"decision": "invite", "reason": None}
            channel = {EVA: "whatsapp", FINN: "telegram"}.get(chat or "", "sms" if phone else "webchat")
            self.conversations.append(
                {"id": f"c-{name}", "interaction_id": f"i-{name}", "customer_id": name, "ticket_id": None}
                | {"messages": [], "state": "closed", "channel": channel}
            )

    def _thread(self, name: str) -> dict[str, Any]:
        return next(conversation for conversation in self.conversations if conversation["customer_id"] == name)

    def _line(self, kind: str, **fields: Any) -> dict[str, Any]:
        self._now += timedelta(seconds=10)
        line = {"seq": len(self.ledger) + 1, "at": self._now.isoformat(), "kind": kind, **fields}
        self.ledger.append(line)
        return line

    def _message(self, name: str, key: str | None, words: str, **more: Any) -> None:
        self._thread(name)["messages"].append(
            {"text": words, "provider_id": key, "at": self._now.isoformat(), "delivery": None, **more}
        )

    def _asks(self, name: str, address: str | None, words: str, *, template: Any = None, author: str = "bot") -> None:
        key = f"SM-out-{len(self.ledger)}-{name}"
        if address == EVA:
            message = {"number": EVA, "body": words, "id": key, "controls": [], "tracker": f"out-{key}"}
            self._line("whatsapp_request", status=200, message=message | {"template": template})
            self._line("whatsapp_webhook", status=200, updates=[{"what": "status", "id": f"{key}:delivered"}])
        elif address == FINN:
            number = len(self.ledger)
            self._line("telegram_call", method="sendMessage", chat_id=int(FINN), fields={"text": words})
            self.ledger[-1] |= {"message_id": number, "fault": None, "status": 200}
            key = f"{FINN}:{number}"
        elif address:
            message = {"to": address, "body": words, "sid": key}
            self._line("request", method="POST", status=201, sid=key, message=message)
            self._line("webhook", what="status", sid=key, status=200, message_status="delivered")
        else:
            self._now += timedelta(seconds=10)
        self._message(name, key, words, direction="out", author=author, delivery="delivered")

    def _texts(self, name: str, address: str | None, words: str, act: int) -> None:
        key = f"SM-in-{len(self.ledger)}-{name}"
        if address == EVA:
            self._line("whatsapp_text", id=key, number=EVA, body=words)
            self._line("whatsapp_webhook", status=200, updates=[{"what": "inbound", "id": key}])
        elif address == FINN:
            number = len(self.ledger)
            self._line("telegram_update", update_id=number, chat_id=int(FINN), update={"message": {"text": words}})
            self._line("telegram_update_try", update_id=number, status=200)
            key = f"update {number}"
        elif address:
            self._line("text", sid=key, body=words, **{"from": address})
            self._line("webhook", what="inbound", sid=key, status=503)
            self._line("webhook", what="inbound", sid=key, status=200)
        kept = f"{key.removeprefix('update ')}-1764000000" if address == FINN else key
        self._message(name, kept, words, direction="in", author="customer")
        self._note(name, act, key if address else None)

    def _note(self, name: str, act: int, key: str | None, *, person: str = "") -> None:
        now = self._now.isoformat()
        self.diary.append({"customer": name, "act": act, "sid": key, "person": person, "at": now, "acknowledged": now})

    def _ends(self, name: str, **answers: Any) -> None:
        self._thread(name).update(answers)
        self.responses.append({"conversation_id": f"c-{name}", **answers})
