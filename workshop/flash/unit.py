"""What the technician says of a station, and what of it cannot be true. Knows no clock, no wire."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from firmware.domain.site import Site
from firmware.protocol.envelope import public_key_in
from firmware.service.people import PeopleError, parse_people
from firmware.tariff import Tariffs
from hal.board import load_board
from hal.errors import BoardError
from workshop.common.errors import MisuseError

FIELDS = ("station", "zone", "sector", "address", "nearest", "street", "central", "board", "central_key", "people")
"""What is said of a unit, as options (`--central-key`) and as columns of a list."""
USUAL = {"street": "mixed", "board": "paris-v1", "nearest": "voir le plan sur paris.fr", "people": "none"}
"""What is meant where nothing is said."""


@dataclass(frozen=True)
class StationUnit:
    """A station to be made."""

    site: Site
    board: str
    """Name of its board file, without `.toml`."""
    central_key: str
    """The city's public key: what it publishes is believed because of this."""
    people: str = ""
    """What stands in its people.json: who may open its service menu; empty: nobody."""


@dataclass(frozen=True)
class UnitReferences:
    """What the words are held against."""

    tariffs: Tariffs
    boards: Path
    """Folder of the board files."""


class FieldError(MisuseError):
    """One field, and why it cannot be meant."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def unit_of(words: Mapping[str, str], known: UnitReferences) -> StationUnit:
    """The station these words describe. Raises FieldError."""
    given = {**USUAL, **{name: word.strip() for name, word in words.items() if word.strip()}}
    for name in FIELDS:
        require_field(name, given.get(name, ""), known)
    site = _site(given)
    _require_place(site, known.tariffs)
    return StationUnit(site, given["board"], given["central_key"], _people_of(given["people"]))


def require_field(name: str, word: str, known: UnitReferences) -> None:
    """Raises FieldError where this word alone is already wrong."""
    if not word:
        raise FieldError(name, "is missing")
    if not word.isprintable():
        raise FieldError(name, "has characters that cannot be printed")
    if reason := _RULES[name](word, known):
        raise FieldError(name, f"{word!r} {reason}")


def _station(word: str, _: UnitReferences) -> str:
    return (
        ""
        if re.fullmatch(r"75(0(0[1-9]|1\d|20)|116)-\d{4}", word)
        else "is no station: like 75011-0042, a postal code of Paris"
    )


def _zone(word: str, known: UnitReferences) -> str:
    zones = [str(zone) for zone in known.tariffs.zones]
    return "" if word in zones else f"is no tariff zone: {', '.join(zones)}"


def _sector(word: str, _: UnitReferences) -> str:
    return "" if re.fullmatch(r"([1-9]|1\d|20)[A-Z]", word) else "is no residential sector: like 11D"


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
        parse_people(_people_of(word), word)
    except (PeopleError, OSError, UnicodeDecodeError) as error:
        return f"is no list of people made with `horodateur pin`: {error}"
    return ""


def _people_of(word: str) -> str:
    """What stands in the file of this name."""
    return "" if word == USUAL["people"] else Path(word).read_text("utf-8")


def _board(word: str, known: UnitReferences) -> str:
    names = sorted(file.stem for file in known.boards.glob("*.toml"))
    if word not in names:
        return f"is no board: there are {', '.join(names)}"
    try:
        simulated = load_board(known.boards / f"{word}.toml").simulated
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


def _site(given: Mapping[str, str]) -> Site:
    said: dict[str, str | int] = {field.name: given.get(field.name, "") for field in fields(Site)}
    said |= {"zone": int(given["zone"]), "arrondissement": int(given["sector"][:-1])}
    try:
        return msgspec.convert(said, Site)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `$.")
        raise FieldError(field.strip("`"), reason) from error


def _require_place(site: Site, tariffs: Tariffs) -> None:
    """Three fields say where a station stands; a slip in one contradicts the others."""
    code = site.station[:5]
    arrondissement = 16 if code == "75116" else int(code[3:])
    if arrondissement != site.arrondissement:
        raise FieldError("sector", f"{site.sector!r} is not in the arrondissement of station {site.station}")
    wooded = arrondissement in (12, 16) and site.zone in tariffs.woods.values()
    if tariffs.zone_of(arrondissement) != site.zone and not wooded:
        raise FieldError("zone", f"{site.zone} is not the zone of arrondissement {arrondissement}")


def site_text(site: Site) -> str:
    """The station file. JSON's way of writing texts and numbers is TOML's too."""
    lines = (f"{field.name} = {json.dumps(getattr(site, field.name), ensure_ascii=False)}" for field in fields(site))
    return "# The identity of this station, as it was flashed.\n" + "\n".join(lines) + "\n"


def enrol_line(unit: StationUnit, public_key: str) -> str:
    """What `horodateur-central enrol` takes: all that leaves the card."""
    return f"{unit.site.station} {unit.site.zone} {unit.site.sector} {public_key}"
