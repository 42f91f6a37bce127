"""Rescue files: signed, whole or refused, taken like batches, and the same a second time."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from central.core.audit import list_audit
from central.core.city import City
from central.db.tables import entries, incidents, journals, metadata, rights
from central.operations.rescued import AcceptedRescue, accept
from central.rules.journals import place_in
from firmware.domain.errors import FieldError
from firmware.protocol.envelope import STATEMENT, envelope_in, message_of, sign_envelope
from firmware.protocol.facts import PaymentStarted, RightSold, UnexpectedEvent
from firmware.protocol.genesis import Position
from firmware.protocol.messages import Sent
from firmware.protocol.rescue import Rescue, RescuedJournal, rescue_in, rescue_of
from tests.central.cards import StationCard, first_card
from tests.central.register_rows import ask
from tests.central.signing_station import (
    DAY,
    MINUTE,
    NOW,
    PERSONAL,
    STATION,
    EntryText,
    SigningStation,
    all_of,
    count,
    key_of,
    right,
    station_row,
)

LATE = NOW + DAY


def sent(text: EntryText) -> Sent:
    return Sent(*text, PERSONAL.get(text[1]))


def rescued(card: StationCard, *, without: tuple[int, ...] = (), whole: bool = True, key: str = STATION) -> bytes:
    """What was read from a card, but for some entries of each journal."""
    found = [
        RescuedJournal(
            each.generation,
            each.document,
            whole,
            tuple(sent(text) for seq, text in enumerate(each.texts, 1) if seq not in without),
        )
        for each in card.journals
    ]
    return rescue_of(Rescue(STATION, LATE, tuple(found)), key_of(key))


def take(city: City, data: bytes) -> AcceptedRescue:
    return accept(city, data, by="M. Petit", noted_by="console: ana", now=LATE)


def numbers(city: City) -> list[tuple[int, int]]:
    return [(place_in(row.seq).number, place_in(row.seq).seq) for row in all_of(city, entries)]


def everything(city: City) -> dict[str, object]:
    return {name: all_of(city, table) for name, table in metadata.tables.items() if name != "audit"}


@pytest.fixture
def card(station: SigningStation) -> StationCard:
    """One that has handed in two of five entries."""
    card = first_card()
    card.write(UnexpectedEvent("0"))
    card.write(UnexpectedEvent("1"))
    card.hand_in(station)
    card.write(PaymentStarted(right()), NOW + MINUTE)
    card.write(RightSold(right()), NOW + MINUTE)
    card.write(UnexpectedEvent("4"), NOW + MINUTE)
    return card


def test_what_only_the_card_held_is_taken_and_the_journal_stays_open(station: SigningStation, card: StationCard) -> None:
    made = take(station.city, rescued(card))
    (journal,) = made.journals
    assert (journal.generation, journal.taken, journal.repeated, journal.missing, journal.open) == (1, 3, 2, (), (0,))
    assert numbers(station.city) == [(0, seq) for seq in (1, 2, 3, 4, 5)]
    assert [row.plate for row in all_of(station.city, rights) if row.known_until is None] == ["AB123CD"]
    row = all_of(station.city, journals)[0]
    assert (row.next, row.closed_at, station_row(station.city).complete_until) == (6, None, NOW)
    assert station_row(station.city).unsettled is True
    noted = list_audit(station.city.store)[-1]
    assert (noted.who, noted.action, noted.subject, noted.detail["taken"]) == ("console: ana", "accept", STATION, 3)


def test_the_same_file_twice_changes_nothing(station: SigningStation, card: StationCard) -> None:
    for without in ((), (3,), (1, 4)):
        data = rescued(card, without=without)
        take(station.city, data)
        before = everything(station.city)
        assert [(each.taken, each.repeated) for each in take(station.city, data).journals] == [(0, 5 - len(without))]
        assert everything(station.city) == before


def test_what_follows_a_hole_is_a_branch_whose_past_is_missing(station: SigningStation, card: StationCard) -> None:
    (journal,) = take(station.city, rescued(card, without=(3,))).journals
    assert (journal.taken, journal.missing, journal.open) == (2, ((3, 3),), (0, 1))
    assert numbers(station.city) == [(0, 1), (0, 2), (1, 4), (1, 5)]
    assert [row.kind for row in all_of(station.city, incidents)] == ["fork"]
    assert station_row(station.city).complete_until == NOW
    (journal,) = take(station.city, rescued(card)).journals
    assert (journal.taken, journal.missing, journal.open) == (1, (), (1,))
    assert sorted(seq for _, seq in numbers(station.city)) == [1, 2, 3, 4, 5]


def test_a_journal_that_the_city_never_met(station: SigningStation) -> None:
    card = first_card()
    for number in range(2500):
        card.write(UnexpectedEvent(str(number)))
    made = take(station.city, rescued(card, without=(1, 2)))
    assert [(each.taken, each.missing) for each in made.journals] == [(2498, ((1, 2),))]
    assert [(row.begins, row.next) for row in all_of(station.city, journals)] == [(1, 1), (3, 2501)]


def test_it_tells_which_refusals_it_contradicts(station: SigningStation, card: StationCard) -> None:
    refused = ask(station.city, at=NOW + 2 * MINUTE)
    other = ask(station.city, "ZZ999ZZ", at=NOW + 2 * MINUTE)
    assert not refused.allowed
    assert not other.allowed
    assert [each.plate for each in take(station.city, rescued(card)).reopened] == ["AB123CD"]
    assert take(station.city, rescued(card)).reopened == ()


def test_a_copy_that_went_on_is_a_branch(station: SigningStation, card: StationCard) -> None:
    other = card.copied()
    card.hand_in(station)
    other.write(UnexpectedEvent("another 5"))
    card.write(UnexpectedEvent("5"))
    card.hand_in(station)
    (journal,) = take(station.city, rescued(other)).journals
    assert (journal.taken, journal.repeated, journal.open) == (1, 5, (0, 1))
    assert numbers(station.city)[-1] == (1, 6)


# --- what a file cannot vouch for ---------------------------------------------------------------------------------


def replaced(station: SigningStation, parent: Position | None) -> None:
    """Another card reports a day later, in a journal that says where the one before ended, if it knows."""
    new = StationCard([]).begin(2, parent)
    new.write(UnexpectedEvent("new"), LATE)
    new.hand_in(station, LATE)


def settled(station: SigningStation, data: bytes) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...], bool]:
    """What is missing of generation 1, and which of its journals are open, once a file is taken; whether the data goes on."""
    journal = take(station.city, data).journals[0]
    return journal.missing, journal.open, station_row(station.city).complete_until == LATE


def test_a_file_is_no_proof_that_its_card_wrote_no_more(station: SigningStation, card: StationCard) -> None:
    replaced(station, None)
    assert settled(station, rescued(card)) == ((), (0,), False)


def test_what_the_next_journal_continues_exactly_is_settled(station: SigningStation, card: StationCard) -> None:
    replaced(station, card.writes.end)
    assert settled(station, rescued(card)) == ((), (), True)


def test_the_card_that_goes_on_itself_proves_the_journal_before(station: SigningStation, card: StationCard) -> None:
    card.begin(2, card.writes.end)
    made = take(station.city, rescued(card))
    assert [(each.generation, each.open) for each in made.journals] == [(1, ()), (2, (1,))]


def test_what_the_next_journal_knows_more_of_stays_open(station: SigningStation, card: StationCard) -> None:
    old = card.copied()
    card.write(UnexpectedEvent("5"))
    replaced(station, card.writes.end)
    assert settled(station, rescued(old)) == (((6, 6),), (0,), False)


def test_an_end_that_is_continued_twice_is_waited_for_to_the_later_one(station: SigningStation, card: StationCard) -> None:
    """A copy went on as well: who continued that knows of less."""
    old = card.copied()
    card.write(UnexpectedEvent("5"))
    replaced(station, old.writes.end)
    other = StationCard([]).begin(3, card.writes.end)
    other.hand_in(station, LATE)
    assert settled(station, rescued(old)) == (((6, 6),), (0,), False)
    assert settled(station, rescued(card)) == ((), (), True)


def test_what_the_machine_said_that_it_holds_is_waited_for(station: SigningStation, card: StationCard) -> None:
    old = card.copied()
    card.write(UnexpectedEvent("5"))
    card.hand_in(station, NOW, 1)
    replaced(station, old.writes.end)
    assert settled(station, rescued(old)) == (((6, 6),), (0,), False)


def test_a_branch_whose_past_is_missing_is_not_settled_by_its_end(station: SigningStation, card: StationCard) -> None:
    replaced(station, card.writes.end)
    assert settled(station, rescued(card, without=(3,))) == (((3, 3),), (0, 2), False)
    assert settled(station, rescued(card)) == ((), (), True)


# --- what is refused ----------------------------------------------------------------------------------------------


def changed(data: bytes, journal: dict[str, object]) -> bytes:
    """The same with members of its first journal changed, signed anew with the station's key."""
    _, rescue = rescue_in(data)
    first = msgspec.structs.replace(rescue.journals[0], **journal)
    return rescue_of(msgspec.structs.replace(rescue, journals=(first, *rescue.journals[1:])), key_of(STATION))


