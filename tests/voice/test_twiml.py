"""What leaves is TwiML and nothing else: our own list, and text that is only ever text."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree as Xml

import pytest
from twilio.twiml.voice_response import Dial, Gather, Say, VoiceResponse

from common.telephone.languages import spoken_language
from common.telephone.values import Awaits, Spoken
from common.wording import LOCALES
from ivr.render import Voice, empty, hang_up
from ivr.twiml import NotAllowed, spoken_text, to_document
from sandbox.voice_twiml import read_twiml
from tests.voice.line import DESK, Line

VOICE = Voice(base="https://zeroten.example", number="+15005550006", people=(DESK,))
POISON = (
    "<Hangup/>",
    "</Say><Dial>+15005550009</Dial><Say>",
    "]]><![CDATA[<Redirect>https://evil.example</Redirect>",
    "<!-- ",
    "-->",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;Say&gt;",
    "&#0;&#x1F;&amp;",
    "<break time='10s'/>",
    "<prosody rate='fast'>x</prosody>",
    "<speak><audio src='https://evil.example/a.mp3'/></speak>",
    "\x00\x01\x08\x0b\x0c\x0e\x1f",
    "\ud800\udfff",
    "\ufffe\uffff\U0001ffff",
    "\u202e\u2066\u200b\ufeff",
    "\r\n\t\x85\u2028",
    "{brand}{name}{0.__class__}%s%(x)s",
    'Ana "O\'Neil" & Söhne <GmbH>',
    "x" * 5_000,
    "🙂" * 900,
)
SHAPES = (
    *(Spoken(lines=("{x}",), question="{x}", options=("{x}", "b"), hint="{x}", awaits=each, step=1, call_id="call_1")
      for each in Awaits),
    Spoken(lines=("{x}", "{x}")),
    Spoken(question="{x}", options=("{x}",) * 9, awaits=Awaits.ASPECT, step=2),
)  # fmt: skip


def shape(document: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Every element with its attributes, in order."""
    return [(each.tag, tuple(sorted(each.attrib.items()))) for each in Xml.fromstring(document.encode()).iter()]


def with_text(spoken: Spoken, text: str) -> Spoken:
    return Spoken(
        lines=tuple(text for _ in spoken.lines),
        question=text if spoken.question else "",
        options=tuple(text if each == "{x}" else each for each in spoken.options),
        hint=text if spoken.hint else "",
        awaits=spoken.awaits,
        step=spoken.step,
        call_id=spoken.call_id,
    )


HOSTILE = list(itertools.product(SHAPES, POISON))


def test_there_are_two_hundred_hostile_cases() -> None:
    assert len(HOSTILE) >= 200


@pytest.mark.parametrize(("spoken", "poison"), HOSTILE)
def test_no_words_change_the_shape_of_a_document(spoken: Spoken, poison: str) -> None:
    harmless = VOICE.render(with_text(spoken, "Ana"))
    hostile = VOICE.render(with_text(spoken, f"Ana {poison}"))
    assert shape(hostile) == shape(harmless)
    read_twiml(hostile.encode(), "text/xml")


@pytest.mark.parametrize("poison", POISON)
def test_words_that_are_nothing_but_poison_leave_a_document(poison: str) -> None:
    read_twiml(VOICE.render(Spoken(lines=(poison,), question=poison, awaits=Awaits.SCORE, step=1)).encode(), "text/xml")


def test_a_hostile_brand_and_wording_are_only_spoken(line: Line) -> None:
    wording = {"en": {"score.voice": "</Say><Hangup/> {brand} <Say>&#0;"}}
    line.survey(brand="</Say><Dial>+15005550009</Dial>", wording=wording)
    phone = line.dial(["9#", {"hang_up": 1}])
    assert phone.transcript[0]["text"] == "/Say Hangup/ /Say Dial +15005550009 /Dial Say &#0;"
    assert line.conversation()["score"] == 9


def test_text_is_one_line_without_what_no_voice_can_say() -> None:
    assert spoken_text("a\n\tb\u200b \x00c <d>") == "a b c d"
    assert spoken_text("\x00\u200b<>") == ""


@pytest.mark.parametrize(
    "wrong",
    [
        VoiceResponse().append(Gather(bogus_attr="x")),
        VoiceResponse().append(Gather(action="/relative")),
        VoiceResponse().append(Gather(num_digits=99)),
        VoiceResponse().append(Gather(action=["a", "b"])),
        VoiceResponse().append(Say("a\x00b", language="en-US")),
        VoiceResponse().append(Say("", language="en-US")),
        VoiceResponse().append(Dial("not a number")),
        VoiceResponse().append(Dial(caller_id="anonymous")),
        VoiceResponse().append("words"),
    ],
)
def test_what_the_sdk_would_write_and_we_do_not(wrong: VoiceResponse) -> None:
    with pytest.raises(NotAllowed):
        to_document(wrong)


def test_verbs_that_we_do_not_speak_are_refused() -> None:
    for make in ("enqueue", "reject", "leave", "pay", "connect"):
        response = VoiceResponse()
        getattr(response, make)()
        with pytest.raises(NotAllowed):
            to_document(response)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_shipped_language_has_a_voice(locale: str) -> None:
    document = VOICE.render(Spoken(question="?", awaits=Awaits.SCORE, locale=locale))
    assert f'language="{spoken_language(locale)}"' in document
    assert locale == "zh" or spoken_language(locale).startswith(locale)


def test_the_smallest_documents() -> None:
    assert shape(empty()) == [("Response", ())]
    assert [tag for tag, _ in shape(hang_up())] == ["Response", "Hangup"]
