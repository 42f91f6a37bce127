"""A technician's tickets: values -> lines. Knows no clock, no wire, no disk.

They speak the language of the menu. What is signed stands in the QR code, whole: the paper is for eyes, the code for whoever
must believe it. A QR code holds `MOST` characters, so the oldest codes of a long list go first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from firmware.alarms import code_of
from firmware.counters import Counters, Tally
from firmware.entry import Recorded
from firmware.facts import Cleared, DoorMoved, PinRefused, Raised, ServiceOpened, Started, Strange, TicketFailed
from firmware.here import Here
from firmware.inspection import Inspection
from firmware.money import euros
from firmware.papers import AcceptanceReport, DiagnosticTicket, Paper, PaperTest, Result, Specimen, StatisticsTicket
from firmware.screens.service.readings import clock_name
from firmware.screens.service.session import trial_name, verdict_name
from firmware.seal import Seal
from hal.ports import Align, Ticket, TicketCode, TicketLine

CODES = 20
"""How many of the last codes a test ticket shows."""
LOOKED_AT = 1000
"""Entries looked through for them, from the journal's end."""
MOST = 400
"""Characters before the signature: with it, what a QR code on the narrow paper holds (504 bytes)."""
DIAGNOSTIC, STATISTICS = "HDD1", "HDS1"
"""The first field of what is signed."""
Parts = tuple[TicketLine | TicketCode, ...]


@dataclass(frozen=True)
class Known:
    """What a ticket is made from, beside the surroundings."""

    inspection: Inspection
    codes: tuple[str, ...]
    """The last, newest first, as `codes_of` makes them."""


def service_ticket(paper: Paper, number: str, here: Here, known: Known, seal: Seal) -> Ticket:
    """The ticket; `number` is what the printer will answer with."""
    match paper:
        case DiagnosticTicket():
            parts = _diagnostic(here, known, seal)
        case PaperTest():
            parts = _paper_test(here)
        case StatisticsTicket():
            parts = _statistics(here, known.inspection, seal)
        case AcceptanceReport(text, results):
            parts = _acceptance(text, results, here, seal)
        case Specimen(reference, cents):
            parts = _specimen(reference, cents, here)
    return Ticket(number, (*_heading(here), *parts, TicketLine("")))


def codes_of(entries: Iterable[Recorded]) -> tuple[str, ...]:
    """The last codes, newest first: `T1+ 22/11 14:05` is raised, `-` is over; B a start, D the door, S a technician."""
    said = [f"{code} {entry.at:%d/%m %H:%M}" for entry in entries if (code := _code(entry))]
    return tuple(reversed(said[-CODES:]))


def _code(entry: Recorded) -> str:
    match entry.fact:
        case Raised(alarm):
            return f"{code_of(alarm)}+"
        case Cleared(alarm):
            return f"{code_of(alarm)}-"
        case DoorMoved(is_open):
            return "D+" if is_open else "D-"
        case Started():
            return "B"
        case ServiceOpened(person):
            return f"S{person}"
        case PinRefused(person):
            return f"X{person}"
        case TicketFailed():
            return "N"
        case Strange():
            return "!"
    return ""


# --- one each -----------------------------------------------------------------------------------------------------


def _heading(here: Here) -> Parts:
    return (
        TicketLine(here.say("SERVICE"), align=Align.CENTRE, bold=True),
        TicketLine(here.site.station, beside=f"{here.now:%d/%m/%Y %H:%M:%S}", bold=True),
        TicketLine(here.site.address, beside=here.say("Zone {zone} - {sector}", zone=here.site.zone, sector=here.site.sector)),
        TicketLine(""),
    )


def _diagnostic(here: Here, known: Known, seal: Seal) -> Parts:
    found = known.inspection
    alarms = sorted(here.health.alarms)
    return (
        TicketLine(here.say("TEST"), align=Align.CENTRE, double=True, bold=True),
        TicketLine(here.say("Logiciel"), beside=found.software),
        TicketLine(here.say("Barème"), beside=found.tariff),
        TicketLine(here.say("Horloge"), beside=clock_name(here.health.clock.quality, here)),
        TicketLine(here.say("Non envoyées"), beside=here.say("inconnu") if found.unsent is None else str(found.unsent)),
        TicketLine(here.say("Alarmes"), beside=" ".join(code_of(alarm) for alarm in alarms) or "-"),
        TicketLine(here.say("Derniers codes :")),
        *(TicketLine(f"  {code}") for code in known.codes),
        TicketCode(seal.signed(diagnostic_text(here, known))),
    )


