"""Why something was not done, in words for the person who tried."""

from __future__ import annotations

from common.errors import Conflict, Forbidden, Invalid
from console.language import _


def why(refusal: Conflict | Forbidden | Invalid) -> str:
    """A refusal as one sentence."""
    if isinstance(refusal, Forbidden):
        return _("Not done: %(why)s.", why=refusal)
    if isinstance(refusal, Invalid):
        return refusal.detail
    known = {
        "already_claimed": _("%(owner)s was faster and has this ticket.", owner=refusal.facts.get("owner")),
        "resolved": _("This ticket is resolved already."),
        "opted_out": _("Not sent: this customer opted out and must not be written to."),
        "window_closed": _("Not sent: the customer's last message is too long ago for this channel."),
        "quiet_hours": _("Not called: it is night where the customer is. Call again after the quiet hours."),
        "no_own_number": _("Not called: say which telephone of yours should ring."),
        "no_number": _("Not called: there is no telephone number of this customer."),
        "call_instead": _("Not sent: nobody can write to a telephone. Call the customer instead."),
        "template_not_approved": _("Not sent: %(why)s.", why=refusal.detail),
        "not_held": _("It has left already, or was taken back."),
        "not_failed": _("Not sent again: this message did not fail, or was sent again already."),
        "client_id_reused": _(
            "Not sent again: an earlier version of these words left a moment ago and stands above. "
            "Send once more if you want to add this."
        ),
    }
    return known.get(refusal.code or "", _("Not done: %(why)s.", why=refusal.detail))
