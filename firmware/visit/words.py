"""Wording of times, prices, regimes and the law, in the motorist's language.

One place, so that the screen, the ticket and the price cannot say different things.
"""

from __future__ import annotations

from datetime import date, datetime, time
from textwrap import wrap

from firmware.domain.formats import FRENCH
from firmware.domain.money import euros
from firmware.domain.purchase import Purchase
from firmware.domain.rate_key import RateKey
from firmware.tariff import Quote, QuoteLine, fps_cents
from firmware.tariff import scale as prices
from firmware.visit.context import Context
from hal.ports import Key

DISPLAY_COLUMNS = 44
"""Characters of running text that surely fit a small line of the display."""
READING_COLUMNS = 32
"""Characters of running text that surely fit a medium line of the display."""


def until(end: datetime, context: Context) -> str:
    """An instant as a motorist says it: `16 h 00`, `demain à 10 h 00`, `lun. à 9 h 00`, and a week ahead `9 mars à 9 h 00`."""
    days, time = (end.date() - context.now.date()).days, hour(end.time(), context)
    if days == 0:
        return time
    if days == 1:
        return context.say("demain à {time}", time=time)
    date = context.format.date.format(day=_day_of_month(end.date(), context), month=month(end.date(), context))
    return context.say("{date} à {time}", date=weekday(end.date(), context) if 1 < days < 7 else date, time=time)


def day(on: date, context: Context) -> str:
    """A date: `lun. 9 mars`."""
    return context.format.weekday_and_date.format(
        weekday=weekday(on, context), day=_day_of_month(on, context), month=month(on, context)
    )


def _day_of_month(on: date, context: Context) -> str:
    return context.format.first_of_month if on.day == 1 else str(on.day)


def weekday(on: date, context: Context) -> str:
    """The short name of a day of the week."""
    names = (
        context.say("lun."),
        context.say("mar."),
        context.say("mer."),
        context.say("jeu."),
        context.say("ven."),
        context.say("sam."),
        context.say("dim."),
    )
    return names[on.weekday()]


def month(on: date, context: Context) -> str:
    """The short name of a month."""
    names = (
        context.say("janv."),
        context.say("févr."),
        context.say("mars"),
        context.say("avr."),
        context.say("mai"),
        context.say("juin"),
        context.say("juil."),
        context.say("août"),
        context.say("sept."),
        context.say("oct."),
        context.say("nov."),
        context.say("déc."),
    )
    return names[on.month - 1]


def hour(at: time, context: Context) -> str:
    """An hour, the one way it is written on the glass: `9 h 00`; in German `9.00 Uhr`."""
    return context.format.hour.format(hour=at.hour, minute=at.minute)


def hour_beside_amount(at: time, context: Context) -> str:
    """The same, short enough to stand beside an amount: in German without its unit."""
    return (context.format.hour_beside_amount or context.format.hour).format(hour=at.hour, minute=at.minute)


def hour_of_stay(number: int, context: Context) -> str:
    """Which hour of a stay: `1re heure`, `3e heure`."""
    return context.say("1re heure") if number == 1 else context.say("{number}e heure", number=number)


def step_name(quote: Quote, line: QuoteLine, context: Context) -> str:
    """What part of a price a line is of: an hour of the stay, or the regime's own unit."""
    return hour_of_stay(line.step, context) if quote.unit == "quarter" else unit_name(quote.unit, context)


def counted(quote: Quote, line: QuoteLine, context: Context) -> str:
    """How much of a line was bought: `3e heure 4`, `6 jours`."""
    if quote.unit == "quarter":
        return f"{hour_of_stay(line.step, context)} {line.units}"
    return length(quote.unit, line.units, context)


def unit_name(unit: str, context: Context) -> str:
    """What is sold: an hour (in quarters or whole), a day."""
    return context.say("jour") if unit == "day" else context.say("heure")


def regime_name(regime: str, context: Context) -> str:
    """A regime as a motorist calls it; one nobody has named yet keeps the tariff file's French name."""
    names = {
        "visitor": context.say("Visiteur"),
        "resident": context.say("Résident"),
        "pro_sedentary": context.say("Pro sédentaire"),
        "pro_mobile": context.say("Pro mobile"),
        "pro_public": context.say("Pro public"),
        "low_emission": context.say("Basse émission"),
        "low_emission_resident": context.say("Résident basse émission"),
        "low_emission_pro_sedentary": context.say("Pro local basse émission"),
        "low_emission_pro_mobile": context.say("Pro mobile basse émission"),
        "cmi_s": context.say("Carte mobilité inclusion"),
    }
    return names.get(regime) or context.tariffs.regimes[regime].name


def regime_label(regime: str, context: Context) -> str:
    """The same in few enough letters for a line of a list."""
    labels = {
        "cmi_s": context.say("Carte mobilité"),
        "low_emission_resident": context.say("Résident éco"),
        "low_emission_pro_sedentary": context.say("Pro local éco"),
        "low_emission_pro_mobile": context.say("Pro mobile éco"),
    }
    return labels.get(regime) or regime_name(regime, context)


def vehicle_name(vehicle: str, context: Context) -> str:
    """A class of vehicle, in the two or three words that fit a line of a list and of a ticket."""
    names = {
        "car": context.say("Voiture"),
        "two_wheeler": context.say("Deux-roues"),
        "heavy": context.say("Voiture lourde"),
    }
    return names.get(vehicle) or context.tariffs.vehicles[vehicle].name