def refusals(card: StationCard) -> dict[str, tuple[bytes, str]]:
    data = rescued(card)
    texts = [sent(text) for text in card.writes.texts]
    altered = msgspec.structs.replace(texts[4], body=texts[4].body.replace('"4"', '"5"'))
    foreign = message_of(sign_envelope(STATEMENT, bytes(envelope_in(data).signed), key_of(STATION)))
    return {
        "cut": (data[:-40], "not a whole rescue file"),
        "altered": (data.replace(b"visitor", b"resident"), "altered, or not signed"),
        "another purpose": (foreign, "altered, or not signed"),
        "another key": (rescued(card, key="a stranger"), "altered, or not signed"),
        "an entry changed": (changed(data, {"entries": (*texts[:4], altered)}), r"entries\[4\].hash"),
        "another first entry": (changed(data, {"entries": (msgspec.structs.replace(texts[0], hash="0" * 64),)}), "entry 1"),
        "moved": (changed(data, {"entries": (texts[1], texts[0])}), "cannot follow"),
        "twice": (changed(data, {"entries": (texts[0], texts[0])}), "cannot follow"),
        "no entry": (changed(data, {"entries": (Sent("x", "0" * 64),)}), "not the text"),
        "another generation": (changed(data, {"generation": 2}), "genesis"),
        "another genesis": (changed(data, {"genesis": ""}), "entry 1"),
    }


