"""The Python packages of requirements/pi.txt as wheels for the Pi, by hash.

All are published as wheels for Bookworm's Python but spidev, one file of C. It is compiled here, by Debian's cross compiler
against Debian's headers, from the source whose hash was fixed: the Debian package python3-spidev would be another version,
and a first start without a network has no compiler it could count on. So all that first-boot.sh has to do is unpack.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from workshop.bundle.archive import Tagged, wheel_of
from workshop.image.tools import BuildError, ran
from workshop.image.wheels import LIBC, PIP, SUFFIX, divided
from workshop.unpack import unpack

PYTHON = "3.11"
"""Bookworm's. Its C library is that of our image too: `LIBC`."""
MACHINE = "aarch64"
COMPILER = f"{MACHINE}-linux-gnu-gcc"
_ABI = f"cp{PYTHON.replace('.', '')}"


def gathered(requirements: Path, folder: Path, scratch: Path) -> None:
    """Download every wheel of the list, and the archives of what comes as source alone into `scratch`. Raises BuildError."""
    wheels, sources = divided(requirements.read_text("utf-8"))
    platforms = [f"--platform=manylinux_2_{minor}_{MACHINE}" for minor in LIBC]
    tags = (f"--python-version={PYTHON}", "--implementation=cp", f"--abi={_ABI}", "--abi=abi3", "--abi=none")
    _download(wheels, folder, scratch, "--only-binary=:all:", *platforms, f"--platform=manylinux2014_{MACHINE}", *tags)
    _download(sources, scratch, scratch, "--no-binary=:all:", "--no-build-isolation")


def _download(requirements: str, folder: Path, scratch: Path, *options: str) -> None:
    if not requirements.strip():
        return
    listed = scratch / "requirements.txt"
    listed.write_text(requirements, "utf-8")
    ran(*PIP, "download", "--no-deps", "--require-hashes", *options, f"--dest={folder}", "-r", listed)


def compiled(archive: Path, headers: Path, scratch: Path, compiler: str | Path = COMPILER) -> tuple[Tagged, bytes]:
    """NAME-VERSION.tar.gz, whose NAME_module.c makes NAME -> its wheel. Raises BuildError."""
    name, _, version = archive.name.removesuffix(".tar.gz").rpartition("-")
    tagged = Tagged(name, version, f"{_ABI}-{_ABI}-linux_{MACHINE}")
    with tarfile.open(archive) as source:
        unpack(source, scratch)
    folder, module = scratch / f"{name}-{version}", f"{name}{SUFFIX}"
    if not (folder / f"{name}_module.c").is_file():
        raise BuildError(f"{archive.name}: has no {name}_module.c, and nobody has said how else to compile it")
    include = (f"-I{headers}/usr/include/python{PYTHON}", f"-I{headers}/usr/include")
    flags = ("-shared", "-fPIC", "-O2", "-DNDEBUG", "-s", f"-ffile-prefix-map={folder}=.")
    ran(compiler, *flags, *include, folder / f"{name}_module.c", "-o", scratch / module)
    files = {
        module: (scratch / module).read_bytes(),
        f"{tagged.about}/METADATA": (folder / "PKG-INFO").read_bytes(),
        f"{tagged.about}/LICENSE": (folder / "LICENSE").read_bytes(),
    }
    return tagged, wheel_of(tagged, files)
