"""Card terminal driver: Concert protocol E+ over a serial line (see `hal/wire/concert.py`).

What it alone knows: whose turn it is to speak on that line, how long to wait, when to say a thing again, and what an answer
or a silence says about money. What it does not do: decide (a late approval is told, the machine above makes a right or a
refund of it), log or keep a frame, or cancel a payment: the protocol has no such request and no question about the past.

The theory. Two things move, and each is a value of its own.

- The *line*: nobody speaks (`Quiet`), we asked to speak (`Bidding`), our request is out (`Sending`), the terminal speaks
  (`Receiving`). `_on_message` and `_on_deadline` are the whole table of its moves.
- The *payment*: none, or one with a deadline. A request that was NAKed, or never sent, was certainly not taken: Declined.
  A request followed by silence may have been taken: it is never sent again, EOT lets a terminal that has it begin, and we
  wait for its result. What comes in time decides; else it is Unanswered: neither paid nor refused.

An answer is acknowledged once it is on disk, and not before (`acknowledge`): a terminal that got no ACK says it again. What
was told of which payment is `card_answers`'.

Many terminals give our private field back with an approval only. So a refusal without one is taken for ours if nothing else
can be meant: our request is out, no earlier one may still be answered, and till and amount are ours.

Manual: "Concert V2 - Legacy" (PayXpert user documentation); byte time-out 3 s, result within 120 s. The link probe (ENQ,
ACK, EOT) is ours: the protocol has no question "are you there?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from hal.drivers.card_answers import AnswerLog, Ending
from hal.drivers.concert_answers import ending_of
from hal.drivers.concert_line import (
    BYTE_TIMEOUT,
    TRIES,
    Bidding,
    ConcertPayment,
    LineState,
    Quiet,
    Receiving,
    Sending,
    ends_by,
)
from hal.errors import TerminalBusyError
from hal.ports import (
    ANSWER_WITHIN,
    AT_ONCE,
    NEVER,
    Capabilities,
    Declined,
    DeviceEvent,
    Instant,
    Reason,
    TerminalIs,
    Unanswered,
)
from hal.wire.concert import (
    REFUSED,
    ConcertAnswer,
    ConcertMessage,
    ConcertReader,
    ConcertRequest,
    Damaged,
    Signal,
    encode_request,
)

ASK_WITHIN = 30.0
"""Seconds to get a request through to a terminal that talks all the time."""
PROBE_EVERY, PROBE_AGAIN = 60.0, 10.0
"""Seconds to the next probe of a terminal that answered, or did not."""

EOT, ENQ, ACK, NAK = Signal.EOT.value, Signal.ENQ.value, Signal.ACK.value, Signal.NAK.value


class ConcertTerminal:
    """`CardTerminal` on a serial line: an `End`, and an `EventSource` of its events.

    `till`: two digits, the number of this till at the terminal. `answer_within`: seconds to wait for a result.
    """

    def __init__(self, till: str = "01", answer_within: float = ANSWER_WITHIN) -> None:
        encode_request(ConcertRequest(till, 1, ""))
        self._till, self._answer_within = till, answer_within
        self._line: LineState = Quiet()
        self._payment: ConcertPayment | None = None
        self._probe_at: Instant = AT_ONCE
        self._ready: bool | None = None
        self._reader, self._answers = ConcertReader(), AnswerLog()
        self._unnamed = ""  # the payment that the last refusal without a reference was taken for
        self._asked_after = False

    # --- the port ---

    @property
    def capabilities(self) -> Capabilities:
        """None: Concert takes nothing back, and answers no question about the past."""
        return Capabilities()

    @property
    def ends_by(self) -> Instant:
        """The time to get the request through, and that for the result."""
        return NEVER if self._payment is None else ends_by(self._payment, self._line, self._answer_within)

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking, at the next `wake`. Raises ValueError as `CardTerminal.charge` says, or for a reference seen before."""
        if self._payment is not None:
            raise TerminalBusyError(f"payment {self._payment.reference} is under way: wait for its ending")
        frame = encode_request(ConcertRequest(self._till, cents, reference))
        if not self._answers.begin(reference):
            raise ValueError(f"a reference is 1 to 10 ASCII letters and digits, never used before, not {reference!r}")
        self._payment = ConcertPayment(reference, cents, frame)

    def acknowledge(self, reference: str) -> None:
        """Send ACK at the next `wake`, if its answer is the last word of the line; else when the terminal repeats it."""
        self._answers.acknowledge(reference)
        if isinstance(self._line, Receiving) and self._line.held == reference:
            self._line = replace(self._line, held=None, acknowledge=True)

    def abort(self, reference: str) -> None:
        """Take the request back if no byte of it has left; an ENQ already out ends as a mere probe."""
        if self._payment is not None and self._payment.reference == reference and not self._payment.sent:
            self._end(Declined(self._payment.reference, Reason.WITHDRAWN), AT_ONCE)

    def ask(self, reference: str) -> None:
        """Raises ValueError: the protocol has no such question."""
        raise ValueError("Concert has no question about the past")

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        """Raises ValueError: the protocol gives nothing back."""
        raise ValueError("Concert gives nothing back")

    def look(self) -> None:
        """Probe the line as soon as nobody speaks on it; a payment under way is as good a probe."""
        self._asked_after, self._probe_at = True, AT_ONCE

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first."""
        return self._answers.take()

    # --- the end of the cable ---

    @property
    def wake_at(self) -> Instant:
        """The earlier of the line's time-out and the payment's; at once for an ACK that is due."""
        if isinstance(self._line, Receiving) and self._line.acknowledge:
            return AT_ONCE
        line = self._probe_at if isinstance(self._line, Quiet) else self._line.until
        if self._payment is None:
            return line
        if isinstance(self._line, Quiet):
            line = NEVER if self._payment.sent else AT_ONCE
        return min(line, self._payment.until)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the terminal sends. Bytes that are no message of the protocol are ignored."""
        return b"".join(self._on_message(message, now) for message in self._reader.feed(data))

    def wake(self, now: Instant) -> bytes:
        """Do all that is due."""
        said = b""
        while self.wake_at <= now:
            said += self._on_deadline(now)
        return said

    # --- the moves of the line ---

    def _on_message(self, message: ConcertMessage, now: Instant) -> bytes:
        match message, self._line:
            case Signal.ENQ, _:
                return self._listen(now)
            case ConcertAnswer() as answer, _:
                return self._take_answer(answer, now)
            case Damaged(), Receiving(naks=naks):
                return self._ask_again(naks + 1, now)
            case Signal.EOT, Receiving():
                self._line = Quiet()
                self._answers.end_exchange()
            case Signal.ACK, Bidding():
                self._record_probe(True, now)
                return self._send(1, now)
            case Signal.NAK, Bidding() as bidding:
                self._line = replace(bidding, naks=bidding.naks + 1)
            case Signal.ACK, Sending():
                return self._await_result(now)
            case Signal.NAK, Sending(tries=tries):
                return self._send(tries + 1, now)
        return b""

    def _on_deadline(self, now: Instant) -> bytes:
        if self._payment is not None and self._payment.until <= now:
            self._on_payment_deadline(self._payment, now)
            return b""
        match self._line:
            case Quiet():
                return self._bid(1, now)
            case Bidding(tries=tries, naks=naks):
                # A NAK meant busy: it too is tried again, no sooner than silence is.
                return self._bid(tries + 1, now, naks)
            case Sending():
                return self._await_result(now)
            case Receiving(acknowledge=True):
                self._line = Receiving(now + BYTE_TIMEOUT)
                return ACK
            case Receiving():
                self._line = Quiet()
        return b""

    def _bid(self, tries: int, now: Instant, naks: int = 0) -> bytes:
        if tries > TRIES:
            self._record_probe(False, now)
            self._give_up_asking(Reason.BUSY if naks else Reason.NOT_ASKED, now)
            return b""
        self._line = Bidding(now + BYTE_TIMEOUT, tries, naks)
        return ENQ

    def _send(self, tries: int, now: Instant) -> bytes:
        """The line is ours: the request, or EOT where there is none (this was a probe) or it was NAKed too often."""
        if self._payment is None or tries > TRIES:
            self._give_up_asking(Reason.NOT_TAKEN, now)
            return EOT
        self._payment = replace(self._payment, sent=True, until=NEVER)
        self._line = Sending(now + BYTE_TIMEOUT, tries)
        return self._payment.frame

    def _give_up_asking(self, reason: Reason, now: Instant) -> None:
        """The terminal certainly has no request of ours."""
        self._line = Quiet()
        if self._payment is not None:
            self._end(Declined(self._payment.reference, reason), now)

    def _await_result(self, now: Instant) -> bytes:
        """The request was acknowledged, or silence followed it: EOT, in case it was taken, and never the request again."""
        self._line = Quiet()
        if self._payment is not None:
            self._payment = replace(self._payment, until=now + self._answer_within)
        return EOT

    def _listen(self, now: Instant) -> bytes:
        """The terminal speaks, and what it has to say goes before what we have."""
        if isinstance(self._line, Sending):
            self._await_result(now)
        self._line = Receiving(now + BYTE_TIMEOUT)
        return ACK

    def _ask_again(self, naks: int, now: Instant) -> bytes:
        if naks > TRIES:
            self._line = Quiet()
            return b""
        self._line = Receiving(now + BYTE_TIMEOUT, naks)
        return NAK

    def _record_probe(self, ready: bool, now: Instant) -> None:
        self._probe_at = now + (PROBE_EVERY if ready else PROBE_AGAIN)
        if ready != self._ready or self._asked_after:
            self._ready, self._asked_after = ready, False
            self._answers.events.append(TerminalIs(ready))

    # --- the payment ---

    def _on_payment_deadline(self, payment: ConcertPayment, now: Instant) -> None:
        if payment.until == AT_ONCE:
            self._payment = replace(payment, until=now + ASK_WITHIN)
        elif payment.sent:
            self._end(Unanswered(payment.reference), now)
        else:
            self._end(Declined(payment.reference, Reason.BUSY), now)

    def _take_answer(self, answer: ConcertAnswer, now: Instant) -> bytes:
        """Tell what is new in it; ACK, unless that is to be written down first."""
        self._listen(now)
        answer = self._attributed(answer, now)
        ending = ending_of(answer)
        if self._payment is not None and answer.reference == self._payment.reference:
            self._end(ending, now)
        elif not isinstance(ending, Unanswered) and (answer.reference or answer.result != REFUSED):
            self._answers.tell(ending, now)
        if not self._answers.holds(answer.reference):
            return ACK
        self._line = Receiving(now + BYTE_TIMEOUT, held=answer.reference)
        return b""

    def _attributed(self, answer: ConcertAnswer, now: Instant) -> ConcertAnswer:
        """A refusal that names no payment is of the only one it can be of; any other answer is as it says."""
        if answer.reference or answer.result != REFUSED:
            return answer
        if self._payment is None:
            return structs.replace(answer, reference=self._unnamed) if self._answers.holds(self._unnamed) else answer
        alike = (answer.till, answer.cents) == (self._till, self._payment.cents)
        if alike and self._payment.sent and not self._answers.awaits_late(now):
            self._unnamed = self._payment.reference
            return structs.replace(answer, reference=self._unnamed)
        return answer

    def _end(self, ending: Ending, now: Instant) -> None:
        self._payment = None
        self._answers.tell(ending, now)
        if isinstance(ending, Unanswered):
            self._probe_at = AT_ONCE
