"""Store of the city's signed publications on the station's disk.

The theory. One file for each publication, the envelope exactly as it came, under its kind and version: `tariffs-7.json`. A file
is believed for its signature alone, each time it is read, so it does not matter who put it there or what the disk did to it:
a publication is in force whole, or it is as if it were not there. What was provisioned is version 0 of everything.

    in force at an instant    the greatest version whose date has come, of those that can be believed
    accepted                  a version greater than every one there is: what was withdrawn stays withdrawn

The name of a file that cannot be believed still counts for the second rule, so a damaged file still blocks older versions
(rollback protection); the same version is taken again in its place. Two processes share the folder: one accepts, the running
station looks.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware.backoffice.active_config import ActiveConfig
from firmware.domain.errors import FileError, error_text, reason_of
from firmware.domain.site import Site
from firmware.journal.durable_file import UNFINISHED, put_in_place, synchronise
from firmware.protocol.entitlements import EntitlementCopy, EntitlementError, copy_in
from firmware.protocol.envelope import PUBLICATION, Envelope, envelope_in, message_of, open_envelope
from firmware.protocol.messages import KINDS, Configuration, Publication, PublicationKind, configuration_in, publication_in
from firmware.service.people import People
from firmware.tariff import TariffError, Tariffs, tariffs_in

LOOKS = timedelta(seconds=2)
"""Time between two looks at the folder, at least."""
_NAME = re.compile(rf"({'|'.join(KINDS)})-([1-9][0-9]{{0,15}})\.json")


class PublicationStoreError(FileError):
    """A publication that is rejected, or a stored file that fails verification. What was in force goes on."""


class ForeignError(PublicationStoreError):
    """A publication of the city for another station or sector."""


class _Stamp(NamedTuple):
    """What a file must have changed for it to be another."""

    name: str
    inode: int
    size: int
    changed: int

    @property
    def version(self) -> int:
        """Version, from the file's name."""
        return int(self.name.removesuffix(".json").rpartition("-")[2])

    def is_of(self, kind: PublicationKind) -> bool:
        """Kind, from the file's name."""
        return self.name.startswith(f"{kind}-")


@dataclass(frozen=True)
class _Stored:
    """A publication that can be believed."""

    kind: PublicationKind
    version: int
    effective_from: datetime
    content: Tariffs | EntitlementCopy | Configuration = field(repr=False)

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.kind}-{self.version}.json"

    def outlived_by(self, other: _Stored, now: datetime) -> bool:
        """Whether the other one is in force whenever this one could be, from now on."""
        ahead = self.kind == other.kind and self.version < other.version
        return ahead and other.effective_from <= max(self.effective_from, now)


