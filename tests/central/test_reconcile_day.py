"""A day of the register is reconciled with its stored entries and a statement, and doubts are resolved, once and for good."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs
from sqlalchemy import Engine, delete, update

from central.core.audit import list_audit
from central.db.tables import entries, resolutions, rights
from central.enforcement.checks import CheckQuestion, check
from central.enforcement.reopened import find_reopened
from central.operations import day_records, reconciliation
from central.operations.exceptions_queue import list_dead_letters
from central.operations.reconciliation import DayQuestion, apply_resolutions, reconcile_day
from central.operations.retention import delete_expired
from central.register.right_history import read_history
from central.register.statement_csv import StatementFile
from central.rules.differences import ProposedResolution, Reconciliation
from central.rules.statement import StatementLine, Sum
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold, UnexpectedEvent
from tests.central.cards import first_card
from tests.central.meet import met_in
from tests.central.signing_station import DAY, MINUTE, NOW, STATION, WRITTEN, SigningStation, all_of, chain, right
from tests.central.statements import bank, line

TODAY = date(2026, 3, 4)
LATER = NOW + 20 * MINUTE
WHO = "console: accountant"
STARTED, DOUBT = PaymentStarted(right()), InDoubt(right(), "unanswered")
SOLD, REFUSED = RightSold(right()), PaymentRefused(right().reference, "declined")


def question(*lines: StatementLine, complete: bool = False) -> DayQuestion:
    return DayQuestion(TODAY, StatementFile("statement.csv", "ab" * 32, lines), len(lines) if complete else None)


def kinds(found: Reconciliation) -> list[str]:
    return [each.kind.name for each in found.differences]


def resolve(store: Engine, asked: DayQuestion) -> tuple[ProposedResolution, ...]:
    return apply_resolutions(store, asked, reconcile_day(store, asked).resolutions, WHO, LATER)


def statuses(station: SigningStation) -> list[tuple[int, str, bool]]:
    """Each row of the right: the number of the entry, its status, and whether it is the present one."""
    rows = sorted(all_of(station.city, rights), key=lambda row: row.seq)
    return [(row.seq & 0xFF, row.status, row.known_until is None) for row in rows]


# --- journal and register ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        [STARTED, SOLD],
        [STARTED, REFUSED],
        [STARTED],
        [STARTED, DOUBT, SOLD],
        [STARTED, DOUBT, REFUSED],
        [STARTED, DOUBT, REFUSED, SOLD],
        [SOLD, RightSold(right(plate="ZZ999ZZ"))],
        [PaymentStarted(right(plate="ZZ999ZZ")), SOLD],
        [RightSold(right(cents=0)), {"fact": "of tomorrow"}],
    ],
)
def test_what_was_taken_in_as_it_came_is_equal(station: SigningStation, facts: list[Fact | dict[str, str]]) -> None:
    station.hand_in(chain(facts))
    found = reconcile_day(station.city.store, DayQuestion(TODAY))
    waiting = len(list_dead_letters(station.city.store))
    assert kinds(found) == ["WAITING_ENTRY"] * waiting
    assert kinds(reconcile_day(station.city.store, DayQuestion(date(2026, 3, 5)))) == []


@pytest.mark.parametrize("together", [True, False])
def test_generations_and_copies_of_a_card_are_equal_too(station: SigningStation, together: bool) -> None:
    card = first_card()
    card.write(STARTED)
    if not together:
        card.hand_in(station)
    copied = card.copied()
    card.write(SOLD)
    card.hand_in(station)
    copied.write(RightSold(right(plate="ZZ999ZZ", cents=240)))
    copied.hand_in(station)
    new = card.begin(2, card.writes.end)
    new.write(RightSold(right(2)))
    new.hand_in(station)
    found = reconcile_day(station.city.store, DayQuestion(TODAY))
    assert (kinds(found), found.totals[0].journal) == ([], found.totals[0].register)
    assert found.totals[0].register.count == 3


def test_a_row_that_was_lost_altered_or_added_is_named(station: SigningStation) -> None:
    station.hand_in(chain([SOLD, RightSold(right(2)), RightSold(right(3)), RightSold(right(4))]))
    row = rights.c.reference
    with station.city.store.begin() as connection:
        connection.execute(delete(rights).where(row == right(1).reference))
        connection.execute(update(rights).where(row == right(2).reference).values(cents=1))
        connection.execute(update(rights).where(row == right(3).reference).values(status="promised"))
        connection.execute(delete(entries).where(entries.c.seq == 4))
    found = reconcile_day(station.city.store, DayQuestion(TODAY))
    named = [(each.reference[-1], each.kind.name, each.entry, each.detail) for each in found.differences]
    assert named == [
        ("1", "NOT_IN_REGISTER", 1, ""),
        ("2", "REGISTER_DIFFERS", 2, "cents"),
        ("3", "REGISTER_DIFFERS", 3, ""),
        ("4", "NOT_IN_JOURNAL", 4, ""),
    ]
    assert (found.totals[0].journal, found.totals[0].register) == (Sum(3, 1800), Sum(2, 601))


def test_plates_that_were_deleted_make_no_difference_and_are_not_shown(station: SigningStation) -> None:
    card = first_card()
    for fact in (STARTED, SOLD, PaymentStarted(right(2))):
        card.write(fact, WRITTEN)
    card.hand_in(station)
    shown = reconcile_day(station.city.store, question()).differences
    delete_expired(station.city.store, "console", NOW + 100 * DAY)
    found = reconcile_day(station.city.store, question())
    assert kinds(found) == kinds(reconcile_day(station.city.store, question())) == ["NO_DEBIT", "IN_DOUBT"]
    assert [each.plate for each in (*shown, *found.differences)] == ["AB123CD", "AB123CD", "", ""]


def test_a_debit_nobody_asked_for_and_an_entry_nobody_understands_are_named(station: SigningStation) -> None:
    asked = UnexpectedEvent("approval of 240 EUR, which was not asked for", bank(9), 240, "EUR")
    station.hand_in(chain([UnexpectedEvent("noise"), asked, {"fact": "of tomorrow"}]))
    found = reconcile_day(station.city.store, DayQuestion(TODAY))
    assert [(each.kind.name, each.entry) for each in found.differences] == [("UNASKED_DEBIT", 2), ("WAITING_ENTRY", 3)]
    assert kinds(reconcile_day(station.city.store, question(line(2, bank(9), 240)))) == ["UNASKED_DEBIT", "WAITING_ENTRY"]


def test_a_payment_of_another_day_is_found_by_its_reference(station: SigningStation) -> None:
    long_ago = WRITTEN - 40 * DAY
    texts = chain(
        [STARTED, RightSold(right()), PaymentStarted(right(2)), PaymentRefused(right(2).reference, "declined")], at=long_ago
    )
    station.hand_in(texts, NOW - 40 * DAY)
    found = reconcile_day(station.city.store, question(line(2, bank()), line(3, bank(2))))
    assert [(each.reference[-1], each.kind.name) for each in found.differences] == [("2", "DEBITED_REFUSED")]
    assert [each.line for each in found.other_days] == [2, 3]


def test_a_sale_that_arrives_while_a_day_is_read_is_in_both_or_in_neither(
    station: SigningStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = chain([SOLD, RightSold(right(2))])
    station.hand_in(texts[:1], held=2)
    with met_in(monkeypatch, day_records, "_money_entries", station.city.store, lambda: station.hand_in(texts)) as second:
        found = reconcile_day(station.city.store, DayQuestion(TODAY))
    assert second[0].result()[0] == 200
    assert (kinds(found), found.totals[0].register.count) == ([], 1)


# --- resolutions ---------------------------------------------------------------------------------------------------

RESOLVED = [
    ([STARTED, DOUBT], True, "sold", [(1, "started", False), (2, "provisional", False), (2, "sold", True)]),
    ([STARTED], True, "sold", [(1, "started", False), (1, "sold", True)]),
    ([STARTED, DOUBT], False, "not debited", [(1, "started", False), (2, "provisional", False), (2, "promised", True)]),
    ([STARTED], False, "not debited", [(1, "started", False)]),
]


@pytest.mark.parametrize(("facts", "debited", "outcome", "rows"), RESOLVED)
def test_a_doubt_is_resolved_once_with_who_and_why(
    station: SigningStation, facts: list[Fact], debited: bool, outcome: str, rows: list[tuple[int, str, bool]]
) -> None:
    store = station.city.store
    station.hand_in(chain([*facts]))
    asked = question(line(2, bank()), complete=True) if debited else question(complete=True)
    before = statuses(station)
    assert len(reconcile_day(store, asked).resolutions) == 1
    assert statuses(station) == before
    assert [each.outcome.value for each in resolve(store, asked)] == [outcome]
    assert statuses(station) == rows
    after = reconcile_day(store, asked)
    assert after.is_equal
    assert after.totals[0].resolved == (Sum(1, 600) if debited else Sum())
    made = all_of(station.city, resolutions)
    assert resolve(store, asked) == ()
    assert (all_of(station.city, resolutions), statuses(station)) == (made, rows)
    (row,) = made
    assert (row.outcome, row.day, row.file, row.sha256, row.line) == (
        *(outcome, "2026-03-04", "statement.csv", "ab" * 32),
        2 if debited else None,
    )
    assert (row.resolved_at, row.resolved_by) == (LATER, WHO)
    audited = [each for each in list_audit(store) if each.action == "resolve"]
    assert [(each.who, each.subject, each.at) for each in audited] == [(WHO, STATION, LATER)]
    assert audited[0].detail.items() >= {"reference": right().reference, "outcome": outcome, "sha256": "ab" * 32}.items()
    assert "AB123CD" not in str(audited)
    with store.begin() as connection:
        last = read_history(connection, STATION, right().reference)[-1]
    assert last.resolution is not None
    assert (last.status, last.resolution.resolved_by) == (rows[-1][1] if rows[-1][2] else "no right", WHO)


@pytest.mark.parametrize(("facts", "debited"), [([STARTED, DOUBT], True), ([STARTED], False), ([STARTED, DOUBT], False)])
@pytest.mark.parametrize("late", [SOLD, REFUSED], ids=["sold", "refused"])
def test_a_late_answer_that_says_the_opposite_waits_for_a_person_and_takes_nothing_away(
    station: SigningStation, facts: list[Fact], debited: bool, late: Fact
) -> None:
    store = station.city.store
    texts = chain([*facts, late])
    station.hand_in(texts[:-1], held=len(texts))
    asked = question(*([line(2, bank())] if debited else []), complete=True)
    resolve(store, asked)
    assert station.hand_in(texts, LATER + MINUTE)[0] == 200
    opposite = debited is (late is REFUSED)
    letters = list_dead_letters(store)
    assert [each.seq for each in letters] == ([len(texts)] if opposite else [])
    if opposite:
        assert letters[0].reason == (
            f"contradicts the reconciliation of 2026-03-04, which resolved {right().reference} as "
            f"{'sold' if debited else 'not debited'}"
        )
    present = [status for _, status, is_present in statuses(station) if is_present]
    assert present == (["sold"] if debited or late is SOLD else ["promised"] if len(facts) == 2 else [])
    found = reconcile_day(store, asked)
    named = ["WAITING_ENTRY"] * opposite + ["NO_DEBIT"] * (opposite and not debited)
    assert sorted(kinds(found)) == sorted(named)


def test_a_doubt_that_comes_after_it_was_resolved_is_a_doubt_again(station: SigningStation) -> None:
    texts = chain([STARTED, DOUBT])
    station.hand_in(texts[:1], held=2)
    asked = question(complete=True)
    resolve(station.city.store, asked)
    station.hand_in(texts, LATER + MINUTE)
    found = reconcile_day(station.city.store, asked)
    assert (kinds(found), [each.outcome.value for each in found.resolutions]) == ([], ["not debited"])
    proposed = found.resolutions
    assert len(apply_resolutions(station.city.store, asked, proposed, WHO, LATER + 2 * MINUTE)) == 1
    assert statuses(station)[-1] == (2, "promised", True)
    assert reconcile_day(station.city.store, asked).is_equal


def test_what_an_entry_ended_meanwhile_is_left_as_it_made_it(station: SigningStation) -> None:
    texts = chain([STARTED, DOUBT, SOLD])
    station.hand_in(texts[:2], held=3)
    asked = question(complete=True)
    proposed = reconcile_day(station.city.store, asked).resolutions
    station.hand_in(texts)
    assert apply_resolutions(station.city.store, asked, proposed, WHO, LATER) == ()
    assert statuses(station)[-1] == (3, "sold", True)
    assert all_of(station.city, resolutions) == []


def test_an_entry_that_crosses_a_resolution_comes_before_it_or_after_it(
    station: SigningStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the row of the station, and finds what the first has made."""
    texts = chain([STARTED, DOUBT, REFUSED])
    station.hand_in(texts[:2], held=3)
    asked = question(line(2, bank()))
    proposed = reconcile_day(station.city.store, asked).resolutions
    with met_in(monkeypatch, reconciliation, "resolve", station.city.store, lambda: station.hand_in(texts, LATER)) as second:
        assert len(apply_resolutions(station.city.store, asked, proposed, WHO, LATER)) == 1
    assert second[0].result()[0] == 200
    assert statuses(station)[-1] == (2, "sold", True)
    assert [each.seq for each in list_dead_letters(station.city.store)] == [3]


