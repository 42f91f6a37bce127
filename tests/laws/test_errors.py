"""Every public error of the station is one of two kinds, and stands in the tree that firmware/domain/errors.py draws."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from firmware.domain import errors
from firmware.domain.errors import FieldError, FileError

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "protocol", "tariff", "ledger", "journal", "backoffice", "station", "paper", "service", "visit")


def public_errors() -> set[type[Exception]]:
    """Every exception class defined in these rooms."""
    files = (file for room in ROOMS for file in sorted((ROOT / "firmware" / room).glob("*.py")))
    modules = (import_module(".".join(file.relative_to(ROOT).with_suffix("").parts)) for file in files)
    return {
        each
        for module in modules
        for name, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Exception) and each.__module__ == module.__name__ and not name.startswith("_")
    }


def test_the_rooms_have_errors() -> None:
    assert len(public_errors()) >= 9


def name_of(error: type[Exception]) -> str:
    return error.__name__


ERRORS: list[type[Exception]] = sorted(public_errors(), key=name_of)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_of_one_of_the_two_kinds_and_is_drawn(error: type[Exception]) -> None:
    assert issubclass(error, FieldError | FileError)
    assert f"─ {error.__name__} " in str(errors.__doc__)
