"""What a survey may say of voices, languages and sounds."""

from __future__ import annotations

from typing import Any

import pytest

from common.speech.settings import is_voice, speech_faults, speech_of, spoken_in, with_sound, with_voice

SOUND = "snd_" + "0" * 26


@pytest.mark.parametrize(
    "name",
    [
        *("Polly.Joanna", "Polly.Joanna-Neural", "Polly.Ruth-Generative", "Google.en-US-Standard-A"),
        *(
            "Google.nl-NL-Wavenet-B",
            "Google.cmn-CN-Standard-C",
            "Google.en-US-Chirp3-HD-Aoede",
            "Google.en-GB-Neural2-A",
        ),
    ],
)
def test_names_of_voices(name: str) -> None:
    assert is_voice(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "alice",
        "Joanna",
        "Polly.",
        "Polly.joanna",
        'Polly.A" loop="0',
        "Polly.A<b>",
        "Google.en",
        "Google.en-US-",
        "x\n",
    ],
)
def test_no_names_of_voices(name: str) -> None:
    assert not is_voice(name)


def test_a_voice_may_say_its_language() -> None:
    assert spoken_in("Google.es-MX-Wavenet-A") == "es-MX"
    assert spoken_in("Polly.Mia-Neural") is None


def test_the_nearest_language_has_the_voice() -> None:
    speech = speech_of({"voice": {"voices": {"es": "Polly.Lucia", "es_MX": "Polly.Mia"}}})
    assert [speech.voice_for(tag) for tag in ("es-MX", "es-AR", "es", "en")] == [
        "Polly.Mia",
        "Polly.Lucia",
        "Polly.Lucia",
        None,
    ]


@pytest.mark.parametrize(
    ("voice", "field"),
    [
        ("Polly.Joanna", "voice"),
        ({"speed": 2}, "voice.speed"),
        ({"languages": "en"}, "voice.languages"),
        ({"languages": ["en"]}, "voice.languages"),
        ({"languages": ["en", "en_"]}, "voice.languages"),
        ({"languages": ["en", "EN"]}, "voice.languages"),
        ({"languages": [f"x{letter}" for letter in "abcdefghi"]}, "voice.languages"),
        ({"voices": ["Polly.Joanna"]}, "voice.voices"),
        ({"voices": {"en": "Polly.Joanna loud"}}, "voice.voices.en"),
        ({"voices": {"!": "Polly.Joanna"}}, "voice.voices.!"),
        ({"sounds": {"en": SOUND}}, "voice.sounds"),
        ({"sounds": {"en": {"score": "https://evil.example/a.mp3"}}}, "voice.sounds.en.score"),
        ({"sounds": {"en": {"choice.wait_time": SOUND}}}, "voice.sounds.en.choice.wait_time"),
        ({"sounds": {"en": {"voice.language": SOUND}}}, "voice.sounds.en.voice.language"),
        ({"sounds": {"en": {"reason": SOUND}}}, "voice.sounds.en.reason"),
    ],
)
def test_faults_are_named_by_their_field(voice: Any, field: str) -> None:
    wording = {"en": {"reason.voice": "Why, {name}?"}}
    assert [name for name, _ in speech_faults(voice, wording)] == [field]


def test_what_is_right() -> None:
    wording = {"en": {"score.voice": "How was {brand}?"}}
    voice = {"languages": ["en", "nl_BE"], "voices": {"en": "Polly.Joanna"}, "sounds": {"en": {"score": SOUND}}}
    assert speech_faults(voice, wording) == []
    assert speech_faults(None, wording) == []
    assert speech_of({"voice": voice}).sound_ids == {SOUND}


def test_taking_the_last_away_leaves_nothing() -> None:
    one = with_sound(None, "en", "score", SOUND)
    assert one == {"sounds": {"en": {"score": SOUND}}}
    both = with_voice(one, "en", "Polly.Amy")
    assert with_sound(both, "EN", "score", None) == {"voices": {"en": "Polly.Amy"}}
    assert with_voice(with_sound(both, "en", "score", None), "en", None) is None
