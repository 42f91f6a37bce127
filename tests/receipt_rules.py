"""Does a ticket say what the law wants of a receipt?

The theory. The ticket is read as an agent reads it, line by line, and what must stand there is worked out again from the right
and the tariff: a ticket that says it otherwise than this file expects is as suspect as one that does not say it. CGCT
R.2333-120-3 counts its fields from a) to f), and wants them since 1 January 2018, when there came to be a post-parking charge
to be held against a receipt; a ticket of a sale before that day lacks nothing.
"""

from __future__ import annotations

from itertools import pairwise

from firmware.domain.formats import FRENCH
from firmware.domain.money import NO_BREAK_SPACE, euros_on_paper
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import normalise
from firmware.tariff import scale
from firmware.visit.context import Context
from firmware.visit.words import day
from hal.ports import Ticket, TicketLine

ISSUED = "date and time of issue (CGCT R.2333-120-3 a)"
END = "date and time of the end of the paid period (CGCT R.2333-120-3 b)"
AMOUNT = "amount (CGCT R.2333-120-3 c)"
SCALE = "scale applied in the zone (CGCT R.2333-120-3 d)"
REMINDER = "reminder of the FPS (CGCT R.2333-120-3 e)"
PLACING = "where to place it (CGCT R.2333-120-3 f)"
PLATE = "plate (the driver's entry that makes it evidence: Conseil d'État, 16 July 2021, 435621)"


def missing(ticket: Ticket, right: ParkingRight, context: Context) -> tuple[str, ...]:
    """The fields the ticket lacks, each with its source; empty for a ticket in order.

    `context`: where, when and in which language it is issued. The sentences of e) and f) are French in every language.
    """
    if context.tariffs.fps_rule_at(right.stay_begun) is None:
        return ()
    lines = tuple(_plain(part) for part in ticket.parts if isinstance(part, TicketLine))
    legal = context.tariffs.legal
    found = {
        ISSUED: any(beside.startswith(f"{context.now:{context.format.numeric_date} %H:%M}") for _, beside in lines),
        END: _says_the_end(lines, right, context),
        AMOUNT: any(beside.startswith(f"{_euros(right.cents, context)} ") for _, beside in lines),
        SCALE: _says_the_scale(lines, right, context),
        REMINDER: legal.reminder.text[FRENCH] in {text for text, _ in lines},
        PLACING: legal.placing.text[FRENCH] in {text for text, _ in lines},
        PLATE: any(normalise(text) == right.plate for text, _ in lines),
    }
    return tuple(field for field, stands in found.items() if not stands)


Lines = tuple[tuple[str, str], ...]
"""Text and what stands beside it."""


def _plain(line: TicketLine) -> tuple[str, str]:
    return line.text.replace(NO_BREAK_SPACE, " "), line.beside.replace(NO_BREAK_SPACE, " ")


def _says_the_end(lines: Lines, right: ParkingRight, context: Context) -> bool:
    """The day beside the word, the time alone under it: the same day or time elsewhere is that of something else."""
    the_day = (context.say("Fin"), f"{day(right.end.date(), context)} {right.end.year}")
    return (the_day, (f"{right.end:%H:%M}", "")) in pairwise(lines)


def _says_the_scale(lines: Lines, right: ParkingRight, context: Context) -> bool:
    """Every whole hour or day of the regime and class, at the price of the version that priced the sale."""
    steps = scale(context.tariffs, right.rate_key, right.stay_begun)
    unit = context.say("j") if right.unit == "day" else "h"
    wanted = {f"{count} {unit} {_euros(cents, context)}" for count, cents in steps}
    heading = context.say("Barème zone {zone} :", zone=right.zone) + " "
    said = [set(text.removeprefix(heading).split(", ")) for text, _ in lines if text.startswith(heading)]
    return bool(wanted) and any(wanted <= items for items in said)


def _euros(cents: int, context: Context) -> str:
    return euros_on_paper(cents, context.language).replace(NO_BREAK_SPACE, " ")
