"""Debian's header files for another processor's Python, taken by apt into a folder of its own.

Nothing of this computer is changed and no right of root is needed; apt checks Debian's signature as always.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workshop.image.debian import HEADERS
from workshop.image.tools import ran

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def unpacked(architecture: str, sources: Iterable[str], folder: Path) -> Path:
    """The folder that holds Debian's usr/include. Raises BuildError."""
    settings, tree = folder / "apt.conf", folder / "tree"
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "sources.list").write_text("\n".join(sources) + "\n", "utf-8")
    settings.write_text(_settings(architecture, folder), "utf-8")
    environment = {"APT_CONFIG": str(settings)}
    ran("apt-get", "update", "-qq", environment=environment)
    ran("apt-get", "download", "-qq", HEADERS, within=folder, environment=environment)
    (package,) = folder.glob("*.deb")
    ran("dpkg-deb", "--extract", package, tree)
    return tree


def _settings(architecture: str, folder: Path) -> str:
    words = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "",  # it could not write here
        "Acquire::Languages": "none",
        "Dir::State": str(folder),
        "Dir::State::status": "/dev/null",
        "Dir::Cache": str(folder / "cache"),
        "Dir::Etc::sourcelist": str(folder / "sources.list"),
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::trusted": KEYRING,
        "Dir::Etc::trustedparts": "/dev/null",
    }
    return "".join(f'{key} "{value}";\n' for key, value in words.items())
