"""The telephone against the sandbox: real SDK, real HTTP, both directions; no code is shared between the two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from common.channels import Payload, Prompt, SendError, SendErrorCode
from common.telephone.values import BRIDGE, CallStatus
from ivr.voice import TwilioVoice
from tests.channels.contract import no_fence
from tests.sandbox.running import ACCOUNT, ANA, NUMBER, TOKEN, Box, Product, eventually


@pytest.fixture
def voice(box: Box, product: Product) -> TwilioVoice:
    return TwilioVoice(
        account_sid=ACCOUNT,
        auth_tokens=(TOKEN,),
        public_url=product.url,
        number=NUMBER,
        now=lambda: datetime.now(UTC),
        api_url=box.url,
        timeout_s=2.0,
    )


def wish(voice: TwilioVoice, key: str = "score", to: str = ANA) -> Payload:
    return voice.render(to, Prompt(key=key, text="?", locale="en", step=1, reference="out_1"))


@pytest.mark.parametrize("key", ["score", BRIDGE])
def test_a_call_is_taken_as_we_ask_for_it(voice: TwilioVoice, box: Box, key: str) -> None:
    result = voice.send(wish(voice, key), before_request=no_fence)
    assert box.call("GET", f"/_sandbox/calls/{result.provider_id}")["customer"] == ANA
    assert voice.news(result.provider_id) is not None


def test_a_call_whose_answer_was_lost_is_found_and_another_is_not(voice: TwilioVoice, box: Box) -> None:
    earlier = voice.send(wish(voice), before_request=no_fence)
    since = datetime.now(UTC)
    box.faults(script=[{"fault": "accepted-reset", "times": 1}])
    with pytest.raises(SendError) as lost:
        voice.send(wish(voice), before_request=no_fence)
    assert lost.value.code is SendErrorCode.AMBIGUOUS
    found = voice.look_up(wish(voice), since, known=(earlier.provider_id,))
    assert found.result is not None
    assert found.result.provider_id != earlier.provider_id
    nobody = voice.look_up(wish(voice, to="+31699999999"), since - timedelta(minutes=1))
    assert (nobody.result, nobody.settled) == (None, True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("503", SendErrorCode.AMBIGUOUS), ("429", SendErrorCode.THROTTLED), ("accepted-500", SendErrorCode.AMBIGUOUS)],
)
def test_faults_have_names(voice: TwilioVoice, box: Box, fault: str, code: SendErrorCode) -> None:
    box.faults(script=[{"fault": fault, "times": 1}])
    with pytest.raises(SendError) as error:
        voice.send(wish(voice), before_request=no_fence)
    assert error.value.code is code


def test_a_number_that_cannot_be_one_is_undeliverable(voice: TwilioVoice) -> None:
    with pytest.raises(SendError) as error:
        voice.send(wish(voice, to="+1bad"), before_request=no_fence)
    assert error.value.code is SendErrorCode.UNDELIVERABLE


def test_news_and_recordings_can_be_asked_for(voice: TwilioVoice, box: Box, product: Product) -> None:
    documents = ['<Response><Record action="/done"/></Response>', "<Response><Hangup/></Response>"]
    product.answer = lambda call: (
        200,
        "text/xml",
        documents.pop(0) if documents and "status" not in call.path else "<Response/>",
    )
    done = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {"script": [{"speak": "slow", "for_s": 3, "end": "#"}]})
    news = voice.news(done["sid"])
    assert news is not None
    assert news.status is CallStatus.COMPLETED
    (made,) = box.ledger("call_recording")
    audio = voice.fetch_recording(made["recording"])
    assert audio is not None
    assert (audio.data[:4], audio.media_type) == (b"RIFF", "audio/wav")
    voice.forget_recording(made["recording"])
    assert voice.fetch_recording(made["recording"]) is None
    assert voice.fetch_recording("RE" + "0" * 32) is None


def test_wrong_credentials_are_a_fault_of_settings(box: Box, product: Product) -> None:
    stranger = TwilioVoice(
        account_sid=ACCOUNT,
        auth_tokens=("wrong",),
        public_url=product.url,
        number=NUMBER,
        now=lambda: datetime.now(UTC),
        api_url=box.url,
    )
    with pytest.raises(SendError) as error:
        stranger.check()
    assert error.value.code is SendErrorCode.CONFIG
    with pytest.raises(SendError):
        stranger.fetch_recording("RE" + "0" * 32)


def test_what_the_sandbox_plays_is_what_the_product_hears(voice: TwilioVoice, box: Box, product: Product) -> None:
    box.call("POST", f"/_sandbox/handsets/{ANA}/telephone", {"answers": "busy"})
    voice.send(wish(voice), before_request=no_fence)
    told = eventually(lambda: [call for call in product.calls if call.params.get("CallStatus") == "busy"])
    assert told[0].path == "/webhooks/voice/status?ref=out_1"
