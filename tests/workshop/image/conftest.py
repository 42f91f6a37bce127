"""The recipe of the image, as it is committed."""

from __future__ import annotations

import pytest

from workshop.common.recipe import Recipe, read_recipe


@pytest.fixture
def recipe() -> Recipe:
    return read_recipe()
