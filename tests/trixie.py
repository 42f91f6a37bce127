"""`python -m tests.trixie PACKAGE …`: the suite in a Debian 13, whose Python is 3.13; `make test-trixie`, by hand or nightly.

The tree is made once of these packages by mmdebstrap, under out/trixie, from the servers this computer's own apt was told of.
What is tested is the commit that is checked out, cloned into it. Its pip is told what this computer's pip is told.
"""

from __future__ import annotations

import ast
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
TREE = ROOT / "out" / "trixie"
STAMP = "etc/horodateur-packages"
"""In a tree that is whole: what it was made of."""
SUITE = "trixie"
CHECKOUT = "srv/horodateur"
NEEDED = ("python3", "python3-venv", "git", "make", "ca-certificates")
PLACES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

ENTER = """
set -e
tree=$1; shift
mount --bind "$tree" "$tree"
for folder in dev sys; do mount --rbind /$folder "$tree/$folder"; done
mount -t proc proc "$tree/proc"
mount -t tmpfs tmpfs "$tree/run"
mount -t tmpfs tmpfs "$tree/dev/shm"  # processes are numbered anew: what lies there is named by their numbers
for given in "$@"; do
  if [ -d "$given" ]; then mkdir -p "$tree$given"; else mkdir -p "$tree${given%/*}"; : >>"$tree$given"; fi
  mount --bind "$given" "$tree$given"
done
cd "$tree"
pivot_root . mnt  # as a computer of its own: who enters these namespaces, as some tests do, is in the tree and not beside it
umount --lazy /mnt
exec chroot . make -C /CHECKOUT test
""".replace("CHECKOUT", CHECKOUT)


class TreeError(Exception):
    """There is no such tree. Says what to do."""


def main(packages: Sequence[str]) -> int:
    """The exit status: that of `make test` in the tree."""
    try:
        _require()
        _make(sorted({*NEEDED, *packages}))
        clone(TREE / CHECKOUT)
    except TreeError as error:
        print(f"test-trixie: {error}", file=sys.stderr)  # noqa: T201
        return 2
    settings = pip_settings(_said(sys.executable, "-m", "pip", "config", "list"))
    given = [*named_here(settings), Path("/etc/resolv.conf"), Path("/etc/hosts")]
    alone = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private")
    command = [*alone, "sh", "-c", ENTER, "sh", str(TREE), *map(str, given)]
    return subprocess.run(command, env=_environment(settings), check=False).returncode


def _require() -> None:
    if os.geteuid() != 0:
        raise TreeError("needs root, to unpack files of many owners: sudo make test-trixie")
    if not shutil.which("mmdebstrap"):
        raise TreeError("mmdebstrap is missing; try: sudo apt-get install -y mmdebstrap debian-archive-keyring")


def _make(packages: Sequence[str]) -> None:
    """The tree, unless it is there and made of the same."""
    stamp, sources = TREE / STAMP, sources_in(_said("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)"))
    made_of = "\n".join((*sources, *packages))
    if stamp.exists() and stamp.read_text("utf-8") == made_of:
        return
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.parent.mkdir(parents=True, exist_ok=True)
    options = ("--mode=root", "--variant=apt", "--aptopt=Acquire::Languages none", "--aptopt=APT::Install-Recommends false")
    _run("mmdebstrap", "--quiet", *options, f"--include={','.join(packages)}", SUITE, TREE, *sources)
    stamp.write_text(made_of, "utf-8")


def sources_in(told: str, here: str = "") -> list[str]:
    """Lines of a sources.list: each suite of Debian 13 from where apt here takes its own of that kind. Raises TreeError."""
    here = here or platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    known = dict(line.split(" ", 1) for line in told.splitlines() if " " in line)
    if here not in known:
        raise TreeError(f"apt on this computer takes nothing from {here or 'any suite of Debian'}")
    kinds = [kind for kind in ("", "-updates", "-security") if here + kind in known]
    return [f"deb {known[here + kind]} {SUITE}{kind} main" for kind in kinds]


def clone(folder: Path) -> None:
    """The commit that is checked out, in this folder; what was installed there before is kept."""
    if not folder.exists():
        _run("git", "clone", "--quiet", "--no-checkout", ROOT, folder)
    _run("git", "-C", folder, "fetch", "--quiet", ROOT, "HEAD")
    _run("git", "-C", folder, "reset", "--quiet", "--hard", "FETCH_HEAD")
    _run("git", "-C", folder, "clean", "--quiet", "-fd")


def pip_settings(told: str) -> dict[str, str]:
    """What `pip config list` says, as variables of the environment."""
    lines = (line.split("=", 1) for line in told.splitlines() if "=" in line)
    named = ((key.rpartition(".")[2], str(ast.literal_eval(value))) for key, value in lines)
    return {f"PIP_{name.upper().replace('-', '_')}": " ".join(value.split()) for name, value in named}


def named_here(settings: Mapping[str, str]) -> Iterator[Path]:
    """The files and folders of this computer that these settings speak of; of an index, also the files that lie beside it."""
    for word in sorted({word for value in settings.values() for word in value.split()}):
        place = Path(word.removeprefix("file://"))
        if place.is_absolute() and place.exists():
            yield place.parent if word.startswith("file://") else place


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return {
        "PATH": PLACES,
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "WORKERS": os.environ.get("WORKERS", "2"),
        **proxies,
        **settings,
    }


def _said(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def _run(*command: str | Path) -> None:
    if subprocess.run([str(word) for word in command], check=False).returncode:
        raise TreeError(f"{command[0]} failed; what it said stands above")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
