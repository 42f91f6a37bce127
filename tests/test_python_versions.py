"""The oldest Python that is supported is stated in pyproject.toml; whatever else speaks of it says the same."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
OLDEST = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")


def test_it_is_a_patch_release_and_this_is_not_an_older_one() -> None:
    numbers = tuple(map(int, OLDEST.split(".")))
    assert len(numbers) == 3
    assert sys.version_info[:3] >= numbers


def test_readme_flash_sh_and_the_requirements_say_the_same() -> None:
    assert f"Python {OLDEST} (" in (ROOT / "README.md").read_text()
    flasher = (ROOT / "flash.sh").read_text()
    assert f"version_info < ({OLDEST.replace('.', ', ')})" in flasher
    assert f"Python {OLDEST} or newer" in flasher
    assert f"--python-version {OLDEST} " in (ROOT / "Makefile").read_text()


def test_every_requirement_is_fixed_by_its_hash_so_that_nothing_needs_resolving() -> None:
    """`make` installs the lists with --no-deps: what a list leaves out for a Python is not needed there."""
    for file in (ROOT / "requirements").glob("*.txt"):
        if "override" in file.name:
            continue
        entries = re.split(r"\n(?=\S)", file.read_text().strip())
        assert all(re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ ", entry) and "--hash=sha256:" in entry for entry in entries), file


def test_the_station_keeps_the_pins_that_the_tests_do_without() -> None:
    assert re.search(r"^lgpio==\S+ \\$", (ROOT / "requirements" / "pi.txt").read_text(), re.MULTILINE)
    assert re.search(
        r"^lgpio==\S+ ; python_full_version < '3\.13' \\$", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE
    )
