"""What the tests of the tariff engine start from."""

from __future__ import annotations

import pytest

from firmware.tariff import Tariffs
from tests import builders


@pytest.fixture(scope="session")
def tariffs() -> Tariffs:
    """The shipped tariffs."""
    return builders.tariffs()
