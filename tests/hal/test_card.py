"""The card terminal's driver, word by word against its line, then against any line."""

import re
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.cable import End
from hal.drivers.card import ConcertTerminal
from hal.ports import (
    AT_ONCE,
    Approved,
    CardTerminal,
    Declined,
    DeviceEvent,
    EventSource,
    Instant,
    Reason,
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


def ready() -> ConcertTerminal:
    """A terminal that has answered its first probe, at instant 0."""
    terminal = ConcertTerminal()
    assert terminal.wake(0.0) == ENQ
    assert terminal.receive(ACK, 0.0) == EOT
    assert terminal.take() == [TerminalIs(True)]
    return terminal


def sent() -> ConcertTerminal:
    """The request has left, at instant 1."""
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake_at == AT_ONCE
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(ACK, 1.0) == REQUEST
    return terminal


def asked() -> ConcertTerminal:
    """The request was acknowledged, at instant 2: the motorist has the terminal's attention."""
    terminal = sent()
    assert terminal.receive(ACK, 2.0) == EOT
    assert terminal.take() == []
    return terminal


def unanswered() -> ConcertTerminal:
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


def test_it_is_what_the_station_calls_a_card_terminal() -> None:
    port: CardTerminal = ConcertTerminal()
    source: EventSource = ConcertTerminal()
    end: End = ConcertTerminal()
    port.withdraw()
    assert source.take() == []
    assert end.wake_at == AT_ONCE


# --- one payment ---


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (ACCEPTED, Approved(REFERENCE, 240)),
        (REFUSED, Declined(REFERENCE, Reason.REFUSED)),
        (NOT_VERIFIED, Unanswered(REFERENCE)),
        (OTHER_AMOUNT, Unanswered(REFERENCE)),
        (b"\x02010000002401840T000000042\x03\x5b", Unanswered(REFERENCE)),
    ],
    ids=["accepted", "refused", "not verified", "another amount", "another currency"],
)
def test_the_answer_ends_the_payment(answer: bytes, ending: DeviceEvent) -> None:
    terminal = asked()
    assert terminal.receive(ENQ, 30.0) == ACK
    assert terminal.receive(answer, 30.1) == ACK
    assert terminal.take() == [ending]
    assert terminal.receive(EOT, 30.2) == b""
    assert terminal.take() == []


def test_a_long_answer_is_understood() -> None:
    terminal = asked()
    terminal.receive(ENQ, 30.0)
    assert terminal.receive(b"\x02010000002401" + b" " * 55 + b"978T000000042\x03\x71", 30.1) == ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_the_answer_may_come_byte_by_byte() -> None:
    terminal = asked()
    said = [terminal.receive(bytes([byte]), 30.0) for byte in ENQ + ACCEPTED + EOT]
    assert b"".join(said) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_a_terminal_that_grants_nothing_was_not_asked() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert wakes_from(terminal, 1.0, until=11.0) == [(1.0, ENQ), (4.0, ENQ), (7.0, ENQ)]
    assert terminal.take() == [TerminalIs(False), Declined(REFERENCE, Reason.NOT_ASKED)]


def test_a_busy_terminal_is_asked_again_but_not_in_a_hurry() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(NAK, 1.0) == b""
    assert wakes(terminal, 4.0) == [(4.0, ENQ)]
    assert terminal.receive(ACK, 4.1) == REQUEST


def test_a_request_not_received_whole_is_sent_again() -> None:
    terminal = sent()
    assert terminal.receive(NAK, 1.1) == REQUEST
    assert terminal.receive(NAK, 1.2) == REQUEST
    assert terminal.receive(ACK, 1.3) == EOT
    assert terminal.take() == []


def test_a_request_never_received_whole_was_not_taken() -> None:
    terminal = sent()
    assert terminal.receive(NAK + NAK, 1.1) == REQUEST + REQUEST
    assert terminal.receive(NAK, 1.2) == EOT
    assert terminal.take() == [Declined(REFERENCE, Reason.NOT_ASKED)]


def test_after_silence_the_request_is_never_sent_again_and_its_result_is_unknown() -> None:
    terminal = sent()
    assert wakes(terminal, 123.9) == [(4.0, EOT)]
    assert wakes(terminal, 124.0) == [(124.0, ENQ)]
    assert terminal.take() == [Unanswered(REFERENCE)]


