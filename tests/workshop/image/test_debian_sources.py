"""Where the packages come from is this computer's business, and no server is named in the recipe."""

from __future__ import annotations

import pytest

from workshop.common.errors import BuildError
from workshop.common.recipe import read_recipe
from workshop.image.debian_sources import sources_in

TOLD = """\
bookworm http://archive.example/debian/
bookworm-updates http://archive.example/debian/
bookworm-security http://archive.example/security/
"""


def test_each_suite_is_taken_from_where_apt_takes_it() -> None:
    assert sources_in(read_recipe(), TOLD) == (
        "deb http://archive.example/debian/ bookworm main non-free-firmware",
        "deb http://archive.example/debian/ bookworm-updates main non-free-firmware",
        "deb http://archive.example/security/ bookworm-security main non-free-firmware",
    )


def test_a_suite_apt_does_not_know_is_named_with_the_way_out() -> None:
    with pytest.raises(BuildError, match="takes nothing from bookworm-security: give --sources FILE"):
        sources_in(read_recipe(), TOLD.replace("bookworm-security", "trixie-security"))
