"""A technician's tickets, line by line against tests/golden/tickets, on both widths of paper.

The golden tickets were read. `make golden` prints them again: read the difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.ledger.counters import Counters, Tally
from firmware.ledger.ledger import Ledger
from firmware.paper.receipt_signing import verify_text
from firmware.paper.service_tickets import CODES, StationReadings, codes_of, diagnostic_text, service_ticket
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    DoorMoved,
    Fact,
    PinRefused,
    RightSold,
    ServiceOpened,
    Started,
    TicketFailed,
)
from firmware.screens.service.acceptance import report_text
from firmware.service.inspection import DeliveryStatus, Inspection
from firmware.service.print_jobs import (
    AcceptanceReport,
    DiagnosticTicket,
    PaperTest,
    PrintJob,
    Specimen,
    StatisticsTicket,
    TrialOutcome,
    TrialResult,
)
from firmware.visit.context import Context
from firmware.visit.health import Health
from hal.ports import PanelState, PrinterState, Supply, TicketCode
from hal.wire.escpos import MOST_CODE_BYTES, encode
from simulator.devices.printer import PrinterDevice
from tests.builders import PARIS, ROOT, context, right, site
from tests.golden_files import GoldenFiles

GOLDEN = ROOT / "tests" / "golden" / "tickets"
AT = datetime(2026, 3, 4, 14, 29, 41, tzinfo=PARIS)
SITE = site()
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
COUNTERS = Counters(
    entries=8123,
    before=Tally(811, 641250, 30, 22, 3, 505, 4, 2, 5),
    since=Tally(12, 9450, 1, 0, 0, 7, 1, 1, 1),
    collected=Tally(210, 160200, 9, 5, 1, 130, 0, 0),
    collections=3,
    since_seq=7990,
    used=138,
    rolls=1,
)
HERE = context(
    now=AT,
    ledger=Ledger(counters=COUNTERS),
    health=Health(PrinterState.NEAR_END, False, door_open=True, mains=True),
)
READINGS = Inspection(
    "0.1.0",
    "2024-10-01",
    (("configuration", 4), ("rights", 118), ("tariff", 2)),
    True,
    Supply(False, False, 41),
    DeliveryStatus(datetime(2026, 3, 4, 13, 29, tzinfo=UTC), 8120),
    8123,
    "ab" * 32,
)
RIGHT = right(start=AT, end=AT, units=4, cents=600, tariff="2021-08-01")


def recorded(fact: Fact, minutes: int = 0) -> EntryContent:
    return EntryContent(1, SITE.station, AT + timedelta(minutes=minutes), 0.0, "boot", fact)


STORY: tuple[Fact, ...] = (
    Started("0.1.0", "x"),
    DoorMoved(True),
    AlarmRaised("terminal silent"),
    AlarmCleared("terminal silent"),
    RightSold(RIGHT),
)
PEOPLE: tuple[Fact, ...] = (PinRefused("07", AT), ServiceOpened("07"), TicketFailed("75011-0042-000001", "out"))
KNOWN = StationReadings(READINGS, codes_of(recorded(fact, minute) for minute, fact in enumerate((*STORY, *PEOPLE))))
RESULTS = (
    TrialResult("keypad", TrialOutcome.FAILED, "N OK"),
    *(TrialResult(trial, TrialOutcome.PASSED) for trial in ("display", "buzzer", "printer", "terminal", "clock", "network")),
    TrialResult("power", TrialOutcome.SKIPPED),
)
PRINT_JOBS: dict[str, PrintJob] = {
    "test": DiagnosticTicket(),
    "paper": PaperTest(),
    "statistics": StatisticsTicket(),
    "acceptance": AcceptanceReport(report_text(SITE.station, "07", AT, RESULTS), RESULTS),
    "test-sale": Specimen("75011-0042-T00003", 600),
}


def printed(paper: PrintJob, columns: int = 48, context: Context = HERE, known: StationReadings = KNOWN) -> str:
    """What comes out of the slot."""
    printer = PrinterDevice(dots={32: 384, 48: 576}[columns])
    printer.receive(encode(service_ticket(paper, "service", context, known, SIGNING_KEY), columns), 0.0)
    printer.wake(1000.0)
    (ticket,) = printer.tickets
    return ticket.text


@pytest.mark.golden
@pytest.mark.parametrize("name", sorted(PRINT_JOBS))
def test_the_ticket_is_the_golden_one(golden: GoldenFiles, name: str) -> None:
    text = printed(PRINT_JOBS[name])
    assert text == golden.text(f"tickets/service-{name}.txt", text)


def test_no_golden_ticket_is_left_over() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {f"service-{name}.txt" for name in PRINT_JOBS}


@pytest.mark.parametrize("name", sorted(PRINT_JOBS))
def test_every_ticket_fits_both_papers_and_takes_at_most_1500_bytes(name: str) -> None:
    for columns in (32, 48):
        assert len(encode(service_ticket(PRINT_JOBS[name], "service", HERE, KNOWN, SIGNING_KEY), columns)) <= 1500


def code(paper: PrintJob, known: StationReadings = KNOWN) -> str:
    (found,) = [
        part.data for part in service_ticket(paper, "x", HERE, known, SIGNING_KEY).parts if isinstance(part, TicketCode)
    ]
    return found


@pytest.mark.parametrize(("name", "mark"), [("test", "HDD1"), ("statistics", "HDS1"), ("acceptance", "HDA1")])
def test_what_must_be_believed_is_signed_by_the_station(name: str, mark: str) -> None:
    assert verify_text(code(PRINT_JOBS[name]), SIGNING_KEY.public_key(), mark)[1] == SITE.station


def test_the_ticket_of_a_test_sale_bears_no_code_and_no_plate() -> None:
    text = printed(PRINT_JOBS["test-sale"])
    assert "QR" not in text
    assert "SANS VALEUR" in text


def test_the_last_twenty_codes_stand_newest_first_and_a_sale_is_none() -> None:
    alarms = [recorded(AlarmRaised("terminal silent"), minute) for minute in range(30)]
    codes = codes_of([*alarms, recorded(RightSold(RIGHT), 31)])
    assert len(codes) == CODES
    assert codes[0] == "T1+ 04/03 14:58"
    assert codes[-1] == "T1+ 04/03 14:39"


def test_the_longest_diagnostic_still_fits_its_code_and_drops_the_oldest_codes_first() -> None:
    known = replace(KNOWN, codes=tuple(f"T1+ 04/03 14:{minute:02d}" for minute in range(59, 39, -1)))
    text = diagnostic_text(HERE, known)
    assert len(code(DiagnosticTicket(), known).encode()) <= MOST_CODE_BYTES
    kept = text.rpartition("|")[2].split(",")
    assert 0 < len(kept) < len(known.codes)
    assert tuple(kept) == known.codes[: len(kept)]


def test_the_diagnostic_says_what_the_front_panel_watches_where_there_is_one() -> None:
    assert "|pnl" not in diagnostic_text(HERE, KNOWN)
    health = replace(HERE.health, panel=PanelState.OK, panel_open=True, panel_cuts=3)
    assert "|pnl 1 3 0 unknown ?|" in diagnostic_text(replace(HERE, health=health), KNOWN)
