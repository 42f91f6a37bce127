"""Disk that forgets: what a power cut may leave of everything a process asked it to do.

The theory. What was not synchronised is lost in every way it can be. A file's bytes: from some write on, one write and not the
later ones, torn at a sector of 512 bytes, the length kept and zeros in it. A directory's names: any of those given, taken or
changed since the directory was synchronised, so that an unlink is undone and a new file is not there. A synchronisation that
failed leaves its bytes in doubt for ever: Linux calls them clean, and no later one writes them (fsyncgate).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations, takewhile
from typing import NamedTuple

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""
_FEW = 4
"""Of so many changes every subset is tried."""
_DOZENS = 36
_EDGE = 6
"""Of more, those at the beginning and the end are torn and left out one by one."""
Files = dict[str, bytes]
"""What stands in the folder, by name."""


class BytesWritten(NamedTuple):
    """Bytes put into a file."""

    file: int
    at: int
    data: bytes


class Resized(NamedTuple):
    """A file cut or lengthened to this size."""

    file: int
    size: int


class Synchronised(NamedTuple):
    """A file's bytes made durable, or not: `failed`."""

    file: int
    failed: bool = False


class Named(NamedTuple):
    """A name given to a file; the name it had before is taken away with the same stroke."""

    name: str
    file: int
    before: str = ""


class Unnamed(NamedTuple):
    """A name taken away."""

    name: str


class FolderSynchronised(NamedTuple):
    """The names of the folder made durable."""


Change = BytesWritten | Resized
Renaming = Named | Unnamed
KeptChanges = list[Change | None]
"""Of each of some changes what reaches the disk; None: nothing."""
DiskOperation = BytesWritten | Resized | Synchronised | Named | Unnamed | FolderSynchronised


WaysToLose = Callable[[Sequence[Change]], Iterator[KeptChanges]]
"""What may reach the disk of some changes."""


class Fate(Enum):
    """What becomes of a change of a file when the power is cut."""

    OPEN = "may be lost"
    DOUBTFUL = "may be lost, and no later synchronisation makes it durable"
    DURABLE = "is there; one before it in the same file may be lost"


class _Loose(NamedTuple):
    change: Change
    fate: Fate = Fate.OPEN


@dataclass
class ForgetfulDisk:
    """What is on the disk for certain, and what may be."""

    files: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    loose: list[_Loose] = field(default_factory=list)
    renamings: list[Renaming] = field(default_factory=list)

    def take(self, operation: DiskOperation) -> None:
        """Take what was asked for, in order."""
        match operation:
            case BytesWritten() | Resized():
                self.loose.append(_Loose(operation))
            case Named() | Unnamed():
                self.renamings.append(operation)
            case Synchronised(file, failed):
                fate = Fate.DOUBTFUL if failed else Fate.DURABLE
                self.loose = [each._replace(fate=fate) if _is_open(each, file) else each for each in self.loose]
                self._settle(file)
            case FolderSynchronised():
                self.names, self.renamings = named(self.names, self.renamings), []

    def states(self) -> Iterator[Files]:
        """Every folder that may be found if the power is cut now, some of them more than once."""
        optional = [number for number, each in enumerate(self.loose) if each.fate is not Fate.DURABLE]
        for renamings in subsets(self.renamings):
            names = named(self.names, renamings)
            is_extreme = len(renamings) in (0, len(self.renamings))
            for pieces in self._pieces(optional, choices if is_extreme else prefixes):
                yield self._files(names, pieces)
        yield from self._with_lengths_only()

    def _pieces(
        self, optional: Sequence[int], ways: Callable[[Sequence[Change]], Iterator[KeptChanges]]
    ) -> Iterator[list[Change]]:
        """The changes that reach the disk, in order."""
        changes = [each.change for each in self.loose]
        for way in ways([changes[number] for number in optional]):
            kept = dict(enumerate(changes)) | dict(zip(optional, way, strict=True))
            yield [piece for piece in kept.values() if piece is not None]

    def _with_lengths_only(self) -> Iterator[Files]:
        """Files as long as they would be, in which what was not synchronised is zeros, or what lay on the disk before."""
        names = named(self.names, self.renamings)
        for filling in (b"\0", b"\xa5"):
            yield self._files(
                names, [_filled(each, filling, len(self.files.get(each.change.file, b""))) for each in self.loose]
            )

    def _files(self, names: dict[str, int], pieces: Sequence[Change]) -> Files:
        touched: dict[int, bytearray] = {}
        for piece in pieces:
            put(touched.setdefault(piece.file, bytearray(self.files.get(piece.file, b""))), piece)
        files = self.files | {file: bytes(content) for file, content in touched.items()}
        return {name: files.get(file, b"") for name, file in sorted(names.items())}

    def _settle(self, file: int) -> None:
        """Put what is certain where it belongs; what may be lost before it lies under it, and stays in the list with it."""
        here = [each for each in self.loose if each.change.file == file]
        certain = list(takewhile(lambda each: each.fate is Fate.DURABLE, here))
        content = bytearray(self.files.get(file, b""))
        for each in certain:
            put(content, each.change)
        self.files[file] = bytes(content)
        self.loose = [each for each in self.loose if each.change.file != file] + here[len(certain) :]


