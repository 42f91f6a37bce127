"""Errors of the workshop: whose fault it is that no card, image or bundle came of it, and the exit status of `flash.sh`.

    Exception
    ├── FileError                   hal/errors.py: a file cannot be used: which one, where in it, and why
    ├── ValueError
    │   ├── FieldError              firmware/domain/errors.py: one field of a unit is wrong; the command makes it a MisuseError
    │   └── PartitionTableError     there is no usable partition table
    ├── OSError
    │   └── UnpackError             workshop/common/unpack.py: an archive holds more than files and folders; nothing was written
    ├── CommandError                hal/errors.py: a command cannot be done: the text says why, and what to do
    │   └── WorkshopError           the text is for the person at this computer
    │       ├── BuildError        1     no image or bundle was built
    │       ├── MisuseError       2     the command line is wrong; nothing was erased
    │       │   └── ListFileError 2     the list of units or the register is (also a FileError)
    │       ├── ToolError         3     an external program is missing or failed; nothing was erased
    │       ├── ImageError        4     hash, signature or form of an image or a bundle (also a FileError); nothing was erased
    │       ├── TargetError       5     that device must not be erased; nothing was erased
    │       ├── UnconfirmedError  6     the serial, or the station with sales on the card, was not named; nothing was erased
    │       ├── OldCardError     11     the card that is replaced cannot be taken along; nothing was erased
    │       ├── WriteError        7     the medium did not keep what was written; the card does not boot
    │       └── ProofError        8     the card read back is not what was asked; it does not boot
    ├── FlawError                   workshop/tariffs/check.py: the first problem of a tariff file
    └── TooLongError                workshop/drawings/technician_sheet.py: a side of the technician's sheet needs a second page


`workshop.image` and `workshop.bundle` end with 1 for every WorkshopError.
"""

from __future__ import annotations

from hal.errors import CommandError, FileError

DONE, SOME_FAILED, INTERRUPTED = 0, 9, 10

STATUSES = {
    DONE: "done: every card asked for is written, read back and proven",
    2: "the command line or the list of units is wrong; nothing was erased",
    3: "this computer lacks a program or a right; nothing was erased",
    4: "the image or the bundle is refused: hash, signature or form; nothing was erased",
    5: "the target is refused, with its reasons; nothing was erased",
    6: "the target's serial, or the station whose sales are on it, was not named; nothing was erased",
    7: "the medium failed, or did not read back as written; the card does not boot",
    8: "the provisioning read back is not what was asked; the card does not boot",
    SOME_FAILED: "batch: some cards failed and the others are done; the same command again does the rest",
    INTERRUPTED: "interrupted; a card begun does not boot",
    11: "the old card (--rescue) is refused, with what to do; nothing was erased",
}
"""Exit statuses of `flash.sh`, and what each means."""


class WorkshopError(CommandError):
    """No card, image or bundle was made. The text is for the person at this computer."""

    status = 1
    """Exit status of `flash.sh`."""


class BuildError(WorkshopError):
    """No image or bundle was built. The text says what to do."""


class MisuseError(WorkshopError):
    """The command line cannot be carried out. The text names the option."""

    status = 2


class ListFileError(MisuseError, FileError):
    """The list of units, or the register of cards, cannot be used: file, line and column."""


class ToolError(WorkshopError):
    """An external program is missing, with the package it comes from; or it failed, with what it said."""

    status = 3


class ImageError(WorkshopError, FileError):
    """An image, its block map, its manifest or a bundle is refused: which file, where in it, and why."""

    status = 4


class TargetError(WorkshopError):
    """A device must not be erased. The text names it and every reason."""

    status = 5


class UnconfirmedError(WorkshopError):
    """The serial typed is not that of the device, or the station whose sales are on it was not named."""

    status = 6


class OldCardError(WorkshopError):
    """The card that a new one replaces cannot be taken along. The text names the file, and says what to do."""

    status = 11


class WriteError(WorkshopError):
    """The card could not be written, or does not read back as written; it does not boot."""

    status = 7


class ProofError(WorkshopError):
    """The card read back is not what was asked; it does not boot."""

    status = 8


class PartitionTableError(ValueError):
    """There is no usable partition table."""
