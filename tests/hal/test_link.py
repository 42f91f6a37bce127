"""Link to a device on a network, over real sockets of this computer: made, refused, lost, slow, and with TLS."""

from __future__ import annotations

import select
import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware import loop
from firmware.station.equipment import Plug
from firmware.station.stop_signal import StopSignal
from hal.clock import SystemClock
from hal.link import TcpLink
from hal.ports import NEVER, Instant
from tests.hal.far_socket import HERE, FarSocket, Stepped, certificate, server_context, stepped


@pytest.fixture
def far() -> Iterator[FarSocket]:
    far = FarSocket()
    yield far
    far.end()


@pytest.fixture
def made(far: FarSocket) -> Iterator[Stepped]:
    made = stepped(far)
    made.connect()
    assert made.end.told == ["connected"]
    yield made
    made.link.close()


def test_a_link_is_made_and_carries_bytes_both_ways(made: Stepped) -> None:
    made.link.write(b"question")
    made.until(lambda: made.far.heard)
    made.far.send(b"answer")
    made.until(lambda: len(made.end.told) == 2)
    assert (made.far.heard, made.end.told) == (b"question", ["connected", "answer"])


def test_a_second_dial_is_nothing_and_the_descriptor_never_changes(made: Stepped) -> None:
    descriptor = made.link.fileno()
    made.link.dial()
    made.link.hang_up()
    made.far.close()
    made.connect()
    assert made.end.told == ["connected", "connected"]
    assert made.link.fileno() == descriptor
    assert not made.link.lost
    assert not made.link.pending


def test_a_refused_link_is_told_once_and_only_when_it_is_read(far: FarSocket) -> None:
    refused = stepped(far)
    far.end()
    refused.link.dial()
    assert refused.end.told == []
    assert refused.link.read() == b""
    assert refused.end.told == ["disconnected"]
    assert refused.link.read() == b""
    refused.link.close()


def test_an_address_that_no_network_reaches_is_refused_like_any_other(far: FarSocket) -> None:
    refused = stepped(far, host="255.255.255.255")
    refused.link.dial()
    assert refused.end.told == [], "nothing is told from within `dial`"
    assert ready(refused.link)
    refused.link.read()
    assert refused.end.told == ["disconnected"]
    refused.link.close()


def test_what_is_written_before_the_link_is_made_or_after_it_is_lost_is_dropped(far: FarSocket) -> None:
    made = stepped(far)
    made.link.write(b"before")
    made.link.dial()
    made.link.write(b"too early")
    made.until(lambda: made.end.told and far.peer)
    far.close()
    made.until(lambda: len(made.end.told) == 2)
    made.link.write(b"too late")
    made.connect()
    made.link.write(b"now")
    made.until(lambda: far.heard)
    assert far.heard == b"now"
    made.link.close()


def test_a_link_that_its_far_end_closes_is_lost(made: Stepped) -> None:
    made.far.close()
    made.until(lambda: len(made.end.told) == 2)
    assert made.end.told == ["connected", "disconnected"]
    assert not ready(made.link)


def test_what_comes_with_the_end_is_read_before_the_end_is_told(made: Stepped) -> None:
    made.far.send(b"last word")
    made.far.close()
    made.until(lambda: len(made.end.told) == 3)
    assert made.end.told == ["connected", "last word", "disconnected"]


def test_what_comes_before_a_reset_is_read_though_writing_has_failed(made: Stepped) -> None:
    assert made.far.peer is not None
    made.far.send(b"last word")
    made.far.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    made.far.close()
    made.link.write(b"a word that nobody reads")
    assert made.end.told == ["connected"], "nothing is told from within `write`"
    made.until(lambda: made.end.told[-1] == "disconnected")
    assert made.end.told == ["connected", "last word", "disconnected"]


def test_a_slow_far_end_gets_the_rest_when_it_reads(made: Stepped) -> None:
    sent = bytes(range(256)) * 40_000
    made.far.reads = False
    made.link.write(sent)
    assert not ready(made.link)
    made.far.reads = True
    made.until(lambda: len(made.far.heard) == len(sent))
    assert made.far.heard == sent
    assert not ready(made.link)


def test_hanging_up_drops_what_was_not_sent_and_tells_nothing(made: Stepped) -> None:
    made.link.write(bytes(10_000_000))
    made.link.hang_up()
    assert made.link.read() == b""
    made.until(lambda: made.far.ended)
    assert len(made.far.heard) < 10_000_000
    assert made.end.told == ["connected"]


