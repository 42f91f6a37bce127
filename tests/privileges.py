"""Rights of root that some tests need: which command gives them, and what to type where none does.

Two kinds. A mount namespace is given to anybody by `unshare -r`. Loop devices and a systemd of its own need root itself: a test
says so by the fixture `needs_root`, and `tests.suite` runs those tests through `sudo -n`, the others as whoever started it.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
SUDO = ("sudo", "-n")


class PrivilegeError(Exception):
    """This computer gives no such right to this user. The text says what to type."""


def is_root() -> bool:
    """Whether this process has every right already."""
    return os.geteuid() == 0


def as_root() -> tuple[str, ...]:
    """What to put before a command to run it as root. Raises PrivilegeError."""
    if is_root():
        return ()
    if not _works(*SUDO, "true"):
        raise PrivilegeError(
            "loop devices and a systemd of its own need root, and sudo asks for a password or is not there. Type\n\n"
            f"    sudo -v && make test\n\nor, where there is no sudo,\n\n    su -c 'make -C {CHECKOUT} test'\n"
        )
    return SUDO


def in_namespace() -> tuple[str, ...]:
    """What to put before a command to run it where it may mount without anybody else seeing it. Raises PrivilegeError."""
    if is_root():
        return ("unshare", "--mount")
    alone = ("unshare", "--map-root-user", "--mount")
    return alone if _works(*alone, "mount", "-t", "tmpfs", "tmpfs", "/mnt") else (*as_root(), "unshare", "--mount")


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
