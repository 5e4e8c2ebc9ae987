"""Wishes that count in every state. Opt-outs and wishes for a person of all languages are in the corpus."""

from __future__ import annotations

import pytest

from common.survey.reading import Intent, read_intent

TABLE = [
    ("en", "START", Intent.OPT_IN),
    ("en", "start", Intent.OPT_IN),
    ("en", "UNSTOP", Intent.OPT_IN),
    ("en", "Start please", Intent.OPT_IN),
    ("en", "opt in", Intent.OPT_IN),
    ("nl", "aanmelden", Intent.OPT_IN),
    ("de", "anmelden", Intent.OPT_IN),
    ("es", "alta", Intent.OPT_IN),
    ("ja", "再開", Intent.OPT_IN),
    ("ar", "اشتراك", Intent.OPT_IN),
    ("nl", "START", Intent.OPT_IN),
    ("en", "yes", None),
    ("en", "YES", None),
    ("en", "start of the call was bad", None),
    ("en", "skip", Intent.SKIP),
    ("en", "Skip", Intent.SKIP),
    ("en", "pass", Intent.SKIP),
    ("en", "-", Intent.SKIP),
    ("en", "—", Intent.SKIP),
    ("en", "n/a", Intent.SKIP),
    ("nl", "overslaan", Intent.SKIP),
    ("de", "überspringen", Intent.SKIP),
    ("fr", "passer", Intent.SKIP),
    ("ja", "スキップ", Intent.SKIP),
    ("zh", "跳过", Intent.SKIP),
    ("en", "I skipped lunch", None),
    ("en", "I had to pass three menus", None),
    ("en", "STOP", Intent.OPT_OUT),
    ("en", "stop, start", None),
    ("en", "please call me", Intent.HUMAN),
    ("en", "human", Intent.HUMAN),
    ("en", "help", Intent.HUMAN),
    ("en", "9", None),
    ("en", "9️⃣", None),
    ("en", "", None),
    ("en", "👍", None),
    ("en", "🛑", Intent.OPT_OUT),
    ("en", "the agent was friendly", None),
    # the conversation's language is not the customer's
    ("en", "退订", Intent.OPT_OUT),
    ("en", "отписаться", Intent.OPT_OUT),
    ("en", "afmelden", Intent.OPT_OUT),
    ("en", "désabonner", Intent.OPT_OUT),
    ("en", "배송이 좋아요", None),
    ("nl", "unsubscribe", Intent.OPT_OUT),
    ("ru", "stop", Intent.OPT_OUT),
    ("ru", "please call me", Intent.HUMAN),
    ("xx", "STOP", Intent.OPT_OUT),
    # words that are harmless in the conversation's language
    ("fr", "dur", None),
    ("it", "alto", None),
    ("en", "alto", None),
]


@pytest.mark.parametrize(("locale", "text", "intent"), TABLE, ids=[f"{row[0]}:{row[1]}" for row in TABLE])
def test_a_wish(locale: str, text: str, intent: Intent | None) -> None:
    assert read_intent(text, locale) is intent


def test_the_end_of_a_long_message_is_heard() -> None:
    assert read_intent("the wait was long " * 150 + ". please stop texting me") is Intent.OPT_OUT
