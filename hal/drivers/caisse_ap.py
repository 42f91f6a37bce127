"""Card terminal driver: Caisse-AP over a network (see `hal/wire/caisse_ap.py`).

What it alone knows: when to connect and to hang up, how long to wait, and what an answer, a refused connection or a silence
says about money. What it does not do: decide, log or keep a message, take a request back or ask about the past: the protocol
has no such request.

The theory. Each payment has a connection of its own, and a connection at most one request. So:

- A connection that was refused, or that nobody made within `CONNECT_WITHIN`, has carried nothing: Declined, NOT_ASKED.
- From the moment the request leaves, whatever becomes of the connection, the terminal may have it. It is never sent again.
  An answer on this connection decides; a lost connection or `answer_within` seconds without an answer is Unanswered.
- No answer names its payment by our reference: the connection it comes on does. So a late answer is only heard on the
  connection of its payment, which is left open for `LATE` seconds for that, unless somebody else wants to pay meanwhile.
- An answer has no end mark: it is whole when it can be read to its last byte and nothing followed for `SETTLED` seconds.

The probe is a connection, made and closed: the protocol has no question "are you there?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hal.drivers.caisse_ap_answers import ending_of
from hal.drivers.caisse_ap_line import (
    Asked,
    CaisseApPayment,
    Connecting,
    ConnectionState,
    Lost,
    Made,
    NotConnected,
)
from hal.drivers.card_answers import AnswerLog, Ending
from hal.errors import TerminalBusyError
from hal.link import Link
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
from hal.wire.caisse_ap import CaisseApRequest, Unread, decode_answer, encode_request

CONNECT_WITHIN = 9.0
"""Seconds a connection may take: three times the second and two seconds after which a lost SYN is sent again."""
SETTLED = 0.3
"""Seconds without a further byte after which an answer that can be read is whole."""
LATE = 60.0
"""Seconds for which the connection of a payment without an answer is left open."""
PROBE_EVERY = 60.0
PROBE_AGAIN = 10.0
"""Seconds to the next probe of a terminal that was there, or was not."""


class CaisseApTerminal:
    """`CardTerminal` on a link: a `LinkedEnd`, and an `EventSource` of its events.

    `till`: two digits, the number of this till at the terminal. `answer_within`: seconds to wait for a result.
    """

    def __init__(self, link: Link, till: str = "01", answer_within: float = ANSWER_WITHIN) -> None:
        encode_request(CaisseApRequest(till, 1, "0"))
        self._link, self._till, self._answer_within = link, till, answer_within
        self._connection: ConnectionState = NotConnected()
        self._payment: CaisseApPayment | None = None
        self._probe_at: Instant = AT_ONCE
        self._ready: bool | None = None
        self._asked_after = False
        self._answers = AnswerLog()
        link.attach(self)

    # --- the port ---

    @property
    def capabilities(self) -> Capabilities:
        """None: Caisse-AP takes nothing back, and answers no question about the past."""
        return Capabilities()

    @property
    def ends_by(self) -> Instant:
        """The time for the connection, and that for the answer on it."""
        match self._payment, self._connection:
            case CaisseApPayment(), Connecting(until=until):
                return until + self._answer_within
            case CaisseApPayment(sent=True), Asked(until=until):
                return until
        return NEVER

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking, at the next `wake`. Raises ValueError as `CardTerminal.charge` says, or for a reference seen before."""
        if self._payment is not None:
            raise TerminalBusyError(f"payment {self._payment.request.reference} is under way: wait for its ending")
        request = CaisseApRequest(self._till, cents, reference)
        frame = encode_request(request)
        if not self._answers.begin(reference):
            raise ValueError(f"a reference is never used twice, and {reference!r} was")
        self._payment = CaisseApPayment(request, frame)

    def acknowledge(self, reference: str) -> None:
        """Nothing is said to the terminal: the protocol has no such word."""
        self._answers.acknowledge(reference)

    def abort(self, reference: str) -> None:
        """Take the request back if it has not left; the connection being made for it ends as a mere probe."""
        payment = self._payment
        if payment is not None and payment.request.reference == reference and not payment.sent:
            self._end(Declined(reference, Reason.WITHDRAWN), AT_ONCE)

    def ask(self, reference: str) -> None:
        """Raises ValueError: the protocol has no such question."""
        raise ValueError("Caisse-AP has no question about the past")

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        """Raises ValueError: a credit is a payment of its own, and no reversal."""
        raise ValueError("Caisse-AP gives nothing back")

    def look(self) -> None:
        """Probe as soon as no payment is under way; the connection of one is as good a probe."""
        self._asked_after = True
        self._probe_at = AT_ONCE

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first."""
        return self._answers.take()

    # --- the end of the link ---

    def connected(self) -> None:
        """The connection is there: the request leaves with the next `wake`."""
        if isinstance(self._connection, Connecting):
            self._connection = Made()

    def disconnected(self) -> None:
        """The connection was refused or is lost: the next `wake` says what that means."""
        if not isinstance(self._connection, NotConnected | Lost):
            self._connection = Lost(self._connection)

    @property
    def wake_at(self) -> Instant:
        """The deadline of the connection; where it only waits for a late answer, that of the next one too."""
        wanted = AT_ONCE if self._payment is not None and not self._payment.sent else self._probe_at
        match self._connection:
            case NotConnected():
                return wanted
            case Connecting(until=until):
                return until
            case Asked(until=until, settled=settled):
                return min(settled, wanted if until == NEVER else until)
        return AT_ONCE

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the terminal sends; what comes before the request has left is no answer to it."""
        if data and isinstance(self._connection, Asked):
            received = self._connection.received + data
            self._connection = replace(self._connection, received=received, settled=now + SETTLED)
        return b""

    def wake(self, now: Instant) -> bytes:
        """Do all that is due."""
        said = b""
        while self.wake_at <= now:
            said += self._on_deadline(now)
        return said

    # --- the moves of the connection ---

    def _on_deadline(self, now: Instant) -> bytes:
        match self._connection:
            case NotConnected():
                self._connection = Connecting(now + CONNECT_WITHIN)
                self._link.dial()
            case Made():
                return self._send(now)
            case Asked() as asked:
                self._on_asked_deadline(asked, now)
            case Lost(before=Asked() as asked):
                self._end_connection(asked, now)
            case Connecting() | Lost():
                self._give_up(now)
        return b""

    def _send(self, now: Instant) -> bytes:
        """The request; where there is none this was a probe."""
        self._record_probe(True, now)
        if self._payment is None:
            self._hang_up()
            return b""
        self._payment = replace(self._payment, sent=True)
        self._connection = Asked(self._payment.request, now + self._answer_within)
        return self._payment.frame

    def _give_up(self, now: Instant) -> None:
        """The terminal certainly has no request of ours."""
        self._hang_up()
        self._record_probe(False, now)
        if self._payment is not None:
            self._end(Declined(self._payment.request.reference, Reason.NOT_ASKED), now)

    def _on_asked_deadline(self, asked: Asked, now: Instant) -> None:
        """What was received has settled; or the wait is over, that for an answer in time, or for a late one."""
        if asked.settled <= now:
            self._connection = replace(asked, settled=NEVER)
            if _ending_on(asked) is not None:
                self._end_connection(asked, now)
        elif asked.until <= now:
            self._connection = replace(asked, until=NEVER)
            self._end(Unanswered(asked.request.reference), now)
            self._probe_at = AT_ONCE if self._asked_after else now + LATE
        else:
            self._end_connection(asked, now)

    def _end_connection(self, asked: Asked, now: Instant) -> None:
        """Nothing more is awaited on it: what was received decides, and nobody knows more where that is no answer."""
        self._hang_up()
        ending = _ending_on(asked) or Unanswered(asked.request.reference)
        if isinstance(ending, Unanswered):
            self._probe_at = AT_ONCE
        self._end(ending, now)

    def _hang_up(self) -> None:
        self._link.hang_up()
        self._connection = NotConnected()

    def _record_probe(self, ready: bool, now: Instant) -> None:
        self._probe_at = now + (PROBE_EVERY if ready else PROBE_AGAIN)
        if ready != self._ready or self._asked_after:
            self._ready, self._asked_after = ready, False
            self._answers.events.append(TerminalIs(ready))

    # --- the payment ---

    def _end(self, ending: Ending, now: Instant) -> None:
        """Tell the end of a payment, which may be an earlier one's."""
        if self._payment is not None and self._payment.request.reference == ending.reference:
            self._payment = None
        self._answers.tell(ending, now)


def _ending_on(asked: Asked) -> Ending | None:
    """How the payment ended, if what was received says so: what cannot be read leaves it unknown."""
    answer = decode_answer(asked.received)
    if answer is Unread.INCOMPLETE:
        return None
    return Unanswered(asked.request.reference) if isinstance(answer, Unread) else ending_of(answer, asked.request)
