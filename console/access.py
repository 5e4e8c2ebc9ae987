"""Who may do what in the console: one rule per route, one guard in front of all of them.

A route without a rule cannot be registered. The guard finds the session, refuses roles without the right, and asks
every state-changing request for the token that only our own forms carry.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from common.actors import Role, Teams
from common.files.offering import MAX_FILE
from common.sign_ins import SignedIn, SignIns
from common.speech.sounds import MAX_BYTES
from common.store.scope import narrow

PART = "X-Zeroten-Part"
"""Header of requests by the page's own script, which wants a part of a page and no redirect."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
NOBODY_S: Teams = frozenset()
"""The teams of somebody who is not signed in."""


class Access(Enum):
    """Who may use a route. PUBLIC is everyone; the others are sets of roles."""

    PUBLIC = frozenset[Role]()
    READS = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.ANALYST})
    ACTS = frozenset({Role.ADMIN, Role.SUPERVISOR})
    ADMINISTERS = frozenset({Role.ADMIN})

    def allows(self, role: Role) -> bool:
        return self is Access.PUBLIC or role in self.value


RULES: Mapping[str, Access] = {
    "console.static": Access.PUBLIC,
    "console.sign_in": Access.PUBLIC,
    "console.choose_language": Access.PUBLIC,
    "console.sign_in_code": Access.PUBLIC,
    "console.identity": Access.PUBLIC,
    "console.identity_back": Access.PUBLIC,
    "console.welcome": Access.PUBLIC,
    "console.home": Access.READS,
    "console.sign_out": Access.READS,
    "console.account": Access.READS,
    "console.change_password": Access.READS,
    "console.revoke_session": Access.READS,
    "console.revoke_other_sessions": Access.READS,
    "console.second_factor": Access.READS,
    "console.begin_second_factor": Access.READS,
    "console.confirm_second_factor": Access.READS,
    "console.renew_recovery_codes": Access.READS,
    "console.remove_second_factor": Access.READS,
    "console.people": Access.ADMINISTERS,
    "console.invite_person": Access.ADMINISTERS,
    "console.person": Access.ADMINISTERS,
    "console.change_person": Access.ADMINISTERS,
    "console.close_person": Access.ADMINISTERS,
    "console.open_person": Access.ADMINISTERS,
    "console.reset_person": Access.ADMINISTERS,
    "console.teams": Access.ADMINISTERS,
    "console.api_keys": Access.ADMINISTERS,
    "console.new_api_key": Access.ADMINISTERS,
    "console.revoke_api_key": Access.ADMINISTERS,
    "console.audit": Access.ADMINISTERS,
    "console.verify_audit": Access.ADMINISTERS,
    "console.inbox": Access.READS,
    "console.thread": Access.READS,
    "console.dashboard": Access.READS,
    "console.responses": Access.READS,
    "console.response": Access.READS,
    "console.stream": Access.READS,
    "console.changes": Access.READS,
    "console.claim": Access.ACTS,
    "console.release": Access.ACTS,
    "console.hand_back": Access.ACTS,
    "console.transfer": Access.ACTS,
    "console.reply": Access.ACTS,
    "console.send_template": Access.ACTS,
    "console.cancel_held": Access.ACTS,
    "console.note": Access.ACTS,
    "console.resolve": Access.ACTS,
    "console.retry": Access.ACTS,
    "console.bulk": Access.ACTS,
    "console.canned_for": Access.ACTS,
    "console.colleagues_to_name": Access.ACTS,
    "console.canned": Access.ACTS,
    "console.add_canned": Access.ACTS,
    "console.canned_reply": Access.ACTS,
    "console.save_canned": Access.ACTS,
    "console.delete_canned": Access.ACTS,
    "console.bring_back_canned": Access.ACTS,
    "console.say_presence": Access.READS,
    "console.see_mentions": Access.READS,
    "console.save_view": Access.READS,
    "console.delete_view": Access.READS,
    "console.bring_back_view": Access.READS,
    "console.settings": Access.ADMINISTERS,
    "console.queue_settings": Access.ADMINISTERS,
    "console.save_routing": Access.ADMINISTERS,
    "console.queue_policy": Access.ADMINISTERS,
    "console.drop_queue_policy": Access.ADMINISTERS,
    "console.new_site": Access.ADMINISTERS,
    "console.site": Access.ADMINISTERS,
    "console.rotate_site_secret": Access.ADMINISTERS,
    "console.site_colour": Access.ADMINISTERS,
    "console.alerts": Access.READS,
    "console.loop": Access.READS,
    "console.alert_count": Access.READS,
    "console.see_alerts": Access.ACTS,
    "console.unsee_alert": Access.ACTS,
    "console.alert_routes": Access.ADMINISTERS,
    "console.new_alert_route": Access.ADMINISTERS,
    "console.alert_route": Access.ADMINISTERS,
    "console.test_alert_route": Access.ADMINISTERS,
    "console.delete_alert_route": Access.ADMINISTERS,
    "console.webhooks": Access.ADMINISTERS,
    "console.new_webhook": Access.ADMINISTERS,
    "console.webhook": Access.ADMINISTERS,
    "console.rotate_webhook_secret": Access.ADMINISTERS,
    "console.test_webhook": Access.ADMINISTERS,
    "console.replay_webhook": Access.ADMINISTERS,
    "console.delete_webhook": Access.ADMINISTERS,
    "console.webhook_delivery": Access.ADMINISTERS,
    "console.replay_delivery": Access.ADMINISTERS,
    "console.call": Access.ACTS,
    "console.recording": Access.READS,
    "console.file": Access.READS,
    "console.templates": Access.ADMINISTERS,
    "console.add_template": Access.ADMINISTERS,
    "console.push_templates": Access.ADMINISTERS,
    "console.check_templates": Access.ADMINISTERS,
    "console.template": Access.ADMINISTERS,
    "console.save_template": Access.ADMINISTERS,
    "console.preview_template": Access.ADMINISTERS,
    "console.reset_template": Access.ADMINISTERS,
    "console.accept_template": Access.ADMINISTERS,
    "console.appeal_template": Access.ADMINISTERS,
    "console.delete_template": Access.ADMINISTERS,
    "console.wording": Access.ADMINISTERS,
    "console.wording_of": Access.ADMINISTERS,
    "console.prompt_wording": Access.ADMINISTERS,
    "console.save_wording": Access.ADMINISTERS,
    "console.preview_wording": Access.ADMINISTERS,
    "console.reset_wording": Access.ADMINISTERS,
    "console.aftercare": Access.ADMINISTERS,
    "console.aftercare_of": Access.ADMINISTERS,
    "console.save_aftercare": Access.ADMINISTERS,
    "console.upload_sound": Access.ADMINISTERS,
    "console.remove_sound": Access.ADMINISTERS,
    "console.sound": Access.ADMINISTERS,
    "console.save_voice": Access.ADMINISTERS,
    "console.save_languages": Access.ADMINISTERS,
    "console.report": Access.READS,
    "console.report_pdf": Access.READS,
    "console.themes": Access.READS,
    "console.theme": Access.READS,
    "console.unassigned_comments": Access.READS,
    "console.theme_verdict": Access.ACTS,
    "console.theme_step": Access.ACTS,
    "console.new_theme": Access.ACTS,
    "console.edit_theme": Access.ACTS,
    "console.save_theme": Access.ACTS,
    "console.merge_theme": Access.ACTS,
    "console.theme_candidates": Access.ACTS,
    "console.look_for_themes": Access.ACTS,
    "console.settle_candidate": Access.ACTS,
}


