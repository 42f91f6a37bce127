"""Laws of the Caisse-AP driver on any network: every payment ends once in time, is asked once, and no approval is invented."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers.caisse_ap import CONNECT_WITHIN, LATE, CaisseApTerminal
from hal.ports import ANSWER_WITHIN, Approved, Declined, DeviceEvent, Instant, Reason, Unanswered
from tests.hal.caisse_ap_rig import ACCEPTED, ECHO, REFUSED, HandLink

OTHER_AMOUNT = ACCEPTED.replace(b"240CD", b"480CD")
OTHER_TILL = ACCEPTED.replace(b"CA00201", b"CA00202")
answers = st.sampled_from([ACCEPTED, ACCEPTED, REFUSED, OTHER_AMOUNT, OTHER_TILL, ECHO, b"AE00210", b"AE00201"])
words = answers | answers.flatmap(lambda answer: st.integers(0, 100).map(lambda cut: answer[:cut])) | st.binary(max_size=40)
steps = st.lists(
    st.tuples(st.just("receive"), words)
    | st.tuples(st.just("pass"), st.sampled_from([0.0, 0.2, 0.5, 3.0, 10.0, 59.0, 121.0]))
    | st.tuples(st.sampled_from(["charge", "charge", "connect", "connect", "connect", "lose", "abort", "look"]), st.none()),
    max_size=40,
)


class Network:
    """The driver, a network that does anything, and everything that was said and told."""

    def __init__(self) -> None:
        self.link = HandLink()
        self.terminal = CaisseApTerminal(self.link)
        self.now = 100.0
        self.up = False
        self.heard: list[bytes] = []
        """What came, connection by connection, since the request left."""
        self.said: list[bytes] = []
        self.charged: dict[str, Instant] = {}
        self.told: list[tuple[Instant, DeviceEvent]] = []

    def let_pass(self, seconds: float) -> None:
        end = self.now + seconds
        while self.terminal.wake_at <= end:
            self.now = max(self.now, self.terminal.wake_at)
            if said := self.terminal.wake(self.now):
                assert self.up, "something was said where nobody hears it"
                self.said.append(said)
                self.heard.append(b"")
            assert self.terminal.wake_at > self.now
            self._note()
        self.now = end

    def receive(self, data: bytes) -> None:
        if self.up:
            assert self.terminal.receive(data, self.now) == b""
            if self.heard:
                self.heard[-1] += data

    def charge(self) -> None:
        reference = f"P{len(self.charged) + 1}"
        try:
            self.terminal.charge(240, reference)
        except ValueError:  # one is under way
            return
        self.charged[reference] = self.now
        self.let_pass(0.0)

    def connect(self) -> None:
        if self.link.done and self.link.done[-1] == "dial" and not self.up:
            self.up = True
            self.terminal.connected()
            self.let_pass(0.0)

    def lose(self) -> None:
        if self.link.done and self.link.done[-1] == "dial":
            self.up = False
            self.terminal.disconnected()
            self.let_pass(0.0)

    def abort(self) -> None:
        for reference in self.charged:
            self.terminal.abort(reference)
        self.let_pass(0.0)

    def look(self) -> None:
        self.terminal.look()

    def _note(self) -> None:
        if self.link.done[-1:] == ["hang up"] or self.link.done[-2:] == ["hang up", "dial"]:
            self.up = False
        self.told += [(self.now, event) for event in self.terminal.take()]

    def endings(self, reference: str) -> list[tuple[Instant, DeviceEvent]]:
        ended = (Approved, Declined, Unanswered)
        return [(now, event) for now, event in self.told if isinstance(event, ended) and event.reference == reference]


def play(script: list[tuple[str, bytes | float | None]]) -> Network:
    network = Network()
    network.let_pass(0.0)
    for verb, what in script:
        if isinstance(what, bytes):
            network.receive(what)
        elif isinstance(what, float):
            network.let_pass(what)
        else:
            getattr(network, verb)()
    network.let_pass(400.0)
    return network


@settings(max_examples=300, deadline=None)
@given(steps)
def test_on_any_network_every_payment_ends_once_in_time_and_no_approval_is_invented(
    script: list[tuple[str, bytes | float | None]],
) -> None:
    network = play(script)
    for reference, asked_at in network.charged.items():
        endings = network.endings(reference)
        assert endings, f"{reference} never ended"
        assert endings[0][0] - asked_at <= CONNECT_WITHIN + ANSWER_WITHIN
        assert endings[-1][0] - asked_at <= CONNECT_WITHIN + ANSWER_WITHIN + LATE + 1.0
        names = " ".join(type(event).__name__ for _, event in endings)
        assert re.fullmatch(r"Unanswered|(Unanswered )?(Declined|Approved)", names)
    assert len(network.said) == len(set(network.said)), "a request was sent twice"
    approvals = [event for _, event in network.told if isinstance(event, Approved)]
    borne = [heard for heard in network.heard if b"AE00210" in heard and b"CA00201" in heard and b"CD0010" in heard]
    assert len(approvals) <= len(borne)
    assert {event.cents for event in approvals} <= {240, 480}
    assert all(f"CB012{event.cents:012d}".encode() in b"".join(borne) for event in approvals)
    refused = [event for _, event in network.told if isinstance(event, Declined) and event.reason is Reason.REFUSED]
    assert len(refused) <= sum(b"AE00201" in heard for heard in network.heard)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.floats(0, 200), max_size=30))
def test_pure_noise_never_raises_and_never_pays(script: list[bytes | float]) -> None:
    network = play([("charge", None), ("connect", None), *(("noise", what) for what in script)])
    assert [type(event) for _, event in network.endings("P1")] == [Unanswered]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, len(ACCEPTED)), max_size=6).map(sorted), st.floats(0.0, 100.0))
def test_an_answer_cut_anywhere_is_the_same_answer(cuts: list[int], at: float) -> None:
    pieces = [ACCEPTED[start:end] for start, end in zip([0, *cuts], [*cuts, len(ACCEPTED)], strict=True)]
    network = play([("charge", None), ("connect", None), ("pass", at), *(("receive", piece) for piece in pieces)])
    assert [event for _, event in network.endings("P1")] == [Approved("P1", 240, contactless=True, authorisation="123456")]