def test_a_refusal_that_a_resolution_contradicts_is_re_opened_like_by_a_late_sale(station: SigningStation) -> None:
    city = station.city
    station.hand_in(chain([PaymentStarted(structs.replace(right(), start=WRITTEN))]))
    refused = check(city, CheckQuestion("AB123CD", 1, "11D", NOW + MINUTE), "agent", NOW + MINUTE)
    assert (refused.allowed, find_reopened(city, WRITTEN, LATER)) == (False, ())
    resolve(city.store, question(line(2, bank())))
    (found,) = find_reopened(city, WRITTEN, LATER + MINUTE)
    assert found.right is not None
    assert (found.plate, found.right.status.value, found.right.known_from) == ("AB123CD", "sold", LATER)
    assert find_reopened(city, LATER, LATER + MINUTE) == ()


def test_what_was_known_before_a_resolution_stays_known(station: SigningStation) -> None:
    station.hand_in(chain([STARTED]))
    resolve(station.city.store, question(line(2, bank())))
    for known_at, allowed in ((LATER - MINUTE, False), (LATER, True)):
        asked = CheckQuestion("AB123CD", 1, "11D", NOW + MINUTE, known_at)
        then = check(station.city, asked, "agent", LATER + MINUTE)
        assert then.then is not None
        assert (then.allowed, then.then.allowed) == (True, allowed)


def test_a_day_of_a_station_that_never_spoke_has_nothing(store: Engine) -> None:
    assert reconcile_day(store, question(complete=True)).is_equal