class PublicationStore:
    """Accepts, keeps and reads the publications of one station."""

    def __init__(self, folder: Path, site: Site, trusted: Ed25519PublicKey | None) -> None:
        """Read and check what is there. `trusted`: the city's key; a station without one believes nothing."""
        self._folder, self._trusted = folder, trusted
        self._audiences: dict[PublicationKind, str] = {"tariffs": "all", "configuration": site.station, "rights": site.sector}
        self._files: dict[_Stamp, _Stored | PublicationStoreError] = {}
        self._looked: datetime | None = None
        self._look()

    @property
    def rejected(self) -> tuple[str, ...]:
        """The files that are not believed, and why."""
        return tuple(str(file) for file in self._files.values() if isinstance(file, PublicationStoreError))

    @property
    def trusted(self) -> Ed25519PublicKey | None:
        """The city's key: who is believed; None for nobody."""
        return self._trusted

    @property
    def versions(self) -> dict[str, int]:
        """The greatest version in hand of each kind, of those that can be believed."""
        return {each.kind: each.version for each in self._believed()}

    def active_config(self, provisioned: ActiveConfig, now: datetime) -> ActiveConfig:
        """The configuration in force at `now` (aware). Looks at the folder once in a while, so that nobody need start again."""
        if self._looked is None or not timedelta(0) <= now - self._looked < LOOKS:
            self._looked = now if self._look() else None
        later = [each.effective_from for each in self._believed() if each.effective_from > now]
        active_config = replace(provisioned, until=min(later, default=None))
        for each in self._believed():
            if each.effective_from <= now:
                active_config = _with(active_config, each.content, provisioned.site)
        return active_config

    def accept(self, envelope: Envelope, now: datetime) -> None:
        """Check a publication whole and keep it; what it outlives at `now` is removed.

        Raises PublicationStoreError; then nothing has changed.
        """
        new = self._opened(envelope)
        self._look()
        self._check_newer(new)
        try:
            if not self._folder.exists():
                self._folder.mkdir(mode=0o700)
                synchronise(self._folder.parent)
            put_in_place(self._folder / new.name, message_of(envelope))
        except OSError as error:
            raise PublicationStoreError(new.name, "", f"cannot be kept: {error_text(error)}") from error
        self._look()
        self._tidy(new, now)

    # --- believing ---

    def _opened(self, envelope: Envelope) -> _Stored:
        """What is in an envelope.

        Raises PublicationStoreError unless it is the city's, for this station, and understood to the end.
        """
        if self._trusted is None:
            reason = "this station was given no key of the city: it believes nothing that is published"
            raise PublicationStoreError("central.pub", "", reason)
        try:
            publication = publication_in(open_envelope(PUBLICATION, envelope, self._trusted))
        except (ValueError, RecursionError) as error:
            raise PublicationStoreError("a publication", "", f"not one: {error}") from error
        audience = self._audiences[publication.kind]
        if publication.audience != audience:
            name = f"{publication.kind} {publication.version}"
            raise ForeignError(name, "$.audience", f"it is for {publication.audience!r}, and not for {audience!r}")
        return _Stored(publication.kind, publication.version, publication.effective_from, self._content(publication))

    def _content(self, publication: Publication) -> Tariffs | EntitlementCopy | Configuration:
        name, body = f"{publication.kind} {publication.version}", bytes(publication.body)
        try:
            match publication.kind:
                case "tariffs":
                    return tariffs_in(body, name)
                case "configuration":
                    return configuration_in(body)
                case "rights":
                    copy = copy_in(body, name)
        except (TariffError, EntitlementError) as error:
            raise PublicationStoreError(error.file, error.place, error.reason, error.line) from error
        except ValueError as error:
            raise PublicationStoreError(name, "", str(error)) from error
        if copy.sector != self._audiences["rights"]:
            here = self._audiences["rights"]
            raise ForeignError(name, "$.sector", f"made for {copy.sector}; this station stands in {here}")
        return copy

    def _check_newer(self, new: _Stored) -> None:
        """Raises PublicationStoreError if there is a later one, or this one, whether that can be believed or not."""
        for stamp, file in self._files.items():
            if not stamp.is_of(new.kind) or isinstance(file, ForeignError):
                continue
            if stamp.version > new.version or (stamp.version == new.version and isinstance(file, _Stored)):
                reason = f"is not newer than {new.kind} {stamp.version}, had before"
                raise PublicationStoreError(f"{new.kind} {new.version}", "", reason)

    # --- the folder ---

    def _look(self) -> bool:
        """Read the files that are new or changed; False if the folder moved meanwhile, and nothing was changed here."""
        try:
            self._files = {stamp: self._files.get(stamp) or self._read(stamp.name) for stamp in self._stamps()}
        except OSError:  # a file just gone is one that was just outlived: what was read before serves until the next look
            return False
        return True

    def _stamps(self) -> list[_Stamp]:
        found = list(os.scandir(self._folder)) if self._folder.exists() else ()
        files = [(file.name, file.stat()) for file in found if _NAME.fullmatch(file.name)]
        return [_Stamp(name, status.st_ino, status.st_size, status.st_mtime_ns) for name, status in sorted(files)]

    def _read(self, name: str) -> _Stored | PublicationStoreError:
        """A file of the store, or why it is not believed. Raises FileNotFoundError if it is gone."""
        path = self._folder / name
        try:
            stored = self._opened(envelope_in(path.read_bytes()))
        except FileNotFoundError:
            raise
        except PublicationStoreError as error:
            return type(error)(str(path), "", str(error))
        except (OSError, ValueError, RecursionError) as error:
            return PublicationStoreError(str(path), "", reason_of(error))
        return stored if stored.name == name else PublicationStoreError(str(path), "", f"holds {stored.name}")

    def _believed(self) -> Iterator[_Stored]:
        """Of each kind, from the least version to the greatest."""
        files = [file for file in self._files.values() if isinstance(file, _Stored)]
        for kind in KINDS:
            yield from sorted((each for each in files if each.kind == kind), key=lambda each: each.version)

    def _tidy(self, new: _Stored, now: datetime) -> None:
        """Remove what can never be in force again, what is damaged, and what was never finished. Another time will do."""
        believed = tuple(self._believed())
        outlived = {each.name for each in believed if any(each.outlived_by(other, now) for other in believed)}
        damaged = {
            stamp.name
            for stamp, file in self._files.items()
            if isinstance(file, PublicationStoreError) and stamp.is_of(new.kind) and stamp.version < new.version
        }
        with contextlib.suppress(OSError):
            for file in list(self._folder.iterdir()):
                if file.name in outlived | damaged or file.name.endswith(UNFINISHED):
                    file.unlink()
        self._look()


def _with(active_config: ActiveConfig, content: Tariffs | EntitlementCopy | Configuration, provisioned: Site) -> ActiveConfig:
    match content:
        case Tariffs():
            return replace(active_config, tariffs=content)
        case EntitlementCopy():
            return replace(active_config, rights=content)
        case Configuration(address, nearest, street, people):
            site = replace(
                provisioned,
                address=address or provisioned.address,
                nearest=nearest or provisioned.nearest,
                street=street or provisioned.street,
            )
            return replace(active_config, site=site, people=None if people is None else People(people))
