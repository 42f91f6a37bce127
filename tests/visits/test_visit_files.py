"""A visit file is read whole before anything is done; a mistake, and a hope that does not hold, name their file and line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from hal.clock import PARIS
from simulator.cli import main
from simulator.setting import demonstration
from simulator.visit_files.expectations import EXPECTATIONS
from simulator.visit_files.play import play
from simulator.visit_files.verbs import VERBS
from simulator.visit_files.visit import HELP, VisitError, read_visit

TITLE_AND_CLOCK = "# A test\nclock 2026-03-04 14:29:30\n"
SALE = """# One hour, with a ticket
clock 2026-03-04 14:29:30
press AB123CD OK OK
picture duration
press OK
card approved
wait until approved
press OK
wait until take ticket
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "some.visit"
    file.write_text(text, "utf-8")
    return file


# --- mistakes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("pres A", "no verb 'pres': one of zone, street, sector, clock, press"),
        ("press É", "no key 'É': one of A, B"),
        ("press ok", "no key 'o': one of A, B"),
        ("press", "expected `press KEY …`"),
        ("hold A B", "expected `hold KEY`"),
        ("card visa", "no card 'visa': one of approved"),
        ("card approved twice", "no way to present a card 'twice'"),
        ("wait", "expected `wait SECONDS | until SCREEN`"),
        ("wait soon", "expected seconds such as 15 or 0.5, not 'soon'"),
        ("wait -1", "expected seconds"),
        ("wait 3 4", "expected `wait SECONDS | until SCREEN`"),
        ("wait until payed", "no screen 'payed': one of already paid, approved"),
        ("fault printer", "expected `fault DEVICE NAME`"),
        ("fault toaster burnt", "no device 'toaster': one of printer, card"),
        ("fault printer on_fire", "no printer fault 'on_fire': one of paper_near_end"),
        ("power maybe", "no power 'maybe': one of on, off"),
        ("clock 2026-03-04", "expected `clock DATE TIME`"),
        ("clock 2026-02-30 10:00", "day is out of range"),
        ("clock 4/3/2026 10h", "expected a date and a time such as 2026-03-04 10:00"),
        ("zone 2", "`zone` stands once, before `clock`"),
        ("street rotative", "`street` stands once, before `clock`"),
        ("street one-way", "no kind of street 'one-way': one of mixed, rotative"),
        ("sector 21A", "expected a residential sector such as 11D, not '21A'"),
        ("sector 11d", "expected a residential sector such as 11D, not '11d'"),
        ("picture ../../oops", "expected a name such as second-look"),
        ('press "A', "No closing quotation"),
        ("expect", "expected `expect …`"),
        ("expect happiness", "no expectation 'happiness': one of screen"),
        ("expect screen payed", "no screen 'payed'"),
        ("expect text two words", 'expected `text "…"`'),
        ("expect plate ab-123-cd", "expected a plate such as AB123CD"),
        ("expect price 12.00", "expected euros such as 12,00, not '12.00'"),
        ("expect debits none 6,00", "expected euros such as 12,00, not 'none'"),
        ("expect end 16:30", "expected `end DATE TIME`"),
        ("expect no-quote at all", "expected `no-quote`"),
        ("expect language de", "no language 'de': one of fr, en"),
        ("expect beep loud", "no beep 'loud'"),
        ("expect tickets one", "expected a whole number, not 'one'"),
        ('expect facts "right solved"', "no fact 'right solved': one of started"),
        ("expect alarm printer sad", "no alarm 'printer sad'"),
        ("expect city AB123CD perhaps", "no answer 'perhaps': one of allowed, refused"),
        ("expect city AB123CD allowed", "expected `city PLATE allowed until DATE TIME | refused`"),
        ("expect city AB123CD allowed until tomorrow", "expected `city PLATE"),
        ("expect city AB123CD refused until 2026-03-04 15:30", "expected `city PLATE"),
    ],
)
def test_a_mistake_is_named_before_anything_is_done(tmp_path: Path, line: str, reason: str) -> None:
    file, out = written(tmp_path, TITLE_AND_CLOCK + "press A\n\n# a comment\n" + line + "\n"), tmp_path / "out"
    with pytest.raises(VisitError) as error:
        play(file, out)
    assert str(error.value).startswith(f"{file}:6: ")
    assert reason in str(error.value)
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "a visit begins with its title"),
        ("clock 2026-03-04 10:00\n", 1, "a visit begins with its title"),
        ("#\nclock 2026-03-04 10:00\n", 1, "a visit begins with its title"),
        ("# No clock\n", 1, "a visit begins by setting its clock"),
        ("# No clock\nzone 2\n", 1, "a visit begins by setting its clock"),
        ("# Too late\n\npress A\nclock 2026-03-04 10:00\n", 3, "a visit begins by setting its clock"),
        ("# Nowhere\nzone 3\nclock 2026-03-04 10:00\n", 2, "no zone '3': one of 1, 2"),
        ("# Twice\nzone 1\nzone 2\nclock 2026-03-04 10:00\n", 3, "`zone` stands once"),
        ("# Too late\nzone 2\nclock 2026-03-04 10:00\nsector 16G\n", 4, "`sector` stands once"),
        ("# Nothing but a place\nzone 2\nstreet rotative\n", 1, "a visit begins by setting its clock"),
    ],
)
def test_how_a_visit_begins(tmp_path: Path, text: str, line: int, reason: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(VisitError) as error:
        read_visit(file)
    assert str(error.value).startswith(f"{file}:{line}: {reason}")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "some.visit"
    file.write_bytes(b"# caf\xe9\n")
    with pytest.raises(VisitError, match="not UTF-8"):
        read_visit(file)


def test_what_a_line_may_look_like(tmp_path: Path) -> None:
    text = '# Title  \n\nzone 2\nsector 16G\n  clock 2018-03-05 10:00:20   # half past\nexpect text "Tapez votre # plaque"\n'
    visit = read_visit(written(tmp_path, text))
    assert (visit.title, visit.at.isoformat()) == ("Title", "2018-03-05T10:00:20+01:00")
    assert [(step.line, step.verb, step.words) for step in visit.steps] == [
        (3, "zone", ("2",)),
        (4, "sector", ("16G",)),
        (5, "clock", ("2018-03-05", "10:00:20")),
        (6, "expect", ("text", "Tapez votre # plaque")),
    ]


def test_where_the_station_stands(tmp_path: Path) -> None:
    site = demonstration(tmp_path, datetime(2026, 3, 4, 10, tzinfo=PARIS)).site
    visit = read_visit(written(tmp_path, f"# Elsewhere\nstreet rotative\nzone 2\nsector 16G\n{TITLE_AND_CLOCK}"))
    there = visit.located(site)
    assert (there.zone, there.street, there.sector) == (2, "rotative", "16G")
    assert (there.station, there.address) == (site.station, site.address)
    assert read_visit(written(tmp_path, TITLE_AND_CLOCK)).located(site) == site


# --- hopes that do not hold ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted", "found"),
    [
        ("expect screen approved", "'approved'", "'duration'"),
        ("expect price 7,00", "700", "600"),
        ("expect end 2026-03-04 16:30", "2026-03-04T16:30:00+01:00", "2026-03-04T15:30:00+01:00"),
        ("expect plate XY987ZT", "'XY987ZT'", "'AB123CD'"),
        ('expect text "Payé"', "'Payé'", "jusqu’à 15:30 6,00 €"),
        ('expect no-text "15:30"', "no text '15:30'", "jusqu’à 15:30"),
        ("expect no-quote", "None", "600"),
        ("expect language en", "'en'", "'fr'"),
        ("expect beep ignored", "'ignored'", "'accepted'"),
        ("expect glass dark", "'dark'", "'lit'"),
        ('expect ticket "AB-123-CD"', "'AB-123-CD'", "(there is none)"),
        ("expect tickets 1", "1", "0"),
        ('expect terminal "6,00 EUR"', "'6,00 EUR'", "BONJOUR"),
        ("expect debits 6,00", "[600]", "[]"),
        ('expect facts "right sold"', "['right sold']", "[]"),
        ("expect alarm printer out", "['printer out']", "[]"),
        ("expect unsent 7", "7", "0"),
        ("expect city AB123CD allowed until 2026-03-04 15:30", "True", "(False, None)"),
        ("card approved", "did not ask", "the card"),
    ],
)
def test_an_expectation_that_fails_says_where_what_was_wanted_and_what_is(
    tmp_path: Path, line: str, wanted: str, found: str
) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press AB123CD OK OK\nwait 3\n{line}\n")
    with pytest.raises(VisitError) as error:
        play(file, None)
    assert str(error.value).startswith(f"{file}:5: ")
    assert wanted in str(error.value)
    assert found in str(error.value)


