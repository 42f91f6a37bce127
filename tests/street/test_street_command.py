"""`horodateur-sim street`: what is unknown is named, an interrupted run says what it had, a violation becomes a visit file."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from firmware.protocol.facts import Fact, RightSold
from firmware.station.journal_writer import JournalWriter
from simulator.cli import main
from simulator.street import laws
from simulator.street.street import RunningStreet
from simulator.visit_files.play import play
from simulator.visit_files.visit import VisitError
from tests.street import hunt

TINY = (
    "street",
    "--stations",
    "1",
    "--hours",
    "0.2",
    "--per-day",
    "1500",
    "--faults",
    "none",
    "--habit",
    "buys",
    "--seed",
    "3",
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--faults", "some"), "no faults 'some': one of none, light, heavy"),
        (("--only", "toaster"), "no fault or device 'toaster': one of printer, printer cable, card, "),
        (("--only", "panel on_fire"), "no fault or device 'panel on_fire': one of panel, panel off, panel opened, "),
        (("--habit", "sings"), "no habit 'sings': one of buys, hesitates"),
        (("--seed", "seven"), "invalid int value: 'seven'"),
        (("--seed", "-1"), "seed -1: not among 0 to"),
        (("--stations", "0"), "stations 0: not among 1 to 5000"),
        (("--hours", "0"), "hours 0.0: not among 0.1 to"),
        (("--hours", "nan"), "hours nan: not among 0.1 to"),
        (("--visits", "0"), "visits 0: not among 1 to"),
        (("--central", "city.example"), "'city.example' is not an http:// or https:// address"),
    ],
)
def test_what_is_unknown_is_named(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["street", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_it_prints_what_happened_and_draws_the_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--visits", "3", "--plot", str(tmp_path / "day.svg")]) == 0
    told, log = capsys.readouterr()
    assert "seed         3" in told
    assert "sales        3 for" in told
    assert (log.splitlines()[0], log.splitlines()[-1]) == ("0 % 0 visits", "100 % 3 visits")
    assert "<svg" in (tmp_path / "day.svg").read_text("utf-8")


@pytest.mark.parametrize("command", [laws.main, hunt.main])
@pytest.mark.parametrize(
    ("option", "word"),
    [
        *((option, word) for option in ("--visits", "--seconds", "--jobs") for word in ("0", "-1", "x", "")),
        *(("--seeds", word) for word in ("5-1", "-", "x", "1,2")),
        *(("--only", "("), ("--room", "cellar"), ("--reached", "/nonexistent")),
    ],
)
def test_laws_and_hunt_name_the_option_that_is_wrong(
    command: Callable[[Sequence[str]], int], option: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command([f"{option}={word}"])
    assert ended.value.code == 2
    assert option in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_its_seed_and_what_it_had(
    by: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(street: RunningStreet, progress: object) -> None:
        street.stations[0].step()
        signal.raise_signal(by)

    monkeypatch.setattr(RunningStreet, "run", interrupt)
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)  # as this may be where the suite runs in the background
    assert main([*TINY]) == 130
    signal.signal(signal.SIGINT, ignored)
    told = capsys.readouterr()
    assert "interrupted; until then, seed 3" in told.err
    assert "street       1 stations" in told.out


def test_a_violation_is_shrunk_to_a_visit_file_that_shows_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The defect: a right that was sold is not written down."""
    write = JournalWriter.write

    def forgetful(writer: JournalWriter, fact: Fact, now: float) -> None:
        if not isinstance(fact, RightSold):
            write(writer, fact, now)

    monkeypatch.setattr(JournalWriter, "write", forgetful)
    assert main([*TINY, "--out", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    file = tmp_path / "street-3-I9.visit"
    assert "I9 does not hold at 75011-0001" in told
    assert f"horodateur-sim visit {file}" in told
    lines = file.read_text("utf-8").splitlines()
    steps = lines[lines.index(next(line for line in lines if line.startswith("clock"))) + 1 :]
    assert len(steps) <= 12, "a plate, a length, a card, and that the invariants hold"
    assert steps[-2:] == ["heal", "expect invariants"]
    with pytest.raises(VisitError, match="I9 does not hold"):
        play(file, None)
