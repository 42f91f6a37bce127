"""How the station words times, prices and the law. Knows no clock, no wire, no disk.

One place, so that the screen, the ticket and the price cannot say different things.
"""

from __future__ import annotations

from datetime import date, datetime, time
from textwrap import wrap

from firmware.here import FRENCH, Here
from firmware.money import euros
from firmware.tariff import Quote, QuoteLine, fps_cents
from firmware.tariff import scale as prices

DISPLAY_COLUMNS = 44
"""Characters of running text that surely fit a small line of the display."""


def until(end: datetime, here: Here) -> str:
    """An instant as a motorist says it: `16:00`, `demain 10:00`, `lun. 09:00`, and a week ahead `lun. 9 mars 09:00`."""
    days = (end.date() - here.now.date()).days
    if days == 0:
        return f"{end:%H:%M}"
    if days == 1:
        return here.say("demain {time}", time=f"{end:%H:%M}")
    date = weekday(end.date(), here) if 1 < days < 7 else day(end.date(), here)
    return f"{date} {end:%H:%M}"


def day(on: date, here: Here) -> str:
    """A date: `lun. 9 mars`."""
    return here.say("{weekday} {day} {month}", weekday=weekday(on, here), day=on.day, month=month(on, here))


def weekday(on: date, here: Here) -> str:
    """The short name of a day of the week."""
    names = (
        here.say("lun."),
        here.say("mar."),
        here.say("mer."),
        here.say("jeu."),
        here.say("ven."),
        here.say("sam."),
        here.say("dim."),
    )
    return names[on.weekday()]


def month(on: date, here: Here) -> str:
    """The short name of a month."""
    names = (
        here.say("janv."),
        here.say("févr."),
        here.say("mars"),
        here.say("avr."),
        here.say("mai"),
        here.say("juin"),
        here.say("juil."),
        here.say("août"),
        here.say("sept."),
        here.say("oct."),
        here.say("nov."),
        here.say("déc."),
    )
    return names[on.month - 1]


def hour(at: time, here: Here) -> str:
    """An hour of opening: `9 h`, `9 h 30`; in English `9:00`."""
    short = here.say("{hour} h", hour=at.hour) if not at.minute else ""
    return short or here.say("{hour} h {minute}", hour=at.hour, minute=f"{at.minute:02d}")


def hour_of_stay(number: int, here: Here) -> str:
    """Which hour of a stay: `1re heure`, `3e heure`."""
    return here.say("1re heure") if number == 1 else here.say("{number}e heure", number=number)


def step_name(quote: Quote, line: QuoteLine, here: Here) -> str:
    """What part of a price a line is of: an hour of the stay, or the regime's own unit."""
    return hour_of_stay(line.step, here) if quote.unit == "quarter" else unit_name(quote.unit, here)


def counted(quote: Quote, line: QuoteLine, here: Here) -> str:
    """How much of a line was bought: `3e heure 4`, `6 jours`."""
    if quote.unit == "quarter":
        return f"{hour_of_stay(line.step, here)} {line.units}"
    return length(quote.unit, line.units, here)


def unit_name(unit: str, here: Here) -> str:
    """What is sold: an hour (in quarters or whole), a day."""
    return here.say("jour") if unit == "day" else here.say("heure")


def regime_name(regime: str, here: Here) -> str:
    """A regime as a motorist calls it; one nobody has named yet keeps the tariff file's French name."""
    names = {
        "visitor": here.say("Visiteur"),
        "resident": here.say("Résident"),
        "pro_sedentary": here.say("Pro sédentaire"),
        "pro_mobile": here.say("Pro mobile"),
        "pro_public": here.say("Pro public"),
        "low_emission": here.say("Basse émission"),
        "cmi_s": here.say("Carte mobilité inclusion"),
    }
    return names.get(regime) or here.tariffs.regimes[regime].name


def vehicle_name(vehicle: str, here: Here) -> str:
    """A class of vehicle as its driver knows it, with the mass that makes a car heavy (from the tariff file)."""
    heavy = here.tariffs.vehicles.get("heavy")
    tonnes = [f"{limit.kilograms / 1000:.1f}" for limit in heavy.mass.limits] if heavy and heavy.mass else ["", ""]
    light, electric = (text.replace(".", "," if here.language == FRENCH else ".") for text in (tonnes[0], tonnes[-1]))
    names = {
        "car": here.say("Voiture jusqu’à {light} t (électrique {electric} t)", light=light, electric=electric),
        "two_wheeler": here.say("Deux-roues motorisé"),
        "heavy": here.say("Voiture plus lourde"),
    }
    return names.get(vehicle) or here.tariffs.vehicles[vehicle].name


def price(cents: int, here: Here) -> str:
    """An amount, in the language of the visit; nothing is `gratuit`."""
    return euros(cents, here.language) if cents else here.say("gratuit")


def length(unit: str, units: int, here: Here) -> str:
    """How long: `1 h 30`, `45 min`, `3 jours`."""
    if unit == "day":
        return here.say("1 jour") if units == 1 else here.say("{count} jours", count=units)
    hours, rest = divmod(units * (15 if unit == "quarter" else 60), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h" + (f" {rest}" if rest else "")


def minutes_between(start: datetime, end: datetime) -> int:
    """Real minutes, whatever the clocks on the wall did meanwhile."""
    return round((end.timestamp() - start.timestamp()) / 60)


def scale(here: Here) -> tuple[str, ...]:
    """The whole price scale of this zone, three hours a line (CGCT R.2333-120-1: shown before payment)."""
    steps = [f"{hours} h {euros(cents, here.language)}" for hours, cents in prices(here.tariffs, here.site.zone, here.now)]
    lines = ["   ".join(steps[at : at + 3]) for at in range(0, len(steps), 3)]
    return (here.say("Barème de la zone {zone}, voiture", zone=here.site.zone), *lines)


def fps(here: Here) -> tuple[str, ...]:
    """The amount of the post-parking charge, where one exists."""
    cents = fps_cents(here.tariffs, here.site.zone, here.now)
    return () if cents is None else (here.say("FPS {amount}", amount=euros(cents, here.language)),)


def law(here: Here) -> tuple[str, ...]:
    """What CGCT R.2333-120-1 wants said before payment, in two lines; none where there is no FPS."""
    if not fps(here):
        return ()
    return (here.say("La redevance se paie tout de suite, ou par"), here.say("un forfait (FPS) réduit du dernier ticket payé."))


def whole_law(here: Here) -> tuple[str, ...]:
    """The amount of the FPS and the statement in full, in lines of the display."""
    texts = here.tariffs.legal.fee.text
    statement = wrap(texts.get(here.language, texts[FRENCH]), DISPLAY_COLUMNS)
    return (*fps(here), *statement) if fps(here) else ()
