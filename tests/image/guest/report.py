"""System report of a running card, as JSON, for every line received on a port of the emulator."""

import json
import subprocess
import time
from importlib import metadata
from pathlib import Path

UNITS = ("horodateur", "horodateur-sync", "horodateur-out-of-service", "systemd-networkd", "systemd-timesyncd")
SITE = "/opt/horodateur/lib/python3.11/site-packages"


def said(*command: str) -> list[str]:
    """Output of a command, by line."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def refusal(folder: str) -> str:
    """Error of writing a file there; empty if it can be written."""
    try:
        (Path(folder) / "a-trial").touch()
    except OSError as error:
        return error.strerror or "refused"
    return ""


def largest() -> list[str]:
    """The programs with most memory of their own, in KiB; there is no `ps` on the card."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "smaps_rollup").read_text().split()
            name = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if "Pss:" in words:
            found.append((int(words[words.index("Pss:") + 1]), name.strip()))
    return [f"{size} {name}" for size, name in sorted(found, reverse=True)[:12]]


def main() -> None:
    """Answer for as long as the emulator runs."""
    with Path("/dev/virtio-ports/hdt.report").open("r+b", buffering=0) as port:
        while port.read(1):
            memory = {line.split(":")[0]: int(line.split()[1]) for line in Path("/proc/meminfo").read_text().splitlines()}
            report = {
                "uptime": time.clock_gettime(time.CLOCK_BOOTTIME),
                "clock": time.time(),
                "memory": memory,
                "mounts": Path("/proc/mounts").read_text().splitlines(),
                "refusals": {folder: refusal(folder) for folder in ("/", "/etc", "/usr", "/opt/horodateur", "/boot/firmware")},
                "failed": said("systemctl", "--failed", "--plain", "--no-legend"),
                "units": {unit: said("systemctl", "is-active", unit) for unit in UNITS},
                "restarts": said("systemctl", "show", "--value", "-p", "NRestarts", "horodateur"),
                "journal": said("journalctl", "--no-pager", "-o", "short-monotonic", "-n", "60", "-u", "horodateur*"),
                "largest": largest(),
                "passwords": [line.split(":")[:2] for line in Path("/etc/shadow").read_text().splitlines()],
                "debian": said("dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}\\n"),
                "python": [f"{found.name} {found.version}" for found in metadata.distributions(path=[SITE])],
            }
            port.write(json.dumps(report).encode() + b"\n")


main()
