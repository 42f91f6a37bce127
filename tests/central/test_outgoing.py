"""Requests to other servers: over within their time and length, whatever the other side does, and nobody waits behind it."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from central.api.webhook_sender import send_message
from central.outgoing.bounded import BoundedTransport
from central.payments.http_provider import HttpProvider
from central.payments.port import PaymentOrder, ProviderAwayError

BOUND_S = 0.6
"""Of a request here."""
STEP_S = 0.02
"""Between two bytes of who drips: far less than any time-out from one byte to the next."""
BYTES = 250
"""After so many he has told everything: five seconds, when whoever asked should be gone."""
HEADERS = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def drips(start: bytes, end: bytes) -> Callable[[socket.socket], None]:
    """Says a start, then a byte now and then, then the end: unless the other side hangs up."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(start)
        connection.settimeout(STEP_S)
        for _ in range(BYTES):
            try:
                if not connection.recv(65_536):
                    return
            except TimeoutError:
                connection.sendall(b"a")
        connection.sendall(end)

    return answer


IN_HEADERS = drips(HEADERS + b"x-a: ", b"\r\ncontent-length: 0\r\n\r\n")
IN_BODY = drips(HEADERS + f"content-length: {BYTES + 2}\r\n\r\n".encode() + b'"', b'"')


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that answers one request so."""

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            try:
                answer(connection)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def client(most_bytes: int = 10_000) -> httpx.Client:
    return httpx.Client(transport=BoundedTransport(BOUND_S, most_bytes), timeout=30)


def whole(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(HEADERS + b"content-length: 2\r\n\r\n{}")


def test_an_answer_is_what_it_is() -> None:
    with listening(whole) as url, client() as http:
        answer = http.post(url, content=b"x", headers={"x-said": "1"})
    assert (answer.status_code, answer.json(), answer.headers["content-type"]) == (200, {}, "application/json")


@pytest.mark.parametrize("answer", [IN_HEADERS, IN_BODY], ids=["headers", "body"])
def test_a_byte_now_and_then_gains_no_time(answer: Callable[[socket.socket], None]) -> None:
    with listening(answer) as url, client() as http, pytest.raises(httpx.ReadTimeout):
        http.get(url)


@pytest.mark.parametrize(("content", "taken"), [(b"{}", True), (b" " * 1_000_000, False)])
def test_what_is_packed_is_measured_unpacked(content: bytes, taken: bool) -> None:
    packed = gzip.compress(content)

    def answer(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(HEADERS + f"content-encoding: gzip\r\ncontent-length: {len(packed)}\r\n\r\n".encode() + packed)

    assert len(packed) < 10_000
    with listening(answer) as url, client() as http:
        if taken:
            assert http.get(url).json() == {}
        else:
            with pytest.raises(httpx.ReadError):
                http.get(url)


def test_what_is_too_long_is_not_taken() -> None:
    with listening(whole) as url, client(most_bytes=1) as http, pytest.raises(httpx.ReadError):
        http.get(url)


def test_a_receiver_that_drips_holds_up_no_webhook() -> None:
    with listening(IN_HEADERS) as url:
        said = send_message(url, {}, "{}", [ipaddress.ip_network("127.0.0.0/8")], within_s=BOUND_S)
    assert said.startswith("ReadTimeout: ")


def test_of_a_receiver_only_the_status_is_waited_for() -> None:
    with listening(IN_BODY) as url:
        assert send_message(url, {}, "{}", [ipaddress.ip_network("127.0.0.0/8")], within_s=BOUND_S) == "200"


def test_a_provider_that_drips_is_away() -> None:
    with listening(IN_BODY) as url, pytest.raises(ProviderAwayError):
        HttpProvider(url, "the city's key", timeout_s=BOUND_S).open_order(PaymentOrder("1000001", 4500, "Demande 1000001"))
