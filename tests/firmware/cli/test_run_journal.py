"""`horodateur run` refuses a journal that is missing, damaged or another station's, and changes nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.station.state_folder import JOURNAL, KEY
from tests.builders import ROOT, STATION
from tests.firmware.cli.attempts import Attempt


@pytest.mark.parametrize("board", ["paris-v1.toml", "demo-desk.toml"])
class TestJournalFile:
    """On real ports and at the desk alike."""

    def test_missing(self, attempt: Attempt, state: Path, board: str) -> None:
        (state / JOURNAL).unlink()
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / JOURNAL}: is missing")
        assert not (state / JOURNAL).exists(), "a new journal in the place of a lost one would hide the loss"

    def test_of_another_station(self, attempt: Attempt, state: Path, board: str) -> None:
        before = (state / JOURNAL).read_bytes()
        shipped = (ROOT / "board" / "demo-station.toml").read_text("utf-8")
        file = attempt.file("station.toml", shipped.replace(STATION, "75011-0043"))
        said = attempt.run_refused(ROOT / "board" / board, state, "--station", file)
        assert said == f"{state / JOURNAL}: it is the journal of station {STATION}, not of 75011-0043"
        assert (state / JOURNAL).read_bytes() == before

    def test_tampered_with(self, attempt: Attempt, state: Path, board: str) -> None:
        whole = (state / JOURNAL).read_bytes()
        assert whole.count(b"2018-01-01") == 1
        tampered = whole.replace(b"2018-01-01", b"2018-01-02")
        (state / JOURNAL).write_bytes(tampered)
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said == f"{state / JOURNAL}: entry 1: its hash does not match its text and predecessor"
        assert (state / JOURNAL).read_bytes() == tampered

    def test_cut_short(self, attempt: Attempt, state: Path, board: str) -> None:
        cut = (state / JOURNAL).read_bytes()[:-3000]
        (state / JOURNAL).write_bytes(cut)
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / JOURNAL}: ")
        assert (state / JOURNAL).read_bytes() == cut

    def test_that_is_something_else(self, attempt: Attempt, state: Path, board: str) -> None:
        (state / JOURNAL).write_bytes(b"This is no database at all. " * 100)
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / JOURNAL}: ")
        assert (state / JOURNAL).read_bytes() == b"This is no database at all. " * 100

    def test_without_its_key(self, attempt: Attempt, state: Path, board: str) -> None:
        (state / KEY).unlink()
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / KEY}: ")
        assert not (state / KEY).exists()
