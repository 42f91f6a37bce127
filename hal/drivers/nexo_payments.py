"""The payment under way at a nexo terminal: its stages, and what ends it (see `hal/drivers/nexo.py`)."""

from __future__ import annotations

from dataclasses import replace

from hal.drivers.card_answers import AnswerLog, Ending
from hal.drivers.nexo_answers import IN_PROGRESS, LOGGED_OUT, NOT_FOUND, as_seen, ending_found, ending_of
from hal.drivers.nexo_states import NexoPayment, NexoStage
from hal.errors import TerminalBusyError
from hal.ports import ANSWER_WITHIN, AT_ONCE, NEVER, Approved, Declined, Instant, Progress, Reason, Step, Unanswered
from hal.wire.nexo.answers import NexoFound, NexoPaid, NexoResult

AGAIN = 5.0
"""Seconds to the next try, or the next question."""
TRIES = 3
"""How often a terminal is dialled, or logged in at, for a payment."""
ASK_WITHIN = 30.0
"""Seconds to get a request through."""
STATUS_WITHIN = 30.0
"""Seconds in which the terminal is asked what became of a payment, once the time for its answer is over."""
ABORT_WITHIN = 10.0
"""Seconds for the answer to a payment that was taken back."""
MISSING = 2
"""How often a terminal says that it has no such payment before it is believed."""


