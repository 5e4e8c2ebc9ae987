"""What a provider knows and says of a template, in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class Approval(StrEnum):
    """Where a template stands with the provider. Only `approved` may be sent."""

    DRAFT = "draft"  # ours alone, never submitted
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAUSED = "paused"
    DISABLED = "disabled"
    IN_APPEAL = "in_appeal"
    DELETED = "deleted"


class Category(StrEnum):
    """What the provider takes a template for; it decides the price and who may be written to."""

    UTILITY = "utility"
    MARKETING = "marketing"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """An approved template that a prompt is sent as: its name, its language at the provider, and its values.

    values: variable → text, for every variable of the body, header and buttons; named as in the approved text ("1",
    "2" for positional ones). header: those of them that stand in the header. buttons: payload of each quick-reply
    button, in order; first_button: the place of the first of them among all buttons, from 0.
    """

    name: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    first_button: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteTemplate:
    """One template as the provider has it. components: its parts in the provider's form; quality: its words."""

    provider_id: str
    name: str
    language: str
    category: Category
    approval: Approval
    reason: str | None = None
    quality: str | None = None
    components: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateNews:
    """A webhook's news of one template; what it does not speak of is None. event: the provider's own word."""

    provider_id: str
    name: str
    language: str
    event: str
    approval: Approval | None = None
    category: Category | None = None
    quality: str | None = None
    reason: str | None = None
    raw: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class TemplateProvider(Protocol):
    """An adapter whose provider approves templates. Every method calls the provider and raises SendError."""

    def list_templates(self) -> Sequence[RemoteTemplate]:
        """All of the account's templates, however many pages the provider gives them in."""

    def submit_template(
        self, *, name: str, language: str, category: Category, components: Sequence[Mapping[str, Any]]
    ) -> RemoteTemplate:
        """Ask for approval of a new template; the provider may decide at once or later."""

    def edit_template(
        self, provider_id: str, *, category: Category | None, components: Sequence[Mapping[str, Any]]
    ) -> None:
        """Ask for approval of other words under the same name and language."""

    def delete_template(self, *, name: str, provider_id: str | None = None) -> None:
        """Take one language away, or with `provider_id` None every language of the name."""
