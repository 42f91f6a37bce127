"""The tree of Debian 13 that `make test-trixie` makes: where it comes from, what it is told, what it holds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import trixie
from tests.trixie import TreeError, clone, named_here, pip_settings, sources_in

TOLD = """\
bookworm http://archive.example/debian/
bookworm-security http://archive.example/security/
elsewhere http://other.example/
"""


def test_it_is_taken_from_where_this_computer_takes_its_own_debian() -> None:
    assert sources_in(TOLD, "bookworm") == [
        "deb http://archive.example/debian/ trixie main",
        "deb http://archive.example/security/ trixie-security main",
    ]


def test_an_apt_that_knows_no_debian_is_told() -> None:
    with pytest.raises(TreeError, match=r"^apt on this computer takes nothing from noble$"):
        sources_in(TOLD, "noble")


def test_its_pip_is_told_what_this_computer_s_is_told(tmp_path: Path) -> None:
    (tmp_path / "simple").mkdir()
    told = (
        f":env:.timeout='9'\nglobal.extra-index-url='file://{tmp_path}/simple\\nfile:///nowhere'\nglobal.cert='/etc/passwd'\n"
    )
    settings = pip_settings(told)
    urls = f"file://{tmp_path}/simple file:///nowhere"
    assert settings == {"PIP_TIMEOUT": "9", "PIP_EXTRA_INDEX_URL": urls, "PIP_CERT": "/etc/passwd"}
    assert set(named_here(settings)) == {Path("/etc/passwd"), tmp_path}


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "-C", folder, *words], check=True, capture_output=True)


def test_the_commit_that_is_checked_out_is_tested_and_what_was_installed_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    monkeypatch.setattr(trixie, "ROOT", here)
    git(here, "init", "-q")
    for text in ("one", "two"):
        (here / "file").write_text(text)
        (here / ".gitignore").write_text("installed\n")
        git(here, "add", ".")
        git(here, "commit", "-qm", text)
        (here / "file").write_text("not committed")
        clone(there)
        assert (there / "file").read_text() == text
        (there / "installed").touch()
        (there / "left").touch()
    clone(there)
    assert {path.name for path in there.iterdir()} == {".git", ".gitignore", "file", "installed"}
