"""Whose fault it is when a card cannot be flashed, and what `flash.sh` answers to its caller.

    FlashError
    ├── MisuseError       2  the command line or the list of units; nothing was erased
    ├── ToolError         3  this computer lacks something; nothing was erased
    ├── ImageError        4  hash, signature or form of an image or a bundle; nothing was erased
    ├── TargetError       5  that device must not be erased; nothing was erased
    ├── UnconfirmedError  6  the serial was not typed; nothing was erased
    ├── WriteError        7  the medium did not keep what was written; the card does not boot
    └── ProofError        8  the card says something else than was asked; it does not boot

Knows no clock, no wire.
"""

from __future__ import annotations

DONE, SOME_FAILED, INTERRUPTED = 0, 9, 10

STATUSES = {
    DONE: "done: every card asked for is written, read back and proven",
    2: "the command line or the list of units is wrong; nothing was erased",
    3: "this computer lacks a program or a right; nothing was erased",
    4: "the image or the bundle is refused: hash, signature or form; nothing was erased",
    5: "the target is refused, with its reasons; nothing was erased",
    6: "the serial typed is not the target's; nothing was erased",
    7: "the medium failed, or did not read back as written; the card does not boot",
    8: "the provisioning read back is not what was asked; the card does not boot",
    SOME_FAILED: "batch: some cards failed and the others are done; the same command again does the rest",
    INTERRUPTED: "interrupted; a card begun does not boot",
}


class FlashError(Exception):
    """No card came of it. The text is for the technician."""

    status = 1


class MisuseError(FlashError):
    """What was asked cannot be meant. Says the option, or the line and the field."""

    status = 2


class ToolError(FlashError):
    """Says what is missing and where it comes from."""

    status = 3


class ImageError(FlashError):
    """Says the file and what is wrong with it."""

    status = 4


class TargetError(FlashError):
    """Says the device and every reason."""

    status = 5


class UnconfirmedError(FlashError):
    """Somebody did not mean this device."""

    status = 6


class WriteError(FlashError):
    """The card is unusable as it is, and does not boot."""

    status = 7


class ProofError(FlashError):
    """What the card says of itself is not what was asked; it does not boot."""

    status = 8
