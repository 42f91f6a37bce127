"""The DATEX II feed has the members of a light publication, as public readers and writers of it have them, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import pytest

from central.rules.datex2 import DatexPoint, light_publication
from central.rules.evidence import Place
from central.rules.sector_map import UNITS, SectorArea, SectorMap
from tests.central.register_rows import TARIFFS, TEN

HERE, THERE, NOWHERE = Place(1, "11D"), Place(2, "12A"), Place(1, "10G")
CORNERS = ((2.3, 48.8), (2.5, 48.8), (2.5, 49.0))
AREAS: SectorMap = (SectorArea(HERE, tuple((round(x * UNITS), round(y * UNITS)) for x, y in CORNERS), ()),)
MACHINES = {THERE: [DatexPoint(48.84, 2.38), DatexPoint(48.85, 2.40)], HERE: [DatexPoint(1.0, 1.0)], NOWHERE: []}

Looks = Callable[[object], bool]


def is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def is_instant(value: object) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def is_degrees(most: float) -> Looks:
    return lambda value: isinstance(value, float) and -most <= value <= most


def is_list(look: Looks) -> Looks:
    return lambda value: isinstance(value, list) and all(map(look, value))


def is_object(required: Mapping[str, Looks], optional: Mapping[str, Looks]) -> Looks:
    def look(value: object) -> bool:
        members: Mapping[str, Looks] = {**required, **optional}
        if not isinstance(value, dict) or not required.keys() <= value.keys() or not value.keys() <= members.keys():
            return False
        return all(members[name](each) for name, each in value.items())

    return look


COORDINATES = is_object({"latitude": is_degrees(90), "longitude": is_degrees(180)}, {})
SITE = is_object(
    {
        "_id": is_text,
        "type": lambda value: value in ("carPark", "offStreetParkingGround", "onStreet"),
        "locationAndDimension": is_object({"coordinatesForDisplay": COORDINATES}, {}),
    },
    {
        "name": is_text,
        "maximumParkingDuration": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "zoneDescription": is_list(is_text),
    },
)
PUBLICATION = is_object(
    {"lang": is_text, "parkingSite": is_list(SITE), "parkingSpace": is_list(lambda _: False)},
    {"name": is_text, "publicationTime": is_instant},
)
PAYLOAD = is_object(
    {
        "_version": lambda value: value == "3.4",
        "_modelBaseVersion": lambda value: value == "3",
        "parkingPublicationLight": PUBLICATION,
    },
    {},
)


def published(*sectors: Place, areas: SectorMap = AREAS, at: datetime = TEN) -> dict[str, Any]:
    payload: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(light_publication(sectors, areas, MACHINES, TARIFFS, at)))
    return payload


def sites(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = payload["parkingPublicationLight"]["parkingSite"]
    return found


@pytest.mark.parametrize("sectors", [(), (HERE,), (THERE,), (NOWHERE,), (HERE, THERE, NOWHERE)])
@pytest.mark.parametrize("areas", [(), AREAS])
@pytest.mark.parametrize("at", [TEN, TEN.replace(year=1990)])
def test_it_has_the_members_of_the_publication_and_no_others(
    sectors: tuple[Place, ...], areas: SectorMap, at: datetime
) -> None:
    """Also before there were tariffs: then no site says for how long one may stay."""
    payload = published(*sectors, areas=areas, at=at)
    assert PAYLOAD(payload)
    assert {"maximumParkingDuration" in each for each in sites(payload)} <= {at == TEN}


def test_a_site_is_where_its_area_or_its_machines_are_and_left_out_where_nobody_knows() -> None:
    said = [
        (each["name"], each["locationAndDimension"]["coordinatesForDisplay"]) for each in sites(published(THERE, NOWHERE, HERE))
    ]
    assert [name for name, _ in said] == ["Secteur 11D", "Secteur 12A"]
    assert [(round(at["latitude"], 6), round(at["longitude"], 6)) for _, at in said] == [(48.9, 2.4), (48.845, 2.39)]


@pytest.mark.parametrize("wrong", [{"_id": ""}, {"type": "street"}, {"spaces": 4}, {"locationAndDimension": {}}, {"name": 1}])
def test_the_look_at_it_can_fail(wrong: dict[str, object]) -> None:
    [site] = sites(published(HERE))
    assert SITE(site)
    assert not SITE(site | wrong)
    assert not SITE({name: value for name, value in site.items() if name != "_id"})
