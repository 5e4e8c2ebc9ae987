"""The exceptions that cross a boundary of the product.

ZerotenError
 ├─ StoreUnavailable   the database or its queue cannot take this now: answered 503, try again
 ├─ NotFound           no such thing, or not for this actor: answered 404
 ├─ Conflict           the state of things forbids it: answered 409, `code` and `facts` say why
 ├─ Forbidden          this actor may not: answered 403
 └─ Invalid            the input is wrong: answered 422, `errors` names the fields
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class ZerotenError(Exception):
    """The root of everything we raise on purpose."""


class StoreUnavailable(ZerotenError):
    """The database, or the queue in front of it, cannot take this now; the caller should try again."""


class NotFound(ZerotenError):
    """No such thing."""


class Forbidden(ZerotenError):
    """This actor may not do this. `code` and `facts` say it without words."""

    def __init__(self, detail: str = "", *, code: str | None = None, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.facts = dict(facts or {})


class Conflict(ZerotenError):
    """The state of things forbids it. `code` is for machines, `facts` are extra members of the problem."""

    def __init__(self, detail: str, *, code: str | None = None, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.facts = dict(facts or {})


class Invalid(ZerotenError):
    """The input is wrong. `errors` are pairs (field, what is wrong); `code` and `facts` say it without words."""

    def __init__(
        self,
        detail: str,
        errors: Sequence[tuple[str, str]] = (),
        *,
        code: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.code = code
        self.facts = dict(facts or {})
