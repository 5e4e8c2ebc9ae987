"""Which approved template serves a prompt: the choice, and why it is not the first one that comes to mind.

    the customer's locale → its language → the survey's default locale

The best language that is approved is sent. What stands in its way is told, so that the thread can say "in English,
because the Dutch one is paused".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from common.templates.approval import Approval, Category, TemplateUse
from common.templates.languages import nearest
from common.templates.standing import may_be_sent
from common.templates.template import Components, buttons_of, component_of, is_unfillable, text_of, variables_in


class Purpose(StrEnum):
    """What our own templates are for; the value is the template's name at the provider."""

    INTERACTION = "interaction_invitation"
    RELATIONSHIP = "relationship_invitation"
    FOLLOW_UP = "feedback_follow_up"
    CHANGED = "you_said_we_changed"


INVITATIONS = frozenset({Purpose.INTERACTION.value, Purpose.RELATIONSHIP.value})
_ASKS = "score"
"""The prompt that opens a conversation; any other is an answer to something the customer just wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One template as it stands with the provider. components None = nobody has seen its words."""

    name: str
    language: str
    approval: Approval
    category: Category
    asked: Category
    components: Components | None

    @property
    def variables(self) -> list[str]:
        parts = self.components or ()
        return variables_in("\n".join(text_of(component_of(parts, kind)) for kind in ("HEADER", "BODY")))

    @property
    def reply_labels(self) -> list[str]:
        """The words on the quick replies, in order."""
        buttons = buttons_of(self.components or ())
        return [text_of(each) for each in buttons if str(each.get("type", "")).upper() == "QUICK_REPLY"]

    def use(self, values: Mapping[str, str]) -> TemplateUse:
        """What is sent with these values, of which there must be one for each variable.

        A quick reply sends back its own words: a reply "STOP" is read by them, and the payload says the same.
        """
        kinds = [str(each.get("type", "")).upper() for each in buttons_of(self.components or ())]
        return TemplateUse(
            name=self.name,
            language=self.language,
            values={name: values[name] for name in self.variables},
            header=tuple(variables_in(text_of(component_of(self.components or (), "HEADER")))),
            buttons=tuple(self.reply_labels),
            first_button=kinds.index("QUICK_REPLY") if "QUICK_REPLY" in kinds else 0,
        )

    @property
    def obstacle(self) -> str | None:
        """Why it must not be sent now, in one word; None if it may."""
        why = may_be_sent(self.approval, self.asked, self.category)
        if why is None and self.components is not None and is_unfillable(self.components):
            return "unfillable"
        return why or ("unseen" if self.components is None else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to send, or None. passed: the nearer ones that could not be sent, as (language, why)."""

    listed: Listed | None
    passed: tuple[tuple[str, str], ...] = ()

    @property
    def is_fallback(self) -> bool:
        """True if a nearer one exists but must not be sent."""
        return bool(self.passed)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All templates of one channel as they stand, by name and language."""

    by_name: Mapping[str, Mapping[str, Listed]] = field(default_factory=dict)

    @classmethod
    def of(cls, listed: Iterable[Listed]) -> Shelf:
        names: dict[str, dict[str, Listed]] = {}
        for each in listed:
            names.setdefault(each.name, {})[each.language] = each
        return cls(names)

    def find(self, name: str, language: str) -> Listed | None:
        """One template, sendable or not."""
        return self.by_name.get(name, {}).get(language)

    def sendable(self) -> list[Listed]:
        """What may be sent now, by name and language."""
        found = [each for languages in self.by_name.values() for each in languages.values() if each.obstacle is None]
        return sorted(found, key=lambda each: (each.name, each.language))

    def choose(self, name: str, *, locale: str, default_locale: str) -> Choice:
        """The best sendable language of template `name` for a customer of `locale`."""
        languages = self.by_name.get(name, {})
        passed: list[tuple[str, str]] = []
        for code in nearest(locale, default_locale, languages):
            listed = languages[code]
            if listed.obstacle is None:
                return Choice(listed=listed, passed=tuple(passed))
            passed.append((code, listed.obstacle))
        return Choice(listed=None, passed=tuple(passed))


def purpose_of(prompt: str, survey_kind: str) -> Purpose | None:
    """The template that may open a conversation with `prompt`, None = this prompt only follows the customer's words."""
    if prompt != _ASKS:
        return None
    return Purpose.RELATIONSHIP if survey_kind == "relational" else Purpose.INTERACTION
