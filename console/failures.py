"""A reply that did not arrive: what to do about it, and whether sending it again is safe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.channels import SendErrorCode
from console.language import _

UNKNOWN = "fate unknown"
"""The provider never told whether it has the message (common/delivery/settling.py)."""
_AGAIN = ("text", "media")
"""Kinds of messages that can be sent again as they are."""
_USELESS = {
    SendErrorCode.ENDPOINT_BLOCKED,
    SendErrorCode.WINDOW_CLOSED,
    SendErrorCode.TEMPLATE_NOT_APPROVED,
    SendErrorCode.REJECTED,
}


class Retry(StrEnum):
    """safe: it surely did not arrive. unsure: it may have arrived, and the customer would read it twice."""

    SAFE = "safe"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """advice: a sentence; retry: None where the same words would fail again."""

    advice: str
    retry: Retry | None


def after_failure(error: str | None, kind: str) -> Failure:
    """What follows from a stored error: one of our codes with the provider's behind it, or the provider's alone."""
    if error == UNKNOWN:
        advice = _("It may have arrived all the same: the provider never said. Sending it again may say it twice.")
        return Failure(advice=advice, retry=Retry.UNSURE if kind in _AGAIN else None)
    code = (error or "").partition(" ")[0]
    advice = {
        "undeliverable": _("This address cannot be reached now. Try again later, call, or use another address."),
        "endpoint_blocked": _("The customer has blocked us there. Nothing more can be sent."),
        "window_closed": _("The time for free text is over. Send a template, or let a reply wait for the customer."),
        "template_not_approved": _("The template is not approved any more. Choose another."),
        "rejected": _("The provider refuses these words. Change them and send them again."),
        "config": _("The channel is not set up rightly. An administrator has to look at it."),
        "opt_out": _("The customer opted out first."),
        "too_late": _("It was too late to be of use."),
        "file_gone": _("The file is not kept any more. Attach it again."),
    }.get(code, _("The provider took it and could not deliver it. It is safe to send it again."))
    is_useless = code in _USELESS or code in ("opt_out", "too_late", "file_gone")
    return Failure(advice=advice, retry=None if is_useless or kind not in _AGAIN else Retry.SAFE)
