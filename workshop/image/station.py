"""Installs the station in the card's root: packages in /opt/horodateur with a Python environment, systemd units, user.

/opt/horodateur/bin/horodateur      what the units start
/opt/horodateur/lib/python3.11/     the packages of requirements/pi.txt
/opt/horodateur/{hal,firmware}      the station; nothing of the simulator, nothing of the city
/opt/horodateur/{board,tariffs.json,docs}
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from hal.version import BUILD_FILE, build_file
from workshop.common.checkout import BOARDS, ROOT, TARIFFS
from workshop.common.checkout_build import checkout_build
from workshop.common.errors import BuildError
from workshop.common.recipe import Recipe
from workshop.common.tools import run_checked

HOME = "opt/horodateur"
SITE = f"{HOME}/lib/python3.11/site-packages"
TARIFFS_ON_CARD, BOARDS_ON_CARD = f"/{HOME}/tariffs.json", f"/{HOME}/board"
PACKAGES = ("hal", "firmware")
"""The rooms that ship."""
PAGES = ("docs/technician.md", "docs/alarms.md", "docs/wiring.md")
"""Pages a technician may read on the card."""
ENVIRONMENT = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"
COMMAND = "#!/opt/horodateur/bin/python\nimport sys\n\nfrom firmware.cli import main\n\nsys.exit(main())\n"
UNIT_KINDS = (".service", ".path")
DROP_INS = ("journald.conf.d", "system.conf.d", "timesyncd.conf.d", "resolved.conf.d")
EMPTY = ("boot/firmware", "var/lib/horodateur", "var/log", "var/tmp", "var/lib/systemd")
"""Mount points: a read-only root can make no folder."""
TRACES = (
    "etc/machine-id",
    "etc/resolv.conf",
    "var/lib/dbus/machine-id",
    "var/lib/dpkg/available-old",
    "var/lib/dpkg/status-old",
    "var/lib/initramfs-tools",
    "var/lib/systemd/random-seed",
    "var/cache/ldconfig",
    "var/cache/apt",
    "var/lib/apt",
    "var/log",
    "boot/firmware",
    "tmp",
    "var/tmp",
    "run",
)
"""What an installation leaves behind of itself; differs from one to the next."""
COMPILE = """
import compileall, py_compile, sys
here, *folders = sys.argv[1:]
by_content = py_compile.PycInvalidationMode.UNCHECKED_HASH
for folder in folders:  # prependdir: where it will lie, for whoever reads a traceback
    compileall.compile_dir(
        folder, stripdir=here, prependdir="/", maxlevels=20, quiet=2, force=True, invalidation_mode=by_content
    )
"""
"""For the Python that compiles: its arguments are the root and the folders in it."""


def install_station(root: Path, recipe: Recipe) -> None:
    """Copy the station, its units and its user into the root; `wheels.py` installs the packages of others. Raises ToolError."""
    home = root / HOME
    for package in PACKAGES:
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (home / "hal" / BUILD_FILE.name).write_text(build_file(checkout_build()), "utf-8")
    (home / "board").mkdir()
    for file in sorted(BOARDS.glob("*.toml")):
        shutil.copy(file, home / "board")
    shutil.copy(TARIFFS, home)
    for page in filter(lambda page: (ROOT / page).exists(), PAGES):
        (home / "docs").mkdir(exist_ok=True)
        shutil.copy(ROOT / page, home / page)
    _make_environment(root)
    _add_user(root, recipe.owner)
    _install_units(root, recipe)


def _make_environment(root: Path) -> None:
    home = root / HOME
    (home / "bin").mkdir(exist_ok=True)
    (home / "bin" / "python").symlink_to("/usr/bin/python3.11")
    (home / "bin" / "horodateur").write_text(COMMAND)
    (home / "bin" / "horodateur").chmod(0o755)
    (home / "pyvenv.cfg").write_text(ENVIRONMENT)
    (root / SITE / "horodateur.pth").write_text(f"/{HOME}\n")


def _add_user(root: Path, number: int) -> None:
    """The number is fixed beforehand: flash.sh makes files of this user before its system ever ran."""
    lines = {
        "passwd": f"horodateur:x:{number}:{number}:Pay station:/var/lib/horodateur:/usr/sbin/nologin",
        "group": f"horodateur:x:{number}:",
        "shadow": "horodateur:!*:1::::::",
        "gshadow": "horodateur:!*::",
    }
    for name, line in lines.items():
        file = root / "etc" / name
        if file.exists():
            file.write_text(file.read_text().rstrip("\n") + f"\n{line}\n")
    shadow = root / "etc" / "shadow"
    if shadow.exists():  # root has no password that could be right, and there is nothing to type one at
        shadow.write_text("".join(_without_password(line) for line in shadow.read_text().splitlines(keepends=True)))


def _without_password(line: str) -> str:
    name, _, rest = line.split(":", 2)
    return f"{name}:!*:1:{rest.split(':', 1)[1]}"


def _install_units(root: Path, recipe: Recipe) -> None:
    systemd = root / "etc" / "systemd"
    for unit in sorted(each for each in (BOARDS / "systemd").iterdir() if each.suffix in UNIT_KINDS):
        shutil.copy(unit, systemd / "system")
    for folder in DROP_INS:
        shutil.copytree(BOARDS / "systemd" / folder, systemd / folder, dirs_exist_ok=True)
    shutil.copy(BOARDS / "systemd" / "fstab", root / "etc" / "fstab")
    (root / "etc" / "udev" / "rules.d").mkdir(parents=True, exist_ok=True)
    for rules in sorted((BOARDS / "udev").glob("*.rules")):
        shutil.copy(rules, root / "etc" / "udev" / "rules.d")
    run_checked("systemctl", f"--root={root}", "enable", *recipe.enabled)
    run_checked("systemctl", f"--root={root}", "mask", *recipe.masked)
    run_checked("systemctl", f"--root={root}", "set-default", "multi-user.target")


def card_python() -> str:
    """A Python of this computer that compiles for the card's, which is 3.11. Raises BuildError where there is none."""
    found = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if not found:
        raise BuildError(f"needs a python3.11, as the card has, to compile for it; here is only {sys.version.split()[0]}")
    return found


def remove_traces(root: Path, python: str) -> None:
    """Remove what differs from one build to the next, and compile the Python files. Raises BuildError.

    `python` compiles what is there, for a Python of its own release, which finds it by what is in the source and not by
    its date: a read-only root never compiles again.
    """
    for name in TRACES:
        _remove(root / name)
    for name in (*EMPTY, "tmp", "run"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("tmp", "var/tmp"):
        (root / name).chmod(0o1777)
    (root / "etc" / "machine-id").touch()
    (root / "etc" / "resolv.conf").symlink_to("/run/systemd/resolve/stub-resolv.conf")
    (root / "etc" / "localtime").unlink(missing_ok=True)
    (root / "etc" / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Paris")
    _compile(root, python)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _compile(root: Path, python: str) -> None:
    folders = [root / folder for folder in ("usr/lib/python3.11", "usr/lib/python3", HOME)]
    for old in sorted(cache for folder in folders for cache in folder.rglob("__pycache__")):
        shutil.rmtree(old)
    run_checked(python, "-I", "-c", COMPILE, root, *folders)
