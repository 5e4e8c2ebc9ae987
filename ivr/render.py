"""What is said next, as TwiML. Pure.

The score (measured on a virtual clock, see docs/channels/voice.md): two keys at most; two seconds between them; the
prompt ends in a silent pause inside the Gather, so that there are seven seconds for the first key although Twilio
knows one time-out only. A key pressed while we speak counts and stops the speech. An empty result is posted as well,
so silence is heard; the Redirect behind each collecting verb is for providers that fall through all the same.

Sources: https://www.twilio.com/docs/voice/twiml/gather, …/record, …/dial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from twilio.twiml.voice_response import Dial, Gather, Play, Say, VoiceResponse

from common.speech.settings import spoken_in
from common.telephone.keypad import MOST_OPTIONS
from common.telephone.languages import spoken_language
from common.telephone.values import Awaits, Spoken
from ivr.twiml import spoken_text, to_document

KEY_GAP_S = 2
FIRST_KEY_S = 5
"""Silence after the prompt, on top of the gap, in which the first key may come."""
MENU_KEY_S = 4
RECORD_S = 90
RECORD_SILENCE_S = 4
RING_S = 20
"""How long a person's telephone rings before the caller is asked for a message."""
TALK_LIMIT_S = 3600
SOUNDS = "/webhooks/voice/sounds"
"""Where recorded prompts are fetched."""
MAX_LABEL = 80
"""Signs of an option that are spoken, so that many long ones cannot make a document too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mouth:
    """Who says the words of a document. language: the provider's code, also of what is listened for. sounds: words →
    the address of what is played in their place."""

    language: str
    said: Mapping[str, str]
    sounds: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, locale: str, voice: str | None, sounds: Mapping[str, str] | None = None) -> _Mouth:
        """A voice knows its language, and one that does not fit it would not be said at all: then only it is named."""
        language = spoken_language(locale)
        said = {"language": language} if voice is None else {"voice": voice, "language": spoken_in(voice)}
        return cls(language=language, said={k: v for k, v in said.items() if v}, sounds=sounds or {})

    def introduce(self, verb: VoiceResponse | Gather, spoken: Spoken) -> None:
        for line in (*spoken.lines, spoken.question):
            self.say(verb, line)

    def say(self, verb: VoiceResponse | Gather, text: str) -> None:
        if (address := self.sounds.get(text)) is not None:
            verb.append(Play(address))
        elif words := spoken_text(text):
            verb.append(Say(words, **self.said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What documents are made with. base: the public address of our doors, without a slash at its end.

    number: the one that callers see when they are put through. people: the numbers that are rung for them.
    takes_speech: the reason is recognised at once instead of being recorded. hears_answers: score and choice may be
    said as well as pressed. transcribes: the provider turns recordings into text.
    """

    base: str
    number: str
    people: tuple[str, ...] = ()
    takes_speech: bool = False
    hears_answers: bool = False
    transcribes: bool = False

    def render(self, spoken: Spoken) -> str:
        """The document. Raises NotAllowed for a fault of ours; no words can cause one."""
        response = VoiceResponse()
        mouth = self._mouth(spoken)
        if spoken.awaits is None:
            for line in spoken.lines:
                mouth.say(response, line)
            response.hangup()
            return to_document(response)
        _RENDERERS[spoken.awaits](self, response, spoken, mouth)
        response.redirect(self.step_url(spoken), method="POST")
        return to_document(response)

    def step_url(self, spoken: Spoken) -> str:
        """Where Twilio brings what the caller does now."""
        return f"{self.base}/webhooks/voice/step?step={spoken.step}"

    def _mouth(self, spoken: Spoken) -> _Mouth:
        sounds = {words: f"{self.base}{SOUNDS}/{sound}" for words, sound in spoken.played.items()}
        return _Mouth.of(spoken.locale, spoken.voice, sounds)

    # --- one for each thing that is awaited ----------------------------------------------------------------------

    def _score(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        wish = {"num_digits": 2, "finish_on_key": "#", "timeout": KEY_GAP_S, **self._ears(mouth)}
        gather = self._gather(response, spoken, mouth, **wish)
        gather.pause(length=FIRST_KEY_S)

    def _one_key(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        self._gather(response, spoken, mouth, num_digits=1, finish_on_key="", timeout=MENU_KEY_S)

    def _language(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        gather = self._gather(response, spoken, mouth, num_digits=1, finish_on_key="", timeout=MENU_KEY_S)
        for line in spoken.menu:
            _Mouth.of(line.locale, line.voice).say(gather, line.text)

    def _aspect(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        if len(spoken.options) > MOST_OPTIONS:
            wish = {"num_digits": 2, "finish_on_key": "#", "timeout": KEY_GAP_S}
        else:
            wish = {"num_digits": 1, "finish_on_key": "", "timeout": MENU_KEY_S}
        gather = self._gather(response, spoken, mouth, **wish, **self._ears(mouth))
        for number, label in enumerate(spoken.options, start=1):
            mouth.say(gather, f"{label[:MAX_LABEL].rstrip('.')}: {number}.")
        if len(spoken.options) <= MOST_OPTIONS:
            mouth.say(gather, spoken.hint)
        if len(spoken.options) > MOST_OPTIONS:
            gather.pause(length=FIRST_KEY_S)

    def _reason(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        if self.takes_speech:
            ears = {
                "input": "dtmf speech",
                "speech_timeout": "3",
                "profanity_filter": False,
                "heard_in": mouth.language,
            }
            self._gather(response, spoken, mouth, num_digits=1, finish_on_key="", timeout=6, **ears)
            return
        self._message(response, spoken, mouth)

    def _message(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        mouth.introduce(response, spoken)
        response.record(
            action=self.step_url(spoken),
            method="POST",
            max_length=RECORD_S,
            timeout=RECORD_SILENCE_S,
            finish_on_key="#",
            play_beep=True,
            trim="trim-silence",
            recording_status_callback=f"{self.base}/webhooks/voice/recording",
            recording_status_callback_method="POST",
            recording_status_callback_event="completed absent",
            transcribe=True if self.transcribes else None,
            transcribe_callback=f"{self.base}/webhooks/voice/transcription" if self.transcribes else None,
        )

    def _handoff(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth) -> None:
        mouth.introduce(response, spoken)
        dial = Dial(
            action=self.step_url(spoken),
            method="POST",
            timeout=RING_S,
            time_limit=TALK_LIMIT_S,
            answer_on_bridge=True,
            caller_id=self.number,
        )
        for number in self.people:
            dial.number(number, url=f"{self.base}/webhooks/voice/whisper?call={spoken.call_id}", method="POST")
        response.append(dial)

    def _ears(self, mouth: _Mouth) -> dict[str, object]:
        """What makes a Gather listen for words beside the keys; whichever comes first counts."""
        if not self.hears_answers:
            return {}
        return {"input": "dtmf speech", "speech_timeout": "auto", "profanity_filter": False, "heard_in": mouth.language}

    def _gather(self, response: VoiceResponse, spoken: Spoken, mouth: _Mouth, **attributes: object) -> Gather:
        """Everything is said inside, so that a key counts, and stops the speech, from the first word on."""
        attributes = {"input": "dtmf", "action_on_empty_result": True, **attributes}
        heard_in = attributes.pop("heard_in", None)
        gather = Gather(action=self.step_url(spoken), method="POST", language=heard_in, **attributes)
        mouth.introduce(gather, spoken)
        response.append(gather)
        return gather

    # --- other legs of a call -------------------------------------------------------------------------------------

    def whisper(self, spoken: Spoken, action: str) -> str:
        """Said to whoever picks up, who must press a key to take the call; a voicemail presses none."""
        response = VoiceResponse()
        gather = Gather(
            input="dtmf",
            num_digits=1,
            finish_on_key="",
            timeout=8,
            action=action,
            method="POST",
            action_on_empty_result=True,
        )
        mouth = self._mouth(spoken)
        for line in spoken.lines:
            mouth.say(gather, line)
        response.append(gather)
        response.hangup()
        return to_document(response)

    def bridge(self, customer: str, action: str) -> str:
        """Puts a user who has pressed the key through to the customer."""
        response = VoiceResponse()
        dial = Dial(
            action=action,
            method="POST",
            timeout=30,
            time_limit=TALK_LIMIT_S,
            answer_on_bridge=True,
            caller_id=self.number,
        )
        dial.number(customer)
        response.append(dial)
        return to_document(response)


def empty() -> str:
    """Nothing to say: what a status callback is answered, and what connects the two after a whisper."""
    return to_document(VoiceResponse())


def hang_up() -> str:
    """The end, without a word."""
    response = VoiceResponse()
    response.hangup()
    return to_document(response)


_Renderer = Callable[[Voice, VoiceResponse, Spoken, _Mouth], None]
_RENDERERS: dict[Awaits, _Renderer] = {
    Awaits.SCORE: Voice._score,
    Awaits.ONE_OR_TEN: Voice._one_key,
    Awaits.OFFER: Voice._one_key,
    Awaits.OPT_OUT: Voice._one_key,
    Awaits.LANGUAGE: Voice._language,
    Awaits.ASPECT: Voice._aspect,
    Awaits.REASON: Voice._reason,
    Awaits.MESSAGE: Voice._message,
    Awaits.HANDOFF: Voice._handoff,
}
