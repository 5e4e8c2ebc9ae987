"""Files that go out: what the providers are sent, and that an upload is no message."""

from __future__ import annotations

import json

import pytest

from bots.webchat import WebChat
from common.channels import OutboundFile, SendError, SendErrorCode
from common.errors import Invalid
from common.files.offering import MAX_FILE, outbound, refuse_unfit
from tests.channels.contract import a_prompt, no_fence
from tests.channels.provider import Answer, Asked, Provider
from tests.channels.test_telegram import ANA as CHAT
from tests.channels.test_telegram import TOKEN, a_message
from tests.channels.test_telegram import accepted as taken_by_telegram
from tests.channels.test_telegram import an_adapter as telegram
from tests.channels.whatsapp_harness import ANA, NUMBER_ID, an_adapter, an_error, sent

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 40
PDF = b"%PDF-1.7 an invoice"


def a_file(content: bytes = PNG, name: str = "broken lamp.png") -> OutboundFile:
    return outbound(content, name)


def meta(*, upload: Answer | None = None, message: Answer | None = None) -> object:
    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/media"):
            return upload or Answer(body=b'{"id": "778899"}')
        return message or sent()

    return answer


def test_on_whatsapp_a_file_is_uploaded_and_then_sent_by_its_id(provider: Provider) -> None:
    provider.answer = meta()  # type: ignore[assignment]
    adapter, fences = an_adapter(provider.url), []
    prompt = a_prompt("Here it is.", file=a_file(PDF, "invoice 12.exe"))
    result = adapter.send(adapter.render(ANA, prompt), before_request=lambda: fences.append(len(provider.asked)))
    upload, message = provider.asked
    assert upload.path.endswith(f"/{NUMBER_ID}/media")
    assert upload.headers["content-type"].startswith("multipart/form-data")
    assert PDF in upload.body
    assert b"application/pdf" in upload.body
    assert fences == [1], "the fence stands before the message, not before the upload"
    body = json.loads(message.body)
    assert (body["type"], body["document"]) == (
        "document",
        {"id": "778899", "filename": "invoice 12.pdf", "caption": "Here it is."},
    )
    assert result.provider_id == "wamid.1"


def test_a_picture_without_words_has_neither_caption_nor_name(provider: Provider) -> None:
    provider.answer = meta()  # type: ignore[assignment]
    adapter = an_adapter(provider.url)
    adapter.send(adapter.render(ANA, a_prompt("", file=a_file())), before_request=no_fence)
    assert json.loads(provider.asked[1].body)["image"] == {"id": "778899"}


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (Answer(fault="cut"), SendErrorCode.UNREACHABLE),
        (Answer(status=500), SendErrorCode.UNREACHABLE),
        (Answer(body=b"{}"), SendErrorCode.UNREACHABLE),
        (an_error(400, 131053), None),
        (an_error(401, 190), SendErrorCode.CONFIG),
    ],
)
def test_an_upload_that_fails_has_sent_nothing_and_is_never_in_doubt(
    provider: Provider, upload: Answer, code: SendErrorCode | None
) -> None:
    provider.answer = meta(upload=upload)  # type: ignore[assignment]
    adapter = an_adapter(provider.url)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt("Here", file=a_file())), before_request=no_fence)
    assert all(asked.path.endswith("/media") for asked in provider.asked)
    assert raised.value.code is not SendErrorCode.AMBIGUOUS
    assert code is None or raised.value.code is code


def test_the_message_itself_may_be_in_doubt(provider: Provider) -> None:
    provider.answer = meta(message=Answer(fault="cut"))  # type: ignore[assignment]
    adapter = an_adapter(provider.url)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt("Here", file=a_file())), before_request=no_fence)
    assert raised.value.code is SendErrorCode.AMBIGUOUS


@pytest.mark.parametrize(
    ("content", "method", "field"),
    [
        (PNG, "sendPhoto", b'name="photo"'),
        (PDF, "sendDocument", b'name="document"'),
        (b"\0\0\0\x18ftypmp42", "sendVideo", b'name="video"'),
    ],
)
def test_on_telegram_the_call_with_the_bytes_is_the_message(
    provider: Provider, content: bytes, method: str, field: bytes
) -> None:
    provider.says(taken_by_telegram(a_message()))
    adapter = telegram(provider.url)
    prompt = a_prompt("<b>Here</b>", file=a_file(content, "it"))
    result = adapter.send(adapter.render(CHAT, prompt), before_request=no_fence)
    (asked,) = provider.asked
    assert asked.path == f"/bot{TOKEN}/{method}"
    assert content in asked.body
    assert field in asked.body
    assert b"<b>Here</b>" in asked.body
    assert b"parse_mode" not in asked.body
    assert result.provider_id


def test_a_telegram_file_whose_answer_was_lost_is_in_doubt(provider: Provider) -> None:
    provider.says(Answer(fault="cut"))
    adapter = telegram(provider.url)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(CHAT, a_prompt("", file=a_file())), before_request=no_fence)
    assert raised.value.code is SendErrorCode.AMBIGUOUS


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "logo.png", "file_kind"),
        (b"<!doctype html><script>", "page.pdf", "file_kind"),
        (b"PK\x03\x04zip", "a.docx", "file_kind"),
        (b"", "nothing.png", "file_empty"),
        (PNG + bytes(5 * 1024 * 1024), "large.png", "file_large"),
        (PDF + bytes(MAX_FILE), "large.pdf", "file_large"),
    ],
)
def test_what_a_channel_cannot_carry_is_told_by_its_content(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        refuse_unfit(outbound(content, name), "", an_adapter().capabilities)
    assert raised.value.code == code


def test_a_name_is_a_name_and_ends_as_its_content_does() -> None:
    names = ["../../etc/passwd", 'a"b\r\nc.html', "C:\\temp\\ФОТО.heic", "", "x" * 300]
    assert [outbound(PNG, name).name for name in names] == [
        "passwd.png",
        "a b c.png",
        "ФОТО.png",
        "file.png",
        "x" * 80 + ".png",
    ]


def test_the_web_chat_takes_more_kinds_and_a_text_message_none() -> None:
    refuse_unfit(outbound(b"GIF89a", "a.gif"), "x" * 4000, WebChat().capabilities)
    with pytest.raises(Invalid) as raised:
        refuse_unfit(a_file(), "", an_adapter().capabilities.__class__(max_text=1600))
    assert raised.value.code == "no_files"
