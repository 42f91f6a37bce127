"""How a person says what is written: amounts, times, lengths, dates, ordinals, codes; one row a language.

The theory. What is said is what is shown: the text of the picture, with each thing that is read otherwise than it is written
put into words. A speech engine reads whole numbers and words; signs, abbreviations and codes it reads wrong, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from msgspec import Struct

from firmware.domain.formats import FRENCH, NO_BREAK_SPACE
from firmware.visit.day_and_hour import with_prepositions


class Unit(Struct, frozen=True):
    """A unit of time as it is said of one, and of more."""

    one: str
    many: str

    def of(self, count: int) -> str:
        """`une heure`, `2 heures`."""
        return self.one if count == 1 else f"{count} {self.many}"


class SpokenForms(Struct, frozen=True):
    """What one language says for what it writes."""

    euro: Unit
    cent: Unit
    between: str
    """Between euros and cents."""
    to: str
    """From a day or an hour to another."""
    hour: Unit
    minute: Unit
    second: Unit
    day: Unit
    day_sign: str
    quarter: Unit
    """For `¼ h`: with its article, and after a word that stands for one."""
    written_time: str
    """A pattern with the groups of hours and minutes."""
    time: Callable[[int, int], str]
    weekdays: Mapping[str, str]
    months: Mapping[str, str]
    of: str
    """Between a day and its month."""
    ordinals: Mapping[str, str]
    words: Mapping[str, str]
    """Abbreviations."""


def _named(short: str, long: str) -> dict[str, str]:
    return dict(zip(short.split(), long.split(), strict=True))


def _french_time(hour: int, minute: int) -> str:
    return f"{'une heure' if hour == 1 else f'{hour} heures'}{f' {minute}' if minute else ''}"


def _english_time(hour: int, minute: int) -> str:
    half, twelve = ("AM" if hour < 12 else "PM"), hour % 12 or 12
    if not minute:
        return {0: "midnight", 12: "noon"}.get(hour, f"{twelve} {half}")
    return f"{twelve} {f'oh {minute}' if minute < 10 else minute} {half}"


def _german_time(hour: int, minute: int) -> str:
    return f"{'ein' if hour == 1 else hour} Uhr{f' {minute}' if minute else ''}"


def _spanish_time(hour: int, minute: int) -> str:
    article = "la una" if hour == 1 else f"las {hour}"
    return f"{article} y {minute}" if minute else article


def _italian_time(hour: int, minute: int) -> str:
    return f"ore {'una' if hour == 1 else hour}{f' e {minute}' if minute else ''}"


COLON = r"(\d{1,2}):(\d\d)"
FORMS = {
    FRENCH: SpokenForms(
        Unit("un euro", "euros"),
        Unit("un centime", "centimes"),
        " ",
        "à",
        Unit("une heure", "heures"),
        Unit("une minute", "minutes"),
        Unit("une seconde", "secondes"),
        Unit("un jour", "jours"),
        "j",
        Unit("un quart d’heure", "quart d’heure"),
        r"(\d{1,2}) h (\d\d)",
        _french_time,
        _named("lun. mar. mer. jeu. ven. sam. dim.", "lundi mardi mercredi jeudi vendredi samedi dimanche"),
        _named(
            "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        ),
        " ",
        _named("1er 1re 2e 3e 4e 5e 6e", "premier première deuxième troisième quatrième cinquième sixième"),
        {"×": "fois", "élec.": "électrique", "ss": "sans", "t": "tonnes", "FPS": "F P S", "QR": "Q R", "éco": "écologique"},
    ),
    "en": SpokenForms(
        Unit("one euro", "euros"),
        Unit("one cent", "cents"),
        " ",
        "to",
        Unit("one hour", "hours"),
        Unit("one minute", "minutes"),
        Unit("one second", "seconds"),
        Unit("one day", "days"),
        "d",
        Unit("a quarter of an hour", "quarter of an hour"),
        COLON,
        _english_time,
        _named("Mon Tue Wed Thu Fri Sat Sun", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        _named(
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
            "January February March April May June July August September October November December",
        ),
        " ",
        {},
        {"×": "times", "t": "tonnes", "FPS": "F P S", "QR": "Q R"},
    ),
    "de": SpokenForms(
        Unit("ein Euro", "Euro"),
        Unit("ein Cent", "Cent"),
        " ",
        "bis",
        Unit("eine Stunde", "Stunden"),
        Unit("eine Minute", "Minuten"),
        Unit("eine Sekunde", "Sekunden"),
        Unit("ein Tag", "Tage"),
        "T",
        Unit("eine Viertelstunde", "Viertelstunde"),
        r"(\d{1,2})\.(\d\d)\b(?: Uhr)?",
        _german_time,
        _named("Mo. Di. Mi. Do. Fr. Sa. So.", "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        _named(
            "Jan. Febr. März April Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        ),
        " ",
        {
            f"{number}. Stunde": f"{said} Stunde"
            for number, said in enumerate(["erste", "zweite", "dritte", "vierte", "fünfte", "sechste"], 1)
        },
        {
            "×": "mal",
            "elektr.": "elektrisch",
            "Kennz.": "Kennzeichen",
            "o.": "ohne",
            "t": "Tonnen",
            "FPS": "F P S",
            "QR": "Q R",
            "Pkw": "P K W",
        },
    ),
    "es": SpokenForms(
        Unit("un euro", "euros"),
        Unit("un céntimo", "céntimos"),
        " con ",
        "a",
        Unit("una hora", "horas"),
        Unit("un minuto", "minutos"),
        Unit("un segundo", "segundos"),
        Unit("un día", "días"),
        "d",
        Unit("un cuarto de hora", "cuarto de hora"),
        COLON,
        _spanish_time,
        _named("lun. mar. mié. jue. vie. sáb. dom.", "lunes martes miércoles jueves viernes sábado domingo"),
        _named(
            "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        ),
        " de ",
        _named("1.ª 2.ª 3.ª 4.ª 5.ª 6.ª", "primera segunda tercera cuarta quinta sexta"),
        {"×": "por", "eléc.": "eléctrico", "t": "toneladas", "FPS": "F P S", "QR": "Q R", "eco": "ecológico"},
    ),
    "it": SpokenForms(
        Unit("un euro", "euro"),
        Unit("un centesimo", "centesimi"),
        " e ",
        "a",
        Unit("un’ora", "ore"),
        Unit("un minuto", "minuti"),
        Unit("un secondo", "secondi"),
        Unit("un giorno", "giorni"),
        "gg",
        Unit("un quarto d’ora", "quarto d’ora"),
        COLON,
        _italian_time,
        _named("lun. mar. mer. gio. ven. sab. dom.", "lunedì martedì mercoledì giovedì venerdì sabato domenica"),
        _named(
            "gen. feb. mar. apr. mag. giu. lug. ago. set. ott. nov. dic.",
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        ),
        " ",
        _named("1ª 2ª 3ª 4ª 5ª 6ª", "prima seconda terza quarta quinta sesta"),
        {
            "a ore": "alle ore",
            "da ore": "dalle ore",
            "a il": "al",
            "×": "per",
            "elett.": "elettrico",
            "t": "tonnellate",
            "FPS": "F P S",
            "QR": "Q R",
            "eco": "ecologico",
        },
    ),
}
"""By language."""

COLUMNS = re.compile(r" {2,}(?=\S)")
"""Between two columns of a table."""
AFTER_WHICH = re.compile(r"\b(le|per|next|je|el|al) ¼ h")
"""Words after which a quarter of an hour has no article of its own."""
SIGNS = {"·": ",", "…": ".", "«": "", "»": "", "(": ", ", ")": ",", NO_BREAK_SPACE: " "}
CODE = re.compile(r"\b(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]+\b")
"""Letters and digits in one word: a code, or the shape of a plate."""
NUMBER_IN_GROUPS = re.compile(r"\b\d{2,}(?:-\d{2,})+\b")
"""A number with hyphens, as that of a station: dictated, and no amount."""


def spelled(text: str) -> str:
    """A plate or a code, letter by letter; marks between them are not said."""
    return ", ".join(character for character in text if character.isalnum())


def _dictated(number: str) -> str:
    """Digit by digit, with a pause at each hyphen: `7 5 0 1 1, 0 0 4 2`."""
    return ", ".join(" ".join(group) for group in number.split("-"))


@lru_cache(maxsize=1024)
def as_said(text: str, language: str) -> str:
    """The text of a picture as a person says it, in its language."""
    forms = FORMS[language]
    said = COLUMNS.sub(", ", text.replace(NO_BREAK_SPACE, " "))
    said = with_prepositions(said, language, _any_of(forms.weekdays), _any_of(forms.months), forms.written_time)
    said = re.sub(forms.written_time, lambda found: forms.time(int(found[1]), int(found[2])), said)
    said = re.sub(r"(\d+) h (15|30|45)(?: min)?\b(?![.,]\d)", lambda found: _length(found, forms), said)
    said = re.sub(r"(-?)(?:€(\d+)\.(\d\d)|(\d+),(\d\d) €)", lambda found: _amount(found, forms), said)
    said = re.sub(r"€(\d+)|(\d+) €", lambda found: forms.euro.of(int(found[1] or found[2])), said)
    for sign, unit in (("h", forms.hour), ("min", forms.minute), ("s", forms.second), (forms.day_sign, forms.day)):
        said = re.sub(rf"\b(\d+) {sign}\b", lambda found, unit=unit: unit.of(int(found[1])), said)  # type: ignore[misc]
    said = AFTER_WHICH.sub(rf"\1 {forms.quarter.many}", said).replace("¼ h", forms.quarter.one)
    said = _dates(said.replace("–", f" {forms.to} "), forms)
    said = NUMBER_IN_GROUPS.sub(lambda found: _dictated(found[0]), said)
    said = CODE.sub(lambda found: spelled(found[0]), said)
    return _tidy(said)


def _amount(found: re.Match[str], forms: SpokenForms) -> str:
    whole, rest = int(found[2] or found[4]), int(found[3] or found[5])
    minus = "- " if found[1] else ""
    if not whole and rest:
        return minus + forms.cent.of(rest)
    return minus + forms.euro.of(whole) + (f"{forms.between}{rest}" if rest else "")


def _length(found: re.Match[str], forms: SpokenForms) -> str:
    return f"{forms.hour.of(int(found[1]))} {forms.minute.of(int(found[2]))}"


def _dates(text: str, forms: SpokenForms) -> str:
    """Months after a day of the month, then days of the week; then ordinals and abbreviations."""
    said = re.sub(
        rf"(\d+(?:er|\.)?) ({_any_of(forms.months)})", lambda found: f"{found[1]}{forms.of}{forms.months[found[2]]}", text
    )
    for table in (forms.ordinals, forms.weekdays, forms.words):
        if table:
            said = re.sub(_any_of(table), lambda found, table=table: table[found[0]], said)  # type: ignore[misc]
    return said


def _any_of(table: Mapping[str, str]) -> str:
    """Any of these, as a word of its own."""
    words = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))
    return rf"(?<!\w)(?:{words})(?!\w)"


def _tidy(text: str) -> str:
    for sign, said in SIGNS.items():
        text = text.replace(sign, said)
    return re.sub(r"\s+", " ", text).replace(" ,", ",").replace(",.", ".").strip(" ,")
