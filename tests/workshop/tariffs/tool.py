"""`horodateur tariff` as a test calls it, and drafts of the shipped tariff file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firmware.tariff import Tariffs
from firmware.tariff.file import TariffFile
from workshop.common.checkout import TARIFFS
from workshop.tariffs.check import Section, check_tariffs, years
from workshop.tariffs.cli import add_parser
from workshop.tariffs.probes import Subject

FILE = TARIFFS


def horodateur(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="horodateur")
    add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["tariff", *words])
    status: int = arguments.run(arguments)
    return status


def changed(folder: Path, change: Callable[[Any], object], name: str = "draft.json") -> str:
    """Path of a draft: the shipped file, changed."""
    whole = json.loads(FILE.read_text("utf-8"))
    change(whole)
    (folder / name).write_text(json.dumps(whole), "utf-8")
    return str(folder / name)


def proved(document: TariffFile, tariffs: Tariffs, first: int, last: int) -> list[Section]:
    return list(check_tariffs(Subject(document, tariffs), years(first, last), ("fr", "en"), lambda what, number, total: None))
