"""Service tickets: diagnostic, statistics, acceptance report and test print, as lines of a ticket.

They speak the language of the menu. What is signed stands in the QR code, whole: the paper is for eyes, the code for whoever
must believe it. A QR code holds `MOST` characters, so the oldest codes of a long list go first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.money import euros_on_paper
from firmware.ledger.counters import Counters, Tally
from firmware.paper.receipt_signing import sign_text
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    DoorMoved,
    PinRefused,
    ServiceOpened,
    Started,
    TicketFailed,
    UnexpectedEvent,
)
from firmware.screens.service.wording import clock_name, result_detail, trial_name, verdict_name
from firmware.service.alarms import alarm_code
from firmware.service.event_codes import event_codes
from firmware.service.inspection import Inspection
from firmware.service.print_jobs import (
    AcceptanceReport,
    DiagnosticTicket,
    PaperTest,
    PrintJob,
    Specimen,
    StatisticsTicket,
    TrialResult,
)
from firmware.visit.context import Context
from firmware.visit.health import Health
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
class StationReadings:
    """Readings a service ticket is made from."""

    inspection: Inspection
    codes: tuple[str, ...]
    """The last, newest first, as `codes_of` makes them."""


def service_ticket(paper: PrintJob, number: str, context: Context, known: StationReadings, key: Ed25519PrivateKey) -> Ticket:
    """Make a service ticket; `number` is what the printer will answer with."""
    match paper:
        case DiagnosticTicket():
            parts = _diagnostic(context, known, key)
        case PaperTest():
            parts = _paper_test(context)
        case StatisticsTicket():
            parts = _statistics(context, known.inspection, key)
        case AcceptanceReport(text, results):
            parts = _acceptance(text, results, context, key)
        case Specimen(reference, cents):
            parts = _specimen(reference, cents, context)
    return Ticket(number, (*_heading(context), *parts, TicketLine("")))


def codes_of(entries: Iterable[EntryContent]) -> tuple[str, ...]:
    """The last codes, newest first: `T1+ 22/11 14:05` is raised, `-` is over; B a start, D the door, S a technician."""
    said = [f"{code} {entry.at:%d/%m %H:%M}" for entry in entries if (code := _code(entry))]
    return tuple(reversed(said[-CODES:]))


def _code(entry: EntryContent) -> str:
    match entry.fact:
        case AlarmRaised(alarm):
            return f"{alarm_code(alarm)}+"
        case AlarmCleared(alarm):
            return f"{alarm_code(alarm)}-"
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
        case UnexpectedEvent():
            return "!"
    return ""


# --- one each -----------------------------------------------------------------------------------------------------


def _heading(context: Context) -> Parts:
    return (
        TicketLine(context.say("SERVICE"), align=Align.CENTRE, bold=True),
        TicketLine(context.site.station, beside=f"{context.now:{context.format.numeric_date} %H:%M:%S}", bold=True),
        TicketLine(
            context.site.address,
            beside=context.say("Zone {zone} - {sector}", zone=context.site.zone, sector=context.site.sector),
        ),
        TicketLine(""),
    )


def _diagnostic(context: Context, known: StationReadings, key: Ed25519PrivateKey) -> Parts:
    found = known.inspection
    alarms = sorted(context.health.alarms)
    return (
        TicketLine(context.say("TEST"), align=Align.CENTRE, double=True, bold=True),
        TicketLine(context.say("Logiciel"), beside=found.software),
        TicketLine(context.say("Barème"), beside=found.tariff),
        TicketLine(context.say("Horloge"), beside=clock_name(context.health.clock.quality, context)),
        TicketLine(context.say("Non envoyées"), beside=context.say("inconnu") if found.unsent is None else str(found.unsent)),
        TicketLine(context.say("Alarmes"), beside=" ".join(alarm_code(alarm) for alarm in alarms) or "-"),
        TicketLine(context.say("Derniers codes :")),
        *(TicketLine(f"  {code}") for code in known.codes),
        *(TicketLine(f"{code} : {meaning}") for code, meaning in event_codes(context).items()),
        TicketCode(sign_text(diagnostic_text(context, known), key)),
    )


def diagnostic_text(context: Context, known: StationReadings) -> str:
    """The whole diagnostic in one line, fields joined by `|`; the last field gives way where there is no room."""
    found, supply, birth = known.inspection, known.inspection.supply, context.ledger.counters.total
    delivered_at = found.delivery.at.isoformat(timespec="seconds") if found.delivery.at else "?"
    fields = (
        DIAGNOSTIC,
        context.site.station,
        context.now.isoformat(timespec="seconds"),
        f"sw {found.software}",
        f"tf {found.tariff}",
        "pub " + " ".join(f"{kind[:3]}{version}" for kind, version in found.versions),
        f"clk {_bit(found.synchronised)} {context.health.clock.quality}",
        f"pow {_bit(context.health.mains)}{_bit(supply.under_voltage)}{_bit(supply.throttled)} {_number(supply.celsius)}",
        *(() if context.health.panel is None else (_panel(context.health),)),
        f"net {delivered_at} {_number(found.unsent)}",
        f"jnl {found.seq} {found.head[:16]}",
        f"cnt {birth.sales} {birth.cents} {birth.free} {birth.doubts} {birth.failed}",
        "alm " + " ".join(alarm_code(alarm) for alarm in sorted(context.health.alarms)),
    )
    text = "|".join(fields) + "|"
    for code in known.codes:
        if len(text) + len(code) + 1 > MOST:
            break
        text += ("" if text.endswith("|") else ",") + code
    return text[:MOST]


def _panel(health: Health) -> str:
    """Of the front panel: cover, power cuts, starts and the cause of the last, lux."""
    record = health.panel_record
    light = _number(health.light.lux if health.light else None)
    return f"pnl {int(health.panel_open)} {health.panel_cuts} {record.starts} {record.cause.replace(' ', '-')} {light}"


def _bit(known: bool | None) -> str:
    return "?" if known is None else "1" if known else "0"


def _number(known: int | None) -> str:
    return "?" if known is None else str(known)


def _paper_test(context: Context) -> Parts:
    left = context.ledger.counters.tickets_left
    return (
        TicketLine(context.say("ESSAI PAPIER"), align=Align.CENTRE, double=True, bold=True),
        TicketLine("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        TicketLine("0123456789 éèàçùôï €", bold=True),
        TicketLine(context.say("Tickets restants"), beside=context.say("inconnu") if left is None else str(left)),
    )


def _statistics(context: Context, found: Inspection, key: Ed25519PrivateKey) -> Parts:
    counters = context.ledger.counters
    return (
        TicketLine(context.say("STATISTIQUES"), align=Align.CENTRE, double=True, bold=True),
        *_tally(context.say("Depuis l’origine"), counters.total, context),
        *_tally(context.say("Relevé n° {number}", number=counters.collections), counters.collected, context),
        *_tally(context.say("Depuis ce relevé"), counters.since, context),
        TicketLine(context.say("Paiements en doute, ouverts"), beside=str(len(context.ledger.doubts))),
        TicketLine(context.say("Journal : écriture {seq}", seq=found.seq)),
        TicketLine(found.head),
        TicketCode(sign_text(statistics_text(context.site.station, context.now, counters, found), key)),
    )


def statistics_text(station: str, at: datetime, counters: Counters, found: Inspection) -> str:
    """What is signed: each tally as `sales cents free refused doubts printed failed tests given-back`, and the head."""
    tallies = (counters.total, counters.collected, counters.since)
    said = (" ".join(map(str, _numbers(tally))) for tally in tallies)
    place = (str(counters.collections), str(counters.since_seq), str(found.seq), found.head)
    return "|".join((STATISTICS, station, at.isoformat(timespec="seconds"), *place, *said))


def _numbers(tally: Tally) -> tuple[int, ...]:
    paid = (tally.sales, tally.cents, tally.free, tally.refused, tally.doubts)
    return *paid, tally.printed, tally.failed, tally.tests, tally.given_back


def _tally(title: str, tally: Tally, context: Context) -> Parts:
    return (
        TicketLine(title, bold=True),
        TicketLine(context.say("  Ventes / rendues"), beside=f"{tally.sales} / {tally.given_back}"),
        TicketLine(context.say("  Recette"), beside=euros_on_paper(tally.cents, context.language)),
        TicketLine(context.say("  Gratuits / tests"), beside=f"{tally.free} / {tally.tests}"),
        TicketLine(context.say("  Refus / doutes"), beside=f"{tally.refused} / {tally.doubts}"),
        TicketLine(context.say("  Tickets / ratés"), beside=f"{tally.printed} / {tally.failed}"),
    )


def _acceptance(text: str, results: tuple[TrialResult, ...], context: Context, key: Ed25519PrivateKey) -> Parts:
    lines = (TicketLine(trial_name(each.trial, context), beside=verdict_name(each.verdict, context)) for each in results)
    details = (
        TicketLine(f"{trial_name(each.trial, context)} : {result_detail(each, context)}") for each in results if each.detail
    )
    return (
        TicketLine(context.say("CONTRÔLE"), align=Align.CENTRE, double=True, bold=True),
        *lines,
        *details,
        TicketCode(sign_text(text, key)),
    )


def _specimen(reference: str, cents: int | None, context: Context) -> Parts:
    hour = context.say("non vendue") if cents is None else euros_on_paper(cents, context.language)
    return (
        TicketLine(context.say("SANS VALEUR"), align=Align.CENTRE, double=True, bold=True),
        TicketLine(context.say("Vente de test : ni droit, ni recette"), align=Align.CENTRE),
        TicketLine(context.say("Une heure coûterait"), beside=hour),
        TicketLine(context.say("Débité"), beside=euros_on_paper(0, context.language)),
        TicketLine(reference, align=Align.CENTRE),
    )
