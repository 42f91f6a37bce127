"""One cell of the table of money: a sale, a moment of it, and what goes wrong at that moment; then what became of the money.

The theory. A sale is played on a desk, with real drivers and a simulated terminal, in virtual time. At the moment one thing
goes wrong; later it is mended and time passes until nobody has anything left to do. Then there are four ways in which all is
well, and no other: a right was sold for what was debited; nothing was debited and there is no right; what was debited was given
back; or nobody knows, and the journal says so (a doubt) within a bound of the moment.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal_file import JournalReader
from firmware.protocol.entry import content_in
from firmware.protocol.facts import (
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentReversed,
    PaymentStarted,
    RightGivenBack,
    RightSold,
)
from firmware.station.state_folder import JOURNAL
from firmware.visit.offers import card_reference
from simulator.desk.desk import Desk

STEP = 0.1
"""Seconds from one look at the desk to the next, while a moment is waited for."""
PATIENCE = 160.0
"""Seconds after which a moment does not come any more."""
AFTERWARDS = 200.0
"""Seconds that pass after everything was mended: more than any time-out there is."""


class Moment(Enum):
    """Step of a payment."""

    CHOSEN = "price on the screen, nothing asked"
    ASKED = "asked; the terminal wants a card"
    SHOWN = "card shown"
    DEBITED = "the bank has debited"
    ON_DISK = "the right is on disk"
    PRINTING = "the ticket is being printed"


class Mishap(Enum):
    """What goes wrong at a moment."""

    SILENCE = "the terminal says nothing any more"
    REFUSAL = "the terminal refuses"
    ABORT = "the motorist presses CANCEL"
    TIME_OUT = "nobody shows a card"
    LATE = "the answer comes two and a half minutes later"
    DUPLICATE = "refused, then approved"
    OTHER_AMOUNT = "ten times the amount is debited"
    POWER_CUT = "the power goes for ten seconds"
    FAILED_WRITE = "the disk is full for a minute"


class MoneyEnd(Enum):
    """What became of the money."""

    RIGHT = "right"
    NOTHING = "nothing debited"
    GIVEN_BACK = "given back"
    DOUBT = "doubt"
    UNHEARD = "debited after it was refused, and never told"


@dataclass(frozen=True)
class MoneyCell:
    """What one combination led to."""

    ends: tuple[MoneyEnd, ...]
    """Of each payment that was started, in order."""
    doubted_after: float | None
    """Seconds from the moment to the doubt in the journal; None where there was none."""


CARDS = {Mishap.REFUSAL: "declined", Mishap.LATE: "late", Mishap.DUPLICATE: "yes_after_no"}
"""Mishaps that are the card's: they go wrong when it is shown, and at no other moment."""
APPROVED = "contactless"


