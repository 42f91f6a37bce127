"""States of a notice (FPS), and what leads from one to another, as a value; docs/notices.md is drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, StrEnum

from central.rules.transitions import Transition, events_taken


class NoticeState(Enum):
    """Where a notice stands."""

    PROPOSED = "proposed"
    """An agent proposed it; a sale that contradicts it may still arrive. It has no number."""
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
    """Contradicted before it was sent."""
    SENT = "sent"
    NOTIFIED = "notified"
    PARTLY_PAID = "partly paid"
    PAID_REDUCED = "paid reduced"
    PAID = "paid"
    INCREASED = "increased"
    ENFORCED = "enforced"
    """An enforceable order was issued."""
    WRITTEN_OFF = "written off"
    CANCELLED = "cancelled"
    REFUND_DUE = "refund due"
    REFUNDED = "refunded"


class NoticeEventKind(StrEnum):
    """What happens to a notice."""

    ISSUED = "issued"
    SENT = "sent"
    PAID = "paid"
    CONTRADICTED = "contradicted"
    """A right became known; of a sent notice, cancellation is proposed."""
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    WARNED = "warned"
    """The warning of the increased charge was sent."""
    ENFORCED = "enforced"
    WRITTEN_OFF = "written off"
    REFUNDED = "refunded"
    CORRECTED = "corrected"
    """An appeal was accepted in part, or a court lowered the amount: the new one counts from the beginning."""


class NoticeDelay(StrEnum):
    """A delay that has run out."""

    NOTIFICATION = "five days after sending"
    PAYMENT = "three months after notification"


NoticeTransition = Transition[NoticeState, NoticeEventKind | NoticeDelay]


def _arrows() -> Iterator[NoticeTransition]:
    state, event, delay = NoticeState, NoticeEventKind, NoticeDelay
    owed = (state.ISSUED, state.SENT, state.NOTIFIED, state.PARTLY_PAID, state.INCREASED, state.ENFORCED, state.WRITTEN_OFF)
    settled, ended = (state.PAID_REDUCED, state.PAID), (state.WITHDRAWN, state.CANCELLED, state.REFUND_DUE, state.REFUNDED)
    simple = (
        (state.PROPOSED, event.ISSUED, state.ISSUED),
        (state.PROPOSED, event.CONTRADICTED, state.WITHDRAWN),
        (state.ISSUED, event.WITHDRAWN, state.WITHDRAWN),
        (state.ISSUED, event.WITHDRAWN, state.REFUND_DUE),
        (state.ISSUED, event.SENT, state.SENT),
        (state.ISSUED, event.SENT, state.PARTLY_PAID),
        (state.SENT, delay.NOTIFICATION, state.NOTIFIED),
        (state.NOTIFIED, delay.PAYMENT, state.INCREASED),
        (state.PARTLY_PAID, delay.PAYMENT, state.INCREASED),
        (state.INCREASED, event.WARNED, state.INCREASED),
        (state.INCREASED, event.WARNED, state.PAID),
        (state.INCREASED, event.ENFORCED, state.ENFORCED),
        (state.INCREASED, event.WRITTEN_OFF, state.WRITTEN_OFF),
        (state.ENFORCED, event.WRITTEN_OFF, state.WRITTEN_OFF),
        (state.REFUND_DUE, event.REFUNDED, state.REFUND_DUE),
        (state.REFUND_DUE, event.REFUNDED, state.REFUNDED),
    )
    yield from (NoticeTransition(*arrow) for arrow in simple)
    for before in owed:
        part = state.PARTLY_PAID if before in (state.SENT, state.NOTIFIED) else before
        yield from (NoticeTransition(before, event.PAID, after) for after in (part, *settled))
    yield NoticeTransition(state.PAID, event.PAID, state.PAID_REDUCED)  # of a day before, and known late
    for before in settled:
        yield from (NoticeTransition(before, cause, before) for cause in (event.PAID, event.REFUNDED))
        yield NoticeTransition(before, event.WITHDRAWN, state.REFUND_DUE)
    yield from (NoticeTransition(before, event.PAID, state.REFUND_DUE) for before in ended)
    for before in (*owed[1:], *settled):
        yield NoticeTransition(before, event.CONTRADICTED, before)
        corrected = (before,) if before is state.PAID_REDUCED else (before, *(each for each in settled if each is not before))
        yield from (NoticeTransition(before, event.CORRECTED, after) for after in corrected)
        if before not in (state.PARTLY_PAID, *settled):
            yield NoticeTransition(before, event.CANCELLED, state.CANCELLED)
        if before not in (state.SENT, state.NOTIFIED):
            yield NoticeTransition(before, event.CANCELLED, state.REFUND_DUE)


TRANSITIONS = tuple(_arrows())
"""Every way from one state to another, and every event that is taken in each."""


def permitted(state: NoticeState) -> frozenset[NoticeEventKind]:
    """The events that are taken in a state."""
    return events_taken(TRANSITIONS, state, NoticeEventKind)