def test_after_silence_the_result_may_still_come() -> None:
    terminal = sent()
    assert wakes(terminal, 60.0) == [(4.0, EOT)]
    assert terminal.receive(ENQ + ACCEPTED, 60.0) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_the_wait_is_a_parameter() -> None:
    terminal = ConcertTerminal("03", answer_within=10.0)
    terminal.charge(100, "A")
    terminal.wake(0.0)
    assert terminal.receive(ACK, 0.0)[:3] == b"\x0203"
    terminal.receive(ACK, 0.0)
    terminal.take()
    wakes(terminal, 10.0)
    assert terminal.take() == [Unanswered("A")]


def test_a_garbled_answer_is_asked_for_again_three_times() -> None:
    terminal = asked()
    terminal.receive(ENQ, 30.0)
    assert [terminal.receive(GARBLED, 30.0 + step) for step in range(4)] == [NAK, NAK, NAK, b""]
    assert terminal.take() == []
    assert terminal.receive(ENQ + ACCEPTED, 60.0) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_a_garbled_answer_then_a_right_one() -> None:
    terminal = asked()
    terminal.receive(ENQ, 30.0)
    assert terminal.receive(GARBLED, 30.1) == NAK
    assert terminal.receive(ACCEPTED, 30.2) == ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


@pytest.mark.parametrize("again", [ACCEPTED, EOT + ENQ + ACCEPTED, ENQ + ACCEPTED])
def test_an_answer_repeated_is_acknowledged_again_and_told_once(again: bytes) -> None:
    terminal = asked()
    terminal.receive(ENQ + ACCEPTED, 30.0)
    assert terminal.receive(again, 31.0).endswith(ACK)
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_noise_on_a_quiet_line_draws_no_answer() -> None:
    terminal = asked()
    assert terminal.receive(b"\xff\x00\x15\x06\x04" + GARBLED, 30.0) == b""
    assert terminal.take() == []


def test_the_next_payment_after_an_answer() -> None:
    terminal = asked()
    terminal.receive(ENQ + REFUSED + EOT, 30.0)
    terminal.charge(240, "T000000043")
    assert terminal.wake(31.0) == ENQ
    assert terminal.receive(ACK, 31.0)[17:27] == b"T000000043"


# --- answers that are not the one awaited ---


def test_an_earlier_payment_may_be_answered_while_ours_waits() -> None:
    terminal = asked()
    assert terminal.receive(ENQ + EARLIER + EOT, 30.0) == ACK + ACK
    assert terminal.take() == [Approved("T000000041", 360)]
    assert terminal.receive(ENQ + ACCEPTED + EOT, 40.0) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_an_earlier_refusal_is_told_too() -> None:
    terminal = asked()
    terminal.receive(ENQ + EARLIER_REFUSED + EOT, 30.0)
    assert terminal.take() == [Declined("T000000041", Reason.REFUSED)]


def test_an_answer_without_reference_says_nothing_of_ours() -> None:
    terminal = asked()
    assert terminal.receive(ENQ + b"\x02010000002401978          \x03\x33" + EOT, 30.0) == ACK + ACK
    assert terminal.take() == []


@pytest.mark.parametrize(
    ("answer", "event"), [(ACCEPTED, Approved(REFERENCE, 240)), (REFUSED, Declined(REFERENCE, Reason.REFUSED))]
)
def test_a_late_answer_is_told_with_its_reference(answer: bytes, event: DeviceEvent) -> None:
    terminal = unanswered()
    wakes(terminal, 3600.0)
    terminal.take()
    assert terminal.receive(ENQ, 3601.0) == ACK
    assert terminal.receive(answer, 3601.0) == ACK
    assert terminal.receive(EOT + ENQ + answer, 3602.0) == ACK + ACK
    assert terminal.take() == [event]


@pytest.mark.parametrize("answer", [NOT_VERIFIED, OTHER_AMOUNT])
def test_a_late_answer_that_settles_nothing_is_not_told(answer: bytes) -> None:
    terminal = unanswered()
    assert terminal.receive(ENQ + answer + EOT, 123.0) == ACK + ACK
    assert terminal.take() == []


