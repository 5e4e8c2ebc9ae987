"""Every address of the API, who may use it, and what it answers: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response
from pydantic import BaseModel

from api.blueprint import MAX_BODY
from api.calls import Answer
from api.models.alerts import AlertOut, AlertPage
from api.models.conversations import ConversationOut, ConversationPage, ResponsePage
from api.models.customers import CustomerExport, ErasureOut, LinkOut, OptOutOut
from api.models.interactions import BatchOut, Decided, DecisionOut, InvitationOut, Reopened
from api.models.metrics import ClosingGroups, NpsGroups
from api.models.sites import SiteOut, SitePage
from api.models.surveys import SurveyOut, SurveyPage
from api.models.tickets import Noted, Replied, TicketOut, TicketPage
from api.models.webhooks import DeliveryOut, DeliveryPage, Replayed, WebhookGone, WebhookOut, WebhookPage
from api.views import alerts, conversations, customers, interactions, metrics, sites, surveys, tickets, webhooks
from api.views.batch import MAX_BATCH_BODY, batch
from common.actors import Role

EVERYONE = frozenset(Role)
READERS = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.ANALYST})
WORKERS = frozenset({Role.ADMIN, Role.SUPERVISOR})
FEEDERS = frozenset({Role.ADMIN, Role.INTAKE})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address. path: Flask's, below `/api/v1`. answers: model by status. is_json False: the body is JSONL."""

    method: str
    path: str
    view: Callable[..., Answer | Response]
    roles: frozenset[Role]
    tag: str
    answers: Mapping[int, type[BaseModel]]
    max_body: int = MAX_BODY
    is_json: bool = True
    also: Mapping[str, object] = field(default_factory=dict)
    """Media type → schema of other forms in which the answer 200 comes; without a model for 200, of all of them."""


def _ticket_act(name: str, view: Callable[..., Answer | Response], answer: type[BaseModel] = TicketOut) -> Route:
    return Route(
        method="POST",
        path=f"/tickets/<id>/{name}",
        view=view,
        roles=WORKERS,
        tag="Tickets",
        answers={200: answer},
    )


def _webhook(
    method: str, path: str, view: Callable[..., Answer | Response], answer: type[BaseModel], status: int = 200
) -> Route:
    return Route(method=method, path=path, view=view, roles=ADMINS, tag="Webhooks", answers={status: answer})


_TEXT = {"type": "string"}
_BYTES = {"type": "string", "format": "binary"}
_ANY_PATH = "<path:id>"
"""The caller's own ids may hold slashes."""

