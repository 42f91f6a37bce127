"""What the glass may never say, checked before it is lit: of money that moved, of money that did not, and of nobody's."""

from __future__ import annotations

import contextlib
import re

from firmware.domain.money import euros
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.journal.journal_file import JournalReader
from firmware.protocol.facts import Fact, RightSold
from firmware.station.state_folder import JOURNAL
from hal.ports import View
from simulator.desk.desk import Desk

SAYS_PAID = re.compile(r"\b(payée?|paid|bezahlt|pagado|pagato)\b", re.IGNORECASE)
SAYS_NOTHING = re.compile(r"rien n’est débité|nothing is debited|nichts abgebucht|nada cobrado|nessun addebito", re.IGNORECASE)


def check_glass(desk: Desk, view: View) -> None:
    """What a running station is about to show, against its journal on the disk."""
    no_paid_without_a_right_on_disk(desk, view)
    whose_and_how_much_while_a_card_may_be_asked_for(desk, view)
    nothing_denied_that_is_sold(desk, view)


def no_paid_without_a_right_on_disk(desk: Desk, view: View) -> None:
    if view.screen in ("idle", "info") or not SAYS_PAID.search(" ".join(view.lines)):
        return
    assert desk.running
    right = getattr(desk.running.station.machine.screen, "right", None)
    assert isinstance(right, ParkingRight), view
    assert right.reference in {fact.right.reference for fact in facts(desk) if isinstance(fact, RightSold)}, view


def whose_and_how_much_while_a_card_may_be_asked_for(desk: Desk, view: View) -> None:
    """As long as a payment is asked for by a station that has not been without power since."""
    assert desk.running
    machine = desk.running.station.machine
    right = getattr(machine.screen, "right", None)
    if machine.screen.awaits and isinstance(right, ParkingRight):
        said = " ".join(view.lines)
        assert grouped(right.plate) in said, view
        assert euros(right.cents, machine.language) in said, view


def nothing_denied_that_is_sold(desk: Desk, view: View) -> None:
    """A screen that says that nothing is debited follows the bank that says otherwise."""
    assert desk.running
    right = getattr(desk.running.station.machine.screen, "right", None)
    if SAYS_NOTHING.search(" ".join(view.lines)) and isinstance(right, ParkingRight):
        assert right.reference not in {fact.right.reference for fact in facts(desk) if isinstance(fact, RightSold)}, view


def facts(desk: Desk) -> list[Fact]:
    """The journal, as another process reads it from the disk."""
    with contextlib.closing(JournalReader(desk.setting.folder / JOURNAL)) as reader:
        return list(reader.facts())
