"""The book of templates: our words in all versions, how each stands with its provider, and what an admin may do.

What the provider says is recorded as it comes (`record`, from webhooks) and checked against the provider's own list
(`sync`), because webhooks get lost. Nothing here calls the provider inside a transaction. A template that is not
approved is never sent; `common/templates/shelf.py` chooses among those that are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common import clock
from common.channels import Adapter, Channel, SendError, SendErrorCode
from common.errors import Conflict, Invalid, NotFound
from common.store import templates as store
from common.store.templates import Key
from common.store.writer import Store
from common.template_news import believe, move, record_news, write_down
from common.templates.approval import Approval, Category, RemoteTemplate, TemplateNews, TemplateProvider
from common.templates.finding import Finding, Severity
from common.templates.lint import lint
from common.templates.shipped import shipped_templates
from common.templates.standing import Editing, editing, may_be_sent
from common.templates.template import Template, is_unfillable, same_words

SHIPPED = 0
"""The version number of the words that come with the product."""
_LATER = frozenset({SendErrorCode.UNREACHABLE, SendErrorCode.AMBIGUOUS, SendErrorCode.THROTTLED})
_EDITS_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One template with its newest words. row: how it stands with the provider, None = never submitted."""

    template: Template
    version: int
    row: Row[Any] | None

    @property
    def key(self) -> Key:
        return self.template.name, self.template.language

    @property
    def approval(self) -> Approval:
        return Approval(self.row.approval) if self.row is not None else Approval.DRAFT

    @property
    def is_known(self) -> bool:
        """True if the provider has it, in whatever state."""
        return self.row is not None and bool(self.row.provider_id) and self.approval is not Approval.DELETED

    @property
    def is_changed(self) -> bool:
        """True if the newest words are not what the provider has."""
        if self.row is None or self.row.components is None or not self.is_known:
            return True
        return not same_words(self.template.components, self.row.components)

    @property
    def obstacle(self) -> str | None:
        """Why it must not be sent now, in one word."""
        if self.row is None:
            return may_be_sent(None, None, None)
        why = may_be_sent(self.approval, Category(self.row.asked), Category(self.row.category))
        return why or ("unfillable" if is_unfillable(self.row.components or ()) else None)

    def editing(self, now: datetime) -> Editing:
        """What the provider allows to be changed now."""
        edits = [datetime.fromisoformat(at) for at in self.row.edits] if self.row is not None else []
        return editing(self.approval, edits, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of submitting one template: submitted, edited, same (nothing to do), refused (why)."""

    key: Key
    what: str
    why: str = ""


class TemplateBook:
    """The templates of the one channel whose provider approves them; without such a channel, drafts only."""

    def __init__(self, db: Store, adapters: Mapping[Channel, Adapter]) -> None:
        self._db = db
        found = [(channel, each) for channel, each in adapters.items() if isinstance(each, TemplateProvider)]
        self._provider: TemplateProvider | None = found[0][1] if found else None
        self.channel = (found[0][0] if found else Channel.WHATSAPP).value

    @property
    def is_on(self) -> bool:
        """False if there is nobody to ask for approval."""
        return self._provider is not None

    # --- reading --------------------------------------------------------------------------------------------------

    def entries(self, connection: Connection) -> dict[Key, Entry]:
        """Every template: shipped, edited here, or known only to the provider."""
        current = {key: (SHIPPED, template) for key, template in shipped_templates().items()}
        newest = store.newest_versions(connection)
        current |= {key: (row.version, store.template_of(row)) for key, row in newest.items()}
        rows = store.approvals_of(connection, self.channel)
        for key, row in rows.items():
            if key not in current and row.approval != Approval.DELETED:
                current[key] = (SHIPPED, _theirs(key, row))
        return {
            key: Entry(template=template, version=version, row=rows.get(key))
            for key, (version, template) in sorted(current.items())
        }

    def entry(self, connection: Connection, key: Key) -> Entry:
        """One template. Raises NotFound."""
        found = self.entries(connection).get(key)
        if found is None:
            raise NotFound("no such template")
        return found

    def findings(self, connection: Connection, template: Template) -> list[Finding]:
        """What the linter says about these words, beside all other templates."""
        return lint(template, [entry.template for entry in self.entries(connection).values()])

    # --- our words ------------------------------------------------------------------------------------------------

    def save(self, connection: Connection, template: Template, by: str, now: datetime) -> int:
        """Keep words as the next version; unchanged words stay the version they are. They may still have faults."""
        current = self.entries(connection).get((template.name, template.language))
        if current is not None:
            old = current.template
            if old.category is template.category and list(old.components) == list(template.components):
                return current.version
        return store.add_version(connection, template, now, by)

    # --- asking the provider --------------------------------------------------------------------------------------

    def submit(self, key: Key, by: str) -> Done:
        """Ask the provider to approve the newest words.

        Raises NotFound; Invalid with the linter's errors; Conflict (`channel_off`, `not_editable`, `refused`).
        """
        provider, now = self._asked(), clock.now()
        with self._db.read() as connection:
            entry = self.entry(connection, key)
            faults = [each for each in self.findings(connection, entry.template) if each.severity is Severity.ERROR]
        if faults:
            raise Invalid("the provider would refuse this", [(each.where, each.message) for each in faults])
        if entry.is_known and not entry.is_changed and entry.approval is not Approval.REJECTED:
            return Done(key=key, what="same")
        allowed = entry.editing(now)
        if entry.is_known and not allowed.is_allowed:
            facts = {"again_at": allowed.again_at.isoformat() if allowed.again_at else None}
            raise Conflict(f"it cannot be edited now: {allowed.why}", code="not_editable", facts=facts)
        try:
            columns = _submit(provider, entry, may_change_category=allowed.may_change_category)
        except SendError as error:
            raise _refused(error) from error
        columns |= {"version": entry.version, "submitted_at": now}

        def write(connection: Connection) -> None:
            row = store.hold_approval(connection, self.channel, key)
            if row is not None and row.changed_at > now:  # the decision was quicker than our writing down the question
                for name in ("approval", "category", "quality", "reason"):
                    columns.pop(name, None)
            if row is not None and entry.is_known and entry.approval is Approval.APPROVED:
                columns["edits"] = [*row.edits, now.isoformat()][-_EDITS_KEPT:]
            told = {"by": by, "version": entry.version}
            move(connection, self.channel, key, row, columns, now, "submitted", told)

        self._db.write(write)
        return Done(key=key, what="edited" if entry.is_known else "submitted")

    def push(self, by: str, keys: Sequence[Key] | None = None) -> list[Done]:
        """Submit everything that the provider does not have as it is here; what cannot be is told, not raised."""
        self._asked()
        with self._db.read() as connection:
            known = self.entries(connection)
        done: list[Done] = []
        for key in known if keys is None else keys:
            try:
                done.append(self.submit(key, by))
            except (Invalid, Conflict, NotFound) as refusal:
                done.append(Done(key=key, what="refused", why=_words(refusal)))
                if isinstance(refusal, Conflict) and refusal.code in {code.value for code in _LATER}:
                    break  # the rest would only hear the same
        return done

    def delete(self, key: Key, by: str, *, every_language: bool = False) -> None:
        """Take a template away at the provider; the words stay here. Raises NotFound, Conflict."""
        provider, now = self._asked(), clock.now()
        with self._db.read() as connection:
            rows = store.approvals_of(connection, self.channel)
        mine = [other for other in rows if other == key or (every_language and other[0] == key[0])]
        gone = [each for each in mine if rows[each].approval != Approval.DELETED]
        if not gone:
            raise NotFound("the provider has no such template")
        try:
            provider.delete_template(name=key[0], provider_id=None if every_language else rows[key].provider_id)
        except SendError as error:
            raise _refused(error) from error

        def write(connection: Connection) -> None:
            for each in gone:
                row = store.hold_approval(connection, self.channel, each)
                columns = {"approval": Approval.DELETED.value}
                move(connection, self.channel, each, row, columns, now, "deleted", {"by": by})

        self._db.write(write)

    def accept_category(self, connection: Connection, key: Key, by: str, now: datetime) -> None:
        """A person agrees that the template is sent as what the provider takes it for. Raises NotFound."""
        row = self._held(connection, key)
        store.put_approval(connection, self.channel, key, {"asked": row.category})
        told = {"by": by, "category": row.category}
        write_down(connection, self.channel, key, now, "category_accepted", told)

    def appeal(self, connection: Connection, key: Key, note: str, by: str, now: datetime) -> None:
        """Keep what was written to the provider's reviewers; the appeal itself is made in WhatsApp Manager."""
        self._held(connection, key)
        store.put_approval(connection, self.channel, key, {"appeal": note, "appealed_at": now})
        write_down(connection, self.channel, key, now, "appealed", {"by": by, "note": note})

    # --- what the provider says -----------------------------------------------------------------------------------

    def record(self, news: Sequence[TemplateNews]) -> None:
        """Store what webhooks say; the same news again, or older news, changes nothing. Raises StoreUnavailable."""

        def write(connection: Connection) -> None:
            for each in news:
                record_news(connection, self.channel, each, clock.now())

        self._db.write(write)

    def sync(self) -> int:
        """Believe the provider's list; the number of templates that moved. Raises Conflict if it cannot be read."""
        provider, begun = self._asked(), clock.now()
        try:
            listed: Sequence[RemoteTemplate] = provider.list_templates()
        except SendError as error:
            raise _refused(error) from error

        def write(connection: Connection) -> int:
            ours = {key: entry.template.category for key, entry in self.entries(connection).items()}
            return believe(connection, self.channel, listed, ours, begun)

        return self._db.write(write)

    def pull(self, by: str) -> list[Key]:
        """As `sync`; where the provider's words are not ours, they become our next version. The templates adopted."""
        self.sync()

        def write(connection: Connection) -> list[Key]:
            adopted = []
            for key, entry in self.entries(connection).items():
                row = entry.row
                is_new = entry.version == SHIPPED and key not in shipped_templates()
                if row is None or row.components is None or not entry.is_known or not (entry.is_changed or is_new):
                    continue
                version = store.add_version(connection, _theirs(key, row), clock.now(), by)
                store.put_approval(connection, self.channel, key, {"version": version})
                adopted.append(key)
            return adopted

        return self._db.write(write)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _asked(self) -> TemplateProvider:
        if self._provider is None:
            raise Conflict("no channel that needs templates is switched on", code="channel_off")
        return self._provider

    def _held(self, connection: Connection, key: Key) -> Row[Any]:
        row = store.hold_approval(connection, self.channel, key)
        if row is None:
            raise NotFound("the provider has no such template")
        return row


def _submit(provider: TemplateProvider, entry: Entry, *, may_change_category: bool) -> dict[str, Any]:
    """Call the provider, and say what is known of the template then. Raises SendError."""
    template = entry.template
    columns: dict[str, Any] = {"components": [dict(part) for part in template.components], "reason": None}
    if entry.is_known and entry.row is not None:
        category = template.category if may_change_category else None
        provider.edit_template(entry.row.provider_id, category=category, components=template.components)
        asked = {"asked": template.category.value, "category": template.category.value}
        return columns | {"approval": Approval.PENDING.value} | (asked if category else {})
    told = provider.submit_template(
        name=template.name, language=template.language, category=template.category, components=template.components
    )
    return columns | {
        "provider_id": told.provider_id[:64],
        "approval": told.approval.value,
        "category": told.category.value,
        "asked": template.category.value,
        "quality": told.quality,
        "appeal": None,
        "appealed_at": None,
        "expected": None,
        "edits": [],
    }


def _theirs(key: Key, row: Row[Any]) -> Template:
    """The provider's words of a template."""
    return Template(name=key[0], language=key[1], category=Category(row.category), components=row.components or [])


def _refused(error: SendError) -> Conflict:
    """What a provider's refusal means for the person who asked."""
    code = error.code.value
    if error.code in _LATER:
        return Conflict(f"the provider cannot be reached now ({code}); try again later", code=code)
    return Conflict(f"the provider refused: {error.detail or code}", code="refused")


def _words(refusal: Invalid | Conflict | NotFound) -> str:
    if isinstance(refusal, Invalid):
        return "; ".join(f"{where}: {what}" for where, what in refusal.errors) or refusal.detail
    return str(refusal)