ROUTES = (
    Route(
        method="POST",
        path="/interactions",
        view=interactions.take,
        roles=FEEDERS,
        tag="Interactions",
        answers={201: Decided, 200: Decided},
    ),
    Route(
        method="POST",
        path="/interactions/batch",
        view=batch,
        roles=FEEDERS,
        tag="Interactions",
        answers={200: BatchOut},
        max_body=MAX_BATCH_BODY,
        is_json=False,
        also={"application/jsonl": _TEXT},
    ),
    Route(
        method="POST",
        path=f"/interactions/{_ANY_PATH}/reopen",
        view=interactions.reopen,
        roles=FEEDERS,
        tag="Interactions",
        answers={200: Reopened},
    ),
    Route(
        method="GET",
        path=f"/interactions/{_ANY_PATH}/decision",
        view=interactions.decision,
        roles=EVERYONE,
        tag="Interactions",
        answers={200: DecisionOut},
    ),
    Route(
        method="GET",
        path="/invitations/<id>",
        view=interactions.invitation,
        roles=READERS,
        tag="Conversations",
        answers={200: InvitationOut},
    ),
    Route(
        method="GET",
        path="/conversations",
        view=conversations.list_page,
        roles=READERS,
        tag="Conversations",
        answers={200: ConversationPage},
    ),
    Route(
        method="GET",
        path="/conversations/<id>",
        view=conversations.get,
        roles=READERS,
        tag="Conversations",
        answers={200: ConversationOut},
    ),
    Route(
        method="GET",
        path="/responses",
        view=conversations.list_responses,
        roles=READERS,
        tag="Conversations",
        answers={200: ResponsePage},
        also={"text/csv": _TEXT},
    ),
    Route(method="GET", path="/metrics/nps", view=metrics.nps, roles=READERS, tag="Figures", answers={200: NpsGroups}),
    Route(
        method="GET",
        path="/metrics/closing-the-loop",
        view=metrics.closing_the_loop,
        roles=READERS,
        tag="Figures",
        answers={200: ClosingGroups},
    ),
    Route(
        method="GET", path="/surveys", view=surveys.list_all, roles=READERS, tag="Surveys", answers={200: SurveyPage}
    ),
    Route(
        method="GET", path="/surveys/<key>", view=surveys.get, roles=READERS, tag="Surveys", answers={200: SurveyOut}
    ),
    Route(
        method="PUT",
        path="/surveys/<key>",
        view=surveys.save,
        roles=ADMINS,
        tag="Surveys",
        answers={200: SurveyOut, 201: SurveyOut},
    ),
    Route(
        method="GET", path="/tickets", view=tickets.list_page, roles=WORKERS, tag="Tickets", answers={200: TicketPage}
    ),
    Route(method="GET", path="/tickets/<id>", view=tickets.get, roles=WORKERS, tag="Tickets", answers={200: TicketOut}),
    _ticket_act("claim", tickets.claim),
    _ticket_act("release", tickets.release),
    _ticket_act("return", tickets.put_back),
    _ticket_act("transfer", tickets.transfer),
    _ticket_act("reply", tickets.reply, Replied),
    _ticket_act("note", tickets.note, Noted),
    _ticket_act("template", tickets.template, Replied),
    _ticket_act("cancel-held", tickets.cancel_held),
    _ticket_act("call", tickets.phone),
    _ticket_act("resolve", tickets.resolve),
    Route(method="GET", path="/sites", view=sites.list_all, roles=ADMINS, tag="Sites", answers={200: SitePage}),
    Route(method="POST", path="/sites", view=sites.create, roles=ADMINS, tag="Sites", answers={201: SiteOut}),
    Route(method="GET", path="/sites/<key>", view=sites.get, roles=ADMINS, tag="Sites", answers={200: SiteOut}),
    Route(method="PUT", path="/sites/<key>", view=sites.change, roles=ADMINS, tag="Sites", answers={200: SiteOut}),
    Route(
        method="POST",
        path="/sites/<key>/secret",
        view=sites.rotate_secret,
        roles=ADMINS,
        tag="Sites",
        answers={200: SiteOut},
    ),
    Route(method="GET", path="/alerts", view=alerts.list_page, roles=READERS, tag="Alerts", answers={200: AlertPage}),
    Route(
        method="POST",
        path="/alerts/<id>/acknowledge",
        view=alerts.acknowledge,
        roles=WORKERS,
        tag="Alerts",
        answers={200: AlertOut},
    ),
    _webhook("GET", "/webhooks", webhooks.list_all, WebhookPage),
    _webhook("POST", "/webhooks", webhooks.create, WebhookOut, 201),
    _webhook("GET", "/webhooks/<id>", webhooks.get, WebhookOut),
    _webhook("PUT", "/webhooks/<id>", webhooks.change, WebhookOut),
    _webhook("DELETE", "/webhooks/<id>", webhooks.remove, WebhookGone),
    _webhook("POST", "/webhooks/<id>/secret", webhooks.rotate_secret, WebhookOut),
    _webhook("POST", "/webhooks/<id>/test", webhooks.send_test, DeliveryOut),
    _webhook("GET", "/webhooks/<id>/deliveries", webhooks.deliveries, DeliveryPage),
    _webhook("POST", "/webhooks/<id>/replay", webhooks.replay_all, Replayed),
    _webhook("POST", "/webhook-deliveries/<id>/replay", webhooks.replay, DeliveryOut),
    Route(
        method="PUT",
        path=f"/customers/{_ANY_PATH}/opt-out",
        view=customers.opt_out,
        roles=WORKERS,
        tag="Customers",
        answers={200: OptOutOut},
    ),
    Route(
        method="GET",
        path=f"/customers/{_ANY_PATH}/export",
        view=customers.export,
        roles=ADMINS,
        tag="Customers",
        answers={200: CustomerExport},
    ),
    Route(
        method="DELETE",
        path=f"/customers/{_ANY_PATH}",
        view=customers.erase,
        roles=ADMINS,
        tag="Customers",
        answers={202: ErasureOut},
    ),
    Route(
        method="GET",
        path="/erasures/<id>",
        view=customers.erasure,
        roles=ADMINS,
        tag="Customers",
        answers={200: ErasureOut},
    ),
    Route(
        method="GET",
        path="/files/<id>",
        view=customers.file,
        roles=ADMINS,
        tag="Customers",
        answers={},
        also={"*/*": _BYTES},
    ),
    Route(
        method="GET",
        path="/recordings/<id>",
        view=customers.recording,
        roles=ADMINS,
        tag="Customers",
        answers={},
        also=dict.fromkeys(("audio/mpeg", "audio/wav", "audio/wave", "audio/x-wav"), _BYTES),
    ),
    Route(
        method="POST",
        path=f"/customers/{_ANY_PATH}/link",
        view=customers.link,
        roles=FEEDERS | WORKERS,
        tag="Customers",
        answers={201: LinkOut},
    ),
)

PUBLIC = frozenset({"/openapi.json", "/docs", "/docs/start.js", "/docs/assets/<path:name>"})
"""Addresses that need no key: the description of the API."""
ANYWHERE = "/<path:rest>"
"""Everything else below `/api/v1`: 404 or 405, to whoever has a key."""