WHAT = (
    *("cut", "altered", "another purpose", "another key", "an entry changed", "another first entry", "moved", "twice"),
    *("no entry", "another generation", "another genesis"),
)


@pytest.mark.parametrize("what", WHAT)
def test_what_is_no_whole_and_true_file_is_refused_and_nothing_is_stored(
    station: SigningStation, card: StationCard, what: str
) -> None:
    assert tuple(refusals(card)) == WHAT
    data, reason = refusals(card)[what]
    before = everything(station.city)
    with pytest.raises(FieldError, match=reason):
        take(station.city, data)
    assert everything(station.city) == before


def test_another_citys_station_is_not_known(station: SigningStation, card: StationCard) -> None:
    _, rescue = rescue_in(rescued(card))
    other = rescue_of(msgspec.structs.replace(rescue, station="75012-0001"), key_of(STATION))
    with pytest.raises(LookupError, match="altered, or of another city: no station '75012-0001' was ever enrolled"):
        take(station.city, other)
    assert (count(station.city, entries), json.loads(other)["signed"]["station"]) == (2, "75012-0001")


def test_a_name_that_is_none_is_refused(station: SigningStation, card: StationCard) -> None:
    _, rescue = rescue_in(rescued(card))
    other = rescue_of(msgspec.structs.replace(rescue, station="75011\0"), key_of(STATION))
    with pytest.raises((LookupError, FieldError)):
        take(station.city, other)


def test_a_whole_journal_without_an_entry_is_waited_for(station: SigningStation) -> None:
    card = first_card()
    assert [each.open for each in take(station.city, rescued(card)).journals] == [(0,)]
    assert [(row.next, row.closed_at) for row in all_of(station.city, journals)] == [(1, None)]
    card.begin(2, card.writes.end)
    assert [each.open for each in take(station.city, rescued(card)).journals] == [(), (1,)]
    assert [row.generation for row in all_of(station.city, journals)] == [1, 2]


def test_of_one_that_is_not_whole_nothing_is_said(station: SigningStation) -> None:
    assert [each.open for each in take(station.city, rescued(first_card(), whole=False)).journals] == [()]
    assert count(station.city, journals) == 0


def test_a_journal_begun_with_a_strangers_key_is_refused(station: SigningStation) -> None:
    card = replace(first_card("a stranger"), key=STATION)
    card.write(UnexpectedEvent("0"))
    with pytest.raises(FieldError, match="never enrolled"):
        take(station.city, rescued(card))
