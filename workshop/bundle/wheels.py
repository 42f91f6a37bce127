"""Python packages of requirements/pi.txt as wheels for the Pi, downloaded by hash or compiled.

All are published as wheels for Bookworm's Python but spidev, one file of C. It is compiled here, by Debian's cross compiler
against Debian's headers, from the source whose hash was fixed: the Debian package python3-spidev would be another version,
and a first start without a network has no compiler it could count on. So all that first-boot.sh has to do is unpack.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from workshop.bundle.archive import WheelName, wheel_of
from workshop.common.tools import run_checked
from workshop.common.unpack import unpack
from workshop.image.wheels import ABI, COMPILER, MACHINE, PIP, SUFFIX, TARGET, compile_module, split_requirements


def download_packages(requirements: Path, folder: Path, scratch: Path) -> None:
    """Download every wheel of the list, and into `scratch` the archives of what comes as source alone. Raises ToolError."""
    wheels, sources = split_requirements(requirements.read_text("utf-8"))
    _download(wheels, folder, scratch, "--only-binary=:all:", *TARGET)
    _download(sources, scratch, scratch, "--no-binary=:all:", "--no-build-isolation")


def _download(requirements: str, folder: Path, scratch: Path, *options: str) -> None:
    if not requirements.strip():
        return
    listed = scratch / "requirements.txt"
    listed.write_text(requirements, "utf-8")
    run_checked(*PIP, "download", "--no-deps", "--require-hashes", *options, f"--dest={folder}", "-r", listed)


def compile_wheel(archive: Path, headers: Path, scratch: Path, compiler: str | Path = COMPILER) -> tuple[WheelName, bytes]:
    """Compile NAME-VERSION.tar.gz, whose NAME_module.c makes NAME; its wheel. Raises BuildError or ToolError."""
    name, _, version = archive.name.removesuffix(".tar.gz").rpartition("-")
    wheel = WheelName(name, version, f"{ABI}-{ABI}-linux_{MACHINE}")
    with tarfile.open(archive) as source:
        unpack(source, scratch)
    folder, module = scratch / f"{name}-{version}", f"{name}{SUFFIX}"
    compile_module(folder, name, headers, scratch / module, compiler)
    files = {
        module: (scratch / module).read_bytes(),
        f"{wheel.about}/METADATA": (folder / "PKG-INFO").read_bytes(),
        f"{wheel.about}/LICENSE": (folder / "LICENSE").read_bytes(),
    }
    return wheel, wheel_of(wheel, files)
