"""Scores taken back, and reasons that merely hold numbers."""

from __future__ import annotations

import pytest

from common.survey.reading import read_correction, read_score

TAKEN_BACK = [
    ("en", "sorry, I meant 9", 9),
    ("en", "Sorry I meant nine", 9),
    ("en", "oops 9", 9),
    ("en", "oops, 10!", 10),
    ("en", "no wait, 8", 8),
    ("en", "No, 8", 8),
    ("en", "wait no 7", 7),
    ("en", "actually 8", 8),
    ("en", "I meant 9 not 6", 9),
    ("en", "9 not 6", 9),
    ("en", "not 6 but 9", 9),
    ("en", "not 6, 9", 9),
    ("en", "make that a 7", 7),
    ("en", "make it 10", 10),
    ("en", "should be 10", 10),
    ("en", "it should have been a 9", 9),
    ("en", "change it to an 8", 8),
    ("en", "please change my score to 9", 9),
    ("en", "change from 6 to 9", 9),
    ("en", "correction: 10", 10),
    ("en", "typo, 9", 9),
    ("en", "*9", 9),
    ("en", "9*", 9),
    ("en", "6 -> 9", 9),
    ("en", "I meant 9/10", 9),
    ("en", "I meant nine, great agent", 9),
    ("en", "sorry, pressed wrong, 10", 10),
    ("nl", "sorry, ik bedoelde 9", 9),
    ("nl", "ik bedoelde een 9", 9),
    ("nl", "oeps 9", 9),
    ("nl", "nee wacht, 8", 8),
    ("nl", "moet een 8 zijn", 8),
    ("nl", "niet 6 maar 9", 9),
    ("nl", "maak er een 9 van", 9),
    ("de", "Sorry, ich meinte 9", 9),
    ("de", "ups, 8", 8),
    ("de", "nicht 6 sondern 9", 9),
    ("de", "doch lieber eine 8", 8),
    ("fr", "pardon, je voulais dire 9", 9),
    ("fr", "oups 9", 9),
    ("fr", "pas 6 mais 9", 9),
    ("es", "perdón, quise decir 9", 9),
    ("es", "no 6 sino 9", 9),
    ("es", "ups, 9", 9),
    ("pt", "desculpa, quis dizer 9", 9),
    ("pt", "não 6, 9", 9),
    ("pt", "ops, 9", 9),
    ("it", "scusa, volevo dire 9", 9),
    ("it", "ops 9", 9),
    ("pl", "przepraszam, miałem na myśli 9", 9),
    ("pl", "nie 6 tylko 9", 9),
    ("tr", "pardon, 9 demek istedim", 9),
    ("tr", "özür dilerim, 9", 9),
    ("ru", "извините, имел в виду 9", 9),
    ("ru", "не 6, а 9", 9),
    ("ru", "ой, 9", 9),
    ("ar", "عفوا، قصدت 9", 9),
    ("ar", "آسف، 9", 9),
    ("hi", "माफ करना, मेरा मतलब 9", 9),
    ("hi", "sorry mera matlab 9", 9),
    ("id", "maaf, maksud saya 9", 9),
    ("id", "bukan 6 tapi 9", 9),
    ("zh", "抱歉，我是说9", 9),
    ("zh", "打错了，9分", 9),
    ("zh", "不是6分，是9分", 9),
    ("ja", "すみません、9です", 9),
    ("ja", "間違えました。9点です", 9),
    ("ja", "6ではなく9です", 9),
    ("ko", "죄송합니다, 9점이요", 9),
    ("ko", "아니 9점", 9),
    ("ko", "잘못 눌렀어요 9점", 9),
]
NOT_TAKEN_BACK = [
    ("en", "9"),
    ("en", "nine"),
    ("en", "9/10"),
    ("en", ""),
    ("en", "waited 3 weeks"),
    ("en", "because I waited 2 hours and called 3 times"),
    ("en", "sorry it took 3 weeks"),
    ("en", "sorry for the 2 hours"),
    ("en", "no, 2 agents were rude"),
    ("en", "I have 3 cats, sorry"),
    ("en", "sorry, 7.5"),
    ("en", "sorry, 7 or 8"),
    ("en", "I meant 11"),
    ("en", "*11"),
    ("en", "sorry"),
    ("en", "no, the 9 agents were lovely, great service"),
    ("en", "oh 9, what a lovely agent"),
    ("en", "no"),
    ("en", "the agent was great"),
    ("en", "my mistake, I called at 9"),
    ("en", "actually 3 people helped me"),
    ("en", "stop, I meant 9. Stop texting me"),
    ("en", "no wait time"),
    ("en", "wrong order 4711"),
    ("en", "the 2 agents were kind, the other 3 not"),
    ("nl", "sorry maar ik heb 2 uur gewacht"),
    ("nl", "nee, 3 medewerkers wisten het niet"),
    ("de", "Entschuldigung, aber 2 Stunden Wartezeit"),
    ("fr", "désolé mais 2 heures d'attente"),
    ("es", "no, esperé 2 horas"),
    ("ru", "нет, ждал 2 часа"),
    ("ja", "すみません、2時間待ちました"),
    ("zh", "不好意思，等了2小时"),
    ("ko", "죄송하지만 2시간 기다렸어요"),
]


