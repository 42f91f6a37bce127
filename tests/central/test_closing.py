"""Closing a journal that nobody hands in any more: who and why are kept, and the station's data goes on."""

from __future__ import annotations

import pytest

from central.core.audit import list_audit
from central.db.tables import journals, silences
from central.operations.closing import GivenUp, close
from central.operations.fleet import Enrolment, enrol, list_stations, revoke
from central.rules.evidence import CheckRules
from firmware.domain.errors import FieldError
from firmware.protocol.facts import UnexpectedEvent
from tests.central.api_client import client_of
from tests.central.cards import StationCard, first_card
from tests.central.register_rows import ask
from tests.central.signing_station import DAY, MINUTE, NOW, STATION, TARIFFS, SigningStation, all_of, key_of, station_row

LATE = NOW + DAY


@pytest.fixture
def lost(station: SigningStation) -> tuple[StationCard, StationCard]:
    """A card that was lost a day ago, and the one in its place, which does not know where that ended."""
    card = first_card()
    card.write(UnexpectedEvent("0"))
    card.hand_in(station)
    enrol(station.city.store, TARIFFS, Enrolment(STATION, key_of("new").public_key(), 1, "11D"), "the test", NOW)
    new = StationCard([], "new").begin(2, None)
    new.write(UnexpectedEvent("1"), LATE)
    new.hand_in(station, LATE)
    return card, new


def shut(station: SigningStation, generation: int = 1, number: int | None = None) -> int:
    said = {"by": "M. Petit", "because": "destroyed by water", "noted_by": "console: ana"}
    return close(station.city.store, station.city.rules, STATION, generation, number, **said, now=LATE).number


@pytest.mark.usefixtures("lost")
def test_a_journal_that_is_closed_is_waited_for_no_longer(station: SigningStation) -> None:
    assert station_row(station.city).complete_until == NOW
    assert shut(station) == 0
    assert station_row(station.city).complete_until == LATE
    assert (NOW, LATE) in [(row.since, row.until) for row in all_of(station.city, silences)]
    kept = all_of(station.city, journals)[0]
    assert (kept.closed_at, kept.closed_by, kept.closed_why) == (LATE, "M. Petit", "destroyed by water")
    noted = list_audit(station.city.store)[-1]
    assert (noted.who, noted.action, noted.subject) == ("console: ana", "close", STATION)
    assert noted.detail == {"generation": 1, "number": 0, "by": "M. Petit", "because": "destroyed by water"}
    (state,) = list_stations(station.city.store, LATE, CheckRules())
    assert (state.journals, state.silent) == ((), False)


def test_what_hands_in_again_is_open_again(station: SigningStation, lost: tuple[StationCard, StationCard]) -> None:
    shut(station)
    enrol(station.city.store, TARIFFS, Enrolment(STATION, key_of(STATION).public_key(), 1, "11D"), "the test", NOW)
    lost[0].write(UnexpectedEvent("found again"), NOW + MINUTE)
    lost[0].write(UnexpectedEvent("and more"), NOW + MINUTE)
    lost[0].hand_in(station, LATE + MINUTE, 1)
    assert station_row(station.city).complete_until == NOW
    kept = all_of(station.city, journals)[0]
    assert (kept.closed_at, kept.closed_by, kept.closed_why) == (None, None, None)


@pytest.mark.usefixtures("lost")
def test_what_is_not_open_cannot_be_closed(station: SigningStation) -> None:
    shut(station)
    which = (STATION, 1, None), (STATION, 2, 0), (STATION, 3, None), ("75012-9999", 1, None)
    for each in which:
        with pytest.raises(LookupError):
            close(station.city.store, station.city.rules, *each, by="a", because="b", noted_by="c", now=LATE)


@pytest.mark.parametrize(("by", "because"), [("", "b"), ("a", " "), ("a\0", "b")])
def test_whoever_closes_says_who_and_why(station: SigningStation, by: str, because: str) -> None:
    with pytest.raises(FieldError):
        close(station.city.store, station.city.rules, STATION, 1, None, by=by, because=because, noted_by="c", now=LATE)


def test_of_two_branches_the_number_says_which(station: SigningStation) -> None:
    card = first_card()
    card.write(UnexpectedEvent("0"))
    card.hand_in(station)
    other = card.copied()
    for each, text in ((card, "1"), (other, "2")):
        each.write(UnexpectedEvent(text))
        each.hand_in(station)
    with pytest.raises(FieldError, match="0 and 1") as refused:
        shut(station)
    assert refused.value.field == "number"
    assert shut(station, number=1) == 1
    assert shut(station) == 0


def test_a_revoked_station_makes_refusals_inconclusive_until_its_journals_are_closed(station: SigningStation) -> None:
    card = first_card()
    card.hand_in(station)
    revoke(station.city.store, STATION, "ana", NOW + MINUTE)
    at = NOW + 60 * MINUTE
    before = ask(station.city, at=at, now=LATE)
    assert (before.conclusive, before.silent, before.allowed) == (False, (STATION,), False)
    shut(station)
    assert ask(station.city, at=at, now=LATE).silent == ()


def test_a_journal_that_a_machine_writes_is_closed_only_with_the_stations_name(station: SigningStation) -> None:
    card = first_card()
    card.write(UnexpectedEvent("0"))
    card.hand_in(station, LATE - MINUTE)
    said = {"by": "M. Petit", "because": "typed wrong", "noted_by": "console: ana"}
    for confirm in (None, "", "yes", "75011-0043"):
        with pytest.raises(FieldError, match=f"a machine writes this journal.*confirm with {STATION}"):
            close(station.city.store, station.city.rules, STATION, 1, None, **said, now=LATE, confirm=confirm)
    client = client_of(station.city.store).as_role("operator")
    path = f"/v1/stations/{STATION}/journals/1/close"
    card.hand_in(station, client.clock())
    assert client.post(path, {"because": "typed wrong"}).status_code == 422
    assert client.post(path, {"because": "lost", "confirm": STATION}).json() == {"number": 0, "missing": None}


@pytest.mark.usefixtures("lost")
def test_over_http(station: SigningStation) -> None:
    client = client_of(station.city.store).as_role("operator")
    path = f"/v1/stations/{STATION}/journals/1/close"
    answer = client.post(path, {"because": "destroyed by water"})
    assert (answer.status_code, answer.json()) == (200, {"number": 0, "missing": None})
    assert client.post(path, {"because": "destroyed by water"}).status_code == 404
    assert client.post(path, {"because": " "}).status_code == 422


def test_what_is_known_to_be_missing_is_told_and_kept(station: SigningStation) -> None:
    card = first_card()
    for number in range(5):
        card.write(UnexpectedEvent(str(number)))
    card.hand_in(station, NOW, 2)
    said = {"by": "M. Petit", "because": "destroyed by water", "noted_by": "console: ana"}
    assert close(station.city.store, station.city.rules, STATION, 1, None, **said, now=LATE) == GivenUp(0, 3)
    assert list_audit(station.city.store)[-1].detail["missing"] == 3
