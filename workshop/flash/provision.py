"""Provisions a station: its state folder (identity, key, journals), made in scratch, and the file system that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firmware.protocol.envelope import public_key_in, public_key_text
from firmware.station.replaced_card import ReplacedCard
from firmware.station.state_folder import PEOPLE, open_signing_key, provision
from workshop.common.ext4 import edit_ext4, make_ext4
from workshop.flash.unit import StationUnit, site_text

STATION, BOARD = "station.toml", "board"
LABEL = "HDT-STATE"
INODES = 4096
"""A station keeps a dozen files; the fewer inodes, the less there is to write."""


@dataclass(frozen=True)
class ProvisionedStation:
    """A unit and its state folder, made."""

    unit: StationUnit
    folder: Path
    public_key: str
    """Half of its key that may leave the card."""
    after: ReplacedCard | None = None
    """The card it goes on from; None for a new station."""


def provision_station(unit: StationUnit, folder: Path, after: ReplacedCard | None = None) -> ProvisionedStation:
    """Make the state folder of a unit in an empty folder. `after`: the card it goes on from."""
    provision(folder, unit.site.station, public_key_in(unit.central_key), after=after)
    (folder / STATION).write_text(site_text(unit.site), "utf-8")
    (folder / BOARD).write_text(f"{unit.board}\n", "utf-8")
    if unit.people:
        (folder / PEOPLE).write_text(unit.people, "utf-8")
    for file in folder.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)
    return ProvisionedStation(unit, folder, public_key_text(open_signing_key(folder).public_key()), after)


def make_state_file_system(made: ProvisionedStation, file: Path, size: int, owner: int) -> None:
    """Make an ext4 of exactly this size that holds the state folder, every file the station's own. Raises ToolError."""
    make_ext4(file, size, label=LABEL, inodes=INODES, owner=owner, folder=made.folder)
    inside = (f"/{path.relative_to(made.folder)}" for path in made.folder.rglob("*"))
    commands = [f"set_inode_field {path} {field} {owner}" for path in inside for field in ("uid", "gid")]
    edit_ext4(file, [*commands, "set_inode_field / mode 040700"])
