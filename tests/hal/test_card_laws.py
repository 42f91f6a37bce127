"""Laws of the card terminal's driver on any line: every payment ends once, and no approval is invented."""

from __future__ import annotations

import re
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.ports import (
    Approved,
    Declined,
    DeviceEvent,
    Instant,
    Reason,
    Unanswered,
)
from hal.wire.concert import ConcertAnswer, ConcertReader
from tests.hal.terminal_line import ACK, ENQ, EOT, GARBLED, NAK, RecordedTerminal

# --- any line at all ---


def frame(body: bytes) -> bytes:
    return b"\x02" + body + b"\x03" + bytes([reduce(lambda check, byte: check ^ byte, body, 3)])


def answer(result: str, cents: int, reference: str) -> bytes:
    return frame(f"01{result}{cents:08d}1978{reference:<10}".encode())


def borne(stream: bytes, result: str) -> set[tuple[str, int]]:
    """The (reference, cents) of every whole answer with this result in a stream, read field by field."""
    found = set()
    for start in (at for at, byte in enumerate(stream) if byte == 2):
        for length in (25, 80):
            body, tail = stream[start + 1 : start + 1 + length], stream[start + 1 + length : start + 3 + length]
            if frame(body)[-2:] == tail and body[2:3] == result.encode() and body[3:11].isdigit():
                found.add((body[-10:].decode("latin-1").strip(), int(body[3:11])))
    return found


references = st.sampled_from(["P1", "P2", "P3", "Z9", ""])
answers = st.builds(answer, st.sampled_from("0079?"), st.sampled_from([240, 240, 480]), references)
words = st.sampled_from([ENQ, ACK, ACK, NAK, EOT, GARBLED]) | answers | answers.map(lambda frame: ENQ + frame) | st.binary()
steps = st.lists(
    st.tuples(st.just("receive"), words)
    | st.tuples(st.just("pass"), st.sampled_from([0.0, 0.5, 2.9, 3.0, 10.0, 59.0, 121.0]))
    | st.tuples(st.sampled_from(["charge", "charge", "abort"]), st.none()),
    max_size=40,
)


class TerminalLine:
    """A terminal, a clock, and everything that was said."""

    def __init__(self) -> None:
        self.terminal = RecordedTerminal()
        self.now = 100.0
        self.received = b""
        self.said = b""
        self.attempts = 0
        self.charged: dict[str, Instant] = {}
        self.told: list[tuple[Instant, DeviceEvent]] = []

    def receive(self, data: bytes) -> None:
        for start in range(0, len(data), 7):
            self.said += self.terminal.receive(data[start : start + 7], self.now)
        self.received += data
        self._note()

    def let_pass(self, seconds: float) -> None:
        end = self.now + seconds
        while self.terminal.wake_at <= end:
            self.now = max(self.now, self.terminal.wake_at)
            self.said += self.terminal.wake(self.now)
            assert self.terminal.wake_at > self.now
            self._note()
        self.now = end

    def charge(self) -> None:
        self.attempts += 1
        reference = f"P{self.attempts}"
        try:
            self.terminal.charge(240, reference)
        except ValueError:  # one is under way, or the noise has already borne this reference
            return
        self.charged[reference] = self.now
        self.let_pass(0.0)

    def abort(self) -> None:
        for reference in self.charged:
            self.terminal.abort(reference)
        self._note()

    def _note(self) -> None:
        self.told += [(self.now, event) for event in self.terminal.take()]

    def endings(self, reference: str) -> list[tuple[Instant, str]]:
        return [
            (now, type(event).__name__)
            for now, event in self.told
            if isinstance(event, Approved | Declined | Unanswered) and event.reference == reference
        ]


@settings(max_examples=300, deadline=None)
@given(steps)
def test_on_any_line_every_payment_ends_once_in_time_and_no_approval_is_invented(
    script: list[tuple[str, bytes | float | None]],
) -> None:
    line = TerminalLine()
    for verb, what in script:
        if isinstance(what, bytes):
            line.receive(what)
        elif isinstance(what, float):
            line.let_pass(what)
        elif verb == "charge":
            line.charge()
        else:
            line.abort()
    line.let_pass(200.0)

    for reference, asked_at in line.charged.items():
        endings = line.endings(reference)
        assert endings, f"{reference} never ended"
        assert endings[0][0] - asked_at <= 170.0
        assert line.said.count(f"010978{reference:<10}".encode()) <= 3
    for reference in {"Z9", *line.charged}:
        names = " ".join(name for _, name in line.endings(reference))
        assert re.fullmatch(r"(Unanswered ?)?(Declined ?)?(Approved ?)*", names)
        approved = [(event.reference, event.cents) for _, event in line.told if isinstance(event, Approved) and event.reference]
        assert len(approved) == len(set(approved)), "the same approval is told once"
    accepted, refused = borne(line.received, "0"), {reference for reference, _ in borne(line.received, "7")}
    for _, event in line.told:
        if isinstance(event, Approved):
            assert (event.reference, event.cents) in accepted
        if isinstance(event, Declined) and event.reason is Reason.REFUSED:
            assert event.reference in refused or "" in refused
    whole = [answer for answer in ConcertReader().feed(line.received) if isinstance(answer, ConcertAnswer)]
    told = {(event.reference, event.cents) for _, event in line.told if isinstance(event, Approved)}
    assert {(answer.reference, answer.cents) for answer in whole if answer.result == "0"} <= told, "an approval is dropped"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.floats(0, 200), max_size=30))
def test_pure_noise_never_raises_and_never_pays(script: list[bytes | float]) -> None:
    line = TerminalLine()
    line.charge()
    for what in script:
        if isinstance(what, bytes):
            line.receive(what)
        else:
            line.let_pass(what)
    line.let_pass(200.0)
    assert [name for _, name in line.endings("P1")] in (["Declined"], ["Unanswered"])
