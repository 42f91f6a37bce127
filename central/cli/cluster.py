"""A private PostgreSQL: Debian's own server, its data in one folder, reached by a socket in that folder and by nothing else.

For `make central-postgres`, for the tests and for the benchmark. A city runs its own.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

VERSIONS = Path("/usr/lib/postgresql")
"""Where Debian puts the servers, one folder for each major version."""
USER = "horodateur"
UNPRIVILEGED = "nobody"
"""Who owns the cluster when we are root: PostgreSQL will not run as root."""


class ClusterError(Exception):
    """PostgreSQL is not installed, or will not start. What it said is in the message."""


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    folder: Path

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://{USER}@/{database}?host={quote(str(self.folder))}"


@contextlib.contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Start a server on the data in this folder, making it if it is not there; stop it at the end.

    Raises ClusterError saying what is missing.
    """
    programs = installed()
    data = folder / "data"
    owner = _make_folder(folder)
    if not (data / "PG_VERSION").exists():
        _run([programs / "initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-locale", "-D", data], owner)
    merged = {"listen_addresses": "", "unix_socket_directories": str(folder), **(settings or {})}
    options = " ".join(f"-c {name}='{value}'" for name, value in merged.items())
    control: Sequence[str | Path] = [programs / "pg_ctl", "-D", data, "-w"]
    _run([*control, "-l", folder / "log", "-o", options, "start"], owner)
    try:
        yield Cluster(folder)
    finally:
        _run([*control, "-m", "fast", "stop"], owner)


def installed() -> Path:
    """The newest server's programs. Raises ClusterError saying how to install them."""
    found = sorted(VERSIONS.glob("*/bin"), key=lambda programs: int(programs.parent.name)) if VERSIONS.exists() else []
    if not found:
        raise ClusterError("PostgreSQL's server is missing: sudo apt-get install -y postgresql")
    return found[-1]


def _make_folder(folder: Path) -> str | None:
    """Make the folder, readable only by the server's user; its name, if we are root. A socket's path must be short."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, UNPRIVILEGED)
    unreachable = [str(parent) for parent in folder.resolve().parents if not parent.stat().st_mode & 0o001]
    if unreachable:
        raise ClusterError(f"PostgreSQL runs as {UNPRIVILEGED}, who cannot enter {', '.join(unreachable)}: use another folder")
    return UNPRIVILEGED


def _run(command: Sequence[str | Path], owner: str | None) -> None:
    user = pwd.getpwnam(owner) if owner else None
    done = subprocess.run(
        [str(part) for part in command],
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ClusterError(f"{Path(command[0]).name} failed: {done.stdout.strip()}")
