"""How each language writes amounts, decimals, times and dates: one row a language, of patterns that values are put into.

What a row says is typography, not translation: the sentences are in the catalogues of `firmware/locale/`. German writes the
time as Duden does (`15.30 Uhr`), Spanish and Italian as their timetables do (`15:30`); all write an amount with its two
decimals. `NO_BREAK_SPACE` keeps a number and its unit on one line.
"""

from __future__ import annotations

from msgspec import Struct

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
FRENCH = "fr"


class Format(Struct, frozen=True):
    """The patterns of one language."""

    name: str
    """What its speakers call it."""
    money: str = f"{{sign}}{{whole}},{{rest:02}}{NO_BREAK_SPACE}€"
    money_on_paper: str = f"{{sign}}{{whole}},{{rest:02}}{NO_BREAK_SPACE}EUR"
    """Without the symbol that some code pages of printers lack."""
    decimal: str = ","
    hour: str = "{hour}:{minute:02}"
    hour_beside_amount: str = ""
    """The same where an amount must stand beside it in large letters; empty where that is no shorter."""
    hours_and_minutes: str = "{hours} h {minutes} min"
    first_of_month: str = "1"
    """The day, in a date."""
    date: str = "{day} {month}"
    weekday_and_date: str = "{weekday} {day} {month}"
    numeric_date: str = "%d/%m/%Y"
    """For `strftime`."""


FORMATS = {
    FRENCH: Format("Français", hour="{hour} h {minute:02}", hours_and_minutes="{hours} h {minutes}", first_of_month="1er"),
    "en": Format(
        "English",
        money="{sign}€{whole}.{rest:02}",
        money_on_paper=f"{{sign}}EUR{NO_BREAK_SPACE}{{whole}}.{{rest:02}}",
        decimal=".",
        hours_and_minutes="{hours} h {minutes}",
    ),
    "de": Format(
        "Deutsch",
        hour="{hour}.{minute:02} Uhr",
        hour_beside_amount="{hour}.{minute:02}",
        date="{day}. {month}",
        weekday_and_date="{weekday} {day}. {month}",
        numeric_date="%d.%m.%Y",
    ),
    "es": Format("Español"),
    "it": Format("Italiano"),
}
"""By language, in the order the LANG key goes through them."""
