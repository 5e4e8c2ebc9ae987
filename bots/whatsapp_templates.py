"""Templates at Meta: list, submit, edit, delete, over the Graph API of one WhatsApp business account.

Sources: "Message templates" of the WhatsApp Business Management API. Its refusals have the code 100 and say what
is wrong in `error_subcode` and `error_user_msg`; both are handed on, because an admin has to act on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from bots.whatsapp_news import approval_of, category_of, language_of
from common.templates import Approval, Category, RemoteTemplate

_FIELDS = ("id", "name", "language", "status", "category", "components", "rejected_reason", "quality_score")
_PAGE = 100
_PAGES = 100
"""More templates than an account may have: a provider that pages in a circle must not hold us for ever."""

T = TypeVar("T")


class Call(Protocol):
    """Makes one call of the SDK; raises SendError."""

    def __call__(self, ask: Callable[[], T], *, is_change: bool) -> T: ...


class Templates:
    """The account's templates. graph: pywa's `GraphAPI`."""

    def __init__(self, graph: Any, business_account: str, call: Call) -> None:
        self._graph = graph
        self._account = business_account
        self._call = call

    def list_all(self) -> Sequence[RemoteTemplate]:
        """All of them, page by page."""
        found: dict[str, RemoteTemplate] = {}
        after: str | None = None
        for _ in range(_PAGES):
            pagination = {"limit": _PAGE} | ({"after": after} if after else {})
            records, after = self._call(partial(self._page, pagination), is_change=False)
            found |= {record.provider_id: record for record in records}
            if not after:
                break
        return list(found.values())

    def _page(self, pagination: Mapping[str, Any]) -> tuple[list[RemoteTemplate], str | None]:
        page = self._graph.get_templates(self._account, fields=_FIELDS, pagination=dict(pagination))
        paging = page.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after") if paging.get("next") else None
        return [_read(record) for record in page["data"]], after

    def submit(
        self, *, name: str, language: str, category: Category, components: Sequence[Mapping[str, Any]]
    ) -> RemoteTemplate:
        """Ask for approval; the answer may already hold Meta's decision, and its own idea of the category."""
        body = {
            "name": name,
            "language": language,
            "category": category.value.upper(),
            "parameter_format": _format(components),
            "components": [dict(component) for component in components],
        }

        def ask() -> RemoteTemplate:
            made = self._graph.create_template(self._account, body)
            return _read({**body, **made, "language": language})

        return self._call(ask, is_change=True)

    def edit(self, provider_id: str, *, category: Category | None, components: Sequence[Mapping[str, Any]]) -> None:
        """Ask for approval of other words."""
        body: dict[str, Any] = {"components": [dict(component) for component in components]}
        if category is not None:
            body["category"] = category.value.upper()
        self._call(lambda: _done(self._graph.update_template(provider_id, body)), is_change=True)

    def delete(self, *, name: str, provider_id: str | None) -> None:
        """Take one language away, or all of a name."""
        self._call(lambda: _done(self._graph.delete_template(self._account, name, provider_id)), is_change=True)


def _read(record: Mapping[str, Any]) -> RemoteTemplate:
    """A template as Meta shows it. Raises KeyError and ValueError where it shows none."""
    quality = record.get("quality_score")
    score = quality.get("score") if isinstance(quality, dict) else quality
    reason = str(record.get("rejected_reason") or "")
    category = category_of(record.get("category"))
    if category is None:
        raise ValueError("a template without a category")
    return RemoteTemplate(
        provider_id=str(record["id"]),
        name=str(record["name"]),
        language=language_of(record["language"]),
        category=category,
        approval=_standing(record.get("status")),
        reason=reason if reason.upper() not in {"", "NONE"} else None,
        quality=str(score).lower() if score else None,
        components=record.get("components") or (),
    )


def _standing(status: object) -> Approval:
    """FLAGGED may still be sent; a word that we do not know may not."""
    if str(status).upper() in {"FLAGGED", "APPROVED"}:
        return Approval.APPROVED
    return approval_of(status) or Approval.PENDING


def _format(components: Sequence[Mapping[str, Any]]) -> str:
    """How the components name their variables: Meta takes numbers unless told."""
    examples = [example for component in components if isinstance(example := component.get("example"), dict)]
    is_named = any(key.endswith("_named_params") for example in examples for key in example)
    return "NAMED" if is_named else "POSITIONAL"


def _done(answer: Mapping[str, Any]) -> None:
    if answer.get("success") is False:
        raise ValueError("not done")