class NexoPayments:
    """The payment under way, if any."""

    def __init__(self, answers: AnswerLog, answer_within: float = ANSWER_WITHIN, *, tells_cards: bool = True) -> None:
        """`tells_cards`: the terminal tells each card of a payment while it is under way."""
        self._answers, self._answer_within, self._tells_cards = answers, answer_within, tells_cards
        self.current: NexoPayment | None = None

    # --- what is done with it ---

    def begin(self, cents: int, reference: str) -> None:
        """Begin asking. Raises ValueError for a reference that was seen before, or while a payment is under way."""
        if self.current is not None:
            raise TerminalBusyError(f"payment {self.current.reference} is under way: wait for its ending")
        if not self._answers.begin(reference):
            raise ValueError(f"a reference is used once, and {reference!r} was")
        self._answers.end_exchange()
        self.current = NexoPayment(reference, cents)

    def abort(self, reference: str) -> bool:
        """Withdrawn if nothing of it has left, else to be taken back; False if it is not this one."""
        if self.current is None or self.current.reference != reference:
            return False
        if self.current.stage is NexoStage.WAITING:
            self._end(Declined(reference, Reason.WITHDRAWN), AT_ONCE)
        else:
            self.current = replace(self.current, abort_at=AT_ONCE)
        return True

    def note_sent(self, payment: NexoPayment, *, kept: bool, now: Instant) -> None:
        """The request leaves: from here on the terminal may have it."""
        self.current = replace(payment, stage=NexoStage.SENT, until=now + self._answer_within, kept=kept)

    def note_abort(self, payment: NexoPayment, now: Instant) -> None:
        """The AbortRequest leaves: the answer is due soon."""
        until = min(payment.until, now + ABORT_WITHIN) if payment.stage is NexoStage.SENT else payment.until
        self.current = replace(payment, abort_at=NEVER, until=until)

    def note_step(self, step: Step) -> None:
        """The motorist did something at the terminal."""
        if self.current is not None and self.current.stage is not NexoStage.WAITING:
            self.current = replace(self.current, card=step)
            self._answers.events.append(Progress(self.current.reference, step))

    # --- what comes of it ---

    @property
    def until(self) -> Instant:
        """When its stage has lasted too long."""
        return self.current.until if self.current is not None else NEVER

    @property
    def ends_by(self) -> Instant:
        """When it has its end, at the latest: what became of it is asked once the time for its answer is over."""
        if self.current is None or self.current.until == AT_ONCE:
            return NEVER
        answer = self._answer_within if self.current.stage is NexoStage.WAITING else 0.0
        return self.current.until + answer + (0.0 if self.current.stage is NexoStage.ASKING else STATUS_WITHIN)

    @property
    def out(self) -> bool:
        """Whether the terminal may have the request."""
        return self.current is not None and self.current.stage is not NexoStage.WAITING

    def on_deadline(self, now: Instant) -> None:
        """Its stage has lasted too long."""
        payment = self.current
        if payment is None:
            return
        if payment.until == AT_ONCE:
            self.current = replace(payment, until=now + ASK_WITHIN)
        elif payment.stage is NexoStage.WAITING:
            self._end(Declined(payment.reference, Reason.BUSY), now)
        elif payment.stage is NexoStage.SENT:
            self.ask_from(now)
        else:
            self._end(Unanswered(payment.reference), now)

    def ask_from(self, now: Instant) -> None:
        """If the request is out: its answer did not come, or may not come any more."""
        if self.current is not None and self.current.stage is NexoStage.SENT:
            until = self.current.until + STATUS_WITHIN
            self.current = replace(self.current, stage=NexoStage.ASKING, until=until, next_at=now)

    def put_off(self, now: Instant, reason: Reason) -> None:
        """The terminal could not be asked: again later, or not at all if nothing has left."""
        if self.current is None:
            return
        again, tries = now + AGAIN, self.current.tries + 1
        self.current = replace(self.current, tries=tries, next_at=again, abort_at=max(again, self.current.abort_at))
        if self.current.stage is NexoStage.WAITING and self.current.tries >= TRIES:
            self._end(Declined(self.current.reference, reason), now)

    def forget_session(self) -> None:
        """The terminal has started anew: what else it has forgotten nobody knows."""
        if self.current is not None:
            self.current = replace(self.current, kept=False)

    def on_paid(self, paid: NexoPaid, now: Instant) -> None:
        """A PaymentResponse, of this payment or of any other."""
        payment = self.current
        if payment is not None and paid.reference == payment.reference:
            ending, heard_all = ending_of(paid, payment.cents), payment.stage is NexoStage.SENT and self._tells_cards
            self._on_ending(as_seen(ending, paid, payment.card) if heard_all else ending, now)
        else:
            self._tell_other(ending_of(paid), now)

    def on_status(self, payment: NexoPayment, found: NexoFound, now: Instant) -> None:
        """A TransactionStatusResponse about it."""
        if found.result is not NexoResult.FAILURE:
            self._on_ending(ending_found(found, payment.reference, payment.cents), now)
        elif found.error == NOT_FOUND:
            self._on_missing(replace(payment, missing=payment.missing + 1, next_at=now + AGAIN), now)
        else:
            missing = 0 if found.error == IN_PROGRESS else payment.missing
            self.current = replace(payment, next_at=now if found.error == LOGGED_OUT else now + AGAIN, missing=missing)

    def _on_missing(self, payment: NexoPayment, now: Instant) -> None:
        self.current = payment
        if payment.missing >= MISSING:
            reference = payment.reference
            self._end(Declined(reference, Reason.NOT_TAKEN) if payment.kept else Unanswered(reference), now)

    def _on_ending(self, ending: Ending | None, now: Instant) -> None:
        payment = self.current
        if payment is None:
            return
        if isinstance(ending, Approved | Declined) and ending.reference == payment.reference:
            self._end(ending, now)
            return
        if ending is not None and ending.reference != payment.reference:
            self._tell_other(ending, now)
        self.ask_from(now)
        self.current = replace(self.current or payment, next_at=now + AGAIN)

    def _tell_other(self, ending: Ending, now: Instant) -> None:
        if isinstance(ending, Approved) or (isinstance(ending, Declined) and ending.reference):
            self._answers.tell(ending, now)

    def _end(self, ending: Ending, now: Instant) -> None:
        self.current = None
        self._answers.tell(ending, now)
