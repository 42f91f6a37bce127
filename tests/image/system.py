"""Checks of the system report of a running card (guest/report.py)."""

from __future__ import annotations

from typing import Any

from tests.image.street import TrialError
from tests.workshop.image.bill import components_in

MEMORY_MB = 150
"""Of 512, all of the system's included, and the programs of the trial."""
READ_ONLY = ("/", "/etc", "/usr", "/opt/horodateur", "/boot/firmware")
ACTIVE = ("horodateur", "systemd-networkd", "systemd-timesyncd")


def judge(report: dict[str, Any], bill: str) -> str:
    """Check a report; a summary in a sentence. Raises TrialError with everything that is wrong."""
    memory = (report["memory"]["MemTotal"] - report["memory"]["MemAvailable"]) // 1024
    wrong = [*_writable(report), *_failed(report), *_unlisted(report, bill), *_open_doors(report)]
    if memory > MEMORY_MB:
        wrong.append(f"{memory} MB of memory are used, {MEMORY_MB} may be: {report['largest'][:5]}")
    if wrong:
        raise TrialError("; ".join(wrong))
    return (
        f"{memory} MB of {report['memory']['MemTotal'] // 1024} MB used; the root is read-only; largest: {report['largest'][0]}"
    )


def _writable(report: dict[str, Any]) -> list[str]:
    said = report["refusals"]
    return [f"{folder} can be written: {said[folder]!r}" for folder in READ_ONLY if said[folder] != "Read-only file system"]


def _failed(report: dict[str, Any]) -> list[str]:
    failed = [f"failed: {line}" for line in report["failed"]]
    failed += [f"{unit} is {report['units'][unit]}" for unit in ACTIVE if report["units"][unit] != ["active"]]
    return failed + [f"the station was started again {count} times" for count in report["restarts"] if count != "0"]


def _unlisted(report: dict[str, Any], bill: str) -> list[str]:
    """Packages installed and not on the bill of materials, or the reverse."""
    listed = {f"{part.name} {part.version} {part.architecture}".strip() for part in components_in(bill)}
    found = {*report["debian"], *report["python"]}
    return [f"installed and not in the bill, or the contrary: {', '.join(sorted(listed ^ found))}"] if listed != found else []


def _open_doors(report: dict[str, Any]) -> list[str]:
    """Accounts whose password is neither locked nor impossible."""
    return [f"{name} has a password" for name, word in report["passwords"] if not word.startswith(("!", "*"))]
