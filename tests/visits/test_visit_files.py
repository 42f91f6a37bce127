"""A visit file is read whole before anything is done; a mistake names its file and line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hal.time_zone import PARIS
from simulator.setting import demonstration
from simulator.visit_files.play import play
from simulator.visit_files.visit import VisitError, read_visit
from tests.visits.files import TITLE_AND_CLOCK, written

# --- mistakes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("pres A", "no verb 'pres': one of zone, street, sector, protocol, board, clock, press"),
        ("press É", "no key 'É': one of A, B"),
        ("press ok", "no key 'o': one of A, B"),
        ("press", "expected `press KEY …`"),
        ("hold A B", "expected `hold KEY`"),
        ("card visa", "no card 'visa': one of approved"),
        ("card approved twice", "no way to present a card 'twice'"),
        ("wait", "expected `wait SECONDS | wait until SCREEN`"),
        ("wait soon", "expected seconds such as 15 or 0.5, not 'soon'"),
        ("wait -1", "expected seconds"),
        ("wait 3 4", "expected `wait SECONDS | wait until SCREEN`"),
        ("wait until payed", "no screen 'payed': one of already paid, approved"),
        ("fault printer", "expected `fault DEVICE NAME`"),
        ("fault toaster burnt", "no device 'toaster': one of printer, "),
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
        ("expect language pt", "no language 'pt': one of fr, en, de, es, it"),
        ("expect beep loud", "no beep 'loud'"),
        ("expect tickets one", "expected a whole number, not 'one'"),
        ('expect facts "right solved"', "no fact 'right solved': one of started"),
        ("expect alarm printer sad", "no alarm 'printer sad'"),
        ("expect city AB123CD perhaps", "no answer 'perhaps': one of allowed, refused"),
        ("expect city AB123CD allowed", "expected `city PLATE allowed until DATE TIME | city PLATE refused`"),
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
    shown = demonstration(tmp_path, datetime(2026, 3, 4, 10, tzinfo=PARIS))
    site, tariffs = shown.site, shown.tariffs
    visit = read_visit(written(tmp_path, f"# Elsewhere\nstreet rotative\nzone 2\nsector 16G\n{TITLE_AND_CLOCK}"))
    there = visit.located(site, tariffs)
    assert (there.zone, there.street, there.sector) == (2, "rotative", "16G")
    assert (there.station, there.arrondissement, there.address) == ("75016-0042", 16, site.address)
    assert read_visit(written(tmp_path, TITLE_AND_CLOCK)).located(site, tariffs) == site


def test_a_zone_that_is_not_the_sector_s_is_refused(tmp_path: Path) -> None:
    shown = demonstration(tmp_path, datetime(2026, 3, 4, 10, tzinfo=PARIS))
    visit = read_visit(written(tmp_path, f"# Elsewhere\nzone 2\n{TITLE_AND_CLOCK}"))
    with pytest.raises(VisitError, match=":2: zone: sector 11D is in tariff zone 1, not 2"):
        visit.located(shown.site, shown.tariffs)
