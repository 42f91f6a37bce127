"""Python packages of requirements/pi.txt, installed by hash for the card's processor.

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

from workshop.common.checkout import REQUIREMENTS
from workshop.common.errors import BuildError
from workshop.common.tools import run_checked
from workshop.common.unpack import unpack

SOURCE_ALONE = ("spidev",)
"""Packages published without wheels."""
PYTHON = "3.11"
"""Debian 12's, on the card and on Raspberry Pi OS Bookworm."""
MACHINE = "aarch64"
COMPILER = f"{MACHINE}-linux-gnu-gcc"
ABI = f"cp{PYTHON.replace('.', '')}"
LIBC = (17, 28, 34, 36)
"""Minor versions of glibc 2 that Debian 12 satisfies."""
SUFFIX = f".cpython-{PYTHON.replace('.', '')}-{MACHINE}-linux-gnu.so"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q")


TARGET = (
    *(f"--platform=manylinux_2_{minor}_{MACHINE}" for minor in LIBC),
    f"--platform=manylinux2014_{MACHINE}",
    *(f"--python-version={PYTHON}", "--implementation=cp", f"--abi={ABI}", "--abi=abi3", "--abi=none"),
)
"""Options of pip: wheels for the Pi, not for this computer."""


def install_packages(site: Path, headers: Path, scratch: Path) -> None:
    """Install every package of requirements/pi.txt in this folder. Raises BuildError or ToolError."""
    wheels, sources = split_requirements(REQUIREMENTS.read_text("utf-8"))
    with_wheels, from_source = scratch / "wheels.txt", scratch / "sources.txt"
    with_wheels.write_text(wheels, "utf-8")
    from_source.write_text(sources, "utf-8")
    only = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile")
    run_checked(*PIP, "install", *only, *TARGET, f"--target={site}", "-r", with_wheels)
    run_checked(*PIP, "download", "--no-deps", "--require-hashes", "--no-binary=:all:", f"--dest={scratch}", "-r", from_source)
    for archive in sorted(scratch.glob("*.tar.gz")):
        _install_from_source(archive, site, headers, scratch)
    shutil.rmtree(site / "bin", ignore_errors=True)  # programs for this computer's Python


def split_requirements(text: str) -> tuple[str, str]:
    """A list of requirements with hashes -> those published as wheels, and those published as source alone."""
    entries = re.split(r"\n(?=\S)", text.strip())
    alone = [entry for entry in entries if entry.split("==")[0] in SOURCE_ALONE]
    return "\n".join(entry for entry in entries if entry not in alone) + "\n", "\n".join(alone) + "\n"


def _install_from_source(archive: Path, site: Path, headers: Path, scratch: Path) -> None:
    with tarfile.open(archive) as source:
        unpack(source, scratch)
    folder = scratch / archive.name.removesuffix(".tar.gz")
    name, _, version = folder.name.rpartition("-")
    compile_module(folder, name, headers, site / f"{name}{SUFFIX}")
    about = site / f"{name}-{version}.dist-info"
    about.mkdir()
    shutil.copy(folder / "PKG-INFO", about / "METADATA")
    shutil.copy(folder / "LICENSE", about / "LICENSE")


def compile_module(source: Path, name: str, headers: Path, file: Path, compiler: str | Path = COMPILER) -> None:
    """Compile NAME_module.c, all there is of a package's C, for the Pi's Python. Raises BuildError or ToolError."""
    if not (source / f"{name}_module.c").is_file():
        raise BuildError(f"{source.name}: has no {name}_module.c, and nobody has said how else to compile it")
    include = (f"-I{headers}/usr/include/python{PYTHON}", f"-I{headers}/usr/include")
    flags = ("-shared", "-fPIC", "-O2", "-DNDEBUG", "-s", f"-ffile-prefix-map={source}=.")
    run_checked(compiler, *flags, *include, source / f"{name}_module.c", "-o", file)
