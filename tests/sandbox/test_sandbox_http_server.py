"""The small HTTP server on the wire, byte for byte."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from tests.sandbox.running import Box


def talk(box: Box, sent: bytes, *, hang_up: bool = False) -> bytes:
    """Everything that comes back until the server closes the connection."""
    address = urlsplit(box.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(sent)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /healthz\r\n\r\n", b"400"),
        (b"GET healthz HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"400"),
        (b"POST /_sandbox/reset HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"POST /_sandbox/reset HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /_sandbox/reset HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", b"413"),
        (b"POST /_sandbox/reset HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_connection_ends(box: Box, sent: bytes, status: bytes) -> None:
    answer = talk(box, sent)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"Connection: close" in answer


def test_half_a_request_is_no_request(box: Box) -> None:
    assert talk(box, b"", hang_up=True) == b""
    assert talk(box, b"POST /_sandbox/reset HTTP/1.1\r\nContent-Length: 9\r\n\r\n{}", hang_up=True)[9:12] == b"400"


def test_requests_follow_each_other_on_one_connection(box: Box) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = talk(box, request + request + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b"Connection: close") == 1


def test_head_has_no_body_and_old_clients_are_let_go(box: Box) -> None:
    answer = talk(box, b"HEAD /healthz HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert b"Content-Length: " in head
    assert body == b""
