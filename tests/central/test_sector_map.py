"""Sectors as areas: points inside, on edges, on corners, in holes; what is no map; checks by coordinates."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.rules.evidence import Place
from central.rules.sector_map import map_in, sectors_at
from firmware.domain.errors import FieldError
from tests.central.api_client import NO_LIMITS, Client, client_of
from tests.central.register_rows import TARIFFS, TEN, right, sell

Ring = list[list[float]]


def square(west: float, south: float, size: float = 0.01) -> Ring:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(sector: str, *rings: Ring, zone: int = 1, **members: object) -> dict[str, object]:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"sector": sector, "zone": zone}, "geometry": geometry, **members}


def document(features: Sequence[object]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


HOLED = feature("11D", square(2.37, 48.85), square(2.374, 48.854, 0.002))
"""A square with a hole in its middle."""
BESIDE = feature("11C", square(2.38, 48.85))
"""Shares its western edge with the eastern one of the other."""
AREAS = map_in(document([HOLED, BESIDE, feature("9A", square(2.39, 48.85)), feature("9B", square(2.395, 48.855))]), TARIFFS)


def at(latitude: float, longitude: float) -> list[str]:
    return [place.sector for place in sectors_at(AREAS, latitude, longitude)]


@pytest.mark.parametrize(
    ("latitude", "longitude", "sectors"),
    [
        (48.852, 2.372, ["11D"]),
        (48.855, 2.3715, ["11D"]),  # west of the hole: two edges of it lie to the east
        (48.855, 2.375, []),  # in the hole
        (48.855, 2.374, ["11D"]),  # on its rim
        (48.854, 2.374, ["11D"]),  # on its corner
        (48.855, 2.38, ["11C", "11D"]),  # on the shared edge
        (48.85, 2.37, ["11D"]),  # on a corner
        (48.85, 2.385, ["11C"]),  # on an edge that runs east
        (48.86, 2.385, ["11C"]),
        (48.86, 2.3651, []),  # in line with an edge, outside
        (48.85, 2.3651, []),
        (48.8599999, 2.3700001, ["11D"]),  # a centimetre inside
        (48.8600001, 2.375, []),  # and outside
        (48.857, 2.397, ["9A", "9B"]),  # two that overlap
        (48.7, 2.1, []),
    ],
)
def test_where_a_point_lies(latitude: float, longitude: float, sectors: list[str]) -> None:
    assert at(latitude, longitude) == sectors


@settings(max_examples=200)
@given(st.integers(0, 40), st.integers(0, 40))
def test_a_square_has_what_lies_between_its_edges(x: int, y: int) -> None:
    """On a grid of a thousandth of a degree, against two comparisons."""
    latitude, longitude = 48.84 + y / 1000, 2.36 + x / 1000
    within, hole = 10 <= x <= 20 and 10 <= y <= 20, 14 < x < 16 and 14 < y < 16
    assert ("11D" in at(latitude, longitude)) is (within and not hole)


def test_a_sector_of_several_parts_and_a_position_with_an_altitude() -> None:
    parts = [[[[*point, 35.0] for point in square(2.37, 48.85)]], [square(2.39, 48.85)]]
    geometry = {"type": "MultiPolygon", "coordinates": parts}
    areas = map_in(document([{**HOLED, "geometry": geometry, "id": 7, "bbox": []}]), TARIFFS)
    assert [sectors_at(areas, 48.855, longitude) for longitude in (2.375, 2.385, 2.395)] == [
        (Place(1, "11D"),),
        (),
        (Place(1, "11D"),),
    ]


@pytest.mark.parametrize(
    ("features", "field"),
    [
        ([], "features"),
        ([feature("11d", square(2.37, 48.85))], "features[0].properties.sector"),
        ([BESIDE, feature("11D", square(2.37, 48.85), zone=2)], "features[1].properties.zone"),
        ([feature("11D", square(48.85, 2.37))], "features[0].geometry.coordinates[0][0]"),
        ([feature("11D", square(2.37, 48.85)[:-1])], "features[0].geometry.coordinates[0]"),
        ([feature("11D", square(2.37, 48.85), square(2.37, 48.85, 0.0))], "features[0].geometry.coordinates[1]"),
        ([feature("11D")], "features[0].geometry.coordinates"),
        ([{**BESIDE, "geometry": {"type": "Point", "coordinates": [2.37, 48.85]}}], "features[0].geometry.type"),
        ([feature("11D", [[2.37, 48.85], [2.38]])], "features[0].geometry.coordinates[0][1]"),
    ],
)
def test_what_is_no_map_names_its_place(features: list[object], field: str) -> None:
    with pytest.raises(FieldError) as refused:
        map_in(document(features), TARIFFS)
    assert refused.value.field == field


def test_a_member_that_is_given_twice_is_refused() -> None:
    doubled = document([HOLED]).replace(b'{"sector": "11D", "zone": 1}', b'{"sector": "16G", "zone": 1, "sector": "11D"}')
    with pytest.raises(FieldError) as refused:
        map_in(doubled)
    assert (refused.value.field, refused.value.reason) == ("sector", "given twice")


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(store: Engine) -> Client:
    client = client_of(store, limits=NO_LIMITS)
    client.clock.at = TEN
    sell(store, right())
    return client


def asked(client: Client, latitude: float, longitude: float) -> dict[str, object]:
    body = {"plate": "AB-123-CD", "position": {"latitude": latitude, "longitude": longitude}}
    answer: dict[str, object] = client.as_role("agent").post("/v1/checks/by-position", body).json()
    return answer


def test_a_check_by_coordinates_answers_as_the_one_by_sector(client: Client) -> None:
    assert client.get("/v1/sectors").status_code == 404
    assert asked(client, 48.852, 2.372)["status"] == 404
    publisher, file = client.with_token(Scope.PUBLISH), document([HOLED, BESIDE])
    assert publisher.put("/v1/sectors", content=file).json() == {"version": 1}
    assert publisher.put("/v1/sectors", content=file).json() == {"version": 1}
    found = asked(client, 48.852, 2.372)
    assert (found["allowed"], found["sector"], found["zone"], found["plate"]) == (True, "11D", 1, "AB123CD")
    several, none = asked(client, 48.855, 2.38), asked(client, 48.855, 2.375)
    assert "11C (zone 1), 11D (zone 1)" in str(several["detail"])
    assert "no sector" in str(none["detail"])
    assert [each["errors"][0]["field"] for each in (several, none)] == ["position", "position"]  # type: ignore[index]
    assert client.get("/v1/sectors").content == file


def test_a_wrong_map_leaves_the_one_before(client: Client) -> None:
    publisher = client.with_token(Scope.PUBLISH)
    publisher.put("/v1/sectors", content=document([BESIDE]))
    assert publisher.put("/v1/sectors", content=b"[]").status_code == 422
    assert asked(client, 48.855, 2.385)["sector"] == "11C"
