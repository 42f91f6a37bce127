"""The rules of the keys, three times: the driver, the front panel's scanner on its own interpreter, the simulated matrix."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from hal.drivers.keypad import MatrixKeypad
from hal.ports import Key, KeyFreed, KeyHeld, KeyPressed, KeyStuck
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.matrix import KeyMatrix
from tests.hal.keypad_cases import CASES, FREED, HELD, LATE, PRESSED, STUCK, KeypadCase, as_told, contacts
from tests.hal.keypad_rig import COLUMNS, LAYOUT, ROWS, KeypadRig
from tests.hal.micropython import needs_micropython, run_micropython
from tests.hal.panel_rig import PanelRig

WORDS = {KeyPressed: PRESSED, KeyHeld: HELD, KeyStuck: STUCK, KeyFreed: FREED}
KINDS = {1: PRESSED, 2: HELD, 3: STUCK, 4: FREED}
Told = list[tuple[int, str, str]]
LINK_MS = 6
"""What the line takes: eighteen bytes, in two pieces, and a turn."""


def played(case: KeypadCase, move: Callable[[tuple[int, int], bool], None], run_until: Callable[[int], None]) -> None:
    down: set[tuple[int, int]] = set()
    for at, keys in case.moves:
        run_until(at)
        wanted = contacts(keys)
        for position in sorted(down - wanted):
            move(position, False)
        for position in sorted(wanted - down):
            move(position, True)
        down = wanted
    run_until(case.until)


def by_the_driver(case: KeypadCase) -> Told:
    rig = KeypadRig()
    played(case, rig.matrix.move, lambda ms: rig.run(ms / 1000 - rig.now))
    return [
        (round(at * 1000), WORDS[type(event)], event.key.value)
        for at, event in rig.told
        if isinstance(event, KeyPressed | KeyHeld | KeyStuck | KeyFreed)
    ]


def by_the_simulated_matrix(case: KeypadCase) -> Told:
    header = Header()
    gpio = SimulatedGpio(header)
    gpio.setmode(gpio.BCM)
    matrix, edges = KeyMatrix(header, ROWS, COLUMNS), bytearray()
    keypad = MatrixKeypad(gpio, ROWS, COLUMNS, LAYOUT, edges.append)
    told: Told = []
    now = 0

    def run_until(ms: int) -> None:
        nonlocal now
        while edges or keypad.wake_at <= ms / 1000 + 1e-6:
            if edges:
                data, edges[:] = bytes(edges), b""
                keypad.receive(data, now / 1000)
            else:
                now = max(now, round(max(keypad.wake_at, 0.0) * 1000))
                keypad.wake(now / 1000)
            told.extend((now, WORDS[type(event)], event.key.value) for event in keypad.take())
        now = ms

    def move(position: tuple[int, int], down: bool) -> None:
        (matrix.press if down else matrix.release)(*position)

    played(case, move, run_until)
    return told


SCRIPT = """
import json
import sys
from scan import Scanner

NEVER = 1 << 29

def columns(seen):
    low = 0
    for mask in seen:
        low |= mask
    return low

def play(moves, until):
    scanner, seen, told = Scanner(), bytearray(7), []
    last = due = 0
    for at, rows in moves + [[until, []]]:
        while due <= at:
            wait = scanner.scan(seen, due - last)
            for event in range(scanner.count):
                told.append((due, scanner.kinds[event], scanner.positions[event]))
            scanner.count, last = 0, due
            due = due + wait if wait else NEVER
        before = columns(seen)
        for row in range(7):
            seen[row] = 0
        for row, mask in rows:
            seen[row] = mask
        if due == NEVER and columns(seen) & ~before:
            due = at
    return told

for moves, until in json.loads(sys.stdin.readline()):
    print(json.dumps(play(moves, until)))
"""


def seen_rows(keys: str) -> list[tuple[int, int]]:
    """What the matrix reads with these contacts closed: rows with their columns, whatever ways round there are."""
    closed = contacts(keys)
    grown = True
    while grown:
        more = {(r, c) for r, a in closed for b, c in closed if any((b, a) == other for other in closed)}
        grown = not more <= closed
        closed |= more
    return [(row, sum(1 << c for r, c in closed if r == row)) for row in sorted({row for row, _ in closed})]


@cache
def by_the_panel_s_scanner(folder: Path) -> dict[str, Told]:
    asked = [[[(at, seen_rows(keys)) for at, keys in case.moves], case.until] for case in CASES]
    answers = run_micropython(folder, SCRIPT, json.dumps(asked) + "\n").splitlines()
    names = {(row, column): key for row, keys in enumerate(LAYOUT) for column, key in enumerate(keys) if key}
    told: dict[str, Told] = {}
    for case, answer in zip(CASES, answers, strict=True):
        events = [(at, KINDS[kind], divmod(position, 7)) for at, kind, position in json.loads(answer)]
        told[case.name] = [(at, kind, names[place].value) for at, kind, place in events if place in names]
    return told


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    return by_the_panel_s_scanner(tmp_path_factory.mktemp("scanner"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_driver(case: KeypadCase) -> None:
    assert as_told(case, by_the_driver(case)) == sorted(case.told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_driver_over_the_simulated_matrix(case: KeypadCase) -> None:
    assert as_told(case, by_the_simulated_matrix(case)) == sorted(case.told)


@needs_micropython
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_scanner_of_the_panel_on_its_interpreter(case: KeypadCase, scanned: dict[str, Told]) -> None:
    assert as_told(case, scanned[case.name]) == sorted(case.told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_whole_firmware_over_pins_and_line(case: KeypadCase, tmp_path: Path) -> None:
    with PanelRig(tmp_path) as rig:
        rig.run(1.0)
        start = rig.time.now

        def move(position: tuple[int, int], down: bool) -> None:
            pins = rig.wiring.pins
            rig.device.join(pins.rows[position[0]], pins.columns[position[1]], down)
            rig.wire.look()

        played(case, move, lambda ms: rig.run(start + ms / 1000 - rig.time.now))
        rig.run(0.1)
        told = [
            (round((at - start) * 1000), WORDS[type(event)], event.key.value)
            for at, event in rig.events
            if isinstance(event, KeyPressed | KeyHeld | KeyStuck | KeyFreed)
        ]
    wanted = sorted(case.told)
    got = sorted(as_told(case, [(at, kind, key) for at, kind, key in told]))
    assert [(kind, key) for _, kind, key in got] == [(kind, key) for _, kind, key in wanted]
    assert all(-LATE <= at - due <= LATE + LINK_MS * len(wanted) for (at, *_), (due, *_) in zip(got, wanted, strict=True))


def test_a_key_of_each_case_is_a_key() -> None:
    assert {key for case in CASES for _, _, key in case.told} <= {key.value for key in Key}
