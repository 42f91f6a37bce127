"""Debian's packages, unpacked and configured for the Pi's processor by mmdebstrap and qemu.

What this alone knows: the kernel's package would make an initramfs, and the next package again, each for minutes under
emulation. So nobody makes one (`INITRD=No`) until everything is there, and then once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from workshop.common.checkout import IMAGE_FILES
from workshop.common.errors import BuildError
from workshop.common.recipe import Recipe
from workshop.common.tools import run_checked

HEADERS = "libpython3.11-dev"
"""Package of Python's header files: needed to compile, not on the card."""


def unpack_debian(recipe: Recipe, sources: Iterable[str], root: Path, headers: Path, epoch: int) -> None:
    """Make the root of a Debian in a new folder, and unpack the header files of its Python in another. Raises ToolError."""
    headers.mkdir(parents=True)
    fetch = f'cd "{headers}" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download -qq {HEADERS}'
    options = [*(f"path-exclude={path}" for path in recipe.leave_out), *(f"path-include={path}" for path in recipe.keep)]
    run_checked(
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
    run_checked("dpkg-deb", "--extract", package, headers)


def copy_root_files(root: Path) -> None:
    """Copy the files of board/image/root into the root."""
    shutil.copytree(IMAGE_FILES / "root", root, dirs_exist_ok=True)


def make_initramfs(root: Path, epoch: int) -> None:
    """Make the initramfs of the one kernel there is. Raises BuildError or ToolError."""
    kernel = kernel_of(root)
    environment = {"SOURCE_DATE_EPOCH": str(epoch)}
    run_checked("chroot", root, "mkinitramfs", "-o", f"/boot/initrd.img-{kernel}", kernel, environment=environment)


def kernel_of(root: Path) -> str:
    """Version of the kernel, as `uname -r` says it. Raises BuildError unless there is exactly one."""
    kernels = [folder.name for folder in (root / "lib" / "modules").iterdir()]
    if len(kernels) != 1:
        raise BuildError(f"{len(kernels)} kernels were installed: {', '.join(kernels)}")
    return kernels[0]
