"""`horodateur-central reconcile` and `right`: what is printed, what it exits with, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from central.cli.common import now as reconcile_now
from central.db.tables import resolutions, rights
from central.rules.statement import LineKind
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightSold
from tests.central.console import Console
from tests.central.signing_station import DAY, NOW, STATION, SigningStation, all_of, chain, city_of, right
from tests.central.statements import HEADER, bank, file_of, line

DAY_OF = "--day", "2026-03-04"
FACTS = (
    *(RightSold(right()), RightSold(right(2, plate="ZZ999ZZ"))),
    *(PaymentStarted(right(3)), InDoubt(right(3), "unanswered")),
    *(PaymentStarted(right(4)), PaymentRefused(right(4).reference, "declined")),
)


@pytest.fixture
def station(started: Console) -> SigningStation:
    """Two sales, one in doubt, one refused."""
    station = SigningStation(city_of(started.store, STATION))
    station.hand_in(chain(FACTS))
    return station


def test_a_day_that_is_equal_exits_0_and_says_what_is_in_doubt(started: Console, station: SigningStation) -> None:
    status, said, complained = started.types("reconcile", *DAY_OF)
    assert (status, complained) == (0, "")
    assert said.splitlines() == [
        "2026-03-04: all equal",
        "",
        "station (payments: euros)  journal   resolved  register  acquirer  in doubt",
        "75011-0042                 2: 12.00  0         2: 12.00  -         1",
        "",
        "of payments in doubt a statement says how they ended: --acquirer FILE",
    ]


def test_differences_exit_1_and_stand_one_a_line_with_what_to_do(
    started: Console, station: SigningStation, tmp_path: Path
) -> None:
    rows = [line(2, bank(), 6000), line(3, bank(3)), line(4, bank(4)), line(5, "", 120)]
    status, said, _ = started.types("reconcile", *DAY_OF, "--acquirer", file_of(tmp_path, rows))
    assert status == 1
    lines = [re.split(r"  +", each) for each in said.splitlines()]
    assert ["75011-0042", "2: 12.00", "0", "2: 12.00", "3: 72.00", "1", "NOT EQUAL"] in lines
    assert ["?", "0", "0", "0", "1: 1.20", "0", "NOT EQUAL"] in lines
    assert lines[-10][0] == "in doubt, and the statement says how it ended; --apply resolves it:"
    visit = f"75011-0042-000003, bank {bank(3)}, generation 1 entry 4, 2026-03-04 10:00:00, 6.00, AB123CD"
    assert lines[-8] == ["sold", visit, "line 3"]
    assert lines[-5:] == [
        ["difference", "visit", "figures", "what to do"],
        [
            "debited, no payment known",
            "station not known, 2026-03-04 10:00:00",
            "debited 1.20 EUR; line 5, terminal 00042117",
            "find whose it is by terminal and instant; ask the acquirer to refund it",
        ],
        [
            "amount differs",
            f"75011-0042-000001, bank {bank()}, generation 1 entry 1, 2026-03-04 10:00:00, AB123CD",
            "journal sold; recorded 6.00; debited 60.00 EUR; line 2, terminal 00042117",
            "ask the acquirer to refund or correct the difference",
        ],
        [
            "sold, not debited",
            f"75011-0042-000002, bank {bank(2)}, generation 1 entry 2, 2026-03-04 10:00:00, ZZ999ZZ",
            "journal sold; recorded 6.00",
            "look in the statement of the next day; then claim it from the acquirer",
        ],
        [
            "refused, yet debited",
            f"75011-0042-000004, bank {bank(4)}, generation 1 entry 6, 2026-03-04 10:00:00",
            "journal no right; recorded 6.00; debited 6.00 EUR; line 4, terminal 00042117",
            "ask the acquirer to refund it",
        ],
    ]
    assert all_of(station.city, resolutions) == []


def test_amounts_of_two_currencies_are_never_added(started: Console, station: SigningStation, tmp_path: Path) -> None:
    dollars = [line(3, bank(), currency="USD"), line(4, "", 120, currency="USD")]
    file = file_of(
        tmp_path, [line(2, bank()), *dollars, line(5, bank(2)), line(6, bank(2), 100, LineKind.CREDIT, currency="CHF")]
    )
    _, said, _ = started.types("reconcile", *DAY_OF, "--acquirer", file)
    lines = [re.split(r"  +", each) for each in said.splitlines()]
    assert ["75011-0042", "2: 12.00", "0", "2: 12.00", "2: 12.00; -1: -1.00 CHF; 1: 6.00 USD", "1", "NOT EQUAL"] in lines
    assert ["?", "0", "0", "0", "0; 1: 1.20 USD", "0", "NOT EQUAL"] in lines
    assert ["all", "2: 12.00", "0", "2: 12.00", "2: 12.00; -1: -1.00 CHF; 2: 7.20 USD", "1", "NOT EQUAL"] in lines
    assert [each[2].split("; ")[1:] for each in lines if len(each) > 2 and each[2].startswith("journal sold")] == [
        ["recorded 6.00", "debited 6.00 EUR", "debited 6.00 USD", "line 2, 3, terminal 00042117"],
        ["recorded 6.00", "debited 6.00 EUR", "given back 1.00 CHF", "line 5, 6, terminal 00042117"],
    ]
    differences = json.loads(started.types("reconcile", *DAY_OF, "--acquirer", file, "--json")[1])["differences"]
    twice = next(each for each in differences if each["kind"] == "debited more than once")
    assert twice["debited"] == [
        {"count": 1, "cents": 600, "currency": "EUR"},
        {"count": 1, "cents": 600, "currency": "USD"},
    ]


def test_a_debit_in_another_currency_hides_behind_no_sum_that_is_right(
    started: Console, station: SigningStation, tmp_path: Path
) -> None:
    """6 EUR, and 6 USD of the other sale: as many payments, and cents that would add up to what was sold."""
    file = file_of(tmp_path, [line(2, bank()), line(3, bank(2), currency="USD")])
    _, said, _ = started.types("reconcile", *DAY_OF, "--acquirer", file)
    lines = [re.split(r"  +", each) for each in said.splitlines()]
    assert ["75011-0042", "2: 12.00", "0", "2: 12.00", "1: 6.00; 1: 6.00 USD", "1", "NOT EQUAL"] in lines


def test_applying_resolves_once_and_the_history_says_who_and_why(
    started: Console, station: SigningStation, tmp_path: Path
) -> None:
    file = file_of(tmp_path, [line(2, bank()), line(3, bank(2)), line(4, bank(3))])
    words = "reconcile", *DAY_OF, "--acquirer", file
    assert started.types(*words)[0] == 1
    assert len(all_of(station.city, resolutions)) == 0
    status, said, _ = started.types(*words, "--complete", "3", "--apply")
    assert (status, said.splitlines()[0]) == (0, "2026-03-04: all equal")
    assert re.search(r"^resolved:\nas +visit +because\nsold +75011-0042-000003,.* line 4$", said, re.MULTILINE)
    assert "  2: 12.00  1: 6.00   3: 18.00  3: 18.00  0" in said
    status, said, _ = started.types(*words, "--apply")
    assert (status, "resolved:" in said) == (0, False)
    assert len(all_of(station.city, resolutions)) == 1
    status, said, _ = started.types("right", right(3).reference)
    steps = [re.split(r"  +", each)[1:] for each in said.splitlines()[1:]]
    assert (status, [each[:2] for each in steps]) == (0, [[name, "AB123CD"] for name in ("started", "provisional", "sold")])
    assert steps[1][2] == "entry 4 of generation 1"
    assert re.fullmatch(r"sold: statement\.csv, line 4, of 2026-03-04; console: \S+; sha256 [0-9a-f]{64}", steps[2][2])


def test_what_is_not_debited_is_shown_by_the_history_too(started: Console, station: SigningStation, tmp_path: Path) -> None:
    station.hand_in(chain([*FACTS, PaymentStarted(right(8))]))
    file = file_of(tmp_path, [line(2, bank()), line(3, bank(2))])
    assert started.types("reconcile", *DAY_OF, "--acquirer", file, "--complete", "2", "--apply")[0] == 0
    for number, last in ((3, "promised"), (8, "no right")):
        steps = started.types("right", right(number).reference)[1].splitlines()
        assert re.split(r"  +", steps[-1])[1] == last
        assert "not debited: statement.csv, no line, of 2026-03-04" in steps[-1]


def test_json_has_everything(started: Console, station: SigningStation, tmp_path: Path) -> None:
    file = file_of(tmp_path, [line(2, bank(), at=NOW + DAY), line(3, bank(3))])
    status, said, _ = started.types("reconcile", *DAY_OF, "--acquirer", file, "--json")
    found = json.loads(said)
    assert status == 1
    assert (found["day"], found["equal"], found["complete"]) == ("2026-03-04", False, False)
    assert (found["statement"]["file"], found["statement"]["lines"]) == ("statement.csv", 2)
    assert [each["line"] for each in found["other_days"]] == [2]
    assert [(each["outcome"], each["line"], each["payment"]["reference"]) for each in found["to_resolve"]] == [
        ("sold", 3, right(3).reference)
    ]
    assert [(each["kind"], each["reference"], each["cents"]) for each in found["differences"]] == [
        ("sold, not debited", right(2).reference, 600)
    ]
    assert found["totals"][0]["register"] == {"count": 2, "cents": 1200, "currency": "EUR"}
    assert found["resolved"] == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--apply"], "--apply resolves by a statement: name it with --acquirer"),
        (["--complete", "1"], "--complete: says that a statement is complete: name it with --acquirer"),
        (
            ["--acquirer", "FILE", "--complete", "2"],
            "--complete: the statement should have 2 lines and has 1: it may be cut short",
        ),
        (["--acquirer", "FILE", "--day", "2999-01-01"], "--day: 2999-01-01 is to come"),
        (["--day", "0001-01-01"], "--day: 0001-01-01 is before any station's first day"),
        (["--acquirer", "FILE", "--day", "TODAY", "--complete", "1"], "is not over: no statement of it is complete"),
        (["--acquirer", "NONE"], "none.csv: No such file or directory"),
        (["--acquirer", "FOLDER"], "Is a directory"),
        (["--acquirer", "CUT"], "cut.csv, line 2: has no end: the file may have been cut short; nothing was changed"),
    ],
)
def test_what_cannot_be_done_exits_2_and_changes_nothing(
    started: Console, station: SigningStation, tmp_path: Path, words: list[str], complaint: str
) -> None:
    (tmp_path / "cut.csv").write_text(HEADER + "debit,31PA")
    said: dict[str, str | Path] = {
        "FILE": file_of(tmp_path, [line(2, bank(3))]),
        "NONE": tmp_path / "none.csv",
        "FOLDER": tmp_path,
        "CUT": tmp_path / "cut.csv",
        "TODAY": f"{reconcile_now():%Y-%m-%d}",
    }
    before = all_of(station.city, rights)
    status, shown, complained = started.types("reconcile", *DAY_OF, *(said.get(each, each) for each in words))
    assert (status, shown) == (2, "")
    assert complaint in complained
    assert all_of(station.city, rights) == before


def test_a_register_that_cannot_be_opened_is_no_difference(tmp_path: Path, started: Console) -> None:
    started.url = f"sqlite:///{tmp_path / 'nowhere.db'}"
    assert started.types("reconcile", *DAY_OF)[0] == 2
    for wrong in ("04/03/2026", "2026-02-30", ""):
        with pytest.raises(SystemExit, match="2"):
            started.types("reconcile", "--day", wrong)


@pytest.mark.parametrize("reference", ["75011-0042-000009", "75012-0001-000001", "813", ""])
def test_a_right_that_never_was_has_no_history(started: Console, station: SigningStation, reference: str) -> None:
    status, said, complained = started.types("right", reference)
    assert (status, said) == (1, "")
    assert reference in complained
