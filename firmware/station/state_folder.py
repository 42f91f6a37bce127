"""The station's state folder: journal, private key, city's key, people, publications, lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware.backoffice.active_config import ActiveConfig
from firmware.backoffice.publication_store import PublicationStore
from firmware.domain.errors import FileError, reason_of
from firmware.domain.site import Site
from firmware.journal.durable_file import put_in_place
from firmware.journal.journal import Draw, Journal
from firmware.journal.journal_file import JOURNAL as JOURNAL
from firmware.journal.journal_file import JournalError, JournalReader, generations_in, journal_path
from firmware.journal.line import JournalLine, open_line
from firmware.journal.marks import HeadMark
from firmware.protocol.access_code import shared_secret
from firmware.protocol.envelope import public_key_in, public_key_text
from firmware.protocol.genesis import genesis_document
from firmware.service.people import People, PeopleError, parse_people
from firmware.station.checkpoint import read_checkpoint
from firmware.station.replaced_card import ReplacedCard, take_along
from firmware.station.signing_key import KEY as KEY
from firmware.station.signing_key import load_signing_key
from hal.key_file import create_key_file

CITY = "central.pub"
"""The city's public key, 43 characters: whose publications are believed."""
PEOPLE = "people.json"
"""Who may open the service menu."""
PUBLISHED = "published"
LOCK = "lock"


def is_new(folder: Path) -> bool:
    """Whether no station was ever provisioned here."""
    return not generations_in(folder) and not (folder / KEY).exists()


def provision(
    folder: Path,
    station: str,
    city: Ed25519PublicKey | None = None,
    *,
    after: ReplacedCard | None = None,
    make_key: Callable[[Path], Ed25519PrivateKey] = create_key_file,
) -> None:
    """Make the journal and the key of this station. Raises FileExistsError, touching nothing, where either exists.

    `city`: the key whose publications it will believe; without one it works from what it was provisioned with. `after`: the
    card it goes on from; None for a new station. `make_key`: writes a new private key into this file.
    """
    if not is_new(folder):
        raise FileExistsError(f"{folder} already holds the journal or key of a station, which are never replaced")
    make_folder(folder)
    if city is not None:
        put_in_place(folder / CITY, public_key_text(city).encode() + b"\n")
    public = make_key(folder / KEY).public_key()
    if after is None:
        Journal.create(folder / JOURNAL, genesis_document(station, 1, public, None))
        _mark(folder, folder / JOURNAL)
    else:
        _go_on(folder, station, public, after)


def _go_on(folder: Path, station: str, public: Ed25519PublicKey, after: ReplacedCard) -> None:
    """Take along what the old card holds, and begin the journal of the next card, whose first entry says why."""
    take_along(after, folder)
    generation = after.next_generation
    path = journal_path(folder, generation)
    Journal.create(path, genesis_document(station, generation, public, after.parent), [after.first_entry(station)])
    _mark(folder, path)


def _mark(folder: Path, journal: Path) -> None:
    """Say how far this journal has come: one without a mark is not continued."""
    with contextlib.closing(JournalReader(journal)) as begun, contextlib.closing(HeadMark(folder)) as mark:
        mark.write(begun.end())


def make_folder(folder: Path) -> None:
    """Make a station's folder if it is not there. Raises FileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"cannot be made: {reason_of(error)}; --state names a folder, or where one can be made"
        raise FileError(str(folder), "", reason) from error


@contextlib.contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Lock the folder for this process: two stations writing one journal would each find the other's entries in the way.

    Raises JournalError if another process holds it. The system lets go of it however this process ends.
    """
    make_folder(folder)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(folder / JOURNAL, "another station is running on this folder; stop it first") from error
        yield


def is_claimed(folder: Path) -> bool:
    """Whether a process holds the folder now: a station is running on it. Makes and changes nothing."""
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def open_journal(folder: Path, station: str, boot: str, draw: Draw = os.urandom) -> JournalLine:
    """Open the station's journals, verified from the last signed checkpoint on, or whole.

    Raises JournalError for a missing one too: a station that sold has one; SigningKeyError without a key.
    """
    public = open_signing_key(folder).public_key()
    checkpoint = read_checkpoint(folder, public)
    return open_line(folder, station, boot, public, checkpoint.position if checkpoint else None, draw)


def open_publication_store(folder: Path, site: Site) -> PublicationStore:
    """Open the publication store, with the city's key. Raises FileError for a file that is no key."""
    path = folder / CITY
    try:
        city = public_key_in(path.read_text("ascii")) if path.exists() else None
    except (OSError, ValueError) as error:
        remedy = "write the city's key there, or remove the file to believe nobody"
        raise FileError(str(path), "", f"{reason_of(error)}; {remedy}") from error
    return PublicationStore(folder / PUBLISHED, site, city)


def load_people(folder: Path) -> People:
    """Read who may open the service menu; nobody where there is no file. Raises PeopleError naming file and line."""
    path = folder / PEOPLE
    if not path.exists():
        return People()
    try:
        return parse_people(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PeopleError(str(path), "", reason_of(error)) from error


def people_in_force(folder: Path, active_config: ActiveConfig) -> People:
    """Who may open the service menu: as the city has published, else as the station's own file says. Raises PeopleError."""
    return load_people(folder) if active_config.people is None else active_config.people


def read_access_secret(folder: Path) -> bytes | None:
    """What one-time codes are made with; None for a station that was given no key of the city."""
    try:
        city = public_key_in((folder / CITY).read_text("ascii"))
        return shared_secret(open_signing_key(folder), city)
    except (OSError, ValueError, FileError):
        return None


def open_signing_key(folder: Path) -> Ed25519PrivateKey:
    """Read the station's private key. Raises SigningKeyError."""
    return load_signing_key(folder / KEY)
