"""The nexo driver over HTTP, at a server that closes the connection after each answer."""

from __future__ import annotations

from hal.drivers.nexo import NexoTerminal
from hal.ports import Approved, TerminalIs
from hal.wire.nexo.framing import HttpFraming
from tests.hal.nexo_messages import NOON, REFERENCE, SUCCESS, SYSTEM, FakeLink, approval, requests_in, response, service_id


class ClosingServer:
    """Answers one POST on each connection, then closes it."""

    def __init__(self, terminal: NexoTerminal) -> None:
        self.terminal = terminal

    def exchange(self, body: str) -> str:
        """Take the connection, answer what is asked with `body`; the category asked for."""
        assert self.terminal.wake(0.0) == b""
        self.terminal.connected()
        post = self.terminal.wake(0.0)
        message = post.partition(b"\r\n\r\n")[2]
        [(category, request)] = requests_in(len(message).to_bytes(4, "big") + message)
        answer = response(category, service_id(request), body).encode()
        self.terminal.receive(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + answer, 0.0)
        self.terminal.disconnected()
        return category


def test_each_question_has_a_connection_of_its_own() -> None:
    terminal = NexoTerminal(FakeLink(), HttpFraming("10.0.0.2:8443"), SYSTEM, lambda: NOON)
    server = ClosingServer(terminal)
    assert [server.exchange(SUCCESS) for _ in range(2)] == ["Login", "Diagnosis"]
    terminal.charge(240, REFERENCE)
    assert server.exchange(approval()) == "Payment"
    assert terminal.wake(0.0) == b""
    [ready, paid] = terminal.take()
    assert ready == TerminalIs(True)
    assert isinstance(paid, Approved)
    assert (paid.reference, paid.cents) == (REFERENCE, 240)
