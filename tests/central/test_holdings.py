"""Holdings: a series is replaced as a whole or not at all, and what was known before is still known to have been."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from central.db.tables import audit, generations
from central.db.tables import holdings as table
from central.register import holdings
from central.register.holdings import EVERYWHERE, SETTLED, HoldingRow, find_holdings, replace_series
from firmware.domain.errors import FieldError

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ON_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
"""Where there are readers beside the writer at all."""


def resident(plate: str, *sectors: str) -> HoldingRow:
    return HoldingRow(plate, "resident", sectors or ("11D",), NOW - 30 * DAY, NOW + 30 * DAY)


def cmi_s(plate: str) -> HoldingRow:
    return HoldingRow(plate, "cmi_s", (), NOW - 30 * DAY, None)


def held(store: Engine, plate: str, at: datetime = NOW, known_at: datetime | None = None) -> list[tuple[str, str]]:
    with store.begin() as connection:
        return [(each.series, each.holding) for each in find_holdings(connection, plate, at, known_at)]


def residents(store: Engine, *plates: str) -> set[str]:
    return {plate for plate in plates if ("residents", "resident") in held(store, plate)}


def blocked(connection: Connection) -> None:
    """Wait until somebody waits for somebody."""
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while not connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
        assert datetime.now(UTC) < deadline, "nobody waits"


def test_what_a_plate_holds_however_it_is_written(store: Engine) -> None:
    replace_series(store, "residents", [resident("ab-123-cd", "11D", "11C")], "operator", NOW)
    with store.begin() as connection:
        (found,) = find_holdings(connection, "AB 123 CD", NOW)
    assert (found.series, found.holding, found.sectors) == ("residents", "resident", frozenset({"11C", "11D"}))
    assert (found.valid_from, found.valid_until) == (NOW - 30 * DAY, NOW + 30 * DAY)


def test_a_series_replaces_what_it_had_and_no_other(store: Engine) -> None:
    first = replace_series(store, "residents", [resident("AA-111-AA"), resident("BB-222-BB")], "operator", NOW)
    replace_series(store, "cmi-s", [cmi_s("AA-111-AA")], "operator", NOW)
    second = replace_series(store, "residents", [resident("CC-333-CC")], "operator", NOW + DAY, accept_shrink=1)
    assert (first, second) == (1, 2)
    assert residents(store, "AA-111-AA", "BB-222-BB", "CC-333-CC") == {"CC-333-CC"}
    assert held(store, "AA-111-AA") == [("cmi-s", "cmi_s")]


def test_a_right_begins_and_ends_to_the_instant(store: Engine) -> None:
    replace_series(store, "residents", [HoldingRow("AA-111-AA", "resident", ("11D",), NOW, NOW + DAY)], "operator", NOW)
    moment = timedelta(microseconds=1)
    instants = (NOW - moment, NOW, NOW + DAY - moment, NOW + DAY)
    assert [bool(held(store, "AA-111-AA", at)) for at in instants] == [False, True, True, False]


def test_a_row_that_fails_leaves_the_generation_that_was(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "CHUNK", 2)
    replace_series(store, "residents", [resident("AA-111-AA")], "operator", NOW)

    def rows() -> Iterator[HoldingRow]:
        yield from (resident(f"BB-{number}-BB") for number in range(100, 105))
        yield HoldingRow("BB-222-BB", "resident", (), NOW, None)

    with pytest.raises(FieldError, match="sectors"):
        replace_series(store, "residents", rows(), "operator", NOW + DAY)
    assert residents(store, "AA-111-AA", "BB-100-BB") == {"AA-111-AA"}
    with store.begin() as connection:
        counts = [connection.scalar(select(func.count()).select_from(each)) for each in (generations, table, audit)]
    assert counts == [1, 1, 1]


def test_what_was_answered_once_is_what_was_known_then(store: Engine) -> None:
    plates = ("AA-111-AA", "BB-222-BB", "CC-333-CC")
    answers: dict[tuple[str, datetime], list[tuple[str, str]]] = {}
    for number in range(4):
        since = NOW + number * DAY
        replace_series(store, "residents", [resident(plate) for plate in plates[: number + 1]], "operator", since)
        if number % 2:
            replace_series(store, "cmi-s", [cmi_s(plate) for plate in plates[number:]], "operator", since, accept_shrink=3)
        answers |= {(plate, since + DAY / 2): held(store, plate) for plate in plates}
    assert len({tuple(answer) for answer in answers.values()}) == 5
    for (plate, then), answer in answers.items():
        assert held(store, plate, NOW, known_at=then) == answer
    assert not any(held(store, plate, NOW, known_at=NOW - DAY) for plate in plates)


def test_a_worker_whose_clock_lags_ends_no_generation_before_it_began(store: Engine) -> None:
    replace_series(store, "residents", [resident("AA-111-AA")], "operator", NOW)
    replace_series(store, "residents", [resident("BB-222-BB")], "operator", NOW - DAY)
    assert residents(store, "AA-111-AA", "BB-222-BB") == {"BB-222-BB"}
    assert not held(store, "BB-222-BB", NOW, known_at=NOW - DAY / 2)
    with store.begin() as connection:
        assert all(row.known_from <= (row.known_until or NOW) for row in connection.execute(select(generations)))


@pytest.mark.parametrize("series", ["card-1", "card-27", "card-0027"])
def test_no_office_loads_a_file_over_the_card_of_somebody(store: Engine, series: str) -> None:
    with pytest.raises(FieldError, match="the series of a card"):
        replace_series(store, series, [resident("AA-111-AA")], "operator", NOW)
    with store.begin() as connection:
        assert connection.execute(select(generations)).all() == []
    replace_series(store, "card-holders-2026", [resident("AA-111-AA")], "operator", NOW)


def test_who_loaded_how_much_is_written_down(store: Engine) -> None:
    replace_series(store, "residents", [resident("AA-111-AA"), resident("BB-222-BB")], "operator", NOW)
    with store.begin() as connection:
        loaded = connection.execute(select(generations.c.size, generations.c.loaded_by)).one()
        noted = connection.execute(select(audit.c.who, audit.c.subject, audit.c.detail)).one()
    assert tuple(loaded) == (2, "operator")
    assert tuple(noted) == ("operator", "residents", {"generation": 1, "size": 2})


@ON_POSTGRESQL
def test_a_reader_beside_the_writer_sees_the_old_series_until_it_sees_the_new(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "CHUNK", 1)
    plates = ("AA-111-AA", "BB-222-BB", "CC-333-CC")
    replace_series(store, "residents", map(resident, plates[:2]), "operator", NOW)
    seen = []

    def rows() -> Iterator[HoldingRow]:
        for plate in plates[1:]:
            yield resident(plate)
            seen.append(residents(store, *plates))

    replace_series(store, "residents", rows(), "operator", NOW + DAY)
    assert [*seen, residents(store, *plates)] == [set(plates[:2]), set(plates[:2]), set(plates[1:])]


@ON_POSTGRESQL
@pytest.mark.parametrize("before", [0, 1])
def test_two_replacements_of_one_series_wait_for_each_other(store: Engine, before: int) -> None:
    for _ in range(before):
        replace_series(store, "residents", [resident("ZZ-999-ZZ")], "operator", NOW)
    made: dict[str, int] = {}  # not a list: who is told first that it is done, nobody can say

    def second() -> None:
        made["second"] = replace_series(store, "residents", [resident("BB-222-BB")], "second", NOW + DAY)

    other = threading.Thread(target=second)

    def rows() -> Iterator[HoldingRow]:
        yield resident("AA-111-AA")
        other.start()
        with store.connect() as connection:
            blocked(connection)

    made["first"] = replace_series(store, "residents", rows(), "first", NOW)
    other.join()
    assert made == {"first": before + 1, "second": before + 2}
    assert residents(store, "AA-111-AA", "BB-222-BB", "ZZ-999-ZZ") == {"BB-222-BB"}
    with store.begin() as connection:
        present = connection.scalars(select(generations.c.generation).where(generations.c.known_until.is_(None)))
        assert list(present) == [before + 2]


@pytest.mark.parametrize(
    ("field", "row"),
    [
        ("plate", ("", "cmi_s", (), NOW, None)),
        ("plate", ("- -", "cmi_s", (), NOW, None)),
        ("plate", ("ABCDEFGHIJK", "cmi_s", (), NOW, None)),
        ("holding", ("AA-111-AA", "visitor", (), NOW, None)),
        ("sectors", ("AA-111-AA", "resident", (), NOW, None)),
        ("sectors", ("AA-111-AA", "resident", ("11A", "11B", "11C", "11D", "11E"), NOW, None)),
        ("sectors", ("AA-111-AA", "resident", ("21A",), NOW, None)),
        ("sectors", ("AA-111-AA", "resident", ("11d",), NOW, None)),
        ("sectors", ("AA-111-AA", "resident", ("11D\n",), NOW, None)),
        ("sectors", ("AA-111-AA", "cmi_s", ("11D",), NOW, None)),
        ("valid_from", ("AA-111-AA", "cmi_s", (), NOW.replace(tzinfo=None), None)),
        ("valid_from", ("AA-111-AA", "cmi_s", (), datetime.min.replace(tzinfo=UTC), None)),
        ("valid_until", ("AA-111-AA", "cmi_s", (), NOW, NOW.replace(tzinfo=None) + DAY)),
        ("valid_until", ("AA-111-AA", "cmi_s", (), NOW, NOW)),
    ],
)
def test_a_row_that_cannot_be_one_names_its_column(
    field: str, row: tuple[str, str, tuple[str, ...], datetime, datetime | None]
) -> None:
    with pytest.raises(FieldError) as refused:
        HoldingRow(*row)
    assert refused.value.field == field


@ON_POSTGRESQL
def test_postgresql_knows_at_once_how_much_was_loaded(store: Engine) -> None:
    replace_series(store, "residents", [resident(f"AB-{number:03}-CD") for number in range(500)], "operator", NOW)
    with store.begin() as connection:
        assert connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'holdings'")) == 500


@pytest.mark.parametrize("name", ["", "Residents", "a b", "x" * 41, "../x", "résidents"])
def test_a_series_has_a_plain_name(store: Engine, name: str) -> None:
    with pytest.raises(FieldError) as refused:
        replace_series(store, name, [], "operator", NOW)
    assert refused.value.field == "series"


def test_the_rights_that_have_a_home_are_those_of_the_tariff_file() -> None:
    regimes = json.loads((Path(__file__).parents[2] / "tariffs.json").read_text())["regimes"]
    everywhere = {right for regime in regimes if regime["places"] == "everywhere" for right in regime["rights"]}
    assert everywhere == EVERYWHERE
    assert {right for regime in regimes for right in regime["rights"]} - everywhere == SETTLED


def numbered(count: int) -> list[HoldingRow]:
    return [resident(f"AB-{number:03}-CD") for number in range(count)]


@pytest.mark.parametrize(("rows", "lost"), [(17, 3), (1, 19), (0, 20)])
def test_a_series_that_shrinks_by_more_than_a_tenth_must_be_meant(store: Engine, rows: int, lost: int) -> None:
    replace_series(store, "residents", numbered(20), "operator", NOW)
    for said in (0, lost - 1):
        with pytest.raises(FieldError, match=f"{rows} rows would take the place of 20: .*say how many: {lost}"):
            replace_series(store, "residents", numbered(rows), "operator", NOW + DAY, said)
    assert residents(store, "AB-019-CD") == {"AB-019-CD"}, "nothing was changed"
    assert replace_series(store, "residents", numbered(rows), "operator", NOW + DAY, lost) == 2


def test_a_series_may_lose_a_tenth_without_a_word_and_is_not_begun_with_nothing(store: Engine) -> None:
    with pytest.raises(FieldError, match="no row"):
        replace_series(store, "residents", [], "operator", NOW)
    replace_series(store, "residents", numbered(20), "operator", NOW)
    assert replace_series(store, "residents", numbered(18), "operator", NOW + DAY) == 2