def test_an_expectation_of_nothing_wrong_fails_too(tmp_path: Path) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}fault card mute\nwait 90\nexpect no-alarm\n")
    with pytest.raises(VisitError, match=r":5: expected alarms \[\], found \['terminal silent'\]"):
        play(file, None)


def test_a_ticket_that_says_too_much(tmp_path: Path) -> None:
    file = written(tmp_path, f'{SALE}expect ticket-without "AB-123-CD"\n')
    with pytest.raises(VisitError, match=":10: expected no 'AB-123-CD' on the ticket"):
        play(file, None)


def test_a_screen_that_never_comes(tmp_path: Path) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press A\nwait until approved\n")
    with pytest.raises(VisitError, match=":4: waited 400 s for screen 'approved'; it is still 'idle'"):
        play(file, None)


def test_a_card_that_should_not_have_been_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press AB123CD OK OK OK\ncard approved ignored\n")
    with pytest.raises(VisitError, match=":4: the terminal took the card"):
        play(file, None)


def test_the_money_must_add_up_even_if_the_visit_expects_nothing(tmp_path: Path) -> None:
    """A debit that has no end in the journal yet: the visit stops too early, and is told so."""
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press AB123CD OK OK OK\nfault card mute_after_card\ncard approved\nwait 10\n")
    with pytest.raises(VisitError, match=r":6: debited, and no right exists: \[\('0042000001', 600\)\]"):
        play(file, None)


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
        "duration",
        "present-card",
        "approved",
        "printing",
        "take-ticket",
    ]
    assert size(out / "screens" / "duration.png") == (256, 64)
    assert size(out / "ticket.png")[0] > 576, "80 mm of paper: 576 dots and its margins"
    assert "AB-123-CD" in (out / "ticket.txt").read_text("utf-8")
    assert (out / "ticket.bin").read_bytes().startswith(b"\x1b@")
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


def test_the_help_says_everything_that_can_be_said() -> None:
    for verb in VERBS.values():
        assert f"  {verb.usage} " in HELP
    for expectation in EXPECTATIONS.values():
        assert f"  expect {expectation.usage} " in HELP
    for name in ("wrong_pin", "paper_out_mid", "mute_after_card", "second look", "CORRECT"):
        assert name in HELP
