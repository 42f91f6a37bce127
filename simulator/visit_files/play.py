"""Plays a visit file on a fresh desk, and writes what it left: screens, ticket, wire trace, journal."""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.journal.journal import Journal
from firmware.journal.marks import HeadMark
from firmware.protocol.envelope import public_key_text
from firmware.protocol.genesis import Position, first_hash, genesis_document
from firmware.station.state_folder import CITY, JOURNAL, KEY, PEOPLE
from hal.shipped import BOARDS
from simulator.desk.city import KEY as CITY_KEY
from simulator.desk.city import SharedCity
from simulator.desk.desk import Desk
from simulator.setting import Setting, demonstration, with_card, with_wiring
from simulator.visit_files.expectations import screen_name
from simulator.visit_files.index_page import NAME, index_page
from simulator.visit_files.money import facts
from simulator.visit_files.visit import Visit, VisitStep, read_visit, run_visit

KNOWN_KEY = bytes(range(32))
"""Everybody knows this signing key, the station's and the city's, so nobody may trust it; with it a visit gives the same
bytes every time."""
KNOWN_PERSON = (
    '{"number":"07","name":"Visite","salt":"000102030405060708090a0b0c0d0e0f",'
    '"hash":"c434cf579aaa53dec645dc0701e9020c7ac81b03913595b8484f64acbd3ad655"}\n'
)
"""Everybody knows that the PIN of 07 is 402917: the technician of every visit."""


def play(file: Path, out: Path | None) -> str:
    """Play a visit file; returns its title. Raises VisitError; what was left until then is written all the same."""
    visit = read_visit(file)
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(desk_for(visit, Path(folder))) as desk:
        album = _Album(out) if out else None
        try:
            run_visit(visit, desk, album.save_screen if album else lambda desk, step: None)
        finally:
            if out:
                write_remains(desk, out)
                (out / NAME).write_text(index_page(visit.title, out), "utf-8")
    return visit.title


def desk_for(visit: Visit, folder: Path) -> Desk:
    """Fresh desk at the place and time where the visit begins, its devices ready."""
    shown = with_card(demonstration(folder, visit.at), visit.protocol)
    shown = with_wiring(shown, BOARDS / f"{visit.wiring}.toml")
    return fresh_desk(replace(shown, draw=bytes, site=visit.located(shown.site, shown.tariffs)))


def fresh_desk(setting: Setting, shared: SharedCity | None = None) -> Desk:
    """Fresh desk in an empty folder, its devices ready, its clock at the setting's time. `shared`: a city with KNOWN_KEY."""
    _provision(setting.folder, setting.site.station)
    desk = Desk(setting, shared)
    desk.advance(3.0)
    desk.set_clock(setting.at)
    return desk


def write_known_key(path: Path) -> None:
    """Write KNOWN_KEY as a private key."""
    path.touch(0o600)
    path.write_bytes(KNOWN_KEY)


def _provision(folder: Path, station: str) -> None:
    """As `firmware.station.state_folder.provision` does, with keys that are always the same: so is every receipt."""
    folder.mkdir(parents=True, exist_ok=True)
    for key in (folder / KEY, folder / CITY_KEY):
        write_known_key(key)
    public = Ed25519PrivateKey.from_private_bytes(KNOWN_KEY).public_key()
    (folder / CITY).write_text(public_key_text(public) + "\n")
    (folder / PEOPLE).write_text(KNOWN_PERSON)
    document = genesis_document(station, 1, public, None)
    Journal.create(folder / JOURNAL, document)
    with contextlib.closing(HeadMark(folder)) as mark:
        mark.write(Position(1, 0, first_hash(station, document).hex()))


class _Album:
    """Numbered pictures of every screen that came up and of what each key changed; and of those the visit names."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._last, self._count = folder / "screens", b"", 0
        self._folder.mkdir(parents=True, exist_ok=True)

    def save_screen(self, desk: Desk, step: VisitStep) -> None:
        """Save the screen's picture if it is new."""
        picture = desk.screen_png()
        if step.verb == "picture":
            (self._folder / f"{step.words[0]}.png").write_bytes(picture)
        if picture != self._last:
            self._count += 1
            (self._folder / f"{self._count:03d}-{screen_name(desk).replace(' ', '-')}.png").write_bytes(picture)
            self._last = picture


def write_remains(desk: Desk, out: Path) -> None:
    """Write what the visit left: ticket, wire trace, journal."""
    out.mkdir(parents=True, exist_ok=True)
    for name, data in (("ticket.png", desk.ticket_png()), ("ticket.bin", desk.ticket_bytes())):
        if data is not None:
            (out / name).write_bytes(data)
    if text := desk.ticket_text():
        (out / "ticket.txt").write_text(text, "utf-8")
    wire = "".join(json.dumps(transfer, ensure_ascii=False) + "\n" for transfer in desk.wire())
    (out / "wire.jsonl").write_text(wire, "utf-8")
    journal = b"".join(msgspec.json.encode(fact) + b"\n" for fact in facts(desk))
    (out / "journal.jsonl").write_bytes(journal)
