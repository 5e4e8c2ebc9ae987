"""The words that show a theme are found exactly where they stand, in every shipped language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from common.themes.book import CodeBook, Theme, read_book
from common.themes.coding import Coder
from common.themes.folding import fold
from common.themes.starter import starter
from common.wording.locales import LOCALES

STARTER = Coder(starter())


def book(**themes: Theme) -> CodeBook:
    return CodeBook(version=1, themes={theme.id: theme for theme in themes.values()})


def found(coder: Coder, text: str, locale: str) -> list[tuple[str, str]]:
    return [(mark.theme, text[mark.start : mark.end]) for mark in coder.code(text, locale)]


@pytest.mark.parametrize(
    ("locale", "text", "words"),
    [
        ("en", "Waited an hour, then they HUNG  up. Invoices wrong!", ["Waited", "HUNG  up", "Invoices"]),
        ("nl", "Veel te lang gewacht, en onvriendelijk", ["Veel te lang", "gewacht", "onvriendelijk"]),
        ("de", "Die Rechnungen sind falsch", ["Rechnungen"]),
        ("fr", "Je n’ai jamais été rappelé", ["rappelé"]),
        ("es", "La señorita fue muy amable", ["amable"]),
        ("pt-BR", "A cobrança veio errada", ["cobrança"]),
        ("it", "Operatore gentilissimo, ma troppa attesa", ["attesa"]),
        ("tr", "Teslimatım gecikti, faturamda hata var", ["Teslimatım", "gecikti", "faturamda", "hata"]),
        ("ar", "والانتظارُ كان طويلاً", ["والانتظارُ", "طويلاً"]),
        ("hi", "बहुत इंतज़ार और बिल गलत", ["इंतज़ार", "बिल"]),
        ("id", "Menunggu lama, tagihannya salah", ["Menunggu", "lama", "tagihannya"]),
        ("pl", "Zbyt długo czekałem na kuriera", ["Zbyt długo", "czekałem", "kuriera"]),
        ("ru", "Долго ждали", ["Долго", "ждали"]),
        ("zh", "等了很久，态度很差", ["等了", "态度"]),
        ("ja", "待ち時間が長すぎる", ["待ち", "長すぎ"]),
        ("ko", "상담원이 불친절해요", ["상담원이", "불친절해요"]),
    ],
)
def test_the_starter_book_reads_every_shipped_language(locale: str, text: str, words: list[str]) -> None:
    assert [word for _, word in found(STARTER, text, locale)] == words


def test_every_starter_theme_has_words_in_every_shipped_language() -> None:
    languages = {tag.partition("-")[0] for tag in LOCALES}
    for theme in starter().living:
        assert languages <= set(theme.include), theme.id
        assert languages <= set(theme.names), theme.id


def test_how_terms_are_written() -> None:
    coder = Coder(
        book(
            late=Theme(id="late", names={"en": "Late"}, include={"en": ("=late", "no .. answer", "refund*", "ring")}),
            early=Theme(id="early", names={"en": "Early"}, include={"*": ("Zügig",)}, exclude={"en": ("not",)}),
        )
    )
    assert found(coder, "later latest late", "en") == [("late", "late")]
    assert found(coder, "no useful answer; no, really not one good answer", "en") == [("late", "no useful answer")]
    assert found(coder, "refundability of rings, earring", "en") == [("late", "refundability"), ("late", "rings")]
    assert found(coder, "ZUGIG! not zügig. zügig", "en") == [("early", "ZUGIG"), ("early", "zügig")]
    assert found(coder, "late", "nl") == [("late", "late")]  # many answer in English
    assert found(coder, "late", "en-GB") == found(coder, "late", "en")


@given(st.text(max_size=60), st.sampled_from(["en", "tr", "ar", "hi", "ja", "ko", "xx"]))
def test_no_text_breaks_it_and_marks_lie_within(text: str, locale: str) -> None:
    for mark in STARTER.code(text, locale):
        assert 0 <= mark.start < mark.end <= len(text)
        assert fold(text[mark.start : mark.end])


def test_merging_keeps_ids_and_leads_on() -> None:
    one = Theme(id="one", names={"en": "One"}, include={"en": ("alpha",)})
    two = Theme(id="two", names={"en": "Two"}, include={"en": ("beta",)}, parent="one")
    made = book(one=one, two=two).merged("one", "two")
    assert made.final("one") == "two"
    assert found(Coder(made), "alpha beta", "en") == [("two", "alpha"), ("two", "beta")]
    assert read_book(made.version, made.as_json()) == made
    with pytest.raises(Invalid):
        made.merged("two", "one")
    with pytest.raises(Invalid):
        made.with_theme(Theme(id="two", names={"en": "Two"}, parent="two"))
    with pytest.raises(Invalid):
        made.with_theme(Theme(id="three", names={"en": " "}, include={"en": ("!!",)}))
