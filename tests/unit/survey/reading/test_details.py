"""Single rules of the reader, where the corpus has no natural answer for them."""

from __future__ import annotations

import pytest

from common.survey.reading import Reading, ReadingOutcome, finding, folding, prepare, read_score
from common.survey.reading.lexicon import LEXICONS, OTHER_NUMBERS
from common.survey.reading.tables import language_of, pattern, tables_for

SCORE, REPROMPT, NOT_SCORE = ReadingOutcome.SCORE, ReadingOutcome.REPROMPT, ReadingOutcome.NOT_SCORE

TABLE = [
    ("en", "INC-9", NOT_SCORE),
    ("en", "XJ-9 was fine", NOT_SCORE),
    ("en", "9 ≤ ok", REPROMPT),
    ("es", "hola ¿10 vale?", NOT_SCORE),
    ("zh", "9分 謝謝 4711", SCORE),
    (
        "zh",
        "我觉得这个服务非常非常好但是等待的时间实在是太长了所以我只能给你们打7分希望你们以后能够改进一下这个服务的质量",
        SCORE,
    ),
    ("en", "9-3 weeks wait", SCORE),
    ("en", "3-4 weeks wait", NOT_SCORE),
    ("en", "9 - 3 weeks of waiting", SCORE),
    ("en", "4 - 5 weeks of waiting", NOT_SCORE),
    ("en", "2.5 hours on hold", NOT_SCORE),
    ("en", "2.5 hours on hold, 1", SCORE),
    ("en", "7.5 percent", REPROMPT),
    ("en", "2.5 euros", REPROMPT),
    ("en", "2,50 euro was charged", NOT_SCORE),
    ("en", "great :3", NOT_SCORE),
    ("en", "9°", NOT_SCORE),
    ("en", "it was 9° in your shop", NOT_SCORE),
    ("en", "5$", REPROMPT),
    ("en", "9pts", SCORE),
    ("en", "score9", SCORE),
    ("en", "b9", NOT_SCORE),
    ("en", "gr8", NOT_SCORE),
    ("en", "7stars", REPROMPT),
    ("en", "9kg", NOT_SCORE),
    ("en", "phone 555-1234567", NOT_SCORE),
    ("en", "800-900", REPROMPT),
    ("en", "https://x.example/9", NOT_SCORE),
    ("en", "me9@mail.example", NOT_SCORE),
    ("en", "1.2.3.4", REPROMPT),
    ("en", "9.00", REPROMPT),
    ("en", "zero communication", NOT_SCORE),
    ("en", "zero communication from you", NOT_SCORE),
    ("en", "a hundred", REPROMPT),
    ("en", "a million thanks to you all", NOT_SCORE),
    ("en", "nine hundred", REPROMPT),
    ("en", "twenty nine agents", NOT_SCORE),
    ("en", "#9", REPROMPT),
    ("en", "№1", NOT_SCORE),
    ("en", "9%", REPROMPT),
    ("en", "%9", REPROMPT),
    ("en", "n°7", NOT_SCORE),
    ("en", "<9", REPROMPT),
    ("en", "0 - 10", REPROMPT),
    ("en", "0-10: 7", SCORE),
    ("en", "one out of ten", SCORE),
    ("en", "one", SCORE),
    ("en", "not one", REPROMPT),
    ("en", "not one of them helped", NOT_SCORE),
    ("en", "one star", REPROMPT),
    ("en", "one hour", NOT_SCORE),
    ("en", "one great agent", NOT_SCORE),
    ("en", "one and one", NOT_SCORE),
    ("en", "my colleague one", NOT_SCORE),
    ("en", "10 better than expected?", SCORE),
    ("en", "give me 3 reasons", NOT_SCORE),
    ("en", "May 5 was bad", NOT_SCORE),
    ("en", "elf", REPROMPT),
    ("en", "fire", NOT_SCORE),
    ("en", "osiem", SCORE),
    ("en", "siedem!", SCORE),
    ("en", "åtta", SCORE),
    ("en", "perfect score, full marks", REPROMPT),
    ("nl", "één", SCORE),
    ("nl", "geen één", REPROMPT),
    ("nl", "een één", SCORE),
    ("de", "Note 9", SCORE),
    ("de", "das 3. Mal", NOT_SCORE),
    ("de", "9. Sehr gut", SCORE),
    ("it", "sei", SCORE),
    ("it", "voto sei", SCORE),
    ("it", "sei su dieci", SCORE),
    ("tr", "on iki", REPROMPT),
    ("tr", "%80", REPROMPT),
    ("ar", "ب9", SCORE),
    ("zh", "二十分", REPROMPT),
    ("zh", "四十分", REPROMPT),
    ("en", "9.0", SCORE),
    ("zh", "十五分", REPROMPT),
    ("ja", "十二点", REPROMPT),
    ("ko", "십오점", REPROMPT),
    ("th", "๙", SCORE),
    ("th", "เก้า", SCORE),
    ("uk", "дев'ять", SCORE),
    ("xx", "9 great", SCORE),
    ("", "nine", SCORE),
    ("zh-Hant-TW", "我給9分", SCORE),
    ("pt-BR", "nota 9", SCORE),
    ("pt_BR", "nota 9", SCORE),
    ("ru", "nine out of ten", SCORE),
    ("en", "等了2小时", NOT_SCORE),
    ("en", "ждал 2 часа", NOT_SCORE),
    ("en", "waited 2 horas", NOT_SCORE),
    ("ja", "10 out of 10", SCORE),
    ("ja", "9点 nice", SCORE),
    ("hi", "9 👍", SCORE),
]


