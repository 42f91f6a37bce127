"""A right -> the lines of a ticket. Knows no clock, no wire, no disk.

CGCT R.2333-120-3 wants on the receipt: date and time of issue, end of the paid period, amount, the price scale applied, and
the reminder of the FPS; a printed one also where to place it. The law's sentences stay in French in every language. The scale
is that of the tariff version that priced the sale, not of today.
"""

from __future__ import annotations

from firmware.here import FRENCH, Here
from firmware.money import NO_BREAK_SPACE, euros
from firmware.plate import grouped
from firmware.right import Right
from firmware.tariff import Quote, fps_cents, quote, scale
from firmware.words import day, length, regime_name, step_name, vehicle_name
from hal.ports import Align, Ticket, TicketCode, TicketLine


def ticket(right: Right, here: Here, code: str, *, doubtful: bool = False) -> Ticket:
    """The ticket of a right; `code` is the signed receipt its QR carries."""
    return Ticket(
        right.reference,
        (
            *_heading(doubtful, here),
            *_times(right, here, doubtful),
            *_price(right, here),
            TicketLine(""),
            *_law(right, here),
            TicketLine(right.reference, align=Align.CENTRE),
            TicketCode(code),
            TicketLine(""),
        ),
    )


def _heading(doubtful: bool, here: Here) -> tuple[TicketLine, ...]:
    warning = TicketLine(here.say("PAIEMENT EN COURS DE VERIFICATION"), align=Align.CENTRE, bold=True)
    return (
        TicketLine("VILLE DE PARIS", align=Align.CENTRE, bold=True),
        TicketLine("Stationnement payant", align=Align.CENTRE),
        TicketLine(""),
        *((warning, TicketLine("")) if doubtful else ()),
    )


def _times(right: Right, here: Here, doubtful: bool) -> tuple[TicketLine, ...]:
    place = here.say("Zone {zone} - {sector}", zone=right.zone, sector=right.sector)
    return (
        TicketLine(here.say("Fin"), beside=f"{day(right.end.date(), here)} {right.end.year}"),
        TicketLine(f"{right.end:%H:%M}", align=Align.RIGHT, double=True, bold=True),
        TicketLine(grouped(right.plate), beside=place, bold=True),
        TicketLine(here.say("Début"), beside=f"{day(right.start.date(), here)} {right.start.year} {right.start:%H:%M}"),
        TicketLine(here.say("Montant") if doubtful else here.say("Payé"), beside=_amount(right, here)),
        TicketLine(here.say("Émis"), beside=f"{here.now:%d/%m/%Y %H:%M:%S}"),
    )


def _amount(right: Right, here: Here) -> str:
    return here.say("{amount} carte", amount=_euros(right.cents)) if right.cents else f"{_euros(0)} ({here.say('gratuit')})"


def _price(right: Right, here: Here) -> tuple[TicketLine, ...]:
    """Why the amount is what it is, and the scale it comes from."""
    priced = quote(
        here.tariffs,
        right.zone,
        right.start,
        right.units,
        vehicle=right.vehicle,
        regime=right.regime,
        reached=right.reached,
        begun=right.begun,
    )
    who = here.say("{regime}, {length} :", regime=_who(right, here), length=length(right.unit, right.units, here))
    steps = _steps(priced, here) if isinstance(priced, Quote) and right.cents else ()
    return (TicketLine(who), *steps, TicketLine(_scale(right, here)))


def _who(right: Right, here: Here) -> str:
    """The regime, and the class where it is not the ordinary car."""
    regime = regime_name(right.regime, here)
    return regime if right.vehicle == "car" else f"{regime}, {vehicle_name(right.vehicle, here).lower()}"


def _steps(quote: Quote, here: Here) -> tuple[TicketLine, ...]:
    """A line for every cent."""
    return tuple(
        TicketLine(f"  {step_name(quote, line, here)}", beside=f"{line.units} x {_euros(line.unit_cents)}")
        for line in quote.lines
    )


def _law(right: Right, here: Here) -> tuple[TicketLine, ...]:
    """In French whatever the language, and only where there is an FPS to remind of."""
    if _fps(right, here) is None:
        return ()
    legal = here.tariffs.legal
    return (TicketLine(legal.reminder.text[FRENCH]), TicketLine(legal.placing.text[FRENCH]), TicketLine(""))


def _fps(right: Right, here: Here) -> int | None:
    return fps_cents(here.tariffs, right.zone, right.begun or right.start, vehicle=right.vehicle)


def _scale(right: Right, here: Here) -> str:
    """The scale of the version, regime and class that priced the sale, and the FPS that goes with it."""
    begun = right.begun or right.start
    prices = scale(here.tariffs, right.zone, begun, vehicle=right.vehicle, regime=right.regime)
    unit = here.say("j") if right.unit == "day" else "h"
    steps = [f"{count} {unit} {_euros(cents)}" for count, cents in prices]
    fps = _fps(right, here)
    due = [] if fps is None else [f"FPS {_euros(fps)}"]
    unbroken = [text.replace(" ", NO_BREAK_SPACE) for text in (*steps, *due)]
    return here.say("Barème zone {zone} :", zone=right.zone) + " " + ", ".join(unbroken)


def _euros(cents: int) -> str:
    """Paper has no room for a symbol some code pages lack: `6,00 EUR`."""
    return euros(cents).replace("€", "EUR")
