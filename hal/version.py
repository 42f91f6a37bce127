"""The build of this software: version, commit and commit date, as every program shows them (`0.1.0+1a2b3c4`).

The version is that of the package's metadata. Two builds of one version are told apart by the commit, which stands, in this
order: in `build.json` beside this file, written when a wheel, bundle or image is made (`build_file`); in the git repository
of a checkout, `-dirty` where files differ from it; nowhere.

Nothing is read before it is asked for: the package's metadata costs 15 ms, git as much, and a station's own start, which
has a `build.json`, pays for neither.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = "horodateur"
ROOT = Path(__file__).parents[1]
BUILD_FILE = Path(__file__).with_name("build.json")
UNKNOWN_COMMIT = "unknown commit"
OLDEST_RELEASE = datetime(2026, 11, 1, tzinfo=UTC)
"""No station ran this software before: the release date of a build that knows no other."""


class Build(NamedTuple):
    """What one build of the software was made of."""

    version: str
    commit: str = UNKNOWN_COMMIT
    """Abbreviated hash, `-dirty` where the checkout had changes."""
    released: datetime = OLDEST_RELEASE
    """Date of the commit; aware."""

    @property
    def label(self) -> str:
        """Version and commit as people read them: `0.1.0+1a2b3c4`, or `0.1.0, unknown commit`."""
        return f"{self.version}, {self.commit}" if self.commit == UNKNOWN_COMMIT else f"{self.version}+{self.commit}"


@cache
def running_build() -> Build:
    """The build this process runs; read once."""
    return build_of(ROOT, BUILD_FILE)


def build_of(root: Path, file: Path) -> Build:
    """The build of a file written at build time, else of the checkout at `root`. Raises nothing: what is not known is said."""
    try:
        found = json.loads(file.read_text("utf-8"))
        return Build(found["version"], found["commit"], datetime.fromisoformat(found["released"]))
    except (OSError, ValueError, KeyError, TypeError):
        return _build_of_checkout(root)


def build_file(build: Build) -> str:
    """The text of `build.json`, for whoever makes a wheel, a bundle or an image."""
    return json.dumps({**build._asdict(), "released": build.released.isoformat()}) + "\n"


def add_version_option(parser: argparse.ArgumentParser) -> None:
    """Add `--version`, which prints the program's name with the build, and exits."""
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version and the commit, and exit")


class _ShowVersion(argparse.Action):
    """Like argparse's own `version`, but the build is read only if it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"{parser.prog} {running_build().label}")  # noqa: T201 - what the option is for
        parser.exit()


def _build_of_checkout(root: Path) -> Build:
    version = _metadata_version()
    commit = _git(root, "describe", "--always", "--dirty", "--abbrev=7", "--exclude=*")
    if not commit:
        return Build(version)
    date = datetime.fromisoformat(_git(root, "log", "-1", "--format=%cI"))
    return Build(version, commit, max(date.astimezone(UTC), OLDEST_RELEASE))


def _metadata_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "0"


def _git(root: Path, *arguments: str) -> str:
    """What git says of the repository at `root`; empty where there is none, or no git."""
    if not (root / ".git").exists():  # an installation inside somebody else's repository is no build of it
        return ""
    return _output_of("git", "-C", str(root), *arguments)


def _output_of(*command: str) -> str:
    import subprocess

    try:
        ended: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
