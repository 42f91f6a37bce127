"""Debian's packages, unpacked and configured for another processor: mmdebstrap, and qemu for what must run.

What this alone knows: the kernel's package would make an initramfs, and the next package again, each for minutes under
emulation. So nobody makes one (`INITRD=No`) until everything is there, and then once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from workshop.common.recipe import DATA, Recipe
from workshop.image.tools import BuildError, ran

HEADERS = "libpython3.11-dev"
"""Needed to compile, not on the card."""


def unpacked(recipe: Recipe, sources: Iterable[str], root: Path, headers: Path, epoch: int) -> None:
    """The root of a Debian in a new folder; beside it the header files of its Python. Raises BuildError."""
    headers.mkdir(parents=True)
    fetch = f'cd "{headers}" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download -qq {HEADERS}'
    options = [*(f"path-exclude={path}" for path in recipe.leave_out), *(f"path-include={path}" for path in recipe.keep)]
    ran(
        "mmdebstrap",
        "--mode=root",
        "--variant=essential",
        f"--architectures={recipe.architecture}",
        f"--include={','.join(recipe.packages)}",
        "--aptopt=Acquire::Languages none",
        "--aptopt=APT::Install-Recommends false",
        *(f"--dpkgopt={option}" for option in options),
        f"--customize-hook={fetch}",
        recipe.suite,
        root,
        *sources,
        environment={"INITRD": "No", "SOURCE_DATE_EPOCH": str(epoch), "DEBIAN_FRONTEND": "noninteractive"},
    )
    (package,) = headers.glob("*.deb")
    ran("dpkg-deb", "--extract", package, headers)


def lay_files(root: Path) -> None:
    """The files of board/image/root, where they belong."""
    shutil.copytree(DATA / "root", root, dirs_exist_ok=True)


def initramfs(root: Path, epoch: int) -> None:
    """Make it, once, for the one kernel there is. Raises BuildError."""
    kernel = kernel_of(root)
    environment = {"SOURCE_DATE_EPOCH": str(epoch)}
    ran("chroot", root, "mkinitramfs", "-o", f"/boot/initrd.img-{kernel}", kernel, environment=environment)


def kernel_of(root: Path) -> str:
    """Its version, as `uname -r` says it. Raises BuildError unless there is exactly one."""
    kernels = [folder.name for folder in (root / "lib" / "modules").iterdir()]
    if len(kernels) != 1:
        raise BuildError(f"{len(kernels)} kernels were installed: {', '.join(kernels)}")
    return kernels[0]