@contextlib.contextmanager
def desk_of(open_desk: Callable[[Path], Desk]) -> Iterator[Desk]:
    """A desk that sells, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(open_desk(Path(folder))) as desk:
        desk.advance(30.0)
        yield desk


def applies(mishap: Mishap, moment: Moment) -> bool:
    """Whether this can go wrong at this moment."""
    match mishap:
        case Mishap.REFUSAL | Mishap.LATE | Mishap.DUPLICATE:
            return moment is Moment.SHOWN
        case Mishap.TIME_OUT:
            return moment is Moment.ASKED
        case Mishap.OTHER_AMOUNT:
            return moment in (Moment.CHOSEN, Moment.ASKED, Moment.SHOWN)
        case Mishap.ABORT:
            return moment is not Moment.PRINTING
    return True


def play(desk: Desk, mishap: Mishap, moment: Moment) -> MoneyCell:
    """Play the sale up to the moment, let it go wrong, go on as far as it goes, mend it, and tell what became of the money."""
    for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "1"):
        desk.press(key)
    began = desk.time.now
    for each in Moment:
        if not comes(desk, each):
            break
        if each is moment:
            began = desk.time.now
            _go_wrong(desk, mishap)
        _go_on(desk, each, mishap)
    _mend(desk)
    return told_of(desk, began)


def comes(desk: Desk, moment: Moment) -> bool:
    """Whether the sale gets there."""
    terminal = desk.cabinet.terminal.core
    match moment:
        case Moment.ASKED:
            return until(desk, lambda: terminal.display[0] == "INSEREZ CARTE")
        case Moment.SHOWN:
            return terminal.card_taken
        case Moment.DEBITED:
            return until(desk, lambda: bool(terminal.ledger))
        case Moment.ON_DISK:
            return until(desk, lambda: screen_of(desk) == "approved")
        case Moment.PRINTING:
            return until(desk, lambda: screen_of(desk) == "printing")
    return True


def screen_of(desk: Desk) -> str:
    return desk.running.station.machine.screen.name if desk.running else "off"


def _go_on(desk: Desk, moment: Moment, mishap: Mishap) -> None:
    """What the motorist does next."""
    if desk.running is None:
        return
    if moment in (Moment.CHOSEN, Moment.ON_DISK):
        desk.press("OK")
    if moment is Moment.ASKED and mishap is not Mishap.TIME_OUT:
        desk.card(CARDS.get(mishap, APPROVED))


def _go_wrong(desk: Desk, mishap: Mishap) -> None:
    match mishap:
        case Mishap.SILENCE:
            desk.fault("card", "mute", True)
        case Mishap.OTHER_AMOUNT:
            desk.fault("card", "ten_times", True)
        case Mishap.FAILED_WRITE:
            desk.fault("disk", "full", True)
        case Mishap.ABORT:
            desk.press("CANCEL")
        case Mishap.POWER_CUT:
            desk.power(False)


def _mend(desk: Desk) -> None:
    if desk.running is None:
        desk.advance(10.0)
        desk.power(True)
    desk.advance(60.0)
    desk.fault("disk", "full", False)
    desk.advance(120.0)
    for fault in ("mute", "ten_times"):
        desk.fault("card", fault, False)
    desk.advance(AFTERWARDS)


def until(desk: Desk, comes: Callable[[], bool]) -> bool:
    for _ in range(int(PATIENCE / STEP)):
        if comes():
            return True
        if desk.running is None:
            break
        desk.advance(STEP)
    return False


# --- what became of the money -------------------------------------------------------------------------------------


def told_of(desk: Desk, began: float) -> MoneyCell:
    with contextlib.closing(JournalReader(desk.setting.folder / JOURNAL)) as reader:
        contents = [content_in(entry.body, entry.personal) for entry in reader.entries()]
    told = [content.fact for content in contents]
    started = [fact.right for fact in told if isinstance(fact, PaymentStarted)]
    since = desk.setting.at.timestamp() + began
    doubted = [content.at.timestamp() - since for content in contents if isinstance(content.fact, InDoubt)]
    return MoneyCell(tuple(_end_of(desk, right, told) for right in started), max(0.0, doubted[0]) if doubted else None)


def _end_of(desk: Desk, right: ParkingRight, told: Sequence[Fact]) -> MoneyEnd:
    """How a payment ended by the journal; what the bank debited must agree."""
    terminal, carried = desk.cabinet.terminal, card_reference(right.reference)
    debited = sum(each.cents for each in terminal.core.ledger if each.reference == terminal.carried(carried))
    facts = [fact for fact in told if _is_about(fact, right.reference, carried)]
    match facts[-1:]:
        case [RightSold()]:
            assert debited == right.cents, "a right, and not its price"
            return MoneyEnd.RIGHT
        case [RightGivenBack() | PaymentReversed()]:
            assert debited == 0, "said to be given back, and was not"
            return MoneyEnd.GIVEN_BACK
        case [InDoubt()]:
            return MoneyEnd.DOUBT
        case [PaymentRefused()]:
            returned = any(each.cents < 0 for each in terminal.core.ledger if each.reference == terminal.carried(carried))
            unheard = MoneyEnd.UNHEARD if debited else MoneyEnd.NOTHING
            return MoneyEnd.GIVEN_BACK if returned and not debited else unheard
    raise AssertionError(f"a payment without an end: {right.reference}")


def _is_about(fact: Fact, reference: str, carried: str) -> bool:
    match fact:
        case RightSold(right) | InDoubt(right):
            return right.reference == reference
        case PaymentRefused(named) | RightGivenBack(named):
            return named == reference
        case PaymentReversed(named):
            return named == carried
    return False