@pytest.mark.parametrize(("locale", "text", "outcome"), TABLE, ids=[f"{row[0]}:{row[1]}" for row in TABLE])
def test_a_rule(locale: str, text: str, outcome: ReadingOutcome) -> None:
    assert read_score(text, locale).outcome is outcome


def test_what_is_no_score_carries_nothing_else() -> None:
    assert read_score("7 or 8") == Reading(outcome=REPROMPT)
    assert read_score("great") == Reading(outcome=NOT_SCORE)
    assert read_score("9. STOP") == Reading(outcome=ReadingOutcome.OPT_OUT)


def test_a_number_worth_keeping_stays_in_the_rest() -> None:
    assert read_score("9 0612345678").rest == "0612345678"


def test_the_language_of_a_locale() -> None:
    assert [language_of(locale) for locale in ("pt_BR", "pt-BR", "NL", "xx", "")] == ["pt", "pt", "nl", "en", "en"]


def test_a_message_in_another_script_is_read_in_that_script() -> None:
    assert tables_for("en", "девять").code == "ru"
    assert tables_for("ja", "九").code == "ja"
    assert tables_for("ko", "九").code == "zh"
    assert tables_for("en", "nice 対応").code == "en"
    assert tables_for("ru", "nine").code == "en"
    assert tables_for("ru", "nine – ten").code == "en"
    assert tables_for("ru", "9 – 10").code == "ru"


def test_a_language_without_a_list_has_no_pattern() -> None:
    assert pattern("", spaced=True) is None


def test_tables_are_compiled_once() -> None:
    for locale in LEXICONS:
        prepare(locale)
        assert tables_for(locale, "9 –") is tables_for(locale, "9 –")


def test_every_language_has_its_words() -> None:
    for code, lexicon in LEXICONS.items():
        assert len(lexicon.numbers) == 12, code
        for field in ("units", "opt_out", "opt_out_clause", "human", "skip", "corrects", "negations", "if_words"):
            assert getattr(lexicon, field), (code, field)
    assert all(len(words) == 12 for words in OTHER_NUMBERS.values())


def test_a_stranger_with_many_words_fills_no_memory_and_changes_no_answer() -> None:
    """What was found out about words and signs is remembered up to a limit, however much is sent."""
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 2 * folding._REMEMBERED)]
    for start in range(0, len(signs), 256):
        read_score("".join(signs[start : start + 256]), "en")
    words = [f"not {number:x}q" for number in range(2 * finding._REMEMBERED)]
    for start in range(0, len(words), 64):
        read_score(" ".join(words[start : start + 64]), "en")
    assert len(folding._table) <= folding._REMEMBERED
    assert read_score("a solid nine", "en").score == 9