def _is_open(each: _Loose, file: int) -> bool:
    return each.change.file == file and each.fate is Fate.OPEN


def _filled(each: _Loose, filling: bytes, length: int) -> Change:
    """Only what makes the file longer is filled: what is not overwritten stays."""
    change = each.change
    if isinstance(change, Resized) or each.fate is Fate.DURABLE:
        return change
    at = min(max(change.at, length), change.at + len(change.data))
    return BytesWritten(change.file, at, filling * (change.at + len(change.data) - at))


def named(names: Mapping[str, int], renamings: Sequence[Renaming]) -> dict[str, int]:
    """The names in a folder after these changes, some before them being lost."""
    after = dict(names)
    for each in renamings:
        after.pop(each.before if isinstance(each, Named) else each.name, None)
        if isinstance(each, Named):
            after[each.name] = each.file
    return after


def put(content: bytearray, change: Change) -> None:
    """Change a file's bytes; zeros where it grows without any."""
    end = change.size if isinstance(change, Resized) else change.at + len(change.data)
    content.extend(bytes(max(0, end - len(content))))
    if isinstance(change, Resized):
        del content[end:]
    else:
        content[change.at : end] = change.data


def subsets(changes: Sequence[Renaming]) -> Iterator[Sequence[Renaming]]:
    """Every choice of a few; of more, all up to each, and all but each. Nothing and everything always."""
    if len(changes) <= _FEW:
        for size in range(len(changes) + 1):
            yield from combinations(changes, size)
        return
    for place in range(len(changes) + 1):
        yield changes[:place]
    for place in range(len(changes) - 1):
        yield [*changes[:place], *changes[place + 1 :]]


def prefixes(changes: Sequence[Change]) -> Iterator[KeptChanges]:
    """Everything up to a place, and nothing after it: to each one of some dozens, to some dozens of many."""
    for place in {*range(0, len(changes), 1 + len(changes) // _DOZENS), len(changes)}:
        yield [*changes[:place], *[None] * (len(changes) - place)]


def choices(changes: Sequence[Change]) -> Iterator[KeptChanges]:
    """What reaches the disk: up to a place, or without one, or one alone; each also torn. Of a few changes every subset."""
    count = len(changes)
    yield from prefixes(changes)
    if count <= _FEW:
        yield from ([change if mask >> bit & 1 else None for bit, change in enumerate(changes)] for mask in range(1 << count))
    for place in sorted({*range(min(count, _EDGE)), *range(max(0, count - _EDGE), count)}):
        before, after, none = changes[:place], changes[place + 1 :], [None] * count
        yield [*none[:place], changes[place], *none[place + 1 :]]
        for torn in (None, *tears(changes[place])):
            yield [*before, torn, *after]
            yield [*before, torn, *none[place + 1 :]]


def tears(change: Change) -> Iterator[Change]:
    """The write with only its first sectors, or only its last ones."""
    if isinstance(change, Resized):
        return
    first = -change.at % SECTOR or SECTOR
    for cut in range(first, len(change.data), SECTOR):
        yield change._replace(data=change.data[:cut])
        yield change._replace(at=change.at + cut, data=change.data[cut:])
