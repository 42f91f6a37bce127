"""Learns which streets of the laws run which lines, so that a defect is looked for only where its lines are run.

    python -m tests.street.reached --seeds 1-12 --to out/reached.json
    python -m tests.street.hunt --reached out/reached.json --visits 135 --to found.jsonl

Each street is run once in the tree as it is, under a line tracer that looks at the files in which defects of the hunted
packages are planted. A street takes some three times as long so. A defect whose lines no street runs needs no hunt: it is
`never reached`. What stands in no function (constants, members of a class) is run by every street, when it is imported.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import CodeType, FrameType

from simulator.street.laws import run_seed
from tests.planted.catalogue import DEFECTS, room_of
from tests.planted.defect import Defect
from tests.planted.planting import planted
from tests.planted.runner import ROOT

ROOMS = (
    *("firmware", "firmware_screens", "firmware_visit", "firmware_ledger", "firmware_station", "firmware_journal"),
    *("firmware_screens_payment", "firmware_station_write_failure", "firmware_backoffice", "firmware_protocol"),
    *("hal_drivers", "hal_drivers_concert", "hal_drivers_nexo", "hal_wire"),
    *("central_intake", "central_register", "central_rules"),
    *("central_enforcement", "central_operations", "firmware_tariff"),
)
"""The rooms of money, prices too, journal, sync, recovery and city."""


@dataclass(frozen=True)
class ReachedLines:
    """Which streets ran which lines of a tree."""

    traces: Mapping[int, str]
    """The trace of each seed, SHA-256."""
    lines: Mapping[str, Mapping[int, Collection[int]]]
    """By the file from the root, by the line from 1: the seeds whose street ran it."""
    sources: Mapping[str, str]
    """SHA-256 of each file, by which a tree is known to be the same."""

    def seeds(self, defect: Defect) -> tuple[int, ...]:
        """The seeds whose street runs what a defect changes; empty: none does. Raises ValueError in another tree."""
        source = (ROOT / defect.file).read_text("utf-8")
        if self.sources.get(defect.file) != _digest(source):
            raise ValueError(
                f"{defect.file} is another file than the one whose lines are known: run tests.street.reached again"
            )
        wanted = lines_of_change(source, planted(source, defect))
        if wanted is None:
            return tuple(sorted(self.traces))
        run = self.lines.get(defect.file, {})
        return tuple(sorted({seed for line in wanted for seed in run.get(line, ())}))

    def to_json(self) -> str:
        """As `reached_in` reads it."""
        lines = {file: {str(line): sorted(seeds) for line, seeds in run.items()} for file, run in self.lines.items()}
        return json.dumps({"traces": dict(self.traces), "lines": lines, "sources": dict(self.sources)})


def reached_in(text: str) -> ReachedLines:
    """What `to_json` wrote."""
    read = json.loads(text)
    lines = {file: {int(line): tuple(seeds) for line, seeds in run.items()} for file, run in read["lines"].items()}
    return ReachedLines({int(seed): trace for seed, trace in read["traces"].items()}, lines, read["sources"])


def hunted() -> tuple[Defect, ...]:
    """Every defect of the rooms that are hunted, room by room."""
    return tuple(sorted((each for each in DEFECTS if room_of(each) in ROOMS), key=lambda each: ROOMS.index(room_of(each))))


class LineTracer:
    """A trace function for `sys.settrace`: the lines of some files that are run. A line is looked at until it was run once."""

    def __init__(self, root: Path, files: Collection[str]) -> None:
        self._names = {str(root / file): file for file in files}
        self._left: dict[int, set[int]] = {}
        self._codes: list[CodeType] = []  # kept, so that no other code gets its number
        self.run: dict[str, set[int]] = {file: set() for file in files}

    def __call__(self, frame: FrameType, event: str, argument: object) -> LineTracer | None:
        """What `sys.settrace` calls for each function, and then for each of its lines."""
        code = frame.f_code
        if (left := self._left.get(id(code))) is None:
            left = self._meet(code)
        if event == "line" and frame.f_lineno in left:
            left.discard(frame.f_lineno)
            self.run[self._names[code.co_filename]].add(frame.f_lineno)
        return self if left else None

    def _meet(self, code: CodeType) -> set[int]:
        ours = code.co_filename in self._names
        self._codes.append(code)
        left = {line for _, _, line in code.co_lines() if line} if ours else set[int]()
        return self._left.setdefault(id(code), left)


def lines_of_change(sound: str, changed: str) -> set[int] | None:
    """The lines of a Python source one of which is run when what was changed is; None: it is run on import."""
    statements = list(_statements(ast.parse(sound)))
    found = [_run_with(line, statements) for line in _changed(sound.splitlines(), changed.splitlines())]
    inside = [lines for lines in found if lines]
    return set().union(*inside) if inside else None


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[int]:
    """The old lines, from 1, that are others or gone; of lines that were put in between, the one before and the one after."""
    for kind, first, last, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "insert":
            yield from range(max(1, first), min(len(old), first + 1) + 1)
        elif kind != "equal":
            yield from range(first + 1, last + 1)


@dataclass(frozen=True)
class _SourceStatement:
    """A statement, or a case or handler of one: its head, all of it, and the lines of the function around it."""

    head: range
    whole: range
    function: range | None
    """The body of the function it stands in, or that it begins; None: it is run on import."""
    begins: bool
    """Whether it begins that function."""


def _statements(tree: ast.AST, function: range | None = None) -> Iterator[_SourceStatement]:
    for node in ast.iter_child_nodes(tree):
        inner = function
        if isinstance(node, ast.stmt | ast.match_case | ast.ExceptHandler):
            first, last = _first(node), _last(node)
            body = getattr(node, "body", [])
            begins = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            head = range(first, _first(body[0]) if body and _first(body[0]) > first else last + 1)
            inner = range(_first(body[0]), last + 1) if begins else function
            yield _SourceStatement(head, range(first, last + 1), inner, begins)
        yield from _statements(node, inner)


def _first(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    assert isinstance(node, ast.stmt | ast.ExceptHandler)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _last(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return _last(node.body[-1])
    assert isinstance(node, ast.stmt | ast.ExceptHandler)
    return node.end_lineno or node.lineno


def _run_with(line: int, statements: Sequence[_SourceStatement]) -> set[int]:
    """The lines one of which is run whenever a line is; none for what is run on import."""
    around = [each for each in statements if line in each.head] or [each for each in statements if line in each.whole]
    if not around:
        return set()
    nearest = min(around, key=lambda each: len(each.whole))
    if nearest.function is None:
        return set()
    return set(nearest.function if nearest.begins else nearest.head if line in nearest.head else nearest.whole)


def learn(seeds: Sequence[int], files: Collection[str]) -> ReachedLines:
    """Run the streets of these seeds in this process, and note which lines of the files they run."""
    traces: dict[int, str] = {}
    lines: dict[str, dict[int, list[int]]] = {file: {} for file in files}
    for seed in seeds:
        tracer = LineTracer(ROOT, files)
        sys.settrace(tracer)
        try:
            traces[seed] = run_seed(seed).trace
        finally:
            sys.settrace(None)
        for file, run in tracer.run.items():
            for line in run:
                lines[file].setdefault(line, []).append(seed)
    return ReachedLines(traces, lines, {file: _digest((ROOT / file).read_text("utf-8")) for file in files})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write which lines are run, and print of how many defects the lines are."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.street.reached", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", default="1-12", metavar="FIRST-LAST", help="streets (default: %(default)s)")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help="where the lines are written, JSON")
    chosen = parser.parse_args(arguments)
    first, _, last = chosen.seeds.partition("-")
    defects = hunted()
    reached = learn(range(int(first), int(last or first) + 1), {defect.file for defect in defects})
    chosen.to.write_text(reached.to_json(), "utf-8")
    print(f"{sum(bool(reached.seeds(each)) for each in defects)} of {len(defects)} defects are reached")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