@pytest.mark.parametrize(("locale", "text", "score"), TAKEN_BACK, ids=[f"{row[0]}:{row[1]}" for row in TAKEN_BACK])
def test_a_new_score_is_found(locale: str, text: str, score: int) -> None:
    assert read_correction(text, locale) == score


@pytest.mark.parametrize(("locale", "text"), NOT_TAKEN_BACK, ids=[f"{row[0]}:{row[1]}" for row in NOT_TAKEN_BACK])
def test_anything_else_leaves_the_score(locale: str, text: str) -> None:
    assert read_correction(text, locale) is None


@pytest.mark.parametrize(
    ("locale", "text", "score", "rest"),
    [
        ("en", "sorry, I meant 9", 9, None),
        ("en", "not 6 but 9, great agent", 9, "great agent"),
        ("en", "9 not 6, quick agent", 9, "not 6, quick agent"),
        ("en", "9 is what I meant", 9, None),
        ("nl", "geen 6 maar een 7", 7, None),
        ("tr", "6 değil 7", 7, None),
        ("ja", "6ではなく7、速い", 7, "速い"),
        ("ko", "6점 말고 7점", 7, None),
        ("en", "9 no wait 8", None, None),
        ("en", "9, typo", None, None),
        ("en", "9 by mistake", None, None),
        ("en", "sorry, I meant 9 or 10", None, None),
        ("en", "it should have been a 10", None, None),
        ("es", "9 no, 8", None, None),
    ],
)
def test_a_message_may_put_itself_right(locale: str, text: str, score: int | None, rest: str | None) -> None:
    reading = read_score(text, locale)
    assert (reading.score, reading.rest) == (score, rest)


@pytest.mark.parametrize(
    ("locale", "text", "score"),
    [
        ("en", "8, would have been a 10 with less waiting", 8),
        ("en", "8 instead of 10 because slow", 8),
        ("en", "8 out of 10, 2 points off for the wait", 8),
        ("en", "7 - might have been better", 7),
        ("nl", "8 maar een 10 als jullie bellen", 8),
        ("de", "8, sonst eine 10", 8),
        ("zh", "8，如果快一点就10分", 8),
        ("en", "9, would have been", None),
        ("en", "10 minus 1 for waiting", None),
        ("en", "would be a 10, 8", None),
        ("en", "7, almost 8", None),
        ("en", "8, 9, 10", None),
        ("en", "8, no wait, would say 9", None),
        ("en", "10, if you fix it", None),
    ],
)
def test_the_answer_that_leads_stands_before_what_might_have_been(locale: str, text: str, score: int | None) -> None:
    assert read_score(text, locale).score == score
