"""The folder a station keeps: its identity, its key, its empty journal; made in scratch, laid down as a file system."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firmware.protocol.envelope import public_key_in, public_key_text
from firmware.station.state_folder import PEOPLE, open_signing_key, provision
from workshop.common.errors import ToolError
from workshop.common.tools import ran
from workshop.flash.unit import StationUnit, site_text

STATION, BOARD = "station.toml", "board"
LABEL = "HDT-STATE"
INODES = 4096
"""A station keeps a dozen files; the fewer inodes, the less there is to write."""
WHOLE = "nodiscard,lazy_itable_init=0,lazy_journal_init=0"
"""Every block the file system relies on is really in the file, zeros too: on a card that is not new they must be written."""


@dataclass(frozen=True)
class Provisioned:
    """A station's folder, made."""

    unit: StationUnit
    folder: Path
    public_key: str
    """The half that may leave."""


def provisioned(unit: StationUnit, folder: Path) -> Provisioned:
    """Make it. Nothing is there before."""
    provision(folder, unit.site.station, public_key_in(unit.central_key))
    (folder / STATION).write_text(site_text(unit.site), "utf-8")
    (folder / BOARD).write_text(f"{unit.board}\n", "utf-8")
    if unit.people:
        (folder / PEOPLE).write_text(unit.people, "utf-8")
    for file in folder.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)
    return Provisioned(unit, folder, public_key_text(open_signing_key(folder).public_key()))


def state_file_system(made: Provisioned, file: Path, size: int, owner: int) -> None:
    """An ext4 of exactly this size that holds the folder, every file the station's own. Raises ToolError."""
    with file.open("wb") as empty:
        empty.truncate(size)
    options = f"{WHOLE},root_owner={owner}:{owner}"
    command = ("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", "-N", str(INODES), "-L", LABEL, "-E", options)
    done = ran(*command, "-d", made.folder, file, environment={"UNIX_IO_NOZEROOUT": "1"})
    if done.returncode:
        raise ToolError(f"mke2fs: {done.stderr.decode().strip()}")
    _hand_over(made.folder, file, owner)


def _hand_over(folder: Path, file: Path, owner: int) -> None:
    inside = (f"/{path.relative_to(folder)}" for path in folder.rglob("*"))
    orders = [f"set_inode_field {path} {field} {owner}" for path in inside for field in ("uid", "gid")]
    orders.append("set_inode_field / mode 040700")
    done = ran("debugfs", "-w", "-f", "/dev/stdin", file, given="\n".join(orders).encode())
    if done.returncode:
        raise ToolError(f"debugfs: {done.stderr.decode().strip()}")
