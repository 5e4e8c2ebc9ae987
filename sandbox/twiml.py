"""What a messaging webhook answers: TwiML's `<Response>` with `<Message>`, or plain text, or nothing.

There is no official schema; the lists here are those of the "TwiML for Programmable Messaging" pages. What Twilio
would only warn of, we refuse: an emulator is where to find out.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # the product's own answer, at most 64 kB, without a document type
from dataclasses import dataclass

MAX_BYTES = 64 * 1024
MESSAGE_ATTRIBUTES = frozenset({"to", "from", "action", "method", "statusCallback"})
BODY_LIMIT = 1_600


class TwimlError(Exception):
    """The answer cannot be used; `code` is Twilio's debugger code."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One `<Message>`: `to` and `sender` are None where the document leaves them to Twilio."""

    body: str
    to: str | None = None
    sender: str | None = None
    status_callback: str | None = None


def parse_reply(content_type: str, body: bytes) -> tuple[Reply, ...]:
    """The messages that an answer asks for.

    Raises TwimlError: 11750 too large, 12300 a content type Twilio does not take, 12100 not well-formed,
    12200 an element or attribute that is not TwiML, 12254 a verb that we do not emulate.
    """
    if len(body) > MAX_BYTES:
        raise TwimlError(11750, f"the answer has {len(body)} bytes, more than {MAX_BYTES}")
    if not body.strip():
        return ()
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return (Reply(body=body.decode("utf-8", "replace")),)
    if kind not in ("text/xml", "application/xml", "text/html"):
        raise TwimlError(12300, f"content type {content_type!r} is not one for TwiML")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise TwimlError(12100, "a document type has no place in TwiML")
    try:
        root = ET.fromstring(body)  # noqa: S314 - see above: no document type, no entities, at most 64 kB
    except (ET.ParseError, ValueError) as error:
        raise TwimlError(12100, f"not well-formed: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12100, f"the root element is <{root.tag}>, not <Response>")
    if (root.text or "").strip():
        raise TwimlError(12200, "text directly inside <Response>")
    return tuple(_message(element) for element in root)


def _message(element: ET.Element) -> Reply:
    if element.tag == "Redirect":
        raise TwimlError(12254, "<Redirect> is not emulated")
    if element.tag != "Message":
        raise TwimlError(12200, f"<{element.tag}> is not a messaging verb")
    unknown = set(element.attrib) - MESSAGE_ATTRIBUTES
    if unknown:
        raise TwimlError(12200, f"<Message> has no attribute {', '.join(sorted(unknown))}")
    texts = [element.text or ""]
    for child in element:
        if child.tag not in ("Body", "Media"):
            raise TwimlError(12200, f"<{child.tag}> is not allowed in <Message>")
        texts.append((child.text or "") if child.tag == "Body" else f"[{(child.text or '').strip()}]")
    body = "".join(texts).strip()
    if not body:
        raise TwimlError(14103, "<Message> has no body")
    if len(body) > BODY_LIMIT:
        raise TwimlError(14104, f"<Message> has {len(body)} characters, more than {BODY_LIMIT}")
    return Reply(
        body=body,
        to=element.get("to"),
        sender=element.get("from"),
        status_callback=element.get("statusCallback") or element.get("action"),
    )
