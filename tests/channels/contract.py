"""What every message adapter must do, whatever it speaks: `class TestX(AdapterContract): harness = XHarness()`.

A harness knows one provider: how it signs, what it sends, how it words its refusals. It holds no expectations but the
error code that each refusal must become.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.channels import (
    Adapter,
    Channel,
    Confirms,
    InvalidSignature,
    MalformedWebhook,
    NotUnderstood,
    Payload,
    Prompt,
    SendError,
    SendErrorCode,
    Taken,
    WebhookRequest,
)
from common.templates import TemplateNews
from common.wording import LOCALES, say
from common.wording.catalogue import shipped
from tests.channels.provider import Answer, Provider, closed_port
from tests.channels.receiving import FakeReceiver, an_app, post

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parents[1] / "fixtures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A recorded webhook and what it says. expected: facts as mappings, or "not_understood", or "malformed"."""

    name: str
    webhook: WebhookRequest
    expected: Sequence[Mapping[str, Any]] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer of the provider to a send, and what it must become."""

    name: str
    answer: Answer
    code: SendErrorCode
    retry_after: timedelta | None = None

    @property
    def is_quick(self) -> bool:
        """False where the adapter has to give up waiting."""
        return self.answer.fault not in {"hang", "drip"}


class Harness(Protocol):
    """One provider, for the contract."""

    channel: Channel
    customer: str
    secrets: Sequence[str]

    def adapter(self, api_url: str = ..., *, is_patient: bool = True) -> Adapter:
        """An adapter that calls `api_url` and lives at NOW; an impatient one gives up within a second."""

    def fixtures(self) -> Sequence[Fixture]: ...

    def failures(self) -> Sequence[Failure]: ...

    def sign(self, webhook: WebhookRequest) -> WebhookRequest:
        """The webhook with the headers by which the provider proves it."""

    def forgeries(self, webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
        """Named variations of a signed webhook, none of which the provider sent to us."""

    def reshaped(self, webhook: WebhookRequest, leaves: Mapping[str, str]) -> WebhookRequest:
        """An unsigned webhook of the same form with other values in its leaves."""

    def leaves(self, webhook: WebhookRequest) -> Sequence[str]: ...

    def accepted(self, provider_id: str) -> Answer:
        """The provider takes a message."""

    def text_of(self, payload: Payload) -> str: ...


def load_fixtures(folder: Path, read: Any) -> list[Fixture]:
    """The fixtures of a folder; `read` makes a signed webhook of one file's content."""
    files = sorted(folder.glob("*.json"))
    assert files, f"no fixtures in {folder}"
    contents: list[tuple[str, dict[str, Any]]] = [
        (file.stem, json.loads(file.read_text(encoding="utf-8"))) for file in files
    ]
    return [Fixture(name=name, webhook=read(content), expected=content["expected"]) for name, content in contents]


def a_prompt(text: str = "How likely are you to recommend Acme?", **changes: Any) -> Prompt:
    return replace(Prompt(key="score", text=text, locale="en", step=1, reference="msg_01k9a"), **changes)


def no_fence() -> None:
    """A fence that is always open."""


