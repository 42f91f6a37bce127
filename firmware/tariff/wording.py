"""French texts of a quote's lines and notes.

These sentences explain a price to whoever reads it outside the screens: programs, tickets' proofs, council documents.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from firmware.domain.money import NO_BREAK_SPACE, euros
from firmware.tariff.clocks import MINUTES
from firmware.tariff.file import TimeUnit

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FREE_SUNDAY = "7e jour : gratuit, dimanche compris"
FREE_HOURS_CROSSED = "Les heures gratuites traversées (nuit, dimanche, jour férié) ne sont pas comptées."
FREE_DAYS_CROSSED = "Les jours gratuits traversés (dimanche, jour férié) ne sont pas comptés."


def priced(unit: TimeUnit, index: int, units: int, exact: Decimal) -> str:
    """Some units at one price, in cents: "3e heure : 4 × 2,00 €"; `index` is the rate line's, from 0."""
    if unit == "quarter":
        ordinal = "1re" if index == 0 else f"{index + 1}e"
        return f"{ordinal} heure : {units} × {_price(exact)}"
    return f"{_counted('heure' if unit == 'hour' else 'jour', units)} : {units} × {_price(exact)}"


def length(unit: TimeUnit, units: int, *, plain: bool) -> str:
    """How long: "2 h 15", "3 jours"; a day of plain hours is "24 h"."""
    if unit == "day":
        return f"{24 * units} h" if plain else _counted("jour", units)
    hours, minutes = divmod(units * MINUTES[unit], 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes}" if minutes else f"{hours} h"


def free_before(start: datetime) -> str:
    """Why the paid period does not start at once."""
    day = f"{WEEKDAYS[start.weekday()]} {start:%d/%m/%Y}"
    return f"Gratuit jusqu’au {day} à {start.hour} h {start.minute:02} : rien n’est dû avant."


def later_version(first_day: date) -> str:
    """Why a newer tariff does not price a stay that reaches into it."""
    return f"Le tarif du {first_day:%d/%m/%Y} ne s’applique pas : la période payée commence avant."


def same_price(vehicle: str, other: str) -> str:
    """Why a class changes nothing to a regime."""
    return f"{vehicle} : même prix que {other} dans ce régime."


def _counted(noun: str, count: int) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"


def _price(cents: Decimal) -> str:
    """A price that may have a fraction of a cent is said with it: "1,875 €"."""
    if cents == int(cents):
        return euros(int(cents))
    return f"{cents / 100}".replace(".", ",") + f"{NO_BREAK_SPACE}€"
