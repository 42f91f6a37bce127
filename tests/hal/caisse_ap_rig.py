"""Caisse-AP driver on a link that is moved by hand, in a known state: probed, dialled, asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from hal.drivers.caisse_ap import CaisseApTerminal
from hal.link import LinkedEnd
from hal.ports import AT_ONCE, Instant, TerminalIs

REFERENCE = "31PA0100SD"
DIGITS = "481853519101"
REQUEST = b"CZ0040300CJ012" + DIGITS.encode() + b"CA00201CB003240CD0010CE003978BF0010"
ECHO = b"CZ0040300CJ012" + DIGITS.encode() + b"CA00201CB012000000000240CD0010CE003978"
ACCEPTED = ECHO + b"AE00210CC00300BCI0012AC006123456AA016497511######1234AB0042812AI007A000042"
REFUSED = ECHO + b"AE00201AF00204"


@dataclass
class HandLink:
    """A `Link` that writes down what is done with it."""

    done: list[str] = field(default_factory=list)
    end: LinkedEnd | None = None

    def attach(self, end: LinkedEnd) -> None:
        self.end = end

    def dial(self) -> None:
        self.done.append("dial")

    def hang_up(self) -> None:
        self.done.append("hang up")

    def write(self, data: bytes) -> None:
        assert not data, "what a driver says is returned, and written by the loop"

    def take(self) -> list[str]:
        done, self.done = self.done, []
        return done


class Rig:
    """The driver and its link."""

    def __init__(self) -> None:
        self.link = HandLink()
        self.terminal = CaisseApTerminal(self.link)

    def connect(self, now: Instant) -> bytes:
        """The connection that was dialled is made; what the driver then says."""
        self.terminal.connected()
        assert self.terminal.wake_at == AT_ONCE
        return self.terminal.wake(now)

    def lose(self, now: Instant) -> None:
        self.terminal.disconnected()
        assert self.terminal.wake_at == AT_ONCE
        assert self.terminal.wake(now) == b""

    def pass_until(self, until: Instant) -> bytes:
        said = b""
        while (now := self.terminal.wake_at) <= until:
            said += self.terminal.wake(now)
            assert self.terminal.wake_at > now
        return said

    def answer(self, data: bytes, now: Instant) -> None:
        """The terminal says this, and nothing more."""
        assert self.terminal.receive(data, now) == b""
        assert self.pass_until(now + 0.3) == b""


def ready() -> Rig:
    """A terminal that has answered its first probe, at instant 0."""
    rig = Rig()
    assert rig.terminal.wake(0.0) == b""
    assert rig.link.take() == ["dial"]
    assert rig.connect(0.0) == b""
    assert rig.link.take() == ["hang up"]
    assert rig.terminal.take() == [TerminalIs(True)]
    return rig


def dialled() -> Rig:
    """A payment is to be asked for, the connection is being made since instant 1."""
    rig = ready()
    rig.terminal.charge(240, REFERENCE)
    assert rig.terminal.wake_at == AT_ONCE
    assert rig.terminal.wake(1.0) == b""
    assert rig.link.take() == ["dial"]
    return rig


def asked() -> Rig:
    """The request has left, at instant 2."""
    rig = dialled()
    assert rig.connect(2.0) == REQUEST
    assert rig.terminal.take() == []
    assert rig.terminal.wake_at == 122.0
    return rig
