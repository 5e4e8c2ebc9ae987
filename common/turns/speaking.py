"""Speaking: a turn's words into the thread and into the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from common.actors import Actor
from common.bell import OUTBOX
from common.channels import Adapter, Capabilities, Channel, Choice, Delivery, OutboundFile, Prompt
from common.failpoints import failpoint
from common.files.keeping import sent_along
from common.ids import new_id
from common.prompts import compose, prompt_to_json, with_choices
from common.store.held import HELD
from common.store.threads import Thread
from common.templates import TemplateUse

APART = "follow_up"
"""The kind of what is said after a survey's end."""
NO_LIMITS = Capabilities(max_text=1600)
"""For a channel that was switched off while its conversations were still open."""


@dataclass(slots=True, kw_only=True)
class Speaking:
    """What one turn says in one thread."""

    thread: Thread
    adapters: Mapping[Channel, Adapter]
    now: datetime
    topics: set[str] = field(default_factory=set)
    """Who wants to know after the commit."""

    @property
    def _capabilities(self) -> Capabilities:
        adapter = self.adapters.get(Channel(self.thread.row["channel"]))
        return adapter.capabilities if adapter else NO_LIMITS

    # --- speaking -------------------------------------------------------------------------------------------------

    def say_as_person(
        self,
        text: str,
        actor: Actor,
        client_id: str,
        *,
        template: TemplateUse | None = None,
        is_held: bool = False,
        file: OutboundFile | None = None,
    ) -> str:
        """Queue a person's words; the id of the message.

        template: what they are sent as. is_held: they wait until the customer writes. file: what goes with them.
        """
        thread = self.thread
        thread.is_changed = True
        message_id = new_id("msg")
        row = thread.message(
            message_id=message_id,
            at=self.now,
            direction="out",
            author="user",
            author_id=actor.id,
            author_name=actor.name,
            kind="template" if template else "media" if file else "text",
            text=text,
            extra={"template": asdict(template)} if template else None,
            delivery=Delivery.QUEUED.value,
            error=HELD if is_held else None,
            client_id=client_id,
        )
        prompt = Prompt(
            key="reply",
            text=text,
            locale=thread.value.locale,
            step=row["sequence"],
            reference=new_id("out"),
            template=template,
            file=file,
        )
        if file is not None:
            thread.new_files.append(sent_along(thread.row, message_id, file, self.now))
        self._queue(prompt, row["sequence"], message_id, kind="reply", state=HELD if is_held else "pending")
        told = {"template": template.name, "language": template.language} if template else {}
        thread.log(self.now, "reply_held" if is_held else "person_replied", by=actor.id, **told)
        return message_id

    def speak(self, key: str, step: int, *, attempt: int = 1, cause: str = "", is_ask: bool = False) -> None:
        thread, survey = self.thread, self.thread.definition.survey
        until = self.now + survey.answer_within
        if step == 1 and (latest := thread.row["machine"].get("latest_at")):
            until = min(until, datetime.fromisoformat(latest))
        prompt = compose(
            thread.definition,
            channel=thread.row["channel"],
            capabilities=self._capabilities,
            locale=thread.value.locale,
            key=key,
            step=step,
            attempt=attempt,
            cause=cause,
            reference=new_id("out"),
            values=self._values(),
            useful_until=until,
        )
        message_id = new_id("msg")
        controls = {"choices": prompt_to_json(prompt)["choices"], "scale": prompt.scale, "can_skip": prompt.can_skip}
        row = thread.message(
            message_id=message_id,
            at=self.now,
            direction="out",
            author="bot",
            prompt=key,
            text=prompt.text,
            extra=controls if is_ask else None,
            delivery=Delivery.QUEUED.value,
        )
        self._queue(prompt, row["sequence"], message_id, kind="prompt")

    def say_apart(self, key: str, text: str, *, choices: Sequence[Choice] = (), until: datetime | None = None) -> None:
        """Queue words that are none of the machine's: a service after the survey's end. Its step is its place."""
        thread, message_id = self.thread, new_id("msg")
        # A page draws the controls of its open question, and there is none any more: there the choices are a list.
        can = replace(self._capabilities, max_choices=0) if self._capabilities.pushes else self._capabilities
        text, shown = with_choices(
            thread.definition,
            text,
            choices,
            can,
            locale=thread.value.locale,
            channel=thread.row["channel"],
        )
        row = thread.message(
            message_id=message_id,
            at=self.now,
            direction="out",
            author="bot",
            prompt=key,
            text=text[: self._capabilities.max_text],
            delivery=Delivery.QUEUED.value,
        )
        prompt = Prompt(
            key=key,
            text=row["text"],
            locale=thread.value.locale,
            step=row["sequence"],
            reference=new_id("out"),
            choices=shown,
            useful_until=until,
        )
        self._queue(prompt, row["sequence"], message_id, kind=APART)

    def values(self) -> dict[str, str]:
        """What wording may name in this thread."""
        return self._values()

    def _values(self) -> dict[str, str]:
        values = dict(self.thread.row["machine"].get("values", {}))
        if name := self.thread.customer.get("name"):
            values["name"] = name
        if not self._capabilities.says_names:
            values.pop("name", None)
        return values

    def _queue(self, prompt: Prompt, sequence: int, message_id: str, *, kind: str, state: str = "pending") -> None:
        failpoint("turn.before_outbox")
        thread = self.thread
        thread.new_outbox.append(
            {
                "id": prompt.reference,
                "conversation_id": thread.id,
                "customer_id": thread.row["customer_id"],
                "message_id": message_id,
                "channel": thread.row["channel"],
                "address": thread.row["address"],
                "step": prompt.step,
                "kind": kind,
                "prompt": prompt_to_json(prompt),
                "owner_epoch": thread.row["owner_epoch"],
                "state": state,
                "sequence": sequence,
                "due_at": self.now,
                "useful_until": prompt.useful_until,
                "attempts": 0,
                "error": None,
                "created_at": self.now,
            }
        )
        self.topics.add(OUTBOX)
