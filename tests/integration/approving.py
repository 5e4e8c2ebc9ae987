"""A channel whose provider approves templates, as a list in this process: a day's window, and a reviewer to play."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from common.channels import Capabilities, Channel, Payload, Prompt, SendError
from common.templates.approval import Approval, Category, RemoteTemplate, TemplateNews, TemplateUse
from tests.integration.world import ListProvider


@dataclass
class Reviewed(ListProvider):
    """An adapter with a session window and templates. `used`: the template of each message sent, None = free text."""

    channel: Channel = Channel.WHATSAPP
    account: str = "106540352242922"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            max_text=4096, max_choices=3, session_window=timedelta(hours=24), looks_up=True
        )
    )
    remote: dict[tuple[str, str], RemoteTemplate] = field(default_factory=dict)
    used: list[TemplateUse | None] = field(default_factory=list)
    refusals: list[SendError] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    decides: Approval = Approval.PENDING
    _numbers: Any = field(default_factory=lambda: itertools.count(1001))

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        wanted = customer.get("whatsapp_user_id") or customer.get("phone")
        return wanted if isinstance(wanted, str) else None

    def render(self, to: str, prompt: Prompt) -> Payload:
        self._prompts = getattr(self, "_prompts", {}) | {prompt.reference: prompt.template}
        return super().render(to, prompt)

    def send(self, payload: Payload, **options: Any) -> Any:
        result = super().send(payload, **options)
        self.used.append(self._prompts[payload.reference])
        return result

    # --- what the product asks ------------------------------------------------------------------------------------

    def list_templates(self) -> Sequence[RemoteTemplate]:
        self._call("list")
        return list(self.remote.values())

    def submit_template(
        self, *, name: str, language: str, category: Category, components: Sequence[Mapping[str, Any]]
    ) -> RemoteTemplate:
        self._call(f"submit {name} {language}")
        made = RemoteTemplate(
            provider_id=str(next(self._numbers)),
            name=name,
            language=language,
            category=category,
            approval=self.decides,
            components=components,
        )
        self.remote[name, language] = made
        return made

    def edit_template(
        self, provider_id: str, *, category: Category | None, components: Sequence[Mapping[str, Any]]
    ) -> None:
        self._call(f"edit {provider_id}")
        key = next(key for key, each in self.remote.items() if each.provider_id == provider_id)
        old = self.remote[key]
        new = replace(old, components=components, approval=Approval.PENDING, category=category or old.category)
        self.remote[key] = new

    def delete_template(self, *, name: str, provider_id: str | None = None) -> None:
        self._call(f"delete {name} {provider_id}")
        gone = [key for key, each in self.remote.items() if key[0] == name and provider_id in {None, each.provider_id}]
        for key in gone:
            del self.remote[key]

    def _call(self, what: str) -> None:
        self.calls.append(what)
        if self.refusals:
            raise self.refusals.pop(0)

    # --- what the reviewer does -----------------------------------------------------------------------------------

    def decide(self, key: tuple[str, str], event: str, **told: Any) -> TemplateNews:
        """The reviewer decides; the webhook that says so."""
        old = self.remote[key]
        states = {"APPROVED": Approval.APPROVED, "REJECTED": Approval.REJECTED, "PAUSED": Approval.PAUSED}
        changes: dict[str, Any] = {"approval": states.get(event, old.approval)}
        if told.get("category"):
            changes["category"] = told["category"]
        self.remote[key] = replace(old, **changes)
        return TemplateNews(
            provider_id=old.provider_id, name=key[0], language=key[1], event=event, approval=states.get(event), **told
        )
