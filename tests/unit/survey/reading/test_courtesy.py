"""Thanks and goodbyes that nobody need read, and words that only begin like them."""

from __future__ import annotations

import pytest

from common.survey.reading import read_courtesy

COURTESIES = [
    ("en", "thanks"),
    ("en", "Ok bye!"),
    ("en", "Thank you so much for your help! 😊"),
    ("en", "You're welcome"),
    ("en", "👍🏽"),
    ("en", "❤️"),
    ("en", ":)"),
    ("nl", "bedankt en fijne dag nog"),
    ("nl", "ok thanks"),
    ("de", "Danke schön, schönen Tag noch"),
    ("fr", "merci beaucoup bonne journée"),
    ("es", "muchas gracias por todo"),
    ("pt", "obrigada!"),
    ("it", "grazie mille, buona giornata"),
    ("pl", "dziękuję bardzo"),
    ("tr", "teşekkür ederim iyi günler"),
    ("ru", "спасибо большое"),
    ("ar", "شكرا جزيلا"),
    ("hi", "धन्यवाद जी"),
    ("hi", "shukriya"),
    ("id", "terima kasih kak"),
    ("zh", "好的，谢谢"),
    ("ja", "ありがとうございました！"),
    ("ko", "네 감사합니다^^"),
    ("en", "dankjewel"),
    ("de", "спасибо"),
    ("ja", "thank you"),
]
NEWS = [
    ("en", ""),
    ("en", "..."),
    ("en", "?"),
    ("en", "ok?"),
    ("en", "no"),
    ("en", "you"),
    ("en", "the"),
    ("en", "thanks 9"),
    ("en", "thanks for nothing"),
    ("en", "thanks but my order is still missing"),
    ("en", "ok when do you call me"),
    ("en", "😡"),
    ("en", "👍👎"),
    ("en", "STOP"),
    ("en", "call me, thanks"),
    ("en", "thanks " * 40),
    ("fr", "merci de me rappeler"),
    ("nl", "bedankt voor niets"),
    ("de", "danke für nichts"),
    ("zh", "谢谢 但是没解决"),
    ("ja", "ありがとう。でもまだ届かない"),
    ("ko", "감사합니다만 아직 안왔어요"),
    ("ru", "спасибо, но не работает"),
]


@pytest.mark.parametrize(("locale", "text"), COURTESIES)
def test_a_courtesy_needs_nobody(locale: str, text: str) -> None:
    assert read_courtesy(text, locale)


@pytest.mark.parametrize(("locale", "text"), NEWS)
def test_anything_more_is_for_a_person(locale: str, text: str) -> None:
    assert not read_courtesy(text, locale)