LONG_BODIES = {"console.upload_sound": 2 * MAX_BYTES, "console.reply": MAX_FILE + 2 * MAX_BYTES}
"""Forms that may be longer than others, in bytes: longer than what is taken, so that a page can say so."""
WITHOUT_FACTOR = {
    "console.sign_out",
    "console.second_factor",
    "console.begin_second_factor",
    "console.confirm_second_factor",
}
"""Where somebody gets who must set a second factor up and has none yet."""


def missing_rules(app: Flask) -> set[str]:
    """Console routes without a rule, and rules without a route. Empty in a console that may start."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")}
    return routes ^ set(RULES)


class Guard:
    """Stands in front of every console route."""

    def __init__(
        self, sign_ins: SignIns, csrf: CSRFProtect, *, is_secure: bool, factor_for: Collection[Role] = ()
    ) -> None:
        """factor_for: the roles that must have a second factor; without one they get no further than setting it up."""
        self._sign_ins = sign_ins
        self._factor_for = frozenset(factor_for)
        self._csrf = csrf
        self.cookie = "__Host-zeroten" if is_secure else "zeroten"
        self.is_secure = is_secure

    def __call__(self) -> ResponseReturnValue | None:
        """Let the request pass (None), or answer it: sign in first, or forbidden."""
        access = RULES[request.endpoint or ""]
        if request.endpoint == "console.static":
            return None
        token = request.cookies.get(self.cookie)
        found = self._sign_ins.find(token) if token else None
        g.signed_in = found.seen_from(request.remote_addr) if found else None
        narrow(found.user.teams if found else NOBODY_S)
        if access is not Access.PUBLIC:
            if g.signed_in is None:
                return _to_sign_in()
            if not access.allows(g.signed_in.user.role):
                abort(403)
            if request.endpoint not in WITHOUT_FACTOR and self.requires_factor(g.signed_in):
                return redirect(url_for("console.second_factor"), 303)
        if request.method not in _SAFE:
            request.max_content_length = LONG_BODIES.get(request.endpoint or "", request.max_content_length)
            self._csrf.protect()
        return None

    def requires_factor(self, found: SignedIn) -> bool:
        """True if this person must set a second factor up first. Whom a provider vouches for, it has asked for one."""
        by_password = found.session.method == "password"
        return by_password and found.user.role in self._factor_for and not found.has_factor

    def leave(self, _error: BaseException | None = None) -> None:
        """The request is over: what this thread reads next is read for somebody else."""
        narrow(None)

    def token(self) -> str:
        """The token of this request's session."""
        return request.cookies.get(self.cookie, "")


def signed_in() -> SignedIn:
    """Who asks; only behind a route that is not public."""
    found: SignedIn = g.signed_in
    return found


def may_act() -> bool:
    """True if whoever asks may claim and answer."""
    return Access.ACTS.allows(signed_in().user.role)


def _to_sign_in() -> ResponseReturnValue:
    if request.headers.get(PART) or request.endpoint in {"console.stream", "console.changes"}:
        return "Signed out.", 401
    wanted = request.full_path.rstrip("?") if request.method in _SAFE else None
    return redirect(url_for("console.sign_in", next=None if wanted == "/" else wanted), 303)


def safe_next(target: str | None) -> str:
    """Where to go after signing in: one of our own pages, never another site."""
    inbox = url_for("console.inbox")
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return inbox
    parts = urlsplit(target)
    if parts.netloc or any(ord(letter) < 32 for letter in target):
        return inbox
    try:
        endpoint, _ = current_app.url_map.bind("").match(parts.path, "GET")
    except HTTPException:
        return inbox
    return target if RULES.get(endpoint, Access.PUBLIC) is not Access.PUBLIC else inbox
