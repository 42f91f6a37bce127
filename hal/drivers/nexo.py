"""Card terminal driver: nexo Retailer 3.x over a connection (see `hal/wire/nexo/`).

The theory. A payment has three stages (`nexo_states`). *Waiting*: nothing of it has left; if it is given up, it is Declined.
*Sent*: from the instant its bytes are handed over the terminal may have it, and it is never sent again. *Asking*: its answer
did not come (time-out, connection lost, answer damaged), so the terminal is asked what became of it. Three answers there are:

- Found: the outer Success says no more than that. How the payment ended stands in the response repeated inside.
- InProgress: asked again until its time is over; then `Unanswered`, and `ask` goes on later.
- NotFound: it never had the request, or has forgotten it with a restart, and the bank may have debited. The first is certain
  only if our login, under which the request was sent, still holds (a terminal that restarts loses it: LoggedOut, Initialised,
  Shutdown), and if it says so twice, AGAIN seconds apart: a request that was on its way beside the question has arrived by
  then, and one cut off is never read. Then it is Declined. Else, and from a terminal that has no login at all, nobody knows.

Over HTTP an answer belongs to one question, and nothing can be said while it is awaited: to abort, we hang up and dial again,
then ask. Events come only in place of answers there; with a length before each message they come at any time.

AbortRequest has no response but the payment's end, Success where it came too late. What the terminal asks of us is NotAllowed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from hal.drivers.card_answers import AnswerLog
from hal.drivers.nexo_answers import LOGGED_OUT, NOT_THERE, REASONS
from hal.drivers.nexo_line import NOTHING_DUE, NexoDue, NexoExchange, NexoLine, ServiceIds
from hal.drivers.nexo_payments import AGAIN, NexoPayments
from hal.drivers.nexo_sender import NexoSender
from hal.drivers.nexo_states import NexoPayment, NexoSession, NexoStage
from hal.drivers.nexo_tasks import NexoTasks
from hal.link import Link
from hal.ports import ANSWER_WITHIN, AT_ONCE, NEVER, Capabilities, DeviceEvent, Instant, Reason, Step, TerminalIs
from hal.wire.nexo.answers import (
    NexoAnswer,
    NexoAsks,
    NexoError,
    NexoEvent,
    NexoFound,
    NexoHeader,
    NexoMessage,
    NexoPaid,
    NexoResult,
    NexoReversed,
    decode_message,
)
from hal.wire.nexo.framing import NexoFraming
from hal.wire.nexo.requests import SaleSystem, encode_payment

PROBE_EVERY, PROBE_AGAIN = 60.0, 10.0
"""Seconds to the next probe of a terminal that answered, or did not."""
STEPS = {"CardInserted": Step.CARD_IN, "CardRemoved": Step.CARD_OUT}
AWAY, BACK = ("OutOfOrder", "BeginMaintenance", "Shutdown"), ("EndMaintenance", "Initialised")
RESTARTS = ("Shutdown", "Initialised")


class NexoTerminal:
    """`CardTerminal` on a `Link`: a `LinkedEnd`, and an `EventSource` of its events.

    `system`: who we are there. `wall`: the time of day, for messages and their numbers. `answer_within`: seconds for a result.
    """

    def __init__(
        self,
        link: Link,
        framing: NexoFraming,
        system: SaleSystem,
        wall: Callable[[], datetime],
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        ids = ServiceIds(wall)
        self._line, self._answers = NexoLine(link, framing), AnswerLog()
        self._sender = NexoSender(self._line, system, ids, wall)
        self._payments = NexoPayments(self._answers, answer_within, tells_cards=not framing.pairs)
        self._tasks = NexoTasks(system, self._answers, ids, wall)
        self._system, self._wall, self._session = system, wall, NexoSession.OUT
        self._refused: list[NexoHeader] = []
        self._ready: bool | None = None
        self._asked_after, self._probe_at = False, AT_ONCE

    # --- the port ---

    @property
    def capabilities(self) -> Capabilities:
        """All but confirming: an answer that was delivered stands. Where it may only answer, it tells no progress."""
        return Capabilities(asks=True, aborts=True, reverses=True, progress=not self._line.pairs)

    @property
    def ends_by(self) -> Instant:
        """The time for its answer, and that for the question after it."""
        return self._payments.ends_by

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking, at the next `wake`. Raises ValueError as `CardTerminal.charge` says, or for a reference seen before."""
        encode_payment(self._system, reference, cents, self._wall())
        self._payments.begin(cents, reference)

    def acknowledge(self, reference: str) -> None:
        """Nothing travels: the protocol has no word for it."""
        self._answers.acknowledge(reference)

    def abort(self, reference: str) -> None:
        """Withdraw the request if nothing of it has left, else ask the terminal to take it back; so of an earlier one."""
        if not self._payments.abort(reference):
            self._tasks.abort(reference)

    def ask(self, reference: str) -> None:
        """Ask what became of an earlier payment, once none is under way."""
        if self._payments.current is None or self._payments.current.reference != reference:
            self._tasks.ask(reference)

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        """Give a debit back, once no payment is under way. Raises ValueError if `transaction` is none of the terminal's."""
        self._tasks.reverse(reference, cents, transaction)

    def look(self) -> None:
        """Probe as soon as nothing else is under way."""
        self._asked_after, self._probe_at = True, AT_ONCE

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first."""
        return self._answers.take()

    # --- the end of the connection ---

    def connected(self) -> None:
        """The connection is there."""
        self._line.connected()

    def disconnected(self) -> None:
        """The connection was refused, or is lost: what that means is seen to at the next `wake`."""
        self._line.disconnected()

    @property
    def wake_at(self) -> Instant:
        """The earliest of the line's time-out, the payment's, and what is to be said next."""
        if self._line.lost:
            return AT_ONCE
        return min(self._line.until, self._payments.until, self._line.when(self._due().at))

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the terminal sends; what is to be said to it leaves with the next `wake`."""
        for message in self._line.hear(data):
            self._take(message, now)
        return b""

    def wake(self, now: Instant) -> bytes:
        """Do all that is due."""
        said = b""
        while self.wake_at <= now:
            said += self._on_deadline(now)
        return said

    def _on_deadline(self, now: Instant) -> bytes:
        if self._line.lost:
            self._on_lost(now)
        elif self._payments.until <= now:
            self._payments.on_deadline(now)
        elif self._line.until <= now:
            self._line.hang_up()
            self._on_unreachable(now)
        elif self._line.opened(now):
            return self._due().say(now)
        else:
            self._payments.ask_from(now)  # if its request was out, we hung up to say something else
        return b""

    # --- what is to be said next ---

    def _due(self) -> NexoDue:
        payment = self._payments.current
        if self._refused:
            return NexoDue(AT_ONCE, lambda now: self._sender.refuse(self._refused.pop(0), now))
        if payment is not None and payment.abort_at < NEVER:
            return NexoDue(payment.abort_at, partial(self._abort, payment))
        if self._line.exchange is not None or (payment is not None and payment.stage is NexoStage.SENT):
            return NOTHING_DUE
        due = self._due_for(payment) if payment is not None else self._due_otherwise()
        return NexoDue(due.at, self._sender.log_in) if self._session is NexoSession.OUT else due

    def _due_for(self, payment: NexoPayment) -> NexoDue:
        if payment.stage is NexoStage.WAITING:
            return NexoDue(payment.next_at, partial(self._pay, payment))
        return NexoDue(payment.next_at, partial(self._sender.status, payment.reference))

    def _due_otherwise(self) -> NexoDue:
        if self._tasks.next_at <= self._probe_at:
            return NexoDue(self._tasks.next_at, lambda now: self._line.say(*self._tasks.say(now)))
        return NexoDue(self._probe_at, self._sender.probe)

    def _pay(self, payment: NexoPayment, now: Instant) -> bytes:
        self._payments.note_sent(payment, kept=self._session is NexoSession.IN, now=now)
        return self._sender.pay(payment)

    def _abort(self, payment: NexoPayment, now: Instant) -> bytes:
        self._payments.note_abort(payment, now)
        return self._sender.abort(payment.reference, now)

    # --- what arrives ---

    def _take(self, data: bytes, now: Instant) -> None:
        try:
            self._on_message(decode_message(data), now)
        except NexoError:
            self._payments.ask_from(now)  # it may have been the answer
        if self._line.answered:
            self._payments.ask_from(now)
            if self._line.exchange is not None:
                self._line.exchange = None
                self._put_off(now)

    def _on_message(self, message: NexoMessage, now: Instant) -> None:
        exchange = self._line.exchange
        match message:
            case NexoPaid(error=error):
                self._payments.on_paid(message, now)
                self._note_session(error)
            case NexoEvent(name=name):
                self._on_event(name, now)
            case NexoAsks(header=NexoHeader(message_type="Request") as header):
                self._refused.append(header)
            case NexoFound() | NexoReversed() | NexoAnswer() if exchange and exchange.service_id == message.service_id:
                self._line.exchange = None
                self._on_answer(exchange, message, now)

    def _on_answer(self, exchange: NexoExchange, message: NexoFound | NexoReversed | NexoAnswer, now: Instant) -> None:
        self._note_session(message.error)
        payment = self._payments.current
        match exchange.category, message:
            case "Login", NexoAnswer():
                self._on_login(message, now)
            case "Diagnosis", NexoAnswer():
                fine = message.result is NexoResult.SUCCESS and message.status in ("OK", "")
                self._record(fine or message.error in NOT_THERE, now)
            case "TransactionStatus", NexoFound() if payment is not None and exchange.about == payment.reference:
                self._payments.on_status(payment, message, now)
            case _ if self._tasks.awaits(exchange):
                self._tasks.on_answer(message, now)
            case _, NexoFound(repeated=NexoPaid() as paid):
                self._payments.on_paid(paid, now)  # found after its time was over

    def _on_login(self, answer: NexoAnswer, now: Instant) -> None:
        if answer.result is NexoResult.SUCCESS:
            self._session = NexoSession.IN
        elif answer.error in NOT_THERE:
            self._session = NexoSession.NEEDLESS
        else:
            self._record(False, now)
            self._put_off(now, REASONS.get(answer.error, Reason.NOT_TAKEN))

    def _on_event(self, name: str, now: Instant) -> None:
        if name in STEPS:
            self._payments.note_step(STEPS[name])
        if name == "Reject":
            self._payments.ask_from(now)
        if name in RESTARTS:
            self._note_session(LOGGED_OUT)
        if name in AWAY:
            self._record(False, now)
        if name in BACK:
            self._probe_at = AT_ONCE

    def _note_session(self, error: str) -> None:
        """LoggedOut: the terminal has started anew, and what else it has forgotten nobody knows."""
        if error == LOGGED_OUT:
            self._session = NexoSession.OUT
            self._payments.forget_session()

    # --- a connection lost, and silence ---

    def _on_lost(self, now: Instant) -> None:
        refused = self._line.refused
        for message in self._line.end():
            self._take(message, now)
        self._payments.ask_from(now)
        unheard, self._line.exchange = self._line.exchange is not None, None
        if refused or unheard:
            self._on_unreachable(now)
        else:
            self._probe_at = min(self._probe_at, now + PROBE_AGAIN)

    def _on_unreachable(self, now: Instant) -> None:
        self._record(False, now)
        self._refused.clear()  # its questions went with it: nothing is dialled for them
        self._payments.ask_from(now)
        if not self._payments.out:
            self._session = NexoSession.OUT
        self._put_off(now)

    def _put_off(self, now: Instant, reason: Reason = Reason.NOT_ASKED) -> None:
        """It could not be asked: whatever waits, waits for AGAIN seconds; a payment not sent is given up in the end."""
        self._tasks.put_off(now + AGAIN)
        self._payments.put_off(now, reason)

    def _record(self, ready: bool, now: Instant) -> None:
        self._probe_at = now + (PROBE_EVERY if ready else PROBE_AGAIN)
        if ready != self._ready or self._asked_after:
            self._ready, self._asked_after = ready, False
            self._answers.events.append(TerminalIs(ready))