def test_an_approval_is_told_even_against_an_earlier_refusal_never_the_reverse() -> None:
    terminal = asked()
    terminal.receive(ENQ + REFUSED + EOT + ENQ + ACCEPTED + EOT + ENQ + REFUSED + EOT, 30.0)
    assert terminal.take() == [Declined(REFERENCE, Reason.REFUSED), Approved(REFERENCE, 240)]


# --- both speak at once ---


def test_when_both_bid_the_result_goes_first() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(ENQ, 1.0) == ACK
    assert terminal.receive(EARLIER, 1.1) == ACK
    assert terminal.receive(EOT, 1.2) == b""
    assert terminal.take() == [Approved("T000000041", 360)]
    assert terminal.wake(1.2) == ENQ
    assert terminal.receive(ACK, 1.3) == REQUEST


def test_a_result_in_place_of_an_acknowledgement_is_heard_and_the_request_not_repeated() -> None:
    terminal = sent()
    assert terminal.receive(ENQ + EARLIER + EOT, 1.5) == ACK + ACK
    assert wakes(terminal, 121.0) == []
    assert terminal.receive(ENQ + ACCEPTED, 121.0) == ACK + ACK
    assert terminal.take() == [Approved("T000000041", 360), Approved(REFERENCE, 240)]


def test_a_bid_in_place_of_an_acknowledgement_still_ends_the_payment_in_time() -> None:
    terminal = sent()
    terminal.receive(ENQ + EOT, 1.5)
    assert wakes(terminal, 121.5) == [(121.5, ENQ)]
    assert terminal.take() == [Unanswered(REFERENCE)]


def test_a_request_sent_late_is_given_its_full_time() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    for now in range(1, 30):
        assert terminal.wake(float(now)) == ENQ
        assert terminal.receive(ENQ + EOT, float(now)) == ACK
    assert terminal.wake(30.0) == ENQ
    assert terminal.receive(ACK, 30.0) == REQUEST
    assert wakes(terminal, 152.9) == [(33.0, EOT)]
    assert terminal.take() == []


def test_a_terminal_that_bids_without_end_cannot_hold_a_payment_for_ever() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    now = 1.0
    while now < 40.0:
        terminal.wake(now)
        terminal.receive(ENQ, now)
        now += 1.0
    assert terminal.take() == [Declined(REFERENCE, Reason.NOT_ASKED)]


# --- withdrawing ---


def test_withdrawn_before_a_word_was_said() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    terminal.withdraw()
    assert terminal.take() == [Declined(REFERENCE, Reason.WITHDRAWN)]
    assert wakes(terminal, 59.0) == []


def test_withdrawn_while_asking_to_speak_gives_the_line_back() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    terminal.withdraw()
    assert terminal.take() == [Declined(REFERENCE, Reason.WITHDRAWN)]
    assert terminal.receive(ACK, 1.1) == EOT


def test_a_request_that_has_left_is_not_withdrawn() -> None:
    terminal = sent()
    terminal.withdraw()
    assert terminal.take() == []
    assert terminal.receive(ACK + ENQ + ACCEPTED, 2.0) == EOT + ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_withdrawing_nothing_is_nothing() -> None:
    terminal = ready()
    terminal.withdraw()
    assert terminal.take() == []


# --- what may not be asked ---


@pytest.mark.parametrize(
    ("cents", "reference"), [(0, "A"), (-5, "A"), (100_000_000, "A"), (1, ""), (1, "ABCDEFGHIJK"), (1, "a-b"), (1, "É")]
)
def test_a_request_outside_the_bounds_is_refused(cents: int, reference: str) -> None:
    terminal = ready()
    with pytest.raises(ValueError, match=r"amount|reference"):
        terminal.charge(cents, reference)
    assert wakes(terminal, 59.0) == []


def test_one_payment_at_a_time_and_each_reference_once() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    with pytest.raises(ValueError, match="under way"):
        terminal.charge(240, "T000000043")
    terminal.withdraw()
    with pytest.raises(ValueError, match="never used before"):
        terminal.charge(240, REFERENCE)


def test_a_till_number_is_two_digits() -> None:
    with pytest.raises(ValueError, match="till"):
        ConcertTerminal("1")


# --- the link ---


