"""The fleet: stations enrolled, revoked, and the state of each."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from central.core.audit import list_audit
from central.operations.fleet import Enrolment, StationState, enrol, list_stations, revoke
from central.rules.evidence import CheckRules
from firmware.domain.errors import FieldError
from firmware.protocol.envelope import public_key_text
from firmware.protocol.facts import AlarmCleared, AlarmRaised, UnexpectedEvent
from tests.central.signing_station import DAY, MINUTE, NOW, STATION, TARIFFS, THERE, SigningStation, chain, city_of, key_of

RULES = CheckRules()


def the(store: Engine, station: str = STATION, later: int = 0) -> StationState:
    """What an operator sees of it, so many minutes later."""
    (state,) = [state for state in list_stations(store, NOW + later * MINUTE, RULES) if state.station == station]
    return state


def test_a_station_that_has_just_been_enrolled_is_waited_for(store: Engine) -> None:
    enrol(store, TARIFFS, Enrolment(STATION, key_of(STATION).public_key(), 1, "11C"), "ana", NOW)
    unknown = dict.fromkeys(("revoked_at", "last_contact", "last_accepted", "complete_until", "queue"))
    said = {"station": STATION, "zone": 1, "sector": "11C", "enrolled_at": NOW, "silent": True, "generation": 1, "next": 1}
    unsaid = dict.fromkeys(("paper", "software", "holding", "clock", "clock_offset"))
    assert vars(the(store)) == {**unknown, **said, **unsaid, "journals": (), "alarms": ()}


def test_a_station_is_shown_as_it_said_it_is(store: Engine) -> None:
    station = SigningStation(city_of(store, STATION))
    station.hand_in(
        chain([AlarmRaised("terminal silent"), AlarmRaised("printer near end"), AlarmRaised("a"), AlarmCleared("a")]), held=9
    )
    station.hand_in(
        [],
        last=4,
        head=chain([AlarmRaised("terminal silent"), AlarmRaised("printer near end"), AlarmRaised("a"), AlarmCleared("a")])[3][
            1
        ],
    )
    state = the(store)
    assert (state.alarms, state.paper) == (("printer near end", "terminal silent"), "near end")
    assert (state.software, state.holding, state.clock, state.clock_offset) == ("2.1.0", {"tariffs": 3}, "synchronised", 0)
    assert (state.last_contact, state.complete_until, state.queue, state.next) == (NOW, NOW, 0, 5)


def test_the_paper_is_well_when_the_printer_does_not_complain(store: Engine) -> None:
    SigningStation(city_of(store, STATION)).hand_in(chain([AlarmRaised("printer out"), AlarmCleared("printer out")]))
    assert the(store).paper == "ok"


def test_an_alarm_is_that_of_its_station(store: Engine) -> None:
    city = city_of(store, STATION, THERE)
    SigningStation(city, THERE).hand_in(chain([AlarmRaised("printer out")], THERE))
    assert (the(store).alarms, the(store, THERE).alarms) == ((), ("printer out",))
    assert [state.station for state in list_stations(store, NOW, RULES)] == [STATION, THERE]


def test_a_station_is_silent_when_three_heartbeats_are_missed(store: Engine) -> None:
    SigningStation(city_of(store, STATION)).hand_in(chain([UnexpectedEvent("x")]))
    assert [the(store, later=minutes).silent for minutes in (0, 3, 4)] == [False, False, True]


def test_a_station_that_reports_and_does_not_hand_in_what_it_holds_is_silent(store: Engine) -> None:
    station = SigningStation(city_of(store, STATION))
    station.hand_in(chain([UnexpectedEvent("x")]))
    station.hand_in(chain([UnexpectedEvent("x")]), now=NOW + 10 * MINUTE, held=50)
    state = the(store, later=10)
    assert (state.silent, state.queue, state.last_contact) == (True, 49, NOW + 10 * MINUTE)


def test_what_was_refused_is_a_contact_and_not_accepted(store: Engine) -> None:
    station = SigningStation(city_of(store, STATION))
    station.hand_in(chain([UnexpectedEvent("x")]))
    station.hand_in([], now=NOW + MINUTE, last=1, head="0" * 64)
    assert (the(store).last_contact, the(store).last_accepted) == (NOW + MINUTE, NOW)
    station.hand_in([], now=NOW + 2 * MINUTE, last=1, head=chain([UnexpectedEvent("x")])[0][1])
    assert the(store).last_accepted == NOW + 2 * MINUTE


def test_nobody_waits_for_a_revoked_station_that_never_spoke(store: Engine) -> None:
    city_of(store, STATION)
    revoke(store, STATION, "ana", NOW)
    assert (the(store, later=60).silent, the(store).revoked_at) == (False, NOW)


def test_a_revoked_station_is_silent_while_its_sales_may_be_missing(store: Engine) -> None:
    SigningStation(city_of(store, STATION)).hand_in(chain([UnexpectedEvent("x")]))
    revoke(store, STATION, "ana", NOW)
    state = the(store, later=60)
    assert (state.silent, [(each.generation, each.missing) for each in state.journals]) == (True, [(1, None)])


def test_a_station_enrolled_anew_goes_on_where_it_was(store: Engine) -> None:
    station = SigningStation(city_of(store, STATION))
    texts = chain([UnexpectedEvent("x"), UnexpectedEvent("y")])
    first = station.request(texts[:1])
    station.send(first)
    before = station.request(texts)
    revoke(store, STATION, "ana", NOW)
    assert station.send(before)[0] == 401
    enrol(store, TARIFFS, Enrolment(STATION, key_of(STATION).public_key(), 1, "11C"), "ana", NOW)
    assert station.send(first)[0] == 409
    assert station.send(before) == (200, {"next": 3})
    assert station.send(before)[0] == 409
    state = the(store)
    assert (state.zone, state.sector, state.revoked_at, state.enrolled_at) == (1, "11C", None, NOW - DAY)


def test_whoever_lets_in_and_shuts_out_is_written_down_and_a_changed_key_too(store: Engine) -> None:
    first, second = (key_of(name).public_key() for name in ("first", "second"))
    enrol(store, TARIFFS, Enrolment(STATION, first, 1, "11D"), "ana", NOW)
    enrol(store, TARIFFS, Enrolment(STATION, second, 1, "11C"), "bob", NOW + MINUTE)
    revoke(store, STATION, "eve", NOW + 2 * MINUTE)
    one, two, three = list_audit(store)
    assert (one.at, one.who, one.action, one.subject) == (NOW, "ana", "enrol", STATION)
    assert one.detail == {"key": public_key_text(first), "zone": 1, "sector": "11D"}
    changed = {"key": public_key_text(second), "key_before": public_key_text(first), "zone": 1, "sector": "11C"}
    assert (two.who, two.detail) == ("bob", changed)
    assert (three.who, three.action, three.subject, three.detail) == ("eve", "revoke", STATION, {})
    assert list_audit(store, after=one.id, limit=1) == (two,)


@pytest.mark.parametrize("station", ["75011-9999", "", "a\0b"])
def test_only_what_is_enrolled_can_be_revoked(store: Engine, station: str) -> None:
    with pytest.raises(LookupError):
        revoke(store, station, "ana", NOW)
    assert list_audit(store) == ()


def test_revoking_twice_does_not_move_the_moment(store: Engine) -> None:
    city_of(store, STATION)
    revoke(store, STATION, "ana", NOW)
    with pytest.raises(LookupError):
        revoke(store, STATION, "ana", NOW + MINUTE)
    assert the(store).revoked_at == NOW


@pytest.mark.parametrize(
    ("station", "zone", "sector", "field"),
    [
        ("", 1, "11D", "station"),
        ("75011-00420", 1, "11D", "station"),
        ("75011/0042", 1, "11D", "station"),
        ("75011-é", 1, "11D", "station"),
        ("75021-0001", 1, "11D", "station"),
        ("69001-0001", 1, "11D", "station"),
        ("75011-0042\n", 1, "11D", "station"),
        (STATION, 2, "11D", "zone"),
        ("75012-0001", 1, "12A", "zone"),
        (STATION, 2, "12A", "sector"),
        (STATION, 0, "11D", "zone"),
        (STATION, 3, "11D", "zone"),
        (STATION, 1, "", "sector"),
        (STATION, 1, "11d", "sector"),
        (STATION, 1, "11D\n", "sector"),
        (STATION, 1, "99Z", "sector"),
        (STATION, 1, "0A", "sector"),
        (STATION, 1, "21A", "sector"),
    ],
)
def test_what_no_station_can_be_is_refused(store: Engine, station: str, zone: int, sector: str, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        enrol(store, TARIFFS, Enrolment(station, key_of(STATION).public_key(), zone, sector), "ana", NOW)
    assert refused.value.field == field
    assert (list_stations(store, NOW, RULES), list_audit(store)) == ((), ())
