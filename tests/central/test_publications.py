"""Publications: checked before they are signed, and given to the stations they are for."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select, update

from central.core.city import City
from central.db.tables import audit, publications, stations
from central.register.publication_store import find_active, newer_versions
from central.register.publications import LONGEST_PULL, publish, pull, tariffs_at
from firmware.domain.errors import FieldError
from firmware.protocol.envelope import PUBLICATION, EnvelopeError, envelope_in, open_envelope
from firmware.protocol.messages import Publication, PublicationKind, PullRequest, city_answer_in, publication_in, pull_of
from firmware.tariff import load_tariffs

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, ELSEWHERE = "75011-0042", "75012-0001"
KEY, THEIRS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
FILE = Path(__file__).parents[2] / "tariffs.json"
CONFIGURATION = b'{"address": "12 rue Oberkampf"}'


def tariffs(minutes: int) -> bytes:
    """Told apart by how long after its end a stay can be continued."""
    document = json.loads(FILE.read_bytes())
    document["decisions"]["stay_continuation_minutes"] = minutes
    return json.dumps(document, indent=1).encode()


@pytest.fixture
def city(store: Engine) -> City:
    """Two stations are enrolled."""
    rows = [("11D", HERE), ("12A", ELSEWHERE)]
    with store.begin() as connection:
        for sector, station in rows:
            at = {"zone": 1, "sector": sector, "enrolled_at": NOW - DAY, "next": 1, "head": b""}
            key = THEIRS.public_key().public_bytes_raw()
            connection.execute(insert(stations).values(station=station, public_key=key, **at))
    return City(store, KEY, load_tariffs(FILE))


def published(city: City, minutes: int, effective_from: datetime = NOW) -> int:
    return publish(city, "tariffs", "all", tariffs(minutes), effective_from, "operator", NOW)


def publications_for(
    city: City, request_number: int, station: str = HERE, have: dict[str, int] | None = None
) -> list[Publication]:
    """What a station is given, and believes."""
    reply = pull(city, station, pull_of(PullRequest(station, request_number, have or {}), THEIRS), NOW)
    assert reply.status == 200, reply.body
    envelopes = city_answer_in(reply.body).publications or ()
    return [publication_in(open_envelope(PUBLICATION, envelope, KEY.public_key())) for envelope in envelopes]


def named(given: list[Publication], kind: str = "tariffs") -> list[int]:
    return [each.version for each in given if each.kind == kind]


# --- publishing ---------------------------------------------------------------------------------------------------


def test_each_version_is_the_next_of_its_kind_and_audience(city: City) -> None:
    assert [published(city, minutes) for minutes in (1, 2, 3)] == [1, 2, 3]
    for audience, versions in ((HERE, [1, 2]), (ELSEWHERE, [1, 2])):
        bodies = (CONFIGURATION, b"{}")
        assert [publish(city, "configuration", audience, body, NOW, "operator", NOW) for body in bodies] == versions


def test_what_is_signed_is_what_was_given(city: City) -> None:
    published(city, 7, NOW + DAY)
    with city.store.begin() as connection:
        envelope = find_active(connection, "tariffs", "all", NOW + DAY)
    assert envelope is not None
    document = publication_in(open_envelope(PUBLICATION, envelope_in(envelope), KEY.public_key()))
    assert (document.kind, document.audience, document.version) == ("tariffs", "all", 1)
    assert document.effective_from == NOW + DAY
    assert bytes(document.body) == tariffs(7)


def test_who_published_what_is_written_down(city: City) -> None:
    publish(city, "configuration", HERE, CONFIGURATION, NOW, "operator", NOW)
    with city.store.begin() as connection:
        noted = connection.execute(select(audit.c.who, audit.c.action, audit.c.subject, audit.c.detail)).one()
    assert tuple(noted[:3]) == ("operator", "configuration published", HERE)
    assert noted.detail["version"] == 1


def test_saying_the_same_again_is_no_new_version(city: City) -> None:
    assert [published(city, 1), published(city, 1)] == [1, 1]
    assert published(city, 1, NOW + DAY) == 2, "from another day on is another thing to say"
    assert published(city, 1) == 3, "and so is taking that back"


@pytest.mark.parametrize(
    ("field", "kind", "audience", "body"),
    [
        ("body", "tariffs", "all", b"{"),
        ("body", "tariffs", "all", b"{}"),
        ("body", "tariffs", "all", tariffs(1) + b"{}"),
        ("body.decisions.stay_continuation_minutes", "tariffs", "all", tariffs(-1)),
        ("audience", "tariffs", HERE, tariffs(1)),
        ("body", "configuration", HERE, b'{"price": 0}'),
        ("body.street", "configuration", HERE, b'{"street": "one-way"}'),
        ("body", "configuration", HERE, b"\xff"),
        ("audience", "configuration", "75013-0001", CONFIGURATION),
        ("audience", "configuration", "all", CONFIGURATION),
        ("audience", "configuration", "\x00", CONFIGURATION),
        ("kind", "rights", "11D", b"{}"),
    ],
)
def test_what_no_station_could_use_is_not_signed(
    city: City, field: str, kind: PublicationKind, audience: str, body: bytes
) -> None:
    with pytest.raises(FieldError) as refused:
        publish(city, kind, audience, body, NOW, "operator", NOW)
    assert refused.value.field.startswith(field)
    with city.store.begin() as connection:
        assert [connection.scalar(select(func.count()).select_from(each)) for each in (publications, audit)] == [0, 0]


@pytest.mark.parametrize("moment", [NOW.replace(tzinfo=None), datetime.max.replace(tzinfo=UTC), NOW.replace(year=1970)])
def test_a_publication_has_a_date_that_can_be(city: City, moment: datetime) -> None:
    with pytest.raises(FieldError) as refused:
        published(city, 1, moment)
    assert refused.value.field == "effective_from"


def test_a_station_that_is_revoked_is_configured_no_more(city: City) -> None:
    with city.store.begin() as connection:
        connection.execute(update(stations).values(revoked_at=NOW))
    with pytest.raises(FieldError, match="audience"):
        publish(city, "configuration", HERE, CONFIGURATION, NOW, "operator", NOW)


def test_many_who_publish_at_once_get_a_version_each(city: City) -> None:
    ready = threading.Barrier(6)
    versions: list[int] = []

    def one(minutes: int) -> None:
        body = tariffs(minutes)
        ready.wait()
        versions.append(publish(city, "tariffs", "all", body, NOW, "operator", NOW))

    threads = [threading.Thread(target=one, args=(minutes,)) for minutes in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(versions) == [1, 2, 3, 4, 5, 6]


# --- in force -----------------------------------------------------------------------------------------------------


def test_the_tariffs_at_a_date_are_those_in_force_then(city: City) -> None:
    started_with = city.tariffs.continuation_minutes
    published(city, 1)
    published(city, 2, NOW + 10 * DAY)
    second = timedelta(seconds=1)
    expected = {NOW - second: started_with, NOW: 1, NOW + 10 * DAY - second: 1, NOW + 10 * DAY: 2, NOW + 999 * DAY: 2}
    assert {at: tariffs_at(city, at).continuation_minutes for at in expected} == expected


def test_a_greater_version_of_an_earlier_date_takes_a_future_one_back(city: City) -> None:
    published(city, 1, NOW + 10 * DAY)
    published(city, 2, NOW + 5 * DAY)
    assert tariffs_at(city, NOW + 20 * DAY).continuation_minutes == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(dates=st.lists(st.integers(-3, 3), max_size=6), have=st.integers(0, 6))
def test_what_is_wanted_is_what_may_still_come_into_force(store: Engine, dates: list[int], have: int) -> None:
    rows = {version: NOW + date * DAY for version, date in enumerate(dates, 1)}
    ahead = [max((version for version, since in rows.items() if since <= at), default=0) for at in map(day, range(9))]
    with store.connect() as connection:
        for version, since in rows.items():
            envelope = json.dumps({"signed": version, "signature": "A" * 86}).encode()
            made = {"made_of": "", "published_at": NOW, "published_by": "operator"}
            key = {"kind": "tariffs", "audience": "all", "version": version}
            connection.execute(insert(publications).values(**key, **made, effective_from=since, envelope=envelope))
        found = newer_versions(connection, {"tariffs": "all"}, {"tariffs": have}, NOW)
        connection.rollback()
    assert [int(bytes(envelope.signed)) for envelope in found] == sorted({version for version in ahead if version > have})


def day(number: int) -> datetime:
    return NOW + number * DAY


# --- a station asks -----------------------------------------------------------------------------------------------


def test_a_station_is_given_what_is_published_for_it(city: City) -> None:
    published(city, 1)
    published(city, 2, NOW + DAY)
    publish(city, "configuration", HERE, CONFIGURATION, NOW, "operator", NOW)
    publish(city, "configuration", ELSEWHERE, b"{}", NOW, "operator", NOW)
    given = [(each.kind, each.audience, each.version) for each in publications_for(city, 1)]
    assert sorted(given) == [("configuration", HERE, 1), ("rights", "11D", 1), ("tariffs", "all", 1), ("tariffs", "all", 2)]
    given = [(each.kind, each.audience, each.version) for each in publications_for(city, 1, ELSEWHERE)]
    assert ("rights", "12A", 1) in given
    assert ("configuration", HERE, 1) not in given


def test_a_station_is_not_given_what_it_has_or_will_never_need(city: City) -> None:
    published(city, 1)
    published(city, 2)
    published(city, 3, NOW + DAY)
    assert named(publications_for(city, 1)) == [2, 3]
    assert named(publications_for(city, 2, have={"tariffs": 2})) == [3]
    assert publications_for(city, 3, have={"tariffs": 3, "rights": 1, "prophecies": 4}) == []


def test_a_station_believes_every_byte_or_nothing(city: City) -> None:
    publish(city, "configuration", HERE, CONFIGURATION, NOW, "operator", NOW)
    with city.store.begin() as connection:
        message = find_active(connection, "configuration", HERE, NOW)
    assert message is not None
    for position in range(len(message)):
        flipped = message[:position] + bytes([message[position] ^ 1]) + message[position + 1 :]
        with pytest.raises((EnvelopeError, ValueError)):
            open_envelope(PUBLICATION, envelope_in(flipped), KEY.public_key())


def test_a_document_is_signed_once_and_served_as_it_was_signed(city: City) -> None:
    published(city, 1)
    with city.store.begin() as connection:
        stored: bytes = connection.scalar(select(publications.c.envelope)) or b""
    for request_number in (1, 2):
        reply = pull(city, HERE, pull_of(PullRequest(HERE, request_number, {}), THEIRS), NOW)
        assert stored
        assert stored in reply.body


@pytest.mark.parametrize(
    ("status", "station", "key"), [(401, "75013-0001", THEIRS), (401, HERE, KEY), (422, ELSEWHERE, THEIRS)]
)
def test_who_is_not_this_station_is_given_nothing(city: City, status: int, station: str, key: Ed25519PrivateKey) -> None:
    published(city, 1)
    asked = HERE if station == ELSEWHERE else station
    reply = pull(city, station, pull_of(PullRequest(asked, 1, {}), key), NOW)
    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    assert city_answer_in(reply.body).publications is None


def test_a_revoked_station_is_given_nothing(city: City) -> None:
    with city.store.begin() as connection:
        connection.execute(update(stations).values(revoked_at=NOW))
    assert pull(city, HERE, pull_of(PullRequest(HERE, 1, {}), THEIRS), NOW).status == 401


def test_a_pull_is_accepted_once(city: City) -> None:
    body = pull_of(PullRequest(HERE, 5, {}), THEIRS)
    assert [pull(city, HERE, body, NOW).status for _ in range(2)] == [200, 409]
    assert city_answer_in(pull(city, HERE, body, NOW).body).request_number_from == 6


@pytest.mark.parametrize(
    ("status", "body"),
    [(422, b""), (422, b"\xff"), (422, b"{}"), (422, b'{"signed":' + b"[" * 50_000), (413, b" " * (LONGEST_PULL + 1))],
)
def test_what_is_no_pull_is_refused(city: City, status: int, body: bytes) -> None:
    assert pull(city, HERE, body, NOW).status == status
