"""The life of a notice (FPS): its states, what leads from one to another, and the money, over values.

The theory. A notice is what was written when it was issued, and its events. Nothing else is kept: its state, what it costs and
what is owed are worked out from those and an instant, so no job has to run for a deadline, and an event that becomes known
late counts from when it happened. Money that arrived is a fact: a payment is taken in every state. `TRANSITIONS`
(central/rules/notice_states.py) says what may happen in which state. A corrected amount (an appeal accepted in part) counts
from the beginning, with the deadlines of the first: what was paid before settles it at the price it ought to have had. The
reduced amount cannot be paid by cheque (seed 001): what came by cheque counts towards the whole amount only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from central.rules.notice_deadlines import NoticeDeadlines, deadlines_of, is_reduced
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notice_states import TRANSITIONS as TRANSITIONS
from central.rules.notice_states import NoticeDelay as NoticeDelay
from central.rules.notice_states import NoticeEventKind as NoticeEventKind
from central.rules.notice_states import NoticeState as NoticeState
from central.rules.notice_states import NoticeTransition as NoticeTransition
from central.rules.notice_states import permitted as permitted
from firmware.domain.errors import FieldError
from firmware.tariff.file import FpsRule
from firmware.tariff.fps import increased_cents, rebated_cents, reduced_cents


@dataclass(frozen=True)
class NoticeTerms:
    """What was fixed when a notice was issued."""

    issued_at: datetime
    due_cents: int
    """Receipt deducted; greater than nothing."""
    reduced_cents: int
    rule: FpsRule
    """In force at the control."""
    zone: ZoneInfo


@dataclass(frozen=True)
class NoticeEvent:
    """Something that happened to a notice."""

    kind: NoticeEventKind
    at: datetime
    """When it happened."""
    cents: int = 0
    """Paid or given back; of a correction the new amount due; nothing for the other kinds."""
    reference: str | None = None
    """Of a payment or refund: no other has it."""
    reason: str = ""
    means: NoticePaymentMeans | None = None
    """Of a payment, if it was said."""


@dataclass(frozen=True)
class Notice:
    """A notice: its terms, and its events in the order in which they were recorded."""

    terms: NoticeTerms
    events: tuple[NoticeEvent, ...] = ()

    def happened(self, kind: NoticeEventKind, at: datetime) -> datetime | None:
        """When this last happened, if it had at an instant."""
        return max((event.at for event in self.events if event.kind is kind and event.at <= at), default=None)

    def cents(self, kind: NoticeEventKind, at: datetime) -> int:
        """How much was paid, or given back, until an instant."""
        return sum(event.cents for event in self.events if event.kind is kind and event.at <= at)

    def deadlines(self, at: datetime) -> NoticeDeadlines:
        """The deadlines as they stand at an instant."""
        sent, warned = (self._day(self.happened(kind, at)) for kind in (NoticeEventKind.SENT, NoticeEventKind.WARNED))
        return deadlines_of(self.terms.rule, self.terms.issued_at, sent, warned, self.terms.zone)

    def cents_by_cheque(self, at: datetime) -> int:
        """How much was paid by cheque until an instant."""
        cheques = (event for event in self.events if event.kind is NoticeEventKind.PAID)
        return sum(event.cents for event in cheques if event.means is NoticePaymentMeans.CHEQUE and event.at <= at)

    def is_reduced(self, at: datetime) -> bool:
        """Whether the reduced amount can be paid at an instant."""
        return is_reduced(self.terms.rule, self.deadlines(at), at, self.terms.zone)

    def corrected(self, at: datetime) -> Notice:
        """The notice by the amount that is due at an instant, as if it had been that from the beginning."""
        found = [event.cents for event in self.events if event.kind is NoticeEventKind.CORRECTED and event.at <= at]
        if not found:
            return self
        due = found[-1]
        return replace(self, terms=replace(self.terms, due_cents=due, reduced_cents=reduced_cents(self.terms.rule, due)))

    def day(self, at: datetime) -> date:
        """The day of Paris."""
        return at.astimezone(self.terms.zone).date()

    def _day(self, at: datetime | None) -> date | None:
        return self.day(at) if at else None


@dataclass(frozen=True)
class NoticeSettlement:
    """When and at what price a notice was settled."""

    at: datetime
    price_cents: int
    reduced: bool
    """By the reduced amount."""


@dataclass(frozen=True)
class NoticeBalance:
    """The money of a notice at an instant, in cents."""

    price_cents: int
    """What settles it: what settled it, or what it would cost now; nothing once it is withdrawn or cancelled."""
    paid_cents: int
    """Less what was given back."""
    settlement: NoticeSettlement | None

    @property
    def owed_cents(self) -> int:
        """What is still to be paid."""
        return max(0, self.price_cents - self.paid_cents)

    @property
    def surplus_cents(self) -> int:
        """What is to be given back. As long as a notice is not settled, all that was paid counts towards it."""
        return max(0, self.paid_cents - self.price_cents)


def price_at(notice: Notice, at: datetime) -> int:
    """What settles a notice that is paid at an instant, not by cheque: reduced, due, or increased, less the rebate."""
    whole = _whole_price_at(notice, at)
    return min(notice.terms.reduced_cents + notice.cents_by_cheque(at), whole) if notice.is_reduced(at) else whole


def _whole_price_at(notice: Notice, at: datetime) -> int:
    terms, deadlines, day = notice.terms, notice.deadlines(at), notice.day(at)
    if deadlines.payable_until is None or day <= deadlines.payable_until:
        return terms.due_cents
    if deadlines.rebate_until and day <= deadlines.rebate_until:
        return rebated_cents(terms.rule, terms.due_cents)
    return increased_cents(terms.rule, terms.due_cents)


def balance_at(notice: Notice, at: datetime) -> NoticeBalance:
    """The money at an instant. A notice is settled the first time that what was paid reaches what it then costs.

    Whoever paid the reduced amount in its window has paid, whatever cheque becomes known besides; whoever paid the increased
    amount pays the rebated one, if a warning was sent since: more money never makes a notice dearer.
    """
    notice = notice.corrected(at)
    paid = notice.cents(NoticeEventKind.PAID, at) - notice.cents(NoticeEventKind.REFUNDED, at)
    if _ended(notice, at):
        return NoticeBalance(0, paid, None)
    settlement = _settlement(notice, at)
    return NoticeBalance(settlement.price_cents if settlement else price_at(notice, at), paid, settlement)


def state_at(notice: Notice, at: datetime) -> NoticeState:
    """Where a notice stands at an instant, by all of its events that had happened."""
    balance, deadlines = balance_at(notice, at), notice.deadlines(at)
    if ended := _ended(notice, at):
        given_back = NoticeState.REFUNDED if notice.cents(NoticeEventKind.REFUNDED, at) else ended
        return NoticeState.REFUND_DUE if balance.paid_cents else given_back
    if balance.settlement:
        return NoticeState.PAID_REDUCED if balance.settlement.reduced else NoticeState.PAID
    for kind, state in _LAST_STEPS:
        if notice.happened(kind, at):
            return state
    if deadlines.notified_on is None or deadlines.payable_until is None:
        return NoticeState.ISSUED
    if notice.day(at) > deadlines.payable_until:
        return NoticeState.INCREASED
    if balance.paid_cents:
        return NoticeState.PARTLY_PAID
    return NoticeState.NOTIFIED if notice.day(at) >= deadlines.notified_on else NoticeState.SENT


def apply(notice: Notice, event: NoticeEvent, now: datetime) -> Notice:
    """The notice after an event that is recorded now. Raises FieldError naming the member of the event that cannot be."""
    if not notice.terms.issued_at <= event.at <= now:
        raise FieldError("at", "is before the notice was issued, or in the future")
    told_late = event.kind in _PURSUIT and not _ended(notice, now)
    state = state_at(notice, event.at if told_late else now)
    if event.kind not in permitted(state):
        raise FieldError("state", f"the notice is {state.value}: it cannot be {event.kind.value}")
    if event.kind is not NoticeEventKind.PAID:
        _check_order(notice, event)
    if event.kind is NoticeEventKind.REFUNDED:
        surplus = min(balance_at(notice, at).surplus_cents for at in (event.at, now))
        if not 0 < event.cents <= surplus:
            raise FieldError("cents", f"{surplus} are to be given back")
    if event.kind is NoticeEventKind.PAID and event.cents <= 0:
        raise FieldError("cents", "must be more than nothing")
    due = notice.corrected(now).terms.due_cents
    if event.kind is NoticeEventKind.CORRECTED and not 0 < event.cents < due:
        raise FieldError("cents", f"must be more than nothing and less than {due}")
    return replace(notice, events=(*notice.events, event))


_PURSUIT = (NoticeEventKind.WARNED, NoticeEventKind.ENFORCED, NoticeEventKind.WRITTEN_OFF)
"""What the agency does with what is not paid, in this order."""
_LAST_STEPS = (
    (NoticeEventKind.WRITTEN_OFF, NoticeState.WRITTEN_OFF),
    (NoticeEventKind.ENFORCED, NoticeState.ENFORCED),
)
_ENDS = ((NoticeEventKind.WITHDRAWN, NoticeState.WITHDRAWN), (NoticeEventKind.CANCELLED, NoticeState.CANCELLED))


def _ended(notice: Notice, at: datetime) -> NoticeState | None:
    return next((state for kind, state in _ENDS if notice.happened(kind, at)), None)


def _settlement(notice: Notice, at: datetime) -> NoticeSettlement | None:
    """When what was paid first reached what the notice cost: with a payment, or when its price fell."""
    kinds = (NoticeEventKind.PAID, NoticeEventKind.WARNED)
    moments = sorted({event.at for event in notice.events if event.kind in kinds and event.at <= at})
    reduced = notice.terms.reduced_cents
    for each in moments:
        if notice.is_reduced(each) and notice.cents(NoticeEventKind.PAID, each) - notice.cents_by_cheque(each) >= reduced:
            return NoticeSettlement(each, reduced, reduced=True)
    wholes = (NoticeSettlement(each, _whole_price_at(notice, each), reduced=False) for each in moments)
    reached = (each for each in wholes if notice.cents(NoticeEventKind.PAID, each.at) >= each.price_cents)
    return min(reached, key=lambda each: each.price_cents, default=None)


def _comes_first(other: NoticeEventKind, kind: NoticeEventKind) -> bool:
    """Whether an event cannot have happened before another that is recorded.

    Money, and what the register found out, stand in nobody's way. The agency may tell late of what it did: a warning that was
    sent before a decision, or before the notice was written off, gives its rebate all the same.
    """
    if kind is NoticeEventKind.REFUNDED or other in (NoticeEventKind.PAID, NoticeEventKind.CONTRADICTED):
        return False
    if kind not in _PURSUIT:
        return True
    if other in _PURSUIT:
        return _PURSUIT.index(other) <= _PURSUIT.index(kind)
    return other not in (NoticeEventKind.REFUNDED, NoticeEventKind.CORRECTED)


def _check_order(notice: Notice, event: NoticeEvent) -> None:
    """No step before one that it rests on, and none before its delay has run out."""
    others = (each.at for each in notice.events if _comes_first(each.kind, event.kind))
    if any(event.at < each for each in others):
        raise FieldError("at", "is before what happened to the notice last")
    deadlines, day = notice.deadlines(event.at), notice.day(event.at)
    if event.kind is NoticeEventKind.WITHDRAWN and deadlines.notified_on:
        raise FieldError("state", "the notice was sent: it can be cancelled")
    if event.kind in (NoticeEventKind.CANCELLED, NoticeEventKind.CORRECTED) and not deadlines.notified_on:
        raise FieldError("state", "the notice was not sent: it can be withdrawn")
    if event.kind in _PURSUIT and not (deadlines.payable_until and day > deadlines.payable_until):
        raise FieldError("at", "is before the notice was increased")
    if event.kind is NoticeEventKind.WARNED and deadlines.rebate_until:
        raise FieldError("state", "the warning was sent already")
    if event.kind is NoticeEventKind.ENFORCED and not (deadlines.rebate_until and day > deadlines.rebate_until):
        raise FieldError("at", "is within a month of the sending of the warning")
