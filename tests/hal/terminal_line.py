"""Card terminal driver and its line in a known state: probed, request sent, request acknowledged, unanswered."""

from __future__ import annotations

from collections.abc import Sequence

from hal.drivers.concert import ConcertTerminal
from hal.ports import (
    AT_ONCE,
    Approved,
    Declined,
    DeviceEvent,
    Instant,
    TerminalIs,
    Unanswered,
)

EOT, ENQ, ACK, NAK = b"\x04", b"\x05", b"\x06", b"\x15"
REFERENCE = "T000000042"
REQUEST = b"\x020100000240010978T000000042A010B010\x03\x62"
ACCEPTED = b"\x02010000002401978T000000042\x03\x51"
REFUSED = b"\x02017000002401978T000000042\x03\x56"
NOT_VERIFIED = b"\x02019000002401978T000000042\x03\x58"
OTHER_AMOUNT = b"\x02010000004801978T000000042\x03\x5b"
EARLIER = b"\x02010000003601978T000000041\x03\x51"
EARLIER_REFUSED = b"\x02017000003601978T000000041\x03\x56"
GARBLED = ACCEPTED[:-1] + b"\x00"


class RecordedTerminal(ConcertTerminal):
    """A driver whose every event is written down at once, as by a station whose disk works."""

    def __init__(self, till: str = "01", answer_within: float = 120.0) -> None:
        super().__init__(till, answer_within)
        self._recorded: list[DeviceEvent] = []

    def receive(self, data: bytes, now: Instant) -> bytes:
        return b"".join(self._receive_byte(bytes([byte]), now) for byte in data)

    def _receive_byte(self, byte: bytes, now: Instant) -> bytes:
        reply = super().receive(byte, now)
        return reply + (super().wake(now) if self._record() else b"")

    def wake(self, now: Instant) -> bytes:
        said = super().wake(now)
        self._record()
        return said

    def abort(self, reference: str) -> None:
        super().abort(reference)
        self._record()

    def _record(self) -> bool:
        """Whether there was an ending to be written down."""
        events = super().take()
        self._recorded += events
        endings = [event for event in events if isinstance(event, Approved | Declined | Unanswered)]
        for ending in endings:
            self.acknowledge(ending.reference)
        return bool(endings)

    def take(self) -> Sequence[DeviceEvent]:
        recorded, self._recorded = self._recorded, []
        return recorded


def ready() -> RecordedTerminal:
    """A terminal that has answered its first probe, at instant 0."""
    terminal = RecordedTerminal()
    assert terminal.wake(0.0) == ENQ
    assert terminal.receive(ACK, 0.0) == EOT
    assert terminal.take() == [TerminalIs(True)]
    return terminal


def sent() -> RecordedTerminal:
    """The request has left, at instant 1."""
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake_at == AT_ONCE
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(ACK, 1.0) == REQUEST
    return terminal


def asked() -> RecordedTerminal:
    """The request was acknowledged, at instant 2: the motorist has the terminal's attention."""
    terminal = sent()
    assert terminal.receive(ACK, 2.0) == EOT
    assert terminal.take() == []
    return terminal


def unanswered() -> RecordedTerminal:
    """The result did not come; the probe that follows, at 122, is out."""
    terminal = asked()
    assert terminal.wake_at == 122.0
    assert terminal.wake(122.0) == ENQ
    assert terminal.take() == [Unanswered(REFERENCE)]
    return terminal


def wakes(terminal: ConcertTerminal, until: Instant) -> list[tuple[Instant, bytes]]:
    """Let time pass in silence; when it spoke, and what it said."""
    said = []
    while terminal.wake_at <= until:
        now = terminal.wake_at
        said.append((now, terminal.wake(now)))
        assert terminal.wake_at > now
    return [(now, data) for now, data in said if data]


def wakes_from(terminal: ConcertTerminal, now: Instant, until: Instant) -> list[tuple[Instant, bytes]]:
    """As `wakes`, the first one at `now`."""
    return [(now, terminal.wake(now)), *wakes(terminal, until)]
