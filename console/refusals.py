"""Why something was not done, in words for the person who tried."""

from __future__ import annotations

from common.errors import Conflict, Forbidden, Invalid
from console.language import _


def why(refusal: Conflict | Forbidden | Invalid) -> str:
    """A refusal as one sentence."""
    if isinstance(refusal, Forbidden):
        return _forbidden(refusal)
    if isinstance(refusal, Invalid):
        return _unfit(refusal) or refusal.detail
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
        "file_gone": _("Not sent again: the file is not kept any more. Attach it again."),
        "channel_off": _("Not sent: the channel is switched off."),
        "no_templates": _("Not sent: this channel has no approved templates."),
        "no_calls": _("Not called: the telephone is not switched on."),
        "wrong_state": _("Not done: somebody changed this ticket just now. Look at it again."),
        "not_held": _("It has left already, or was taken back."),
        "not_failed": _("Not sent again: this message did not fail, or was sent again already."),
        "client_id_reused": _(
            "Not sent again: an earlier version of these words left a moment ago and stands above. "
            "Send once more if you want to add this."
        ),
    }
    return known.get(refusal.code or "", _("Not done: %(why)s.", why=refusal.detail))


def _forbidden(refusal: Forbidden) -> str:
    """Whose it is instead."""
    if refusal.code == "not_owner":
        owner = refusal.facts.get("owner")
        if owner:
            return _("Not done: %(owner)s has this ticket, and only its owner may do this.", owner=owner)
        return _("Not done: nobody has this ticket. Claim it first.")
    if refusal.code == "not_yours":
        return _("Not done: somebody else shares this view.")
    return _("Not done: %(why)s.", why=refusal)


def _unfit(refusal: Invalid) -> str | None:
    """What is wrong with what was given; None where only the words of the refusal tell."""
    facts = refusal.facts
    most = facts.get("most")
    size = most // 1_048_576 if isinstance(most, int) else 0
    return {
        "text_long": _("Not sent: this channel carries %(most)s characters at most.", most=most),
        "bad_number": _("Not called: that is no telephone number. Write it with its country, such as +31201234567."),
        "no_such_colleague": _("Not done: nobody by that name may have tickets."),
        "no_such_team": _("Not done: there is no such team."),
        "no_files": _("Not sent: this channel carries no files."),
        "file_empty": _("Not sent: the file is empty."),
        "file_kind": _(
            "Not sent: this channel carries %(kinds)s, and the file is none of them.", kinds=facts.get("kinds")
        ),
        "file_large": _("Not sent: a file of this kind may have %(size)s MB at most here.", size=size),
        "caption_long": _("Not sent: beside a file there is room for %(most)s characters.", most=most),
    }.get(refusal.code or "")
