"""`horodateur-sim visit`, and what a played visit leaves in its folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from simulator.cli import main
from simulator.visit_files.expectations import EXPECTATIONS
from simulator.visit_files.play import play
from simulator.visit_files.verbs import VERBS
from simulator.visit_files.visit import HELP, VisitError
from tests.visits.files import SALE, TITLE_AND_CLOCK, written

# --- what it leaves -----------------------------------------------------------------------------------------------


def test_out_keeps_screens_ticket_wire_and_journal(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert play(written(tmp_path, SALE), out) == "One hour, with a ticket"

    screens = sorted(path.name for path in (out / "screens").iterdir())
    assert screens[0] == "001-idle.png"
    assert [name.split("-", 1)[-1].removesuffix(".png") for name in screens if name[0].isdigit()] == [
        "idle",
        *["plate"] * 7,
        "vehicle",
        *["duration"] * 2,
        "present-card",
        "approved",
        "printing",
        "take-ticket",
    ]
    assert size(out / "screens" / "duration.png") == (256, 64)
    assert size(out / "ticket.png")[0] > 576, "80 mm of paper: 576 dots and its margins"
    assert "AB-123-CD" in (out / "ticket.txt").read_text("utf-8")
    assert b"\x1b@" in (out / "ticket.bin").read_bytes()[:16]
    wire = [json.loads(line) for line in (out / "wire.jsonl").read_text("utf-8").splitlines()]
    assert {"keypad", "display", "card", "printer", "network"} == {transfer["line"] for transfer in wire}
    assert [json.loads(line)["fact"] for line in (out / "journal.jsonl").read_text("utf-8").splitlines()] == [
        "started",
        "payment started",
        "right sold",
        "ticket printed",
    ]


def size(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as image:
        return image.size


def test_a_visit_that_fails_leaves_what_there_was(tmp_path: Path) -> None:
    file, out = written(tmp_path, f"{TITLE_AND_CLOCK}press A\nexpect screen idle\n"), tmp_path / "out"
    with pytest.raises(VisitError):
        play(file, out)
    assert (out / "screens" / "002-plate.png").exists()
    assert (out / "journal.jsonl").exists()


def test_a_screen_that_comes_and_goes_while_one_waits_is_kept(tmp_path: Path) -> None:
    file, out = written(tmp_path, f"{TITLE_AND_CLOCK}press A\nwait 60\n"), tmp_path / "out"
    play(file, out)
    assert "003-more-time.png" in {path.name for path in (out / "screens").iterdir()}


def test_the_same_visit_gives_the_same_bytes(tmp_path: Path) -> None:
    """Screens, wire, ticket with its signature, journal: all of it."""
    file = written(tmp_path, SALE)
    for name in ("one", "two"):
        play(file, tmp_path / name)
    assert kept(tmp_path / "one") == kept(tmp_path / "two")


def kept(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_plays_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "one.visit", tmp_path / "other.visit"
    one.write_text(f"{TITLE_AND_CLOCK}expect screen idle\n", "utf-8")
    other.write_text(f"{TITLE_AND_CLOCK}press A\nexpect plate A\n", "utf-8")
    assert main(["visit", str(one), str(other), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.splitlines() == ["1/2 one.visit: A test", "2/2 other.visit: A test"]
    assert (tmp_path / "out" / "other" / "journal.jsonl").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [("expect screen plate", "expected screen 'plate', found 'idle'"), ("prees A", "no verb 'prees'")],
)
def test_the_command_fails_with_file_line_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}{line}\n")
    assert main(["visit", str(file)]) == 1
    assert f"{file}:3: {said}" in capsys.readouterr().err


def test_the_command_without_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visit", str(tmp_path / "none.visit")]) == 1
    assert "none.visit" in capsys.readouterr().err


@pytest.mark.parametrize("name", [*VERBS, *EXPECTATIONS])
def test_each_line_of_the_help_can_be_typed(name: str) -> None:
    phrase = VERBS[name] if name in VERBS else EXPECTATIONS[name]
    assert {way.split()[0] for way in phrase.usage.split(" | ")} == {name}


def test_out_writes_a_page_that_shows_what_came(tmp_path: Path) -> None:
    out = tmp_path / "out"
    play(written(tmp_path, SALE), out)
    page = (out / "index.html").read_text("utf-8")
    shown = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} - {"index.html"} == set(shown)
    assert "<h1>One hour, with a ticket</h1>" in page
    assert "//" not in page


def test_the_help_says_everything_that_can_be_said() -> None:
    for verb in VERBS.values():
        assert all(f"\n  {way} " in HELP for way in verb.usage.split(" | "))
    for expectation in EXPECTATIONS.values():
        assert all(f"\n  expect {way} " in HELP for way in expectation.usage.split(" | "))
    for name in ("wrong_pin", "paper_out_mid", "mute_after_card", "second look", "CORRECT"):
        assert name in HELP
