"""Publication store under power cuts at every disk operation: the old publication is in force, or the new one, never neither.

The disk here is as bad as a disk may be. What was not synchronised is lost in every way it can be: a file's bytes wholly or by
half, and any of the names given, taken or changed in a directory since that directory was last synchronised.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import msgspec
import pytest

from firmware.backoffice.publication_store import PublicationStore, PublicationStoreError
from firmware.protocol.envelope import PUBLICATION, Envelope, sign_envelope
from firmware.protocol.messages import Configuration, Publication
from tests.builders import CITY_KEY, active_config, site
from tests.firmware.diary import PowerCutError

SITE = site()
PROVISIONED = active_config()
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)


REAL = {name: getattr(os, name) for name in ("open", "write", "fsync", "replace", "unlink", "mkdir")}
"""What `os` does when nothing is between."""


@dataclass
class Disk:
    """Counts what it is asked for, remembers what it has not made durable, and stops at the cut."""

    cut: int
    asked: int = 0
    loose: list[Path] = field(default_factory=list)
    """Files whose bytes are not synchronised."""
    pending: list[Callable[[Path], None]] = field(default_factory=list)
    """How to undo each change of a name that is not synchronised, in a copy of the folder."""
    paths: dict[int, Path] = field(default_factory=dict)

    def counted(self) -> None:
        if self.asked == self.cut:
            raise PowerCutError
        self.asked += 1

    def lay_under(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be what `os` speaks to."""
        for name in REAL:
            monkeypatch.setattr(os, name, getattr(self, name))

    def open(self, path: str | Path, flags: int, mode: int = 0o777, **more: int) -> int:
        if flags & os.O_CREAT:
            self.counted()
            name = Path(path).name
            self.pending.append(lambda copy: (copy / name).unlink(missing_ok=True))
            self.loose.append(Path(path))
        descriptor = int(REAL["open"](path, flags, mode, **more))
        self.paths[descriptor] = Path(path)
        return descriptor

    def write(self, descriptor: int, data: bytes) -> int:
        self.counted()
        return int(REAL["write"](descriptor, data))

    def fsync(self, descriptor: int) -> None:
        self.counted()
        path = self.paths[descriptor]
        if path.is_dir():
            self.pending.clear()
        else:
            self.loose.remove(path)

    def replace(self, source: Path, target: Path) -> None:
        self.counted()
        data, before = source.read_bytes(), target.read_bytes() if target.exists() else None
        REAL["replace"](source, target)
        self.loose = [target if path == source else path for path in self.loose]

        def undo(copy: Path) -> None:
            (copy / source.name).write_bytes(data)
            (copy / target.name).unlink()
            if before is not None:
                (copy / target.name).write_bytes(before)

        self.pending.append(undo)

    def unlink(self, path: Path) -> None:
        self.counted()
        data = path.read_bytes()
        REAL["unlink"](path)

        def undo(copy: Path) -> None:
            (copy / path.name).write_bytes(data)

        self.pending.append(undo)

    def mkdir(self, path: Path, mode: int = 0o777) -> None:
        self.counted()
        REAL["mkdir"](path, mode)

    def remains(self, folder: Path, scratch: Path) -> Iterator[Path]:
        """Every folder that may be found after the cut."""
        for number, lost in enumerate(product((False, True), repeat=len(self.pending))):
            for kept in (1.0, 0.5, 0.0) if self.loose else (1.0,):
                copy = scratch / f"{number}-{kept}"
                shutil.copytree(folder, copy)
                for path in self.loose:
                    data = (copy / path.name).read_bytes()
                    (copy / path.name).write_bytes(data[: int(len(data) * kept)])
                for undo in [undo for undo, is_lost in zip(self.pending, lost, strict=True) if is_lost][::-1]:
                    undo(copy)
                yield copy


def published(version: int) -> Envelope:
    body = msgspec.Raw(msgspec.json.encode(Configuration(address=f"{version} rue Neuve")))
    document = Publication("configuration", SITE.station, version, NOW - timedelta(days=9 - version), body)
    return sign_envelope(PUBLICATION, msgspec.json.encode(document), CITY_KEY)


def store_in(folder: Path) -> PublicationStore:
    return PublicationStore(folder, SITE, CITY_KEY.public_key())


def address(folder: Path) -> str:
    return store_in(folder).active_config(PROVISIONED, NOW).site.address


def until_the_cut(folder: Path, cut: int) -> Disk:
    """Version 3 comes, where 2 is, and the remnant of a 1 that was never finished."""
    folder.mkdir()
    store_in(folder).accept(published(2), NOW)
    (folder / "configuration-1.json.new").write_bytes(b'{"signed":')
    disk = Disk(cut)
    with pytest.MonkeyPatch.context() as monkeypatch, suppress(PowerCutError):
        disk.lay_under(monkeypatch)
        store_in(folder).accept(published(3), NOW)
    return disk


def test_the_power_cut_between_any_two_things_the_disk_is_asked_for(tmp_path: Path) -> None:
    seen = set()
    for cut in range(20):
        folder = tmp_path / f"cut-{cut}"
        disk = until_the_cut(folder, cut)
        scratch = tmp_path / f"after-{cut}"
        for found in disk.remains(folder, scratch):
            seen.add(address(found))
            with suppress(PublicationStoreError):  # it may have it already
                store_in(found).accept(published(3), NOW)
            assert address(found) == "3 rue Neuve"
            assert store_in(found).rejected == ()
        if disk.asked < cut:
            break
    else:
        pytest.fail("it never came to an end")
    assert seen == {"2 rue Neuve", "3 rue Neuve"}
    assert disk.asked >= 7, "a file made, written, synchronised, named; its folder synchronised; two files removed"
    assert [file.name for file in folder.iterdir()] == ["configuration-3.json"]


@pytest.mark.parametrize("fails", ["open", "write", "fsync", "replace"])
def test_a_disk_that_fails_is_told_and_what_was_in_force_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    folder = tmp_path / "published"
    publication_store = store_in(folder)
    publication_store.accept(published(2), NOW)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, fails, full)
        with pytest.raises(PublicationStoreError, match=r"configuration-3.json: cannot be kept: .*No space left on device"):
            publication_store.accept(published(3), NOW)
    assert address(folder) == "2 rue Neuve"
    publication_store.accept(published(3), NOW)
    assert [file.name for file in folder.iterdir()] == ["configuration-3.json"]
    assert address(folder) == "3 rue Neuve"
