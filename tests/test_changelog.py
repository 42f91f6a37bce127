"""CHANGELOG.md: the form of Keep a Changelog."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.builders import ROOT

PAGE = (ROOT / "CHANGELOG.md").read_text("utf-8")
RELEASES = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def test_the_newest_stands_above_and_this_version_is_there() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert RELEASES[0] == "[Unreleased]"
    assert RELEASES[1].startswith(f"[{version}]")


@pytest.mark.parametrize("release", RELEASES[1:])
def test_a_release_is_a_version_with_its_date_if_it_has_one(release: str) -> None:
    assert re.fullmatch(r"\[\d+\.\d+\.\d+\]( - \d{4}-\d\d-\d\d)?", release)


def test_every_change_is_of_a_kind_and_the_kinds_stand_in_order() -> None:
    for release in PAGE.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.*)$", release, re.MULTILINE)
        assert kinds == [kind for kind in KINDS if kind in kinds]
        assert kinds
