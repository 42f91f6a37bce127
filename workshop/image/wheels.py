"""The Python packages of requirements/pi.txt for the card, by hash.

Wheels are taken as they are published for the processor. One comes as source alone (spidev: one file of C); it is compiled
here, by Debian's own cross compiler, against the card's own Python, instead of letting a compiler run for minutes under
emulation or taking another version of it than the one whose hash was fixed.
"""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
from pathlib import Path

from workshop.image.recipe import ROOT
from workshop.image.tools import ran
from workshop.unpack import unpack

REQUIREMENTS = ROOT / "requirements" / "pi.txt"
SOURCE_ALONE = ("spidev",)
LIBC = (17, 28, 34, 36)
"""Minor versions of glibc 2 that Debian 12 satisfies."""
SUFFIX = ".cpython-311-aarch64-linux-gnu.so"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q")


def installed(site: Path, headers: Path, scratch: Path) -> None:
    """Every package of the list, in this folder. Raises BuildError."""
    wheels, sources = divided(REQUIREMENTS.read_text("utf-8"))
    given, compiled = scratch / "wheels.txt", scratch / "sources.txt"
    given.write_text(wheels, "utf-8")
    compiled.write_text(sources, "utf-8")
    platforms = [f"--platform=manylinux_2_{minor}_aarch64" for minor in LIBC]
    tags = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=abi3", "--abi=none")
    only = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile")
    ran(*PIP, "install", *only, *platforms, "--platform=manylinux2014_aarch64", *tags, f"--target={site}", "-r", given)
    ran(*PIP, "download", "--no-deps", "--require-hashes", "--no-binary=:all:", f"--dest={scratch}", "-r", compiled)
    for archive in sorted(scratch.glob("*.tar.gz")):
        _compiled(archive, site, headers, scratch)
    shutil.rmtree(site / "bin", ignore_errors=True)  # programs for this computer's Python


def divided(text: str) -> tuple[str, str]:
    """A list of requirements with hashes -> those that come as wheels, those that come as source."""
    entries = re.split(r"\n(?=\S)", text.strip())
    alone = [entry for entry in entries if entry.split("==")[0] in SOURCE_ALONE]
    return "\n".join(entry for entry in entries if entry not in alone) + "\n", "\n".join(alone) + "\n"


def _compiled(archive: Path, site: Path, headers: Path, scratch: Path) -> None:
    """One C file named NAME_module.c makes NAME, and PKG-INFO says what it is."""
    with tarfile.open(archive) as source:
        unpack(source, scratch)
    folder = scratch / archive.name.removesuffix(".tar.gz")
    name, _, version = folder.name.rpartition("-")
    include = [f"-I{headers}/usr/include/python3.11", f"-I{headers}/usr/include"]
    flags = ("-shared", "-fPIC", "-O2", "-DNDEBUG", "-s", f"-ffile-prefix-map={folder}=.")
    ran("aarch64-linux-gnu-gcc", *flags, *include, f"{folder}/{name}_module.c", "-o", site / f"{name}{SUFFIX}")
    about = site / f"{name}-{version}.dist-info"
    about.mkdir()
    shutil.copy(folder / "PKG-INFO", about / "METADATA")
    shutil.copy(folder / "LICENSE", about / "LICENSE")
