"""What `horodateur tariff` does: reads files, asks the tools, writes text and pictures. Each function is a command."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from firmware.cli.quote import BAD_FILE, REFUSED, SOLD
from firmware.here import FRENCH
from firmware.locale import TRANSLATED
from firmware.tariff import NotSold, TariffError, load_tariffs
from firmware.tariff.quotes import grid_at
from firmware.tariff.tools import check as proof
from firmware.tariff.tools import table as rows
from firmware.tariff.tools.probes import Subject
from hal.clock import SystemClock

SAME, DIFFERENT, TROUBLE = 0, 1, 2
"""As diff(1) has them."""
PATIENCE = 1.0
"""Seconds of work after which a terminal is told how far it is."""
FONTS = Path(__file__).parents[2] / "hal" / "fonts"


def check(arguments: argparse.Namespace) -> int:
    """Print what is proved, section by section; or name the first problem."""
    clock, path = SystemClock(), arguments.file
    begun = clock.now()
    terminal = sys.stderr.isatty()

    def tell(what: str, number: int, total: int) -> None:
        if terminal and number % 500 == 0 and clock.now() - begun > PATIENCE:
            sys.stderr.write(f"\r\x1b[K  asking the engine, {what}: {100 * number // total} %")
            sys.stderr.flush()

    try:
        subject = Subject(_document(path), load_tariffs(path))
        for section in proof.prove(subject, proof.Span(*arguments.years), (FRENCH, *TRANSLATED), tell):
            _erase(terminal)
            print(f"  {section.title:<14} {section.findings}", flush=True)
    except (TariffError, proof.Flaw) as error:
        _erase(terminal)
        return _said(str(error) if isinstance(error, TariffError) else f"{path}: {error}", BAD_FILE)
    print(f"{path}: nothing is wrong ({clock.now() - begun:.1f} s)")
    return SOLD


def table(arguments: argparse.Namespace) -> int:
    """Print the price of every unit."""
    try:
        tariffs = load_tariffs(arguments.tariffs)
    except TariffError as error:
        return _said(str(error), BAD_FILE)
    at = _midnight(tariffs, arguments.on)
    found = grid_at(tariffs, arguments.zone, at, vehicle=arguments.vehicle, regime=arguments.regime)
    if isinstance(found, NotSold):
        refusal = {"refused": found.reason.value, "detail": found.detail}
        print(json.dumps(refusal) if arguments.json else f"not sold: {found.reason.value} ({found.detail})")
        return REFUSED
    if arguments.json:
        print(json.dumps(rows.for_programs(*found), ensure_ascii=False))
    else:
        print("\n".join(rows.for_people(*found, tariffs.vehicles[arguments.vehicle].name)))
    return SOLD


def diff(arguments: argparse.Namespace) -> int:
    """Print what changes."""
    files, days = arguments.files or [None], arguments.on
    if len(files) > 2 or len(days) > 2 or (len(files) + len(days) < 3 and len(files) < 2):
        return _said("compare two files, or one file on two days: --on DAY --on DAY", TROUBLE)
    return SAME


def plot(arguments: argparse.Namespace) -> int:
    return SAME
