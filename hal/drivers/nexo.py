"""Card terminal driver: nexo Retailer 3.x over a connection (see `hal/wire/nexo/`).

What it alone knows: when to dial and to log in, how long to wait, what to ask again, and what an answer says about money.

The theory. A payment has three stages (`nexo_states`). *Waiting*: nothing of it has left; if it is given up, it is Declined.
*Sent*: from the instant its bytes are handed over the terminal may have it, and it is never sent again. *Asking*: its answer
did not come (time-out, connection lost, answer damaged), so the terminal is asked what became of it. Three answers there are:

- Found: the outer Success says no more than that. How the payment ended stands in the response repeated inside.
- InProgress: asked again, until its time is over: then `Unanswered`, and `ask` goes on later.
- NotFound: it never had the request, or has forgotten it with a restart, and the bank may have debited. The first is certain
  only if our login, under which the request was sent, still holds (a terminal that restarts loses it: LoggedOut, Initialised,
  Shutdown), and if it says so twice, AGAIN seconds apart: a request that was on its way beside the question has arrived by
  then, and one cut off is never read. Then it is Declined. Else, and from a terminal that has no login at all, nobody knows.

Over HTTP an answer belongs to one question, and nothing can be said while it is awaited: to abort, we hang up and dial again,
then ask. Events come only in place of answers there; with a length before each message they come at any time.

AbortRequest has no response of its own: the end of the payment is the answer, Success where it came too late. What the
terminal asks of us (display, print, "same transaction, continue?") is NotAllowed: nobody is there to say yes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hal.drivers.card_answers import AnswerLog, Ending
from hal.drivers.nexo_answers import IN_PROGRESS, LOGGED_OUT, NOT_FOUND, NOT_THERE, REASONS, ending_found, ending_of
from hal.drivers.nexo_line import NOTHING_DUE, NexoDue, NexoExchange, NexoLine, ServiceIds
from hal.drivers.nexo_states import NexoPayment, NexoSession, NexoStage
from hal.drivers.nexo_tasks import NexoTasks
from hal.link import Link
from hal.ports import (
    ANSWER_WITHIN,
    AT_ONCE,
    NEVER,
    Approved,
    Capabilities,
    Declined,
    DeviceEvent,
    Instant,
    Progress,
    Reason,
    Step,
    TerminalIs,
    Unanswered,
)
from hal.wire.nexo.answers import (
    NexoAnswer,
    NexoAsks,
    NexoError,
    NexoEvent,
    NexoFound,
    NexoHeader,
    NexoPaid,
    NexoResult,
    NexoReversed,
    decode_message,
)
from hal.wire.nexo.framing import NexoFraming
from hal.wire.nexo.requests import (
    SaleSystem,
    encode_abort,
    encode_diagnosis,
    encode_login,
    encode_payment,
    encode_refusal,
    encode_status,
)

REPLY_WITHIN = 10.0
"""Seconds for any answer but that to a payment."""
AGAIN = 5.0
"""Seconds to the next try, or the next question."""
TRIES = 3
"""How often a terminal is dialled, or logged in at, for a payment."""
ASK_WITHIN = 30.0
"""Seconds to get a request through."""
STATUS_WITHIN = 30.0
"""Seconds in which the terminal is asked what became of a payment whose time was over."""
ABORT_WITHIN = 10.0
"""Seconds for the answer to a payment that was taken back."""
PROBE_EVERY = 60.0
PROBE_AGAIN = 10.0
"""Seconds to the next probe of a terminal that answered, or did not."""
STEPS = {"CardInserted": Step.CARD_IN, "CardRemoved": Step.CARD_OUT}
AWAY = ("OutOfOrder", "BeginMaintenance", "Shutdown")
BACK = ("EndMaintenance", "Initialised")
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
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._line = NexoLine(link, framing)
        self._system, self._wall, self._answer_within = system, wall, answer_within
        self._ids = ServiceIds(wall)
        self._session = NexoSession.OUT
        self._payment: NexoPayment | None = None
        self._replies: list[bytes] = []
        self._answers = AnswerLog()
        self._tasks = NexoTasks(system, self._answers, self._ids, wall)
        self._probe_at: Instant = AT_ONCE
        self._ready: bool | None = None
        self._asked_after = False

    # --- the port ---

    @property
    def capabilities(self) -> Capabilities:
        """All but confirming: an answer that was delivered stands."""
        return Capabilities(asks=True, aborts=True, reverses=True, progress=True)

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking, at the next `wake`. Raises ValueError as `CardTerminal.charge` says, or for a reference seen before."""
        if self._payment is not None:
            raise ValueError(f"payment {self._payment.reference} is under way: wait for its ending")
        encode_payment(self._system, reference, cents, self._wall())
        if not self._answers.begin(reference):
            raise ValueError(f"a reference is used once, and {reference!r} was")
        self._answers.end_exchange()
        self._payment = NexoPayment(reference, cents)

    def acknowledge(self, reference: str) -> None:
        """Nothing travels: the protocol has no word for it."""
        self._answers.acknowledge(reference)

    def abort(self, reference: str) -> None:
        """Withdraw the request if nothing of it has left, else ask the terminal to take it back."""
        if self._payment is None or self._payment.reference != reference:
            return
        if self._payment.stage is NexoStage.WAITING:
            self._end(Declined(reference, Reason.WITHDRAWN), AT_ONCE)
        else:
            self._payment = replace(self._payment, abort=True)

    def ask(self, reference: str) -> None:
        """Ask what became of an earlier payment, once none is under way."""
        if self._payment is None or self._payment.reference != reference:
            self._tasks.ask(reference)

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        """Give a debit back, once no payment is under way. Raises ValueError if `transaction` is none of the terminal's."""
        self._tasks.reverse(reference, cents, transaction)

    def look(self) -> None:
        """Probe as soon as nothing else is under way."""
        self._asked_after, self._probe_at = True, AT_ONCE

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first."""
        events, self._answers.events = self._answers.events, []
        return events

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
        payment = self._payment.until if self._payment is not None else NEVER
        return min(self._line.until, payment, self._line.when(self._due().at))

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
        elif self._payment is not None and self._payment.until <= now:
            self._on_payment_deadline(self._payment, now)
        elif self._line.until <= now:
            self._line.hang_up()
            self._on_unreachable(now)
        elif self._line.opened(now):
            return self._due().say(now)
        elif self._payment is not None and self._payment.stage is NexoStage.SENT:
            self._ask_from(now)  # we hung up to say something else
        return b""

    # --- what is to be said next ---

    def _due(self) -> NexoDue:
        payment = self._payment
        if self._replies:
            return NexoDue(AT_ONCE, self._reply)
        if payment is not None and payment.abort:
            return NexoDue(AT_ONCE, self._abort)
        if self._line.exchange is not None or (payment is not None and payment.stage is NexoStage.SENT):
            return NOTHING_DUE
        due = self._due_for(payment) if payment is not None else self._due_otherwise()
        return NexoDue(due.at, self._log_in) if self._session is NexoSession.OUT else due

    def _due_for(self, payment: NexoPayment) -> NexoDue:
        say = self._pay if payment.stage is NexoStage.WAITING else self._ask_status
        return NexoDue(payment.next_at, say)

    def _due_otherwise(self) -> NexoDue:
        if self._tasks.next_at <= self._probe_at:
            return NexoDue(self._tasks.next_at, self._work)
        return NexoDue(self._probe_at, self._probe)

    def _exchange(self, now: Instant, category: str, about: str = "") -> NexoExchange:
        return NexoExchange(self._ids.next(), category, about, now + REPLY_WITHIN)

    def _log_in(self, now: Instant) -> bytes:
        exchange = self._exchange(now, "Login")
        return self._line.say(encode_login(self._system, exchange.service_id, self._wall()), exchange)

    def _probe(self, now: Instant) -> bytes:
        exchange = self._exchange(now, "Diagnosis")
        return self._line.say(encode_diagnosis(self._system, exchange.service_id), exchange)

    def _work(self, now: Instant) -> bytes:
        message, exchange = self._tasks.say(now)
        return self._line.say(message, exchange)

    def _reply(self, now: Instant) -> bytes:
        return self._line.say(self._replies.pop(0), self._empty_answer(now, "Reply"))

    def _abort(self, now: Instant) -> bytes:
        if self._payment is None:
            return b""
        until = min(self._payment.until, now + ABORT_WITHIN) if self._payment.stage is NexoStage.SENT else self._payment.until
        self._payment = replace(self._payment, abort=False, until=until)
        message = encode_abort(self._system, self._ids.next(), self._payment.reference)
        return self._line.say(message, self._empty_answer(now, "Abort"))

    def _empty_answer(self, now: Instant, category: str) -> NexoExchange | None:
        """What has no answer of the protocol's is answered all the same where messages come in pairs, by nothing."""
        return self._exchange(now, category) if self._line.pairs else None

    def _pay(self, now: Instant) -> bytes:
        """The request leaves: from here on the terminal may have it."""
        if self._payment is None:
            return b""
        kept = self._session is NexoSession.IN
        self._payment = replace(self._payment, stage=NexoStage.SENT, until=now + self._answer_within, kept=kept)
        message = encode_payment(self._system, self._payment.reference, self._payment.cents, self._wall())
        return self._line.say(message, None)

    def _ask_status(self, now: Instant) -> bytes:
        if self._payment is None:
            return b""
        exchange = self._exchange(now, "TransactionStatus", self._payment.reference)
        return self._line.say(encode_status(self._system, exchange.service_id, "Payment", exchange.about), exchange)

    # --- what arrives ---

    def _take(self, data: bytes, now: Instant) -> None:
        try:
            self._on_message(decode_message(data), now)
        except NexoError:
            self._ask_from(now)  # it may have been the answer
        if self._line.answered:
            self._ask_from(now)
            if self._line.exchange is not None:
                self._line.exchange = None
                self._put_off(now)

    def _on_message(self, message: object, now: Instant) -> None:
        exchange = self._line.exchange
        match message:
            case NexoPaid():
                self._on_paid(message, now)
            case NexoEvent(name=name):
                self._on_event(name, now)
            case NexoAsks(header=NexoHeader(message_type="Request") as header):
                self._replies.append(encode_refusal(self._system, header))
            case NexoFound() | NexoReversed() | NexoAnswer() if (
                exchange is not None and exchange.service_id == message.service_id
            ):
                self._line.exchange = None
                self._on_answer(exchange, message, now)

    def _on_answer(self, exchange: NexoExchange, message: NexoFound | NexoReversed | NexoAnswer, now: Instant) -> None:
        if message.error == LOGGED_OUT:
            self._forget_session()
        match exchange.category, message:
            case "Login", NexoAnswer():
                self._on_login(message, now)
            case "Diagnosis", NexoAnswer():
                fine = message.result is NexoResult.SUCCESS and message.status in ("OK", "")
                self._record(fine or message.error in NOT_THERE, now)
            case "TransactionStatus", NexoFound() if self._payment is not None and exchange.about == self._payment.reference:
                self._on_status(self._payment, message, now)
            case _:
                self._tasks.on_answer(message, now)

    def _on_login(self, answer: NexoAnswer, now: Instant) -> None:
        if answer.result is NexoResult.SUCCESS:
            self._session = NexoSession.IN
        elif answer.error in NOT_THERE:
            self._session = NexoSession.NEEDLESS
        else:
            self._record(False, now)
            self._put_off(now, REASONS.get(answer.error, Reason.NOT_TAKEN))

    def _on_event(self, name: str, now: Instant) -> None:
        payment = self._payment
        if name in STEPS and payment is not None and payment.stage is not NexoStage.WAITING:
            self._answers.events.append(Progress(payment.reference, STEPS[name]))
        if name == "Reject":
            self._ask_from(now)
        if name in RESTARTS:
            self._forget_session()
        if name in AWAY:
            self._record(False, now)
        if name in BACK:
            self._probe_at = AT_ONCE

    def _forget_session(self) -> None:
        """The terminal does not know us any more: it has started anew, and what else it has forgotten nobody knows."""
        self._session = NexoSession.OUT
        if self._payment is not None:
            self._payment = replace(self._payment, kept=False)

    # --- a connection lost, and silence ---

    def _on_lost(self, now: Instant) -> None:
        refused = self._line.refused
        for message in self._line.end():
            self._take(message, now)
        self._ask_from(now)
        unheard, self._line.exchange = self._line.exchange is not None, None
        if refused or unheard:
            self._on_unreachable(now)
        else:
            self._probe_at = min(self._probe_at, now + PROBE_AGAIN)

    def _on_unreachable(self, now: Instant) -> None:
        self._record(False, now)
        self._ask_from(now)
        if self._payment is None or self._payment.stage is NexoStage.WAITING:
            self._session = NexoSession.OUT
        self._put_off(now)

    def _put_off(self, now: Instant, reason: Reason = Reason.NOT_ASKED) -> None:
        """It could not be asked: whatever waits, waits for AGAIN seconds; a payment not sent is given up in the end."""
        self._tasks.put_off(now + AGAIN)
        payment = self._payment
        if payment is None:
            return
        self._payment = replace(payment, tries=payment.tries + 1, next_at=now + AGAIN)
        if payment.stage is NexoStage.WAITING and self._payment.tries >= TRIES:
            self._end(Declined(payment.reference, reason), now)

    def _record(self, ready: bool, now: Instant) -> None:
        self._probe_at = now + (PROBE_EVERY if ready else PROBE_AGAIN)
        if ready != self._ready or self._asked_after:
            self._ready, self._asked_after = ready, False
            self._answers.events.append(TerminalIs(ready))

    # --- the payment ---

    def _on_payment_deadline(self, payment: NexoPayment, now: Instant) -> None:
        if payment.until == AT_ONCE:
            self._payment = replace(payment, until=now + ASK_WITHIN)
        elif payment.stage is NexoStage.WAITING:
            self._end(Declined(payment.reference, Reason.BUSY), now)
        elif payment.stage is NexoStage.SENT:
            self._ask_from(now)
        else:
            self._end(Unanswered(payment.reference), now)

    def _ask_from(self, now: Instant) -> None:
        """If a request is out: its answer did not come, or may not come any more."""
        if self._payment is not None and self._payment.stage is NexoStage.SENT:
            until = self._payment.until + STATUS_WITHIN
            self._payment = replace(self._payment, stage=NexoStage.ASKING, until=until, next_at=now)

    def _on_paid(self, paid: NexoPaid, now: Instant) -> None:
        payment = self._payment
        if payment is not None and paid.reference == payment.reference:
            self._on_ending(payment, ending_of(paid, payment.cents), now)
        else:
            self._tell_other(ending_of(paid), now)

    def _tell_other(self, ending: Ending, now: Instant) -> None:
        if isinstance(ending, Approved) or (isinstance(ending, Declined) and ending.reference):
            self._answers.tell(ending, now)

    def _on_ending(self, payment: NexoPayment, ending: Ending | None, now: Instant) -> None:
        if isinstance(ending, Approved | Declined) and ending.reference == payment.reference:
            self._end(ending, now)
            return
        if ending is not None and ending.reference != payment.reference:
            self._tell_other(ending, now)
        self._ask_from(now)
        if self._payment is not None:
            self._payment = replace(self._payment, next_at=now + AGAIN)

    def _on_status(self, payment: NexoPayment, found: NexoFound, now: Instant) -> None:
        if found.error == LOGGED_OUT and self._payment is not None:
            self._payment = replace(self._payment, next_at=now)
        elif found.result is NexoResult.FAILURE and found.error == NOT_FOUND:
            self._on_missing(payment, now)
        elif found.result is NexoResult.FAILURE:
            self._payment = replace(payment, next_at=now + AGAIN, missing=0 if found.error == IN_PROGRESS else payment.missing)
        else:
            self._on_ending(payment, ending_found(found, payment.reference, payment.cents), now)

    def _on_missing(self, payment: NexoPayment, now: Instant) -> None:
        self._payment = replace(payment, missing=payment.missing + 1, next_at=now + AGAIN)
        if self._payment.missing < 2:
            return
        reference = payment.reference
        self._end(Declined(reference, Reason.NOT_TAKEN) if payment.kept else Unanswered(reference), now)

    def _end(self, ending: Ending, now: Instant) -> None:
        self._payment = None
        self._answers.tell(ending, now)
        if isinstance(ending, Unanswered):
            self._probe_at = AT_ONCE
