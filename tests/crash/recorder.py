"""Records what production code asks of the files in one folder, in order, and fails at one call if told to."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.crash.disk import BytesWritten, DiskOperation, FolderSynchronised, Named, Resized, Synchronised, Unnamed


class DiskFault(NamedTuple):
    """A disk that fails once, or from then on."""

    call: int
    """The number of the call that fails, from 0."""
    code: int = errno.EIO
    """ENOSPC: only what takes room fails."""
    done: bool = False
    """A write is carried out all the same: the bytes are in the file, and an error is told."""
    lasting: bool = False


class CallAnswer(NamedTuple):
    """What becomes of one call."""

    is_done: bool = True
    code: int = 0
    """The error that is told; 0: none."""


@dataclass
class DiskRecorder:
    """What the disk was asked for."""

    folder: Path
    fault: DiskFault | None = None
    operations: list[DiskOperation] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    """The files that the running process sees."""
    calls: int = 0
    _files: int = 0

    def name_of(self, path: str | Path) -> str:
        """The name of a file in the folder; empty for any other path."""
        return Path(path).name if Path(path).parent == self.folder else ""

    def new_file(self) -> int:
        """The number of a file that is being made."""
        self._files += 1
        return self._files

    def ask(self, *operations: DiskOperation) -> CallAnswer:
        """One call: these operations together, or none of them."""
        answer = self._answer(operations)
        if answer.is_done:
            for operation in operations:
                self._record(operation)
        elif operations and isinstance(operations[0], Synchronised):
            self._record(Synchronised(operations[0].file, failed=True))
        return answer

    def _answer(self, operations: tuple[DiskOperation, ...]) -> CallAnswer:
        number, fault = self.calls, self.fault
        self.calls += 1
        if fault is None or number < fault.call or (number > fault.call and not fault.lasting):
            return CallAnswer()
        if fault.code == errno.ENOSPC and not any(isinstance(each, BytesWritten | Synchronised | Named) for each in operations):
            return CallAnswer()
        return CallAnswer(fault.done and any(isinstance(each, BytesWritten) for each in operations), fault.code)

    def _record(self, operation: DiskOperation) -> None:
        self.operations.append(operation)
        match operation:
            case Named(name, file, before):
                self.names.pop(before, None)
                self.names[name] = file
            case Unnamed(name):
                del self.names[name]
            case BytesWritten() | Resized() | Synchronised() | FolderSynchronised():
                pass
