"""The yearly report on appeals: the table of annex II, by hand and from the register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.appeals.court import CourtJudgment, CourtReferral, record_judgment, refer_to_court
from central.appeals.report import make_report, report_csv
from central.appeals.report_figures import find_figures
from central.core.audit import list_audit
from central.core.city import City
from central.pages.appeal_words import APPEAL_EVENTS, APPEAL_STATES, APPELLANTS, COURT_STATES, DOCUMENTS, GROUNDS
from central.pages.appeals_report_page import FIGURES, HOMES, report_page
from central.rules.appeal_documents import AppealWay, Appellant, DocumentKind, InadmissibleGround
from central.rules.appeal_states import AppealEventKind, AppealState, CourtState, Judgment
from central.rules.appeals_report import (
    AnnexFigure,
    AppealsReport,
    AppealYear,
    AppellantHome,
    ReportedAppeal,
    ReportedJudgment,
    appeals_report,
)
from central.rules.court import CourtAgainst
from firmware.domain.errors import FieldError
from tests.central.api_client import client_of
from tests.central.appeal_rows import NINTH, decide, filed, noon, sent_notice
from tests.central.console import Console
from tests.central.register_rows import DAY

S, F, H = AppealState, AnnexFigure, AppellantHome


def appeal(resident: bool, state: AppealState, days: int | None = None) -> ReportedAppeal:
    ground = InadmissibleGround.LATE if state is S.INADMISSIBLE else None
    return ReportedAppeal(resident, date(2026, 3, 1), state, date(2026, 3, 1 + days) if days is not None else None, ground)


def cells(report: AppealsReport, home: AppellantHome) -> dict[AnnexFigure, tuple[float, float, float | None, float | None]]:
    (row,) = (row for row in report.rows if row.appellants is home)
    return {cell.figure: (cell.value, cell.last_year, cell.change_percent, cell.per_notice_percent) for cell in row.cells}


THIS = AppealYear(
    400,
    [
        appeal(True, S.ACCEPTED, 10),
        appeal(True, S.REFUSED, 20),
        appeal(False, S.PARTLY_ACCEPTED, 15),
        appeal(False, S.INADMISSIBLE, 3),
        appeal(False, S.REFUSED_BY_SILENCE),
        appeal(False, S.RECEIVED),
    ],
    [ReportedJudgment(True, Judgment.ANNULLED), ReportedJudgment(None, Judgment.DISMISSED)],
)
LAST = AppealYear(300, [appeal(True, S.REFUSED, 10), appeal(False, S.REFUSED_BY_SILENCE)], [])
REPORT = appeals_report(2026, THIS, LAST)


def test_the_table_by_hand() -> None:
    assert cells(REPORT, H.ALL) == {
        F.RECEIVED: (6, 2, 200.0, 1.5),
        F.MEAN_DAYS: (12.0, 10.0, 20.0, None),
        F.EXPLICIT: (4, 1, 300.0, 1.0),
        F.IMPLICIT: (1, 1, 0.0, 0.25),
        F.INADMISSIBLE: (1, 0, None, 0.25),
        F.REFUSED: (2, 2, 0.0, 0.5),
        F.ADMITTED: (2, 0, None, 0.5),
        F.COURT_DISMISSED: (1, 0, None, 0.25),
        F.COURT_ANNULLED: (1, 0, None, 0.25),
    }
    assert (REPORT.grounds, REPORT.pending) == ({InadmissibleGround.LATE: 1}, 1)


def test_those_inside_and_those_outside_are_all_appeals_and_a_case_without_one_is_neither() -> None:
    inside, outside, whole = (cells(REPORT, home) for home in (H.INSIDE, H.OUTSIDE, H.ALL))
    for figure in set(F) - {F.MEAN_DAYS, F.COURT_DISMISSED}:
        assert inside[figure][0] + outside[figure][0] == whole[figure][0]
    assert (inside[F.MEAN_DAYS][0], outside[F.MEAN_DAYS][0]) == (15.0, 9.0)
    assert (inside[F.COURT_DISMISSED][0], outside[F.COURT_DISMISSED][0], whole[F.COURT_DISMISSED][0]) == (0, 0, 1)


def test_a_year_without_anything_is_a_table_of_nothing() -> None:
    nothing = appeals_report(2026, AppealYear(0, [], []), AppealYear(0, [], []))
    assert {cell for row in nothing.rows for cell in cells(nothing, row.appellants).values()} == {(0, 0, None, None)}


def test_from_the_register(city: City) -> None:
    numbers = [sent_notice(city, plate) for plate in ("AA111AA", "BB222BB", "CC333CC")]
    first = filed(city, numbers[0])
    decide(city, first.id, AppealEventKind.REFUSED, NINTH + 4 * DAY)
    filed(city, numbers[1], NINTH, resident=False)
    case = refer_to_court(
        city, numbers[0], CourtReferral(CourtAgainst.REFUSAL, date(2026, 4, 1), "26-1"), "e", noon(date(2026, 4, 1))
    )
    later = noon(date(2027, 1, 1))
    record_judgment(city, case.id, CourtJudgment(Judgment.ANNULLED, date(2027, 1, 1)), "e", later)
    report = make_report(city.store, 2026, later)
    found = {figure: values[0] for figure, values in cells(report, H.ALL).items()}
    assert report.notices == 3
    assert found == {
        **dict.fromkeys(F, 0),
        F.RECEIVED: 2,
        F.MEAN_DAYS: 4.0,
        F.EXPLICIT: 1,
        F.IMPLICIT: 1,
        F.REFUSED: 2,
    }
    after = make_report(city.store, 2027, later)
    assert cells(after, H.INSIDE)[F.COURT_ANNULLED][:2] == (1, 0)
    assert cells(after, H.ALL)[F.RECEIVED] == (0, 2, -100.0, None)


def test_every_appeal_that_was_filed_counts_with_its_own_end_and_ground(city: City) -> None:
    """Nothing that a city found inadmissible vanishes because somebody filed after it."""
    number = sent_notice(city)
    first = filed(city, number, NINTH, resident=False)
    decide(city, first.id, AppealEventKind.INADMISSIBLE, NINTH + DAY, ground=InadmissibleGround.NOT_CONCERNED)
    filed(city, number, NINTH + 2 * DAY, DocumentKind.NOTICE, statement="Un autre.", resident=False)
    filed(city, number, NINTH + 3 * DAY, statement="Le mien.", coded=True)
    decide(city, first.id, AppealEventKind.ACCEPTED, NINTH + 5 * DAY)
    report = make_report(city.store, 2026, NINTH + 6 * DAY)
    outside, inside, whole = (cells(report, home) for home in (H.OUTSIDE, H.INSIDE, H.ALL))
    for figure, expected in {
        F.RECEIVED: (2, 1, 3),
        F.MEAN_DAYS: (1.0, 2.0, 1.5),
        F.EXPLICIT: (1, 1, 2),
        F.INADMISSIBLE: (1, 0, 1),
        F.ADMITTED: (0, 1, 1),
        F.IMPLICIT: (0, 0, 0),
    }.items():
        assert (outside[figure][0], inside[figure][0], whole[figure][0]) == expected, figure
    assert (report.grounds, report.pending) == ({InadmissibleGround.NOT_CONCERNED: 1}, 1)
    later = make_report(city.store, 2026, noon(date(2026, 4, 12)))
    assert (cells(later, H.OUTSIDE)[F.IMPLICIT][0], later.pending) == (1, 0), "which nobody answered"


def test_a_filing_counts_for_the_year_in_which_it_came(city: City) -> None:
    number = sent_notice(city)
    decide(city, filed(city, number).id, AppealEventKind.INADMISSIBLE, NINTH, ground=InadmissibleGround.NOT_CONCERNED)
    new_year = noon(date(2027, 1, 2))
    filed(city, number, new_year, way=AppealWay.REGISTERED, posted_on=date(2026, 4, 8))
    received = [cells(make_report(city.store, year, new_year), H.ALL)[F.RECEIVED][0] for year in (2026, 2027)]
    assert received == [1, 1]


def test_a_year_ends_at_midnight_of_paris(city: City) -> None:
    number = sent_notice(city)
    assert make_report(city.store, 2026, noon(date(2026, 12, 31))).notices == 1
    with pytest.raises(FieldError, match="2018 to 2026"):
        make_report(city.store, 2027, noon(date(2027, 1, 1)) - 13 * (DAY / 24))
    assert number


def test_csv_and_page_have_every_figure() -> None:
    lines = report_csv(REPORT).splitlines()
    assert len(lines) == 2 + 3 * len(F) + 1 + 2
    assert lines[1] == "2026,all,notices issued,400,300,,"
    assert "2026,all,received,6,2,200.0,1.5" in lines
    assert lines[-3] == "2026,all,inadmissible: late,1,,,"
    assert lines[-1] == "2026,all,entered by the city: money spent in euros,,,,", "nobody has entered it: nothing is made up"
    page = report_page(REPORT)
    assert page.count("non saisi") == 5
    for words in (*FIGURES.values(), *HOMES.values(), "1,5 % des avis", "avant : 2 (+200 %)", "hors délai : 1"):
        assert words in page


def test_what_the_register_cannot_know_is_entered_and_named_as_entered(store: Engine) -> None:
    client = client_of(store)
    client.clock.at = noon(date(2027, 1, 4))
    operator, examiner = client.as_role("operator"), client.as_role("examiner")
    before = {"staff_hundredths": 300, "spent_cents": 20_000_00}
    assert operator.put("/v1/appeals-report/figures?year=2025", before).status_code == 200
    for said in ({"staff_hundredths": 1}, {"contractor": "Cabinet & Fils", "staff_hundredths": 350, "spent_cents": 21_000_50}):
        assert operator.put("/v1/appeals-report/figures?year=2026", said).status_code == 200
    told = examiner.get("/v1/appeals-report?year=2026").json()
    assert told["entered"]["figures"] == {"contractor": "Cabinet & Fils", "staff_hundredths": 350, "spent_cents": 2_100_050}
    assert told["entered_last_year"]["figures"]["staff_hundredths"] == 300
    csv = examiner.get("/v1/appeals-report.csv?year=2026").text
    assert "2026,all,entered by the city: staff in full-time posts,3.5,3.0,," in csv
    page = examiner.get("/v1/appeals-report.html?year=2026").text
    for words in ("Cabinet &amp; Fils", "3,50 (l’année précédente : 3,00)", "21000,50", "saisis par la ville (par Dupont"):
        assert words in page
    assert [each.subject for each in list_audit(store) if each.action == "report figures entered"] == ["2025", "2026", "2026"]


@pytest.mark.parametrize(
    "said", [{"staff_hundredths": -1}, {"spent_cents": 1.5}, {"contractor": "<b>x</b>"}, {"spent_cents": True}, {"staff": 1}]
)
def test_figures_that_are_none_are_refused_and_nothing_is_stored(store: Engine, said: dict[str, object]) -> None:
    operator = client_of(store).as_role("operator")
    assert operator.put("/v1/appeals-report/figures?year=2026", said).status_code == 422
    assert operator.put("/v1/appeals-report/figures?year=2027", {}).status_code == 422, "it has not begun"
    with store.begin() as connection:
        assert find_figures(connection, 2026) is None


def test_every_word_has_its_french() -> None:
    assert set(FIGURES) | set(HOMES) == {*F, *H}
    assert set(APPEAL_STATES) | set(APPEAL_EVENTS) == {*S, *AppealEventKind}
    assert set(DOCUMENTS) | set(APPELLANTS) == {*DocumentKind, *Appellant}
    assert set(GROUNDS) | set(COURT_STATES) == {*InadmissibleGround, *CourtState}


def test_the_command_prints_and_writes_it(started: Console, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("rapo.csv", "rapo.html")]
    status, out, err = started.types("appeals-report", "--year", "2024", "--csv", files[0], "--page", files[1])
    assert (status, err) == (0, "")
    assert "notices issued" in out
    assert [Path(file).read_text("utf-8")[:5] for file in files] == ["year,", "<!doc"]
    assert started.types("appeals-report", "--year", "2017")[0] == 1
    assert started.types("appeals-report", "--year", "2024", "--csv", str(tmp_path / "none" / "x"))[0] == 1
