"""Plants every defect of the catalogue in a copy of the tree, on all cores: its test must turn red.

The exit status is 0 if every defect was seen, 1 if one was not, 2 if the tests are red before anything is planted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.planted.catalogue import DEFECTS, ROOMS, room_of
from tests.planted.defect import Defect
from tests.planted.runner import Copy, DefectOutcome, Verdict, copy_tree

BASELINE_SECONDS = 3600.0
"""What the tests may take together, before anything is planted."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    chosen = [defect for defect in DEFECTS if _is_chosen(defect, given.only, given.room)]
    if not chosen:
        parser.error("no defect matches; the catalogue stands in tests/planted/")
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(min(given.jobs, len(chosen)))]
        for folder in folders:
            copy_tree(folder)
        return asyncio.run(_tried([Copy(folder, given.timeout) for folder in folders], chosen, given.trust))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("--only", metavar="PATTERN", help="only the defects whose text, file or test matches this expression")
    parser.add_argument("--room", choices=sorted(ROOMS), help="only the defects of this package")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="copies that are tried at once (%(default)s)")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for the test of one defect (%(default)s)")
    parser.add_argument("--trust", action="store_true", help="do not run the tests first without any defect")
    return parser


def _is_chosen(defect: Defect, only: str | None, room: str | None) -> bool:
    if room is not None and room_of(defect) != room:
        return False
    return only is None or any(re.search(only, text) for text in (defect.what, defect.file, defect.test))


async def _tried(copies: Sequence[Copy], chosen: Sequence[Defect], trust: bool) -> int:
    if not trust and not await _are_green(copies, sorted({defect.test for defect in chosen})):
        return 2
    outcomes: list[DefectOutcome] = []
    waiting = iter(chosen)

    async def work(copy: Copy) -> None:
        for defect in waiting:
            outcomes.append(await copy.outcome(defect))
            _say(f"[{len(outcomes):3}/{len(chosen)}] {_line(outcomes[-1])}")

    await asyncio.gather(*map(work, copies))
    return _summary(outcomes)


async def _are_green(copies: Sequence[Copy], tests: Sequence[str]) -> bool:
    """Whether the tests pass while nothing is planted; each copy runs its share."""
    shares = [
        tests[number * len(tests) // len(copies) : (number + 1) * len(tests) // len(copies)] for number in range(len(copies))
    ]
    _say(f"{len(tests)} tests before anything is planted")
    runs = [copy.run(share, BASELINE_SECONDS) for copy, share in zip(copies, shares, strict=True) if share]
    bad = [printed for verdict, printed in await asyncio.gather(*runs) if verdict is not Verdict.GREEN]
    for printed in bad:
        _say("the tests are red before anything is planted:", printed)
    return not bad


def _summary(outcomes: Sequence[DefectOutcome]) -> int:
    unseen = [outcome for outcome in outcomes if outcome.verdict is not Verdict.RED]
    _say(f"{len(outcomes) - len(unseen)} of {len(outcomes)} planted defects seen")
    for outcome in unseen:
        _say(_line(outcome))
    return 1 if unseen else 0


def _line(outcome: DefectOutcome) -> str:
    defect = outcome.defect
    test = defect.test.partition("::")[2]
    return f"{outcome.verdict.value:8} {outcome.seconds:5.1f} s  {room_of(defect)}: {defect.what} ({test})"


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
