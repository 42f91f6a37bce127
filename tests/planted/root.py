"""Defects planted in the files at the root of the project."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "Sundays are paid",
        "tariffs.json",
        '"weekdays": [1, 2, 3, 4, 5, 6]',
        '"weekdays": [1, 2, 3, 4, 5, 6, 7]',
        "tests/laws/test_tariff_laws.py::test_the_engine_agrees_with_a_meter_that_counts_minutes",
    ),
    Defect(
        "a holiday is forgotten",
        "tariffs.json",
        '{"date": "2031-05-22", "name": "Ascension"},',
        "",
        "tests/firmware/tariff/test_calendar.py::test_every_day_of_the_calendar_against_an_independent_list_of_holidays",
    ),
    Defect(
        "an arrondissement is in the other zone",
        "tariffs.json",
        '9, 10, 11], "woods": []},\n    {"zone": 2, "arrondissements": [12, ',
        '9, 10, 12], "woods": []},\n    {"zone": 2, "arrondissements": [11, ',
        "tests/firmware/tariff/test_quotes.py::test_zones_by_arrondissement",
    ),
    Defect(
        "the two zones of heavy cars are swapped",
        "tariffs.json",
        '"vehicles": ["heavy"], "zones": [1], "max_time": 24, "fps_cents": 22500,\n          "rate_lines": [{"units": 4, "cents": 1800}, {"units": 4, "cents": 1800}, {"units": 4, "cents": 3600}, {"units": 4, "cents": 4500}, {"units": 4, "cents": 5400}, {"units": 4, "cents": 5400}]\n        },\n        {\n          "regime": "visitor", "vehicles": ["heavy"], "zones": [2]',
        '"vehicles": ["heavy"], "zones": [2], "max_time": 24, "fps_cents": 22500,\n          "rate_lines": [{"units": 4, "cents": 1800}, {"units": 4, "cents": 1800}, {"units": 4, "cents": 3600}, {"units": 4, "cents": 4500}, {"units": 4, "cents": 5400}, {"units": 4, "cents": 5400}]\n        },\n        {\n          "regime": "visitor", "vehicles": ["heavy"], "zones": [1]',
        "tests/firmware/tariff/test_quotes.py::test_every_cumulated_price_of_every_class",
    ),
    Defect(
        "a vehicle exactly at the limit is heavy",
        "tariffs.json",
        '"comparison": ">",',
        '"comparison": ">=",',
        "tests/firmware/tariff/test_regimes.py::test_an_unknown_mass_is_never_heavy",
    ),
    Defect(
        "the prices stay at home",
        "pyproject.toml",
        '"tariffs.json" = "tariffs.json"\n',
        "",
        "tests/workshop/flash/test_bundle.py::test_the_stations_wheel_holds_what_ships_and_no_more",
    ),
    Defect(
        "the page that describes the city's API is blank without the internet",
        "central/app.py",
        "app = FastAPIOffline(",
        "app = FastAPI(",
        "tests/central/test_docs_page.py::test_every_file_of_the_page_comes_from_this_server",
    ),
    Defect(
        "an answer of the city is heard as that to a later request",
        "simulator/virtual_time.py",
        "        if request == self._asked:\n",
        "        if request:\n",
        "tests/simulator/test_virtual_time.py::test_an_answer_to_a_request_that_was_given_up_is_heard_by_nobody",
    ),
)