def test_the_first_probe_is_at_once_then_one_a_minute() -> None:
    terminal = ConcertTerminal()
    assert terminal.wake_at == AT_ONCE
    assert terminal.wake(5.0) == ENQ
    assert terminal.receive(ACK, 5.0) == EOT
    assert wakes(terminal, 65.0) == [(65.0, ENQ)]
    assert terminal.receive(ACK, 65.0) == EOT
    assert terminal.take() == [TerminalIs(True)]


def test_a_silent_terminal_is_not_ready_and_is_asked_every_ten_seconds() -> None:
    terminal = ConcertTerminal()
    assert wakes_from(terminal, 0.0, until=20.0) == [(0.0, ENQ), (3.0, ENQ), (6.0, ENQ), (19.0, ENQ)]
    assert terminal.take() == [TerminalIs(False)]
    assert terminal.receive(ACK, 20.0) == EOT
    assert terminal.take() == [TerminalIs(True)]


def test_a_terminal_that_goes_silent_is_told_once() -> None:
    terminal = ready()
    wakes(terminal, 300.0)
    assert terminal.take() == [TerminalIs(False)]


def test_no_probe_disturbs_a_payment() -> None:
    terminal = asked()
    assert wakes(terminal, 121.9) == []


def test_after_an_unknown_result_the_terminal_is_probed_as_soon_as_the_line_is_free() -> None:
    terminal = asked()
    terminal.receive(ENQ + NOT_VERIFIED, 30.0)
    assert wakes(terminal, 32.9) == []
    terminal.receive(EOT, 32.9)
    assert terminal.wake(32.9) == ENQ


def test_after_an_unknown_result_a_silent_terminal_is_soon_known_not_to_be_ready() -> None:
    terminal = unanswered()
    wakes(terminal, 131.0)
    assert terminal.take() == [TerminalIs(False)]


def test_a_payment_asked_for_during_a_probe_uses_its_turn() -> None:
    terminal = ready()
    assert wakes(terminal, 60.0) == [(60.0, ENQ)]
    terminal.charge(240, REFERENCE)
    assert terminal.receive(ACK, 60.1) == REQUEST


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
    st.tuples(st.just("hear"), words)
    | st.tuples(st.just("pass"), st.sampled_from([0.0, 0.5, 2.9, 3.0, 10.0, 59.0, 121.0]))
    | st.tuples(st.sampled_from(["charge", "charge", "withdraw"]), st.none()),
    max_size=40,
)


class Street:
    """A terminal, a clock, and everything that was said."""

    def __init__(self) -> None:
        self.terminal = ConcertTerminal()
        self.now = 100.0
        self.heard = b""
        self.said = b""
        self.attempts = 0
        self.charged: dict[str, Instant] = {}
        self.told: list[tuple[Instant, DeviceEvent]] = []

    def hear(self, data: bytes) -> None:
        for start in range(0, len(data), 7):
            self.said += self.terminal.receive(data[start : start + 7], self.now)
        self.heard += data
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

    def withdraw(self) -> None:
        self.terminal.withdraw()
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
    street = Street()
    for verb, what in script:
        if isinstance(what, bytes):
            street.hear(what)
        elif isinstance(what, float):
            street.let_pass(what)
        elif verb == "charge":
            street.charge()
        else:
            street.withdraw()
    street.let_pass(200.0)

    for reference, asked_at in street.charged.items():
        endings = street.endings(reference)
        assert endings, f"{reference} never ended"
        assert endings[0][0] - asked_at <= 170.0
        assert street.said.count(f"010978{reference:<10}".encode()) <= 3
    for reference in {"Z9", *street.charged}:
        names = " ".join(name for _, name in street.endings(reference))
        assert re.fullmatch(r"(Unanswered ?)?(Declined ?)?(Approved)?", names)
    accepted, refused = borne(street.heard, "0"), {reference for reference, _ in borne(street.heard, "7")}
    for _, event in street.told:
        if isinstance(event, Approved):
            assert (event.reference, event.cents) in accepted
        if isinstance(event, Declined) and event.reason is Reason.REFUSED:
            assert event.reference in refused


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.floats(0, 200), max_size=30))
def test_pure_noise_never_raises_and_never_pays(script: list[bytes | float]) -> None:
    street = Street()
    street.charge()
    for what in script:
        if isinstance(what, bytes):
            street.hear(what)
        else:
            street.let_pass(what)
    street.let_pass(200.0)
    assert [name for _, name in street.endings("P1")] in (["Declined"], ["Unanswered"])
