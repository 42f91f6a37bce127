"""Unit to flash: a station's fields as the technician gives them, checked one by one and together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from firmware.domain.calendar_reach import NEEDED, CalendarReach
from firmware.domain.errors import FieldError, reason_of
from firmware.domain.sector import arrondissement_of, check_sector
from firmware.domain.site import Site
from firmware.domain.station_name import WHAT_A_NAME_IS, is_station_name
from firmware.protocol.envelope import public_key_in
from firmware.service.people import PeopleError, parse_people
from firmware.tariff import Calendar, Tariffs
from firmware.tariff.place import check_place
from firmware.tariff.reach import shortfall
from hal.board import load_board
from hal.errors import BoardError

FIELDS = ("station", "zone", "sector", "address", "nearest", "street", "central", "board", "central_key", "people")
"""Fields of a unit, as options (`--central-key`) and as columns of a list."""
USUAL = {"street": "mixed", "board": "paris-v1", "nearest": "voir le plan sur paris.fr", "people": "none"}
"""Defaults."""


@dataclass(frozen=True)
class FirstUse:
    """The day on which a card goes into use, and how far the calendar of its tariffs must reach from there."""

    day: date
    needed: CalendarReach = NEEDED

    def why_unfit(self, calendar: Calendar) -> str:
        """What is wrong with a calendar; empty if it may go into use."""
        short = shortfall(calendar, self.day, self.needed)
        return f"{short.where}: {short.reason}" if short else ""


@dataclass(frozen=True)
class StationUnit:
    """A station to flash: what goes on its card."""

    site: Site
    board: str
    """Name of its board file, without `.toml`."""
    central_key: str
    """The city's public key: the station verifies its publications with it."""
    people: str = ""
    """Content of its people.json: who may open its service menu; empty: nobody."""
    first_use: FirstUse | None = None
    """What the calendar of the tariffs on the card is held against; None: no card is made of it."""


@dataclass(frozen=True)
class UnitReferences:
    """Tariffs and boards that the fields of a unit are checked against."""

    tariffs: Tariffs
    boards: Path
    """Folder of the board files."""
    first_use: FirstUse | None = None
    """Of the cards; None: none is made."""


def unit_of(words: Mapping[str, str], references: UnitReferences) -> StationUnit:
    """The unit these fields describe. Raises FieldError."""
    unit = {**USUAL, **{name: word.strip() for name, word in words.items() if word.strip()}}
    for name in FIELDS:
        require_field(name, unit.get(name, ""), references)
    site = _site(unit)
    check_place(references.tariffs, site.station, site.sector, site.zone)
    return StationUnit(site, unit["board"], unit["central_key"], _people_text(unit["people"]), references.first_use)


def require_field(name: str, word: str, references: UnitReferences) -> None:
    """Check one field by itself. Raises FieldError."""
    if not word:
        raise FieldError(name, "is missing")
    if not word.isprintable():
        raise FieldError(name, "has characters that cannot be printed")
    if reason := _RULES[name](word, references):
        raise FieldError(name, f"{word!r} {reason}")


def _station(word: str, _: UnitReferences) -> str:
    return "" if is_station_name(word) else f"is no station: {WHAT_A_NAME_IS}"


def _zone(word: str, references: UnitReferences) -> str:
    zones = [str(zone) for zone in references.tariffs.zones]
    return "" if word in zones else f"is no tariff zone: {', '.join(zones)}"


def _sector(word: str, _: UnitReferences) -> str:
    try:
        check_sector(word)
    except FieldError:
        return "is no residential sector: like 11D"
    return ""


def _street(word: str, _: UnitReferences) -> str:
    return "" if word in ("mixed", "rotative") else "is no kind of street: mixed, rotative"


def _central(word: str, _: UnitReferences) -> str:
    parts = urlsplit(word)
    return "" if parts.scheme == "https" and parts.hostname else "is no https address"


def _central_key(word: str, _: UnitReferences) -> str:
    try:
        public_key_in(word)
    except ValueError as error:
        return f"is not the city's key: {error}"
    return ""


def _people(word: str, _: UnitReferences) -> str:
    try:
        parse_people(_people_text(word), word)
    except (PeopleError, OSError, UnicodeDecodeError) as error:
        return f"is no list of people made with `horodateur pin`: {reason_of(error)}"
    return ""


def _people_text(word: str) -> str:
    """Content of the file of this name; empty for nobody."""
    return "" if word == USUAL["people"] else Path(word).read_text("utf-8")


def _board(word: str, references: UnitReferences) -> str:
    names = sorted(file.stem for file in references.boards.glob("*.toml"))
    if word not in names:
        return f"is no board: there are {', '.join(names)}"
    try:
        simulated = load_board(references.boards / f"{word}.toml").simulated
    except BoardError as error:
        return f"cannot be used: {error}"
    return f"has simulated devices: {', '.join(sorted(simulated))}" if simulated else ""


def _at_most(length: int) -> Callable[[str, UnitReferences], str]:
    return lambda word, _: "" if len(word) <= length else f"has {len(word)} characters, at most {length} fit on the display"


_RULES: Mapping[str, Callable[[str, UnitReferences], str]] = {
    "station": _station,
    "zone": _zone,
    "sector": _sector,
    "address": _at_most(32),
    "nearest": _at_most(34),
    "street": _street,
    "central": _central,
    "board": _board,
    "central_key": _central_key,
    "people": _people,
}


def _site(unit: Mapping[str, str]) -> Site:
    site: dict[str, str | int] = {field.name: unit.get(field.name, "") for field in fields(Site)}
    site |= {"zone": int(unit["zone"]), "arrondissement": arrondissement_of(unit["sector"])}
    try:
        return msgspec.convert(site, Site)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `$.")
        raise FieldError(field.strip("`"), reason) from error


def site_text(site: Site) -> str:
    """Text of the station file, station.toml. JSON's way of writing texts and numbers is TOML's too."""
    lines = (f"{field.name} = {json.dumps(getattr(site, field.name), ensure_ascii=False)}" for field in fields(site))
    return "# The identity of this station, as it was flashed.\n" + "\n".join(lines) + "\n"


def enrol_line(unit: StationUnit, public_key: str) -> str:
    """Line that `horodateur-central enrol` takes: all that leaves the card."""
    return f"{unit.site.station} {unit.site.zone} {unit.site.sector} {public_key}"