def vehicle_meaning(vehicle: str, among: tuple[str, ...], context: Context) -> str:
    """What a driver knows the class by: the mass that makes a car heavy (from the tariff file), where one of these is heavy."""
    heavy = context.tariffs.vehicles.get("heavy")
    if vehicle == "two_wheeler" or heavy is None or heavy.mass is None:
        return context.say("moto, scooter") if vehicle == "two_wheeler" else ""
    if "heavy" not in among:
        return context.say("légère ou lourde")
    tonnes = (f"{limit.kilograms / 1000:.1f}" for limit in (heavy.mass.limits[0], heavy.mass.limits[-1]))
    light, electric = (text.replace(".", context.format.decimal) for text in tonnes)
    if vehicle == "heavy":
        return context.say("plus de {light} t (élec. {electric} t)", light=light, electric=electric)
    return context.say("jusqu’à {light} t (élec. {electric} t)", light=light, electric=electric)


def price(cents: int, context: Context) -> str:
    """An amount, in the language of the visit; nothing is `gratuit`."""
    return euros(cents, context.language) if cents else context.say("gratuit")


def pay_words(context: Context) -> str:
    """What OK does before a card is asked for: it says so where no ticket can be promised."""
    return context.say("payer") if context.health.prints else context.say("payer sans ticket")


def other_languages(context: Context) -> str:
    """What LANG leads to: whoever reads none of this finds his own language among them, by the code that signs bear."""
    return " ".join(language.upper() for language in context.other_languages)


def key_name(key: Key, context: Context) -> str:
    """What people call a key whose cap is a sign; the letter or the name on any other."""
    names = {
        Key.CANCEL: context.say("Annuler"),
        Key.CORRECT: context.say("Corriger"),
        Key.PLUS: context.say("Plus"),
        Key.MINUS: context.say("Moins"),
        Key.LANG: context.say("Langue"),
        Key.INFO: context.say("Aide"),
        Key.MAX: context.say("Maximum"),
    }
    return names.get(key, key.value)


def numbered(label: str, page: int, pages: int) -> str:
    """The label of a key that turns pages, or goes through a list: `suite 2/5`; alone where there is no other page."""
    return f"{label} {page + 1}/{pages}" if pages > 1 else label


def length(unit: str, units: int, context: Context) -> str:
    """How long: `1 h 30`, `45 min`, `3 jours`."""
    if unit == "day":
        return context.say_count("{count} jour", "{count} jours", units)
    hours, rest = divmod(units * (15 if unit == "quarter" else 60), 60)
    if not hours:
        return f"{rest} min"
    return context.format.hours_and_minutes.format(hours=hours, minutes=rest) if rest else f"{hours} h"


def minutes_between(start: datetime, end: datetime) -> int:
    """Real minutes, whatever the clocks on the wall did meanwhile."""
    return round((end.timestamp() - start.timestamp()) / 60)


def scale(context: Context) -> tuple[str, ...]:
    """The whole price scale of a visitor's car in this zone (CGCT R.2333-120-1: shown before payment), two steps a line."""
    return _scale_lines(RateKey(context.site.zone), context)


def scale_of(purchase: Purchase, context: Context) -> tuple[str, ...]:
    """Who pays by it, and the whole price scale of this regime and class of vehicle."""
    who = f"{regime_name(purchase.regime, context)} · {vehicle_name(purchase.vehicle, context)}"
    lines = _scale_lines(purchase.rate_key(context.site.zone), context)
    return (context.say("Barème de la zone {zone} :", zone=context.site.zone), who, *lines) if lines else ()


def _scale_lines(key: RateKey, context: Context) -> tuple[str, ...]:
    unit = context.say("j") if context.tariffs.regimes[key.regime].unit == "day" else "h"
    steps = [f"{count} {unit} {price(cents, context)}" for count, cents in prices(context.tariffs, key, context.now)]
    return tuple("   ".join(steps[at : at + 2]) for at in range(0, len(steps), 2))


def fps(purchase: Purchase, context: Context) -> tuple[str, ...]:
    """The amount of the post-parking charge of this class of vehicle, where one exists."""
    cents = fps_cents(context.tariffs, context.site.zone, context.now, purchase.vehicle)
    return () if cents is None else (context.say("FPS {amount}", amount=euros(cents, context.language)),)


def law(context: Context) -> tuple[str, ...]:
    """What CGCT R.2333-120-1 wants said before payment, in two lines, with the amount; none where there is no FPS."""
    cents = fps_cents(context.tariffs, context.site.zone, context.now)
    if cents is None:
        return ()
    return (
        context.say("Paiement immédiat ou FPS {amount},", amount=euros(cents, context.language)),
        context.say("minoré du montant du dernier ticket"),
    )


def whole_law(purchase: Purchase, context: Context) -> tuple[str, ...]:
    """The amount of the FPS of this class of vehicle and the statement in full, in lines of the display."""
    texts = context.tariffs.legal.fee.text
    statement = wrap(texts.get(context.language, texts[FRENCH]), READING_COLUMNS)
    charge = fps(purchase, context)
    return (*charge, *statement) if charge else ()
