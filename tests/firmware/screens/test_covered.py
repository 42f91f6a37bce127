"""A plate is told that it is covered before it is told why nothing is sold to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from firmware.ledger.clock_evidence import WRONG, ClockTrust
from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import InDoubt
from firmware.screens.choice import after_plate
from firmware.screens.out_of_service import Covered, OutOfService
from firmware.screens.plate import PlateEntry
from firmware.visit.context import Context
from firmware.visit.health import Health
from hal.ports import PrinterState
from tests.builders import context, right

RIGHT = right()
HERE = context(ledger=ledger_of((InDoubt(RIGHT, "power cut"),)))
WELL = Health(PrinterState.OK, terminal=True)
CLOSED = {
    "T6": replace(WELL, busy_until=HERE.now + timedelta(seconds=90)),
    "T2": replace(WELL, doubts=True),
    "T1": replace(WELL, terminal=False),
}


def typed(plate: str, where: Context) -> object:
    return after_plate(plate, PlateEntry(plate), where)


@pytest.mark.parametrize("code", CLOSED)
def test_whoever_is_covered_sees_until_when_with_the_reason_and_nobody_else_does(code: str) -> None:
    closed = replace(HERE, health=CLOSED[code])
    screen = typed(RIGHT.plate, closed)
    assert isinstance(screen, Covered)
    said = screen.view(closed).lines
    assert said[2].endswith(f"{RIGHT.end:%H h %M}")
    assert ("AB-123-CD 12,00\N{NO-BREAK SPACE}€" in said) is (code == "T6"), "whose a card would pay that is shown now"
    assert said[4 if code == "T6" else 3].endswith(f"ode {code}")
    assert typed("ZZ999ZZ", closed) == OutOfService()


def test_who_reads_it_while_card_sales_open_again_is_told_of_no_code() -> None:
    assert "ode" not in " ".join(Covered(RIGHT.plate).view(replace(HERE, health=WELL)).lines)


def test_a_cover_that_is_over_is_none() -> None:
    later = replace(HERE, health=CLOSED["T2"], now=RIGHT.end + timedelta(seconds=1))
    assert typed(RIGHT.plate, later) == OutOfService()


def test_by_a_clock_that_is_wrong_nobody_is_covered() -> None:
    wrong = replace(HERE, health=replace(CLOSED["T2"], clock=ClockTrust(WRONG)))
    assert typed(RIGHT.plate, wrong) == OutOfService()
