"""The motorist's ticket: a parking right as lines, with what the law wants on a receipt.

CGCT R.2333-120-3 wants on the receipt: date and time of issue, end of the paid period, amount, the price scale applied, and
the reminder of the FPS; a printed one also where to place it. The law's sentences stay in French in every language. The scale
is that of the tariff version that priced the sale, not of today.
"""

from __future__ import annotations

from firmware.domain.formats import FRENCH
from firmware.domain.money import NO_BREAK_SPACE, euros_on_paper
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.tariff import Quote, Stay, fps_cents, quote, scale
from firmware.visit.context import Context
from firmware.visit.words import day, length, regime_name, step_name, vehicle_name
from hal.ports import Align, Ticket, TicketCode, TicketLine


def ticket(right: ParkingRight, context: Context, code: str, *, doubtful: bool = False) -> Ticket:
    """Make the ticket of a right; `code` is the signed receipt its QR carries."""
    return Ticket(
        right.reference,
        (
            *_heading(right, doubtful, context),
            *_times(right, context, doubtful),
            *_price(right, context),
            TicketLine(""),
            TicketLine(context.say("Votre droit est attaché à la plaque.")),
            TicketLine(""),
            *_law(right, context),
            TicketLine(right.reference, align=Align.CENTRE),
            TicketCode(code),
        ),
    )


def _heading(right: ParkingRight, doubtful: bool, context: Context) -> tuple[TicketLine, ...]:
    """Whose ticket; above everything else, that it is no original, or that nobody knows yet whether it is paid."""
    warning = TicketLine(context.say("PAIEMENT EN COURS DE VÉRIFICATION"), align=Align.CENTRE, bold=True)
    duplicate = TicketLine(context.say("DUPLICATA"), align=Align.CENTRE, double=True, bold=True)
    return (
        TicketLine("VILLE DE PARIS", align=Align.CENTRE, bold=True),
        TicketLine("Stationnement payant", align=Align.CENTRE),
        TicketLine(""),
        *((duplicate, TicketLine("")) if context.ledger.receipts.of(right).printed else ()),
        *((warning, TicketLine("")) if doubtful else ()),
    )


def _times(right: ParkingRight, context: Context, doubtful: bool) -> tuple[TicketLine, ...]:
    place = context.say("Zone {zone} - {sector}", zone=right.zone, sector=right.sector)
    return (
        TicketLine(context.say("Fin"), beside=f"{day(right.end.date(), context)} {right.end.year}"),
        TicketLine(f"{right.end:%H:%M}", align=Align.RIGHT, double=True, bold=True),
        TicketLine(grouped(right.plate), beside=place, bold=True),
        TicketLine(context.say("Début"), beside=f"{day(right.start.date(), context)} {right.start.year} {right.start:%H:%M}"),
        TicketLine(context.say("Montant") if doubtful else context.say("Payé"), beside=_amount(right, context)),
        TicketLine(context.say("Émis"), beside=f"{context.now:{context.format.numeric_date} %H:%M:%S}"),
    )


def _amount(right: ParkingRight, context: Context) -> str:
    amount = euros_on_paper(right.cents, context.language)
    return context.say("{amount} carte", amount=amount) if right.cents else f"{amount} ({context.say('gratuit')})"


def _price(right: ParkingRight, context: Context) -> tuple[TicketLine, ...]:
    """Why the amount is what it is, and the scale it comes from."""
    priced = quote(context.tariffs, right.rate_key, right.start, right.units, Stay(right.reached, begun=right.begun))
    steps = _steps(priced, context) if isinstance(priced, Quote) and right.cents else ()
    who, long = _who(right, context), length(right.unit, right.units, context)
    what = context.say("{regime}, {length} :", regime=who, length=long) if steps else f"{who}, {long}"
    return (TicketLine(what), *steps, TicketLine(_scale(right, context)))


def _who(right: ParkingRight, context: Context) -> str:
    """The regime, and the class where it is not the ordinary car."""
    regime = regime_name(right.regime, context)
    return regime if right.vehicle == "car" else f"{regime}, {vehicle_name(right.vehicle, context).lower()}"


def _steps(quote: Quote, context: Context) -> tuple[TicketLine, ...]:
    """A line for every cent."""
    prices = ((line, euros_on_paper(line.unit_cents, context.language)) for line in quote.lines)
    return tuple(TicketLine(f"  {step_name(quote, line, context)}", beside=f"{line.units} x {each}") for line, each in prices)


def _law(right: ParkingRight, context: Context) -> tuple[TicketLine, ...]:
    """In French whatever the language, under their source, and only where there is an FPS to remind of.

    No agent looks for the ticket behind the windscreen: the plate is what is checked. But the law wants the sentence printed.
    """
    if _fps(right, context) is None:
        return ()
    legal = context.tariffs.legal
    heading = context.say("Mentions de la loi ({source}) :", source=legal.placing.source.replace(" ", NO_BREAK_SPACE))
    sentences = (legal.reminder.text[FRENCH], legal.placing.text[FRENCH])
    return (TicketLine(heading), *(TicketLine(each) for each in sentences), TicketLine(""))


def _fps(right: ParkingRight, context: Context) -> int | None:
    return fps_cents(context.tariffs, right.zone, right.stay_begun, right.vehicle)


def _scale(right: ParkingRight, context: Context) -> str:
    """The scale of the version, regime and class that priced the sale, and the FPS that goes with it."""
    prices = scale(context.tariffs, right.rate_key, right.stay_begun)
    unit = context.say("j") if right.unit == "day" else "h"
    steps = [f"{count} {unit} {euros_on_paper(cents, context.language)}" for count, cents in prices]
    fps = _fps(right, context)
    due = [] if fps is None else [f"FPS {euros_on_paper(fps, context.language)}"]
    unbroken = [text.replace(" ", NO_BREAK_SPACE) for text in (*steps, *due)]
    return context.say("Barème zone {zone} :", zone=right.zone) + " " + ", ".join(unbroken)
