"""Debian's header files for the Pi's Python, downloaded by apt into a folder of its own.

Nothing of this computer is changed and no right of root is needed; apt checks Debian's signature as always.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workshop.common.tools import run_checked
from workshop.image.debian import HEADERS

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def unpack_headers(architecture: str, sources: Iterable[str], folder: Path) -> Path:
    """Download and unpack them; the folder that holds Debian's usr/include. Raises ToolError."""
    settings, tree = folder / "apt.conf", folder / "tree"
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "sources.list").write_text("\n".join(sources) + "\n", "utf-8")
    settings.write_text(_apt_settings(architecture, folder), "utf-8")
    environment = {"APT_CONFIG": str(settings)}
    run_checked("apt-get", "update", "-qq", environment=environment)
    run_checked("apt-get", "download", "-qq", HEADERS, folder=folder, environment=environment)
    (package,) = folder.glob("*.deb")
    run_checked("dpkg-deb", "--extract", package, tree)
    return tree


def _apt_settings(architecture: str, folder: Path) -> str:
    options = {
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
    return "".join(f'{key} "{value}";\n' for key, value in options.items())
