"""Two builds of one version are told apart, and a build knows when it was released."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import hal.version
from central.cli import main as central
from firmware.cli import main as station
from hal.version import OLDEST_RELEASE, UNKNOWN_COMMIT, Build, build_file, build_of
from simulator.cli import main as simulator

COMMITTED = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
NOBODY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}


def git(folder: Path, *arguments: str, at: datetime = COMMITTED) -> str:
    dates = {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat()}
    environment = os.environ | NOBODY | dates
    done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def of(checkout: Path) -> Build:
    return build_of(checkout, checkout / "build.json")


def test_a_checkout_is_its_commit_and_its_date(checkout: Path) -> None:
    commit = git(checkout, "rev-parse", "--short=7", "HEAD")
    assert of(checkout) == Build("0.1.0", commit, COMMITTED)
    assert of(checkout).label == f"0.1.0+{commit}"


def test_a_changed_checkout_says_so_and_a_tag_is_not_taken_for_a_commit(checkout: Path) -> None:
    git(checkout, "tag", "-am", "a release", "v9")
    clean = of(checkout).commit
    (checkout / "file").write_text("two")
    assert of(checkout).commit == f"{clean}-dirty"
    assert clean == git(checkout, "rev-parse", "--short=7", "HEAD")


def test_what_was_written_at_build_time_is_believed_before_the_checkout(checkout: Path) -> None:
    built = Build("1.2.3", "abcdef0", datetime(2028, 1, 1, tzinfo=UTC))
    (checkout / "build.json").write_text(build_file(built))
    assert of(checkout) == built


DAMAGED = ("", "{", "[]", "{}", '{"version": "1"}', '{"version": "1", "commit": "a", "released": "x"}')
PROGRAMS = {"horodateur": station, "horodateur-sim": simulator, "horodateur-central": central}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_build_file_counts_for_nothing(tmp_path: Path, damage: str) -> None:
    (tmp_path / "build.json").write_text(damage)
    assert of(tmp_path) == Build("0.1.0", UNKNOWN_COMMIT, OLDEST_RELEASE)
    assert of(tmp_path).label == "0.1.0, unknown commit"


def test_an_installation_inside_somebody_elses_repository_is_no_build_of_it(checkout: Path) -> None:
    inside = checkout / "lib"
    inside.mkdir()
    assert of(inside).commit == UNKNOWN_COMMIT


def test_a_commit_with_an_impossible_date_releases_nothing_before_the_first_release(checkout: Path) -> None:
    (checkout / "file").write_text("three")
    git(checkout, "commit", "-qam", "of a clock that was reset", at=datetime(2001, 1, 1, tzinfo=UTC))
    assert of(checkout).released == OLDEST_RELEASE


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_shows_version_and_commit(
    program: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hal.version, "running_build", lambda: Build("1.2.3", "abcdef0"))
    with pytest.raises(SystemExit) as ended:
        PROGRAMS[program](["--version"])
    assert not ended.value.code
    assert capsys.readouterr().out == f"{program} 1.2.3+abcdef0\n"


def test_neither_metadata_nor_git_is_asked_before_the_build_is_wanted() -> None:
    program = "import sys, firmware.cli.run_station; print('importlib.metadata' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout == "False\n"