def diagnostic_text(here: Here, known: Known) -> str:
    """The whole diagnostic in one line, fields joined by `|`; the last field gives way where there is no room."""
    found, supply, birth = known.inspection, known.inspection.supply, here.ledger.counters.birth
    contact = found.contact.at.isoformat(timespec="seconds") if found.contact.at else "?"
    fields = (
        DIAGNOSTIC,
        here.site.station,
        here.now.isoformat(timespec="seconds"),
        f"sw {found.software}",
        f"tf {found.tariff}",
        "pub " + " ".join(f"{kind[:3]}{version}" for kind, version in found.versions),
        f"clk {_bit(found.synchronised)} {here.health.clock.quality}",
        f"pow {_bit(here.health.mains)}{_bit(supply.under_voltage)}{_bit(supply.throttled)} {_number(supply.celsius)}",
        f"net {contact} {_number(found.unsent)}",
        f"jnl {found.seq} {found.head[:16]}",
        f"cnt {birth.sales} {birth.cents} {birth.free} {birth.doubts} {birth.failed}",
        "alm " + " ".join(code_of(alarm) for alarm in sorted(here.health.alarms)),
    )
    text = "|".join(fields) + "|"
    for code in known.codes:
        if len(text) + len(code) + 1 > MOST:
            break
        text += ("" if text.endswith("|") else ",") + code
    return text[:MOST]


def _bit(known: bool | None) -> str:
    return "?" if known is None else "1" if known else "0"


def _number(known: int | None) -> str:
    return "?" if known is None else str(known)


def _paper_test(here: Here) -> Parts:
    left = here.ledger.counters.tickets_left
    return (
        TicketLine(here.say("ESSAI PAPIER"), align=Align.CENTRE, double=True, bold=True),
        TicketLine("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        TicketLine("0123456789 éèàçùôï €", bold=True),
        TicketLine(here.say("Tickets restants"), beside=here.say("inconnu") if left is None else str(left)),
    )


def _statistics(here: Here, found: Inspection, seal: Seal) -> Parts:
    counters = here.ledger.counters
    return (
        TicketLine(here.say("STATISTIQUES"), align=Align.CENTRE, double=True, bold=True),
        *_tally(here.say("Depuis l’origine"), counters.birth, here),
        *_tally(here.say("Relevé n° {number}", number=counters.collections), counters.collected, here),
        *_tally(here.say("Depuis ce relevé"), counters.since, here),
        TicketLine(here.say("Paiements en doute, ouverts"), beside=str(len(here.ledger.doubts))),
        TicketLine(here.say("Journal : écriture {seq}", seq=found.seq)),
        TicketLine(found.head),
        TicketCode(seal.signed(statistics_text(here.site.station, here.now, counters, found))),
    )


def statistics_text(station: str, at: datetime, counters: Counters, found: Inspection) -> str:
    """What is signed: each tally as `sales cents free refused doubts printed failed tests`, and the head they add up to."""
    tallies = (counters.birth, counters.collected, counters.since)
    said = (" ".join(map(str, _numbers(tally))) for tally in tallies)
    place = (str(counters.collections), str(counters.since_seq), str(found.seq), found.head)
    return "|".join((STATISTICS, station, at.isoformat(timespec="seconds"), *place, *said))


def _numbers(tally: Tally) -> tuple[int, ...]:
    return (tally.sales, tally.cents, tally.free, tally.refused, tally.doubts, tally.printed, tally.failed, tally.tests)


def _tally(title: str, tally: Tally, here: Here) -> Parts:
    return (
        TicketLine(title, bold=True),
        TicketLine(here.say("  Ventes"), beside=str(tally.sales)),
        TicketLine(here.say("  Recette"), beside=euros(tally.cents).replace("€", "EUR")),
        TicketLine(here.say("  Gratuits / tests"), beside=f"{tally.free} / {tally.tests}"),
        TicketLine(here.say("  Refus / doutes"), beside=f"{tally.refused} / {tally.doubts}"),
        TicketLine(here.say("  Tickets / ratés"), beside=f"{tally.printed} / {tally.failed}"),
    )


def _acceptance(text: str, results: tuple[Result, ...], here: Here, seal: Seal) -> Parts:
    lines = (TicketLine(trial_name(each.trial, here), beside=verdict_name(each.verdict, here)) for each in results)
    details = (TicketLine(f"{trial_name(each.trial, here)} : {each.detail}") for each in results if each.detail)
    return (
        TicketLine(here.say("CONTRÔLE"), align=Align.CENTRE, double=True, bold=True),
        *lines,
        *details,
        TicketCode(seal.signed(text)),
    )


def _specimen(reference: str, cents: int | None, here: Here) -> Parts:
    hour = here.say("non vendue") if cents is None else euros(cents).replace("€", "EUR")
    return (
        TicketLine(here.say("SANS VALEUR"), align=Align.CENTRE, double=True, bold=True),
        TicketLine(here.say("Vente de test : ni droit, ni recette"), align=Align.CENTRE),
        TicketLine(here.say("Une heure coûterait"), beside=hour),
        TicketLine(here.say("Débité"), beside=euros(0).replace("€", "EUR")),
        TicketLine(reference, align=Align.CENTRE),
    )
