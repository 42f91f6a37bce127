"""Whether the boot partition is as it was built: kernel, initramfs, cmdline.txt, config.txt.

The theory. The list of hashes lies on the read-only root, which is part of the image whose hash is signed and stands in the
flashing certificate. So a cmdline.txt that was edited in a card reader is seen. Whoever can write the root as well can write
the list too: a Pi does not refuse to start such a card, and nothing here says otherwise.

Hashing the kernel takes seconds on a Pi, so the sync process does it, once, and leaves a word for the station.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

LIST, BOOT = Path("/opt/horodateur/boot.sha256"), Path("/boot/firmware")
NOTE = "boot-state"
"""The word's file in the station's folder."""
SOUND, CHANGED = "sound", "changed"


def boot_list(folder: Path) -> str:
    """The list of a boot partition's files: a hash and a path a line, as `sha256sum` writes it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(f"{_hash(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def is_boot_sound(listed: Path = LIST, folder: Path = BOOT) -> bool | None:
    """Whether the files are those of the list, and no others; None where there is no list, or the files cannot be read."""
    try:
        return listed.read_text("utf-8") == boot_list(folder)
    except (OSError, UnicodeDecodeError):
        return None


def note_boot(folder: Path, sound: bool | None) -> None:
    """Leave the word; nothing where it is not known. Not being able to is no error."""
    with contextlib.suppress(OSError):
        (folder / NOTE).unlink(missing_ok=True)
        if sound is not None:
            (folder / NOTE).write_text(SOUND if sound else CHANGED)


def read_boot_note(folder: Path) -> bool | None:
    """The word that was left; None for none."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return {SOUND: True, CHANGED: False}.get((folder / NOTE).read_text("utf-8"))
    return None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
