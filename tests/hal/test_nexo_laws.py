"""Laws of the nexo driver: on any connection every payment ends once and in time, and no approval is invented."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.ports import Approved, Declined, DeviceEvent, Instant, Unanswered
from tests.hal.nexo_messages import SUCCESS, NexoTalk, approval, event, failure, found, framed, response

references = st.sampled_from(["P1", "P2", "Z9"])
bodies = st.sampled_from([failure("Refusal"), failure("InProgress"), failure("NotFound"), failure("LoggedOut"), SUCCESS])
paid = st.builds(approval, references, st.sampled_from(["2.40", "1.20"]), st.sampled_from(["Success", "Partial"]))
messages = (
    st.builds(response, st.just("Payment"), references, bodies | paid)
    | st.builds(event, st.sampled_from(["CardInserted", "OutOfOrder", "Initialised", "Reject", "EndMaintenance"]))
    | st.text()
)
words = messages.map(framed) | st.binary(max_size=60) | messages.map(lambda text: framed(text)[:-3])
steps = st.lists(
    st.tuples(st.just("receive"), words)
    | st.tuples(st.just("answer"), bodies | st.builds(found, st.just("Payment"), references, bodies | paid))
    | st.tuples(st.just("pass"), st.sampled_from([0.0, 0.5, 4.9, 5.0, 10.0, 59.0, 121.0]))
    | st.tuples(st.sampled_from(["charge", "charge", "abort", "connect", "connect", "lose"]), st.none()),
    max_size=40,
)


class NexoRun:
    """A driver, what it was charged with, and what it told."""

    def __init__(self) -> None:
        self.talk = NexoTalk()
        self.charged: dict[str, Instant] = {}
        self.told: list[tuple[Instant, DeviceEvent]] = []
        self.heard = ""
        self.said: list[tuple[str, dict[str, object]]] = []

    def do(self, verb: str, what: bytes | str | float | None) -> None:
        if isinstance(what, bytes):
            self.heard += what.decode("latin-1")
            for start in range(0, len(what), 7):
                self.talk.terminal.receive(what[start : start + 7], self.talk.now)
        elif isinstance(what, str):
            self.heard += what
            if self.said and self.said[-1][0] in ("Login", "Diagnosis", "TransactionStatus"):
                self.note(self.talk.answer(self.said, what))
        elif isinstance(what, float):
            self.note(self.talk.wake(what))
        elif verb == "charge":
            self.charge()
        elif verb == "abort":
            self.talk.terminal.abort(f"P{len(self.charged)}")
        elif verb == "connect":
            self.talk.terminal.connected()
        else:
            self.talk.terminal.disconnected()
        self.note(self.talk.wake())

    def charge(self) -> None:
        reference = f"P{len(self.charged) + 1}"
        try:
            self.talk.terminal.charge(240, reference)
        except ValueError:  # one is under way, or this reference was heard before
            return
        self.charged[reference] = self.talk.now

    def note(self, said: list[tuple[str, dict[str, object]]]) -> None:
        self.said += said
        self.told += [(self.talk.now, event) for event in self.talk.take()]

    def endings(self, reference: str) -> list[tuple[Instant, str]]:
        ends = [(now, event) for now, event in self.told if isinstance(event, Approved | Declined | Unanswered)]
        return [(now, type(event).__name__) for now, event in ends if event.reference == reference]


@settings(max_examples=300, deadline=None)
@given(steps)
def test_every_payment_ends_once_in_time_and_no_approval_is_invented(
    script: list[tuple[str, bytes | str | float | None]],
) -> None:
    run = NexoRun()
    for verb, what in script:
        run.do(verb, what)
    for _ in range(50):
        run.do("pass", 4.0)
    for reference, asked_at in run.charged.items():
        endings = run.endings(reference)
        assert endings, f"{reference} never ended"
        assert endings[0][0] - asked_at <= 190.0 + 121.0  # the script's own step included
        assert re.fullmatch(r"(Unanswered ?)?(Declined ?)?(Approved ?)*", " ".join(name for _, name in endings))
    asked = [str(message) for category, message in run.said if category == "Payment"]
    assert len(asked) == len(set(asked)) <= len(run.charged)
    for _, told in run.told:
        if isinstance(told, Approved):
            assert f'"AuthorizedAmount":{told.cents // 100}.{told.cents % 100:02d}' in run.heard
            assert f'"TransactionID":"{told.reference}"' in run.heard or told.reference == ""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.floats(0, 120), max_size=30))
def test_pure_noise_never_raises_and_never_pays(script: list[bytes | float]) -> None:
    run = NexoRun()
    run.charge()
    for what in script:
        run.do("connect" if isinstance(what, bytes) else "pass", None)
        run.do("", what)
    for _ in range(60):
        run.do("pass", 4.0)
    assert [name for _, name in run.endings("P1")] in (["Declined"], ["Unanswered"])