def ready(link: TcpLink) -> bool:
    """Whether the loop would read it now."""
    poll = select.poll()
    poll.register(link.fileno(), select.POLLIN)
    return bool(poll.poll(0))


# --- TLS ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[FarSocket]:
    far = FarSocket(server_context(certificate(tmp_path, "terminal")))
    yield far
    far.end()


def trusting(tmp_path: Path, name: str) -> ssl.SSLContext:
    file = tmp_path / f"{name}.pem"
    return ssl.create_default_context(cafile=str(file if file.exists() else certificate(tmp_path, name)))


def test_a_link_with_tls_is_made_once_the_certificate_is_checked(secure: FarSocket, tmp_path: Path) -> None:
    made = stepped(secure, trusting(tmp_path, "terminal"))
    made.connect()
    made.link.write(b"question")
    made.until(lambda: secure.heard)
    secure.send(b"answer" * 9000)
    secure.close()
    made.until(lambda: made.end.told[-1] == "disconnected")
    assert secure.heard == b"question"
    assert "".join(made.end.told) == "connected" + "answer" * 9000 + "disconnected"
    made.link.close()


def test_with_tls_the_goodbye_of_a_connection_that_stays_open_is_its_end(secure: FarSocket, tmp_path: Path) -> None:
    made = stepped(secure, trusting(tmp_path, "terminal"))
    made.connect()
    assert isinstance(secure.peer, ssl.SSLSocket)
    secure.send(b"last word")
    with pytest.raises(ssl.SSLWantReadError):
        secure.peer.unwrap()
    secure.reads = False
    made.until(lambda: made.end.told[-1] == "disconnected")
    assert made.end.told == ["connected", "last word", "disconnected"]
    made.link.close()


def test_a_terminal_with_another_certificate_is_refused_and_gets_no_byte(secure: FarSocket, tmp_path: Path) -> None:
    made = stepped(secure, trusting(tmp_path, "somebody else"))
    made.link.dial()
    made.link.write(b"secret")
    made.until(lambda: made.end.told)
    assert made.end.told == ["disconnected"]
    assert secure.heard == b""
    made.link.close()


def test_a_far_end_that_speaks_no_tls_is_refused(far: FarSocket, tmp_path: Path) -> None:
    made = stepped(far, trusting(tmp_path, "terminal"))
    made.link.dial()
    made.until(lambda: far.peer)
    far.send(b"CZ0040300")
    made.until(lambda: made.end.told)
    assert made.end.told == ["disconnected"]
    made.link.close()


# --- the loop of the station ----------------------------------------------------------------------------------------


class Caller:
    """An end that dials, asks once and stops the loop when the connection is over."""

    def __init__(self, link: TcpLink, stop: StopSignal) -> None:
        self._link, self._stop = link, stop
        self.wake_at: Instant = 0.0
        self.told: list[str] = []
        self._question = b""

    def connected(self) -> None:
        self._question, self.wake_at = b"question", 0.0

    def disconnected(self) -> None:
        self._stop.asked = True

    def receive(self, data: bytes, now: Instant) -> bytes:
        self.told += [data.decode()] if data else []
        return b""

    def wake(self, now: Instant) -> bytes:
        self._link.dial()
        self.wake_at = NEVER
        question, self._question = self._question, b""
        return question


class OneLink:
    """What the loop runs: the link, and its far end after every turn."""

    def __init__(self, caller: Caller, link: TcpLink, far: FarSocket) -> None:
        self._caller, self._far = caller, far
        self.plugs = [Plug("card", caller, link)]

    @property
    def wake_at(self) -> Instant:
        return self._caller.wake_at

    def receive(self, plug: Plug, data: bytes) -> None:
        plug.cable.write(plug.end.receive(data, 0.0))

    def turn(self) -> None:
        for plug in self.plugs:
            if plug.end.wake_at <= 0.0:
                plug.cable.write(plug.end.wake(0.0))
        self._far.step()
        if self._far.heard == b"question":
            self._far.heard += b"."
            self._far.send(b"answer")
            self._far.close()


def test_the_loop_of_the_station_carries_a_link(far: FarSocket) -> None:
    link, stop = TcpLink(HERE, far.port), StopSignal()
    caller = Caller(link, stop)
    link.attach(caller)
    clock = SystemClock()
    end = clock.now() + 5.0

    def limit(now: Instant) -> Instant:
        assert now < end, caller.told
        return now + 0.01

    loop.run(OneLink(caller, link, far), clock, stop, limit)
    assert caller.told == ["answer"]
    link.close()
