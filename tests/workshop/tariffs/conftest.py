"""The shipped tariff file: as the engine has it, and decoded."""

from __future__ import annotations

import msgspec
import pytest

from firmware.tariff import Tariffs, load_tariffs
from firmware.tariff.file import TariffFile
from tests.workshop.tariffs.tool import FILE


@pytest.fixture(scope="module")
def tariffs() -> Tariffs:
    return load_tariffs(FILE)


@pytest.fixture(scope="module")
def document() -> TariffFile:
    return msgspec.json.decode(FILE.read_bytes(), type=TariffFile)
