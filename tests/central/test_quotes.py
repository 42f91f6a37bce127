"""POST /v1/quotes: the price another program asks for is the one `horodateur quote --json` prints."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.cli import main
from central.db.store import open_store
from firmware.cli.quote import add_parser
from tests.central.api_client import NO_LIMITS, Client, client_of

TARIFFS = (Path(__file__).parents[2] / "tariffs.json").read_bytes()
AT = "2026-03-04T10:00:00+01:00"
HOUR = {"zone": 1, "at": AT, "quarters": 4}


@dataclass(frozen=True)
class QuotingCity:
    """Asked for prices, one at a time."""

    client: Client

    def ask(self, body: object) -> httpx.Response:
        return self.client.post("/v1/quotes", content=json.dumps(body).encode())


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuotingCity]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('quotes')}/central.db")
    yield QuotingCity(client_of(store, limits=NO_LIMITS))
    store.dispose()


def horodateur(body: dict[str, object], capsys: pytest.CaptureFixture[str]) -> object:
    """What the command line answers to the same question."""
    parser = argparse.ArgumentParser(prog="horodateur")
    add_parser(parser.add_subparsers(required=True))
    words = [word for name, value in body.items() for word in (f"--{name}", str(value))]
    arguments = parser.parse_args(["quote", *words, "--json"])
    arguments.run(arguments)
    return json.loads(capsys.readouterr().out)


def test_the_example_of_the_specification(city: QuotingCity) -> None:
    answer = city.ask({"zone": 1, "at": "2018-03-05T10:00:00+01:00", "quarters": 6})
    assert answer.status_code == 200
    assert answer.json() == {
        "amount_cents": 600,
        "start": "2018-03-05T10:00:00+01:00",
        "end": "2018-03-05T11:30:00+01:00",
        "tariff": "2018-01-01",
        "zone": 1,
        "vehicle": "car",
        "regime": "visitor",
        "unit": "quarter",
        "units": 6,
        "lines": [
            {"step": 1, "units": 4, "unit_cents": 100, "cents": 400, "text": "1re heure : 4 × 1,00\u00a0€"},
            {"step": 2, "units": 2, "unit_cents": 100, "cents": 200, "text": "2e heure : 2 × 1,00\u00a0€"},
        ],
        "not_applied": [],
    }


@pytest.mark.parametrize(
    ("asked", "cents", "end"),
    [
        ({"arrondissement": 16, "quarters": 4}, 400, "2026-03-04T11:00:00+01:00"),
        ({"wood": "vincennes", "quarters": 24}, 5000, "2026-03-04T16:00:00+01:00"),
        ({"zone": 1, "hours": 6}, 7500, "2026-03-04T16:00:00+01:00"),
        ({"zone": 1, "hours": 6, "vehicle": "heavy"}, 22500, "2026-03-04T16:00:00+01:00"),
        ({"zone": 1, "days": 1, "regime": "resident"}, 150, "2026-03-05T10:00:00+01:00"),
        ({"zone": 1, "hours": 2, "regime": "pro_mobile"}, 100, "2026-03-04T12:00:00+01:00"),
        ({"zone": 1, "days": 1, "regime": "cmi_s"}, 0, "2026-03-05T10:00:00+01:00"),
        ({"zone": 1, "quarters": 4, "reached": 8}, 1200, "2026-03-04T11:00:00+01:00"),
        ({"zone": 1, "quarters": 4, "days": None, "wood": None}, 600, "2026-03-04T11:00:00+01:00"),
    ],
)
def test_every_place_length_class_and_regime(city: QuotingCity, asked: dict[str, object], cents: int, end: str) -> None:
    answer = city.ask({"at": AT, **asked}).json()
    assert (answer["amount_cents"], answer["end"]) == (cents, end)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"zone": 3, "quarters": 4}, "unknown zone"),
        ({"arrondissement": 21, "quarters": 4}, "unknown zone"),
        ({"wood": "Chaville", "quarters": 4}, "unknown zone"),
        ({"zone": 1, "quarters": 0}, "no time asked for"),
        ({"zone": 1, "quarters": 25}, "past the maximum stay"),
        ({"zone": 1, "quarters": 4, "reached": 21}, "past the maximum stay"),
        ({"zone": 1, "quarters": 4, "vehicle": "bus"}, "unknown vehicle class"),
        ({"zone": 1, "quarters": 4, "regime": "guest"}, "unknown regime"),
        ({"zone": 1, "hours": 30, "regime": "resident"}, "not sold by that unit"),
        ({"zone": 1, "quarters": 4, "at": "2014-06-02T10:00:00+02:00"}, "no tariff in force"),
        ({"zone": 1, "quarters": 4, "at": "2018-03-05T10:00:00+01:00", "vehicle": "two_wheeler"}, "vehicle class parks free"),
    ],
)
def test_what_is_not_sold_is_an_answer(city: QuotingCity, asked: dict[str, object], reason: str) -> None:
    answer = city.ask({"at": AT, **asked})
    assert answer.status_code == 200
    assert (answer.json()["refused"], set(answer.json())) == (reason, {"refused", "detail"})


@pytest.mark.parametrize(
    "asked",
    [
        {"zone": 1, "at": "2018-03-05T10:00:00+01:00", "quarters": 6},
        {"arrondissement": 12, "at": "2026-03-07T19:30:00+01:00", "quarters": 10},
        {"wood": "Boulogne", "at": "2024-09-30T18:00:00+02:00", "hours": 6},
        {"zone": 1, "at": "2026-03-06T21:00:00+01:00", "regime": "resident", "days": 7},
        {"zone": 1, "at": "2026-03-04T10:00:00+01:00", "regime": "pro_mobile", "quarters": 8},
        {"zone": 2, "at": "2026-07-14T08:00:00+00:00", "vehicle": "two_wheeler", "quarters": 13, "reached": 3},
        {"zone": 1, "at": "2026-03-04T10:00:00+01:00", "regime": "resident", "hours": 30},
        {"wood": "Meudon", "at": "2026-03-04T10:00:00+01:00", "quarters": 1},
    ],
)
def test_the_command_line_gives_the_same_answer(
    city: QuotingCity, asked: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert city.ask(asked).json() == horodateur(asked, capsys)


# --- what is not understood -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"at": "2026-03-04T10:00:00"}, "at"),
        ({"at": "2026-03-04"}, "at"),
        ({"at": 1772614800}, "at"),
        ({"at": None}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"zone": "1"}, "zone"),
        ({"zone": True}, "zone"),
        ({"zone": 1.0}, "zone"),
        ({"quarters": -1}, "quarters"),
        ({"quarters": 10**12}, "quarters"),
        ({"reached": -1}, "reached"),
        ({"reached": None}, "reached"),
        ({"vehicle": 3}, "vehicle"),
        ({"vehicle": "x" * 41}, "vehicle"),
        ({"regime": None}, "regime"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_member_is_named(city: QuotingCity, wrong: dict[str, object], field: str) -> None:
    answer = city.ask({**HOUR, **wrong})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"at": AT, "quarters": 4}, "give exactly one of zone, arrondissement, wood"),
        ({**HOUR, "arrondissement": 11}, "give exactly one of zone, arrondissement, wood"),
        ({"at": AT, "zone": 1}, "give exactly one of quarters, hours, days"),
        ({**HOUR, "hours": 1}, "give exactly one of quarters, hours, days"),
    ],
)
def test_one_place_and_one_length(city: QuotingCity, asked: dict[str, object], reason: str) -> None:
    answer = city.ask(asked)
    assert (answer.status_code, answer.json()["detail"]) == (422, reason)


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(AT)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*HOUR, "arrondissement", "wood", "hours", "days", "vehicle", "regime", "reached"]), ANYTHING
    )
)
def test_nothing_breaks_it(city: QuotingCity, changed: dict[str, object]) -> None:
    assert city.ask({**HOUR, **changed}).status_code in (200, 400, 422)


# --- its prices -----------------------------------------------------------------------------------------------------


def test_what_is_published_prices_from_its_first_instant_on(store: Engine) -> None:
    client = client_of(store).with_token(Scope.PUBLISH)
    dearer = TARIFFS.replace(b'{"units": 6, "cents": 900}', b'{"units": 6, "cents": 960}')
    answer = client.put("/v1/tariffs?effective_from=2026-03-09T00:00:00%2B01:00", content=dearer)
    assert answer.json() == {"version": 1}, answer.text
    a_day = {"zone": 1, "regime": "resident", "days": 1}
    bought = [QuotingCity(client).ask({**a_day, "at": f"2026-03-{at}+01:00"}).json() for at in ("08T23:59:59", "09T00:00:00")]
    assert [each["amount_cents"] for each in bought] == [150, 160]


def test_a_server_without_prices_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "tariffs.json"
    bad.write_text("{}")
    assert main(["serve", "--tariffs", str(bad), "--database", f"sqlite:///{tmp_path}/central.db"]) == 1
    assert f"--tariffs {bad}: $: " in capsys.readouterr().err
    assert not (tmp_path / "central.db").exists()
