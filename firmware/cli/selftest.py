"""`horodateur selftest`: probes every device of a stopped station, or reads what a running one says of its devices."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from firmware.cli.start import STATE
from firmware.domain.errors import FileError, error_text
from hal.ports import DeviceEvent, Key, KeyPressed

if TYPE_CHECKING:
    from firmware.diagnosis.selftest import Finding

WELL, UNUSABLE, WRONG_LINE, RUNNING, BAD = 0, 1, 2, 3, 4
STATUSES = {
    WELL: "nothing is silent or failed; what cannot answer is left to a person to look at, listen to or press",
    UNUSABLE: "nothing was tested: the board, station file or folder cannot be used",
    WRONG_LINE: "wrong command line",
    RUNNING: "the station is running on this folder; nothing was tested",
    BAD: "a device is silent or failed",
}
RUNS = "the station is running on this folder. Stop it first (systemctl stop horodateur), or read what it says: --running"
VERDICTS = {"ok": "ok", "look": "look", "note": "note", "silent": "SILENT", "failed": "FAILED", "absent": "-"}
"""What people read for the value of each verdict."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `selftest`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    statuses = "\n".join(f"  {status}  {meaning}" for status, meaning in STATUSES.items())
    parser = subparsers.add_parser(
        "selftest",
        description="Test each device over its own port and report its verdict and what to do. Look at the display\n"
        "and listen to the buzzer meanwhile. The station must be stopped; --running reads the journal of a\n"
        "running one instead.",
        epilog=f"exit status:\n{statuses}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="the station's folder (default: %(default)s)")
    parser.add_argument("--board", type=Path, metavar="FILE", help="its wiring (default: as its folder says)")
    parser.add_argument("--running", action="store_true", help="touch no device; read the journal of a running station")
    parser.add_argument("--keys", action="store_true", help="wait until each of the 44 keys has been pressed")
    parser.add_argument("--json", action="store_true", help="print one line of JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Test, print the findings, and return the exit status."""
    from firmware.diagnosis.selftest import all_well
    from firmware.diagnosis.selftest_run import SelfTestOrder, StationRunningError, selftest  # a station's start needs neither

    order = SelfTestOrder(arguments.state, arguments.board, arguments.running, arguments.keys)
    try:
        findings = selftest(order, KeysLeft() if arguments.keys else lambda event: None)
    except StationRunningError:
        return _refuse(RUNS, RUNNING)
    except (FileError, OSError) as error:
        return _refuse(error_text(error), UNUSABLE)
    well = all_well(findings)
    print(_for_programs(findings, well) if arguments.json else "\n".join(_for_people(findings)))
    return WELL if well else BAD


class KeysLeft:
    """Shows the keys that are still to be pressed, on the error stream, after each press."""

    def __init__(self) -> None:
        self._left = [key.value for key in Key]

    def __call__(self, event: DeviceEvent) -> None:
        """Strike a pressed key off the list, and show the rest."""
        if isinstance(event, KeyPressed) and event.key.value in self._left:
            self._left.remove(event.key.value)
            sys.stderr.write(f"\r\x1b[K{' '.join(self._left)}")
            sys.stderr.flush()


def _for_programs(findings: Sequence[Finding], well: bool) -> str:
    lines = [{**asdict(finding), "verdict": finding.verdict.value} for finding in findings]
    return json.dumps({"well": well, "findings": lines}, ensure_ascii=False)


def _for_people(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        code = f" [{finding.code}]" if finding.code else ""
        yield f"{finding.device:<11}{VERDICTS[finding.verdict.value]:<8}{finding.says}{code}".rstrip()
        if finding.remedy:
            yield f"{'':<11}→ {finding.remedy}"


def _refuse(reason: str, status: int) -> int:
    sys.stderr.write(f"horodateur: {reason}\n")
    return status