class AdapterContract:
    """The contract. Subclasses are collected, this class is not."""

    harness: Any  # a Harness; Any, because each subclass narrows it

    # --- webhooks: who sent it --------------------------------------------------------------------------------------

    def test_a_webhook_of_the_provider_is_accepted(self, fixture: Fixture) -> None:
        self.harness.adapter().verify(fixture.webhook)

    def test_forged_webhooks_are_refused_and_leave_nothing(self) -> None:
        receiver = FakeReceiver()
        client = an_app(self.harness.adapter(), receiver)
        seen = set()
        for fixture in self.harness.fixtures()[:3]:
            for name, forged in self.harness.forgeries(fixture.webhook):
                seen.add(name)
                with pytest.raises(InvalidSignature):
                    self.harness.adapter().verify(forged)
                if forged.path == fixture.webhook.path and _can_travel(forged):
                    answer = post(client, forged)
                    assert answer.status_code == 403, name
                    assert answer.mimetype == "application/problem+json"
        assert receiver.is_untouched
        assert len(seen) >= 20

    # --- webhooks: what it says --------------------------------------------------------------------------------------

    def test_a_fixture_parses_to_what_it_says(self, fixture: Fixture) -> None:
        adapter = self.harness.adapter()
        if fixture.expected in ("not_understood", "malformed"):
            with pytest.raises(NotUnderstood if fixture.expected == "not_understood" else MalformedWebhook):
                adapter.parse(fixture.webhook)
            return
        assert not isinstance(fixture.expected, str)
        facts = adapter.parse(fixture.webhook)
        assert len(facts) == len(fixture.expected)
        for fact, expected in zip(facts, fixture.expected, strict=True):
            assert type(fact).__name__ == expected["type"]
            actual = {"type": type(fact).__name__, **asdict(fact)}
            assert {name: _plain(actual[name]) for name in expected} == dict(expected)
            if isinstance(fact, TemplateNews):
                continue  # of the account, whatever its number
            assert fact.channel is adapter.channel
            assert fact.account == adapter.account

    def test_a_fixture_is_answered_as_its_provider_wants(self, fixture: Fixture) -> None:
        receiver = FakeReceiver()
        adapter = self.harness.adapter()
        answer = post(an_app(adapter, receiver), fixture.webhook)
        if fixture.expected == "malformed":
            assert (answer.status_code, receiver.is_untouched) == (400, True)
            return
        reply = adapter.acknowledge()
        if isinstance(adapter, Confirms):
            reply = adapter.confirm(fixture.webhook, _taken_once(fixture))
        assert answer.status_code == reply.status
        assert answer.get_data(as_text=True) == reply.body
        assert answer.content_type == reply.content_type
        if fixture.expected == "not_understood":
            assert [kept.body for _, kept, _ in receiver.quarantined] == [fixture.webhook.body]
            assert not receiver.facts
        else:
            assert len(receiver.facts) == len(fixture.expected)
            assert not receiver.quarantined

    def test_the_same_webhook_twice_is_one_fact(self, fixture: Fixture) -> None:
        receiver = FakeReceiver()
        client = an_app(self.harness.adapter(), receiver)
        post(client, fixture.webhook)
        once = dict(receiver.facts)
        post(client, fixture.webhook)
        assert receiver.facts == once

    def test_a_store_that_is_down_is_told_to_the_provider(self, fixture: Fixture) -> None:
        receiver = FakeReceiver()
        receiver.refuses = True
        answer = post(an_app(self.harness.adapter(), receiver), fixture.webhook)
        says_nothing = fixture.expected == []  # then there is nothing to store
        assert answer.status_code == (400 if fixture.expected == "malformed" else 200 if says_nothing else 503)
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "1"

    # --- webhooks: whatever it says ----------------------------------------------------------------------------------

    @given(data=st.data())
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    def test_any_value_in_any_leaf_is_taken_or_kept(self, data: st.DataObject) -> None:
        fixture = data.draw(st.sampled_from([each for each in self.harness.fixtures() if each.expected != "malformed"]))
        values = st.text() | st.integers().map(str) | st.sampled_from(("", "\0", "x" * 5_000, "0", "-1", "null", "{}"))
        names = self.harness.leaves(fixture.webhook)
        leaves = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=4)) if names else {}
        webhook = self.harness.reshaped(fixture.webhook, leaves) if leaves else fixture.webhook
        self._is_taken_or_kept(self.harness.sign(webhook), (200,))

    @given(data=st.data(), body=st.binary(max_size=2_000) | st.text(max_size=500).map(str.encode))
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    def test_any_signed_bytes_are_taken_kept_or_called_malformed(self, data: st.DataObject, body: bytes) -> None:
        fixture = data.draw(st.sampled_from(self.harness.fixtures()))
        self._is_taken_or_kept(self.harness.sign(replace(fixture.webhook, body=body)), (200, 400))

    def _is_taken_or_kept(self, webhook: WebhookRequest, statuses: Sequence[int]) -> None:
        adapter, receiver = self.harness.adapter(), FakeReceiver()
        adapter.verify(webhook)
        answer = post(an_app(adapter, receiver), webhook)
        assert answer.status_code in statuses
        says_nothing = answer.status_code == 200 and receiver.is_untouched and not adapter.parse(webhook)
        assert receiver.is_untouched == (answer.status_code == 400 or says_nothing)
        for fact in receiver.facts.values():
            for text in _strings(asdict(fact)):
                assert "\0" not in text
                assert text.encode("utf-8").decode("utf-8") == text

    # --- rendering ---------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("locale", sorted(LOCALES))
    def test_every_shipped_prompt_renders_within_the_capabilities(self, locale: str) -> None:
        adapter = self.harness.adapter()
        for key in shipped(locale):
            if key.startswith(("ui.", "choice.", "scale.")):
                continue
            text = say(key, locale=locale, channel=adapter.channel, brand="Acme", values={"name": "Ana"})
            payload = adapter.render(self.harness.customer, a_prompt(text, locale=locale))
            assert self.harness.text_of(payload) == text.strip()
            assert len(text) <= adapter.capabilities.max_text

    @given(text=st.text(min_size=1) | st.text(alphabet=st.characters(), max_size=50).map(lambda part: part * 400))
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    def test_any_text_renders_within_the_capabilities(self, text: str) -> None:
        adapter = self.harness.adapter()
        rendered = self.harness.text_of(adapter.render(self.harness.customer, a_prompt(text)))
        assert len(rendered) <= adapter.capabilities.max_text
        assert rendered.encode("utf-8").decode("utf-8") == rendered
        assert "\0" not in rendered

    def test_rendering_is_pure(self) -> None:
        adapter = self.harness.adapter()
        assert adapter.render(self.harness.customer, a_prompt()) == adapter.render(self.harness.customer, a_prompt())

    # --- sending -----------------------------------------------------------------------------------------------------

    def test_a_message_is_sent_once_and_named_by_the_provider(self, provider: Provider) -> None:
        provider.says(self.harness.accepted("id-1"))
        adapter = self.harness.adapter(provider.url)
        result = adapter.send(adapter.render(self.harness.customer, a_prompt()), before_request=no_fence)
        assert result.provider_id == getattr(self.harness, "name_of_accepted", "id-1")
        assert len(provider.asked) == 1

    def test_a_failure_is_classified_and_not_repeated(self, provider: Provider, failure: Failure) -> None:
        provider.says(failure.answer)
        adapter = self.harness.adapter(provider.url, is_patient=failure.is_quick)
        with pytest.raises(SendError) as raised:
            adapter.send(adapter.render(self.harness.customer, a_prompt()), before_request=no_fence)
        assert raised.value.code is failure.code
        assert raised.value.retry_after == failure.retry_after
        assert len(provider.asked) == 1

    def test_the_contract_s_failures_are_covered(self) -> None:
        covered = {failure.code for failure in self.harness.failures()}
        assert covered >= {
            SendErrorCode.AMBIGUOUS,
            SendErrorCode.CONFIG,
            SendErrorCode.ENDPOINT_BLOCKED,
            SendErrorCode.REJECTED,
            SendErrorCode.THROTTLED,
            SendErrorCode.UNDELIVERABLE,
        }

    def test_nobody_there_is_surely_not_sent(self) -> None:
        adapter = self.harness.adapter(closed_port())
        asked: list[str] = []
        with pytest.raises(SendError) as raised:
            adapter.send(
                adapter.render(self.harness.customer, a_prompt()), before_request=lambda: asked.append("fence")
            )
        assert raised.value.code is SendErrorCode.UNREACHABLE
        assert raised.value.retryable

    @pytest.mark.parametrize("refusal", [RuntimeError, ValueError, TimeoutError, ConnectionError, KeyError])
    def test_a_closed_fence_sends_nothing(self, provider: Provider, refusal: type[Exception]) -> None:
        provider.says(self.harness.accepted("id-1"))
        adapter = self.harness.adapter(provider.url)

        def closed() -> None:
            raise refusal("too late")

        with pytest.raises(refusal, match="too late"):
            adapter.send(adapter.render(self.harness.customer, a_prompt()), before_request=closed)
        assert provider.asked == []
        assert adapter.send(adapter.render(self.harness.customer, a_prompt()), before_request=no_fence)

    def test_the_fence_is_asked_once_before_the_provider_hears(self, provider: Provider) -> None:
        provider.says(self.harness.accepted("id-1"))
        adapter = self.harness.adapter(provider.url)
        heard: list[int] = []
        for _ in range(2):  # the second time over a connection that is open already
            adapter.send(
                adapter.render(self.harness.customer, a_prompt()),
                before_request=lambda: heard.append(len(provider.asked)),
            )
        assert heard == [0, 1]

    # --- discretion --------------------------------------------------------------------------------------------------

    def test_logs_hold_no_secret_no_number_and_no_words(
        self, provider: Provider, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        receiver = FakeReceiver()
        adapter = self.harness.adapter(provider.url)
        client = an_app(adapter, receiver)
        words = "canary words"
        payload = adapter.render(self.harness.customer, a_prompt(words))
        said: list[str] = []
        with structlog.testing.capture_logs() as events:
            for number, fixture in enumerate(self.harness.fixtures()):
                post(client, fixture.webhook)
                for _, forged in self.harness.forgeries(fixture.webhook):
                    if number < 5 and _can_travel(forged):
                        post(client, forged)
            for failure in self.harness.failures():
                provider.says(failure.answer)
                sender = self.harness.adapter(provider.url, is_patient=failure.is_quick)
                with pytest.raises(SendError) as raised:
                    sender.send(payload, before_request=no_fence)
                said.append("".join(_everything(raised.value)))
        said += [repr(events), caplog.text, repr(adapter)]
        for canary in (*self.harness.secrets, self.harness.customer, words):
            assert not [text for text in said if canary in text]


def _taken_once(fixture: Fixture) -> Sequence[Taken]:
    """What comes of a fixture's messages when they come for the first time."""
    messages = [fact for fact in fixture.expected if isinstance(fact, Mapping) and fact["type"] == "InboundMessage"]
    return [Taken(provider_id=str(fact.get("provider_id")), is_new=True, counts=True) for fact in messages]


def _everything(error: BaseException | None) -> Iterator[str]:
    """An error as a careless log would print it, with all it was chained to."""
    while error is not None:
        yield f"{error!r} {error} {vars(error)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _can_travel(webhook: WebhookRequest) -> bool:
    """HTTP headers are bytes; Python hands them over as Latin-1."""
    return all(ord(char) < 256 for value in webhook.headers.values() for char in value)


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for pair in value.items() for part in pair for text in _strings(part))
        case list() | tuple():
            yield from (text for part in value for text in _strings(part))


def _plain(value: Any) -> Any:
    """A value as JSON would hold it."""
    return list(value) if isinstance(value, tuple) else value
