"""Boot files that make a station of a stock Raspberry Pi OS, in the customisation format its release reads.

Two formats, and how to distinguish them:

    cloud-init   releases from Trixie on come with `user-data` and `meta-data` on the boot partition, which is where their
                 cloud-init looks (NoCloud). It runs our script; it makes no user and no password.
    firstrun.sh  older ones come with `cmdline.txt` alone. systemd runs what `systemd.run=` on that line names. It is called
                 /boot/firstrun.sh there, as Raspberry Pi's own imager does: where the release mounts the partition on
                 /boot/firmware, its first start rewrites that name itself.

Either way the same first-boot.sh does the work, from the folder horodateur/ beside it. A stock system has no partition for
the state: the station's folder travels as state.tar, is moved to /var/lib/horodateur and shredded here. Such a station's
journal shares its partition with the system; our own image is the better one.
"""

from __future__ import annotations

import enum
import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from workshop.common.errors import ImageError, ToolError
from workshop.common.ext4 import create_sparse
from workshop.common.pieces import Region
from workshop.common.sums import sha256_of
from workshop.common.tools import run_program
from workshop.flash.bundle import Bundle
from workshop.flash.image import Image, pieces_of
from workshop.flash.provision import ProvisionedStation

BOOT, SYSTEM = 1, 2
"""Numbers of the boot partition and of the system's."""
FOLDER = "horodateur"
HERE = Path(__file__).parent
CLOUD_INIT_FILES = {"user-data", "meta-data"}
RUN = "systemd.run=/boot/firstrun.sh systemd.run_success_action=reboot systemd.unit=kernel-command-line.target"
SERIAL = ("console=serial", "console=ttyAMA", "console=ttyS")
USER_DATA = """#cloud-config
# Makes a station of this system at its first start. What happened is in horodateur/first-boot.log beside this file.
users: []
ssh_pwauth: false
runcmd:
  - [sh, /boot/firmware/horodateur/first-boot.sh]
power_state:
  mode: reboot
  condition: [test, -e, /boot/firmware/horodateur/first-boot.done]
"""


class CustomisationFormat(enum.Enum):
    """What a release of Raspberry Pi OS reads at its first start."""

    CLOUD_INIT = "cloud-init"
    FIRSTRUN = "firstrun.sh"


def copy_boot(image: Image, file: Path) -> None:
    """Copy the boot partition of an image into a file; zeros become holes."""
    region = boot_region(image)
    create_sparse(file, region.size)
    with file.open("r+b") as copy:
        for piece in pieces_of(image):
            if piece.offset >= region.end:
                break
            start, end = max(piece.offset, region.start), min(piece.end, region.end)
            data = piece.data[start - piece.offset : end - piece.offset]
            if any(data):
                copy.seek(start - region.start)
                copy.write(data)


def boot_region(image: Image) -> Region:
    """Region of the boot partition."""
    return image.table.region(BOOT)


def format_of(boot: str | Path, *, descriptor: int | None = None) -> CustomisationFormat:
    """Format that the release on this boot partition reads. Raises ImageError for another system's."""
    output = run_program("mdir", "-b", "-i", boot, "::/", descriptor=descriptor)
    names = {name.removeprefix("::/").rstrip("/").lower() for name in output.stdout.decode("utf-8", "replace").splitlines()}
    if names >= CLOUD_INIT_FILES:
        return CustomisationFormat.CLOUD_INIT
    if "cmdline.txt" in names:
        return CustomisationFormat.FIRSTRUN
    raise ImageError("boot partition", "", "is not that of a Raspberry Pi OS: neither user-data nor cmdline.txt")


def boot_additions(boot: Path, kind: CustomisationFormat, made: ProvisionedStation, bundle: Bundle) -> Mapping[str, bytes]:
    """Files to put on the boot partition, whole, by their paths there. Raises ImageError if it cannot be read."""
    inside = {
        "bundle.tar": bundle.path.read_bytes(),
        "state.tar": state_archive(made.folder),
        "first-boot.sh": (HERE / "first-boot.sh").read_bytes(),
    }
    inside["SHA256SUMS"] = _sums(inside)
    added = {f"{FOLDER}/{name}": data for name, data in inside.items()}
    words = _without_serial_console(read_file(boot, "cmdline.txt"))
    if kind is CustomisationFormat.CLOUD_INIT:
        added |= {"user-data": USER_DATA.encode(), "meta-data": f"instance-id: {made.unit.site.station}\n".encode()}
    else:
        added["firstrun.sh"] = (HERE / "firstrun.sh").read_bytes()
        words = [*(word for word in words if not word.startswith("systemd.")), RUN]
    added["cmdline.txt"] = f"{' '.join(words)}\n".encode()
    lines = bundle.boot.get("config.txt")
    if lines:
        added["config.txt"] = read_file(boot, "config.txt") + b"\n[all]\n" + lines
    return added | {name: data for name, data in bundle.boot.items() if name != "config.txt"}


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Lines for `sha256sum --check`; the state is left out, since a second attempt finds it gone."""
    return "".join(f"{sha256_of(files[name])}  {name}\n" for name in ("bundle.tar",)).encode()


def _without_serial_console(line: bytes) -> list[str]:
    """The kernel's words, without a console on a serial port: the ticket printer is on the header's, and would print it all."""
    return [word for word in line.decode("utf-8").split() if not word.startswith(SERIAL)]


def state_archive(folder: Path) -> bytes:
    """A state folder as tar."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as state:
        for path in sorted(folder.rglob("*")):
            state.add(path, str(path.relative_to(folder)), recursive=False)
    return archive.getvalue()


def write_boot_files(boot: Path, files: Mapping[str, bytes], scratch: Path) -> None:
    """Write files to a boot partition in a file. Raises ToolError, above all when the partition is full."""
    for folder in _folders(files):
        run_program("mmd", "-i", boot, "-D", "s", f"::/{folder}")  # there already: no matter
    for name, data in files.items():
        file = scratch / "placed"
        file.write_bytes(data)
        done = run_program("mcopy", "-o", "-i", boot, file, f"::/{name}")
        file.unlink()
        if done.returncode:
            raise ToolError(f"mcopy: {name}: {done.stderr.decode().strip()}")


def _folders(names: Iterable[str]) -> list[str]:
    return sorted({str(folder) for name in names for folder in Path(name).parents if str(folder) != "."})


def read_file(boot: str | Path, name: str, *, descriptor: int | None = None) -> bytes:
    """A file of the boot partition. Raises ImageError where it cannot be read."""
    output = run_program("mtype", "-i", boot, f"::/{name}", descriptor=descriptor)
    if output.returncode:
        raise ImageError(name, "", output.stderr.decode("utf-8", "replace").strip())
    return output.stdout
