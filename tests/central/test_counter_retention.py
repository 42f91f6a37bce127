"""Retention at the counter: what names a person goes at its own end, and what waits stays, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from central.access.accounts import find_account, keep_language
from central.access.sessions import find_session, open_session
from central.access.sign_in_links import LinkState, ask_link, use_link
from central.access.tokens import Scope, issue_token, list_tokens, token_id
from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.drafting import make_draft
from central.cards.instruction import reject_request
from central.cards.payment import take_capture
from central.cards.reading import open_document
from central.cards.refunds import give_back
from central.core.audit import list_audit, note
from central.core.environment import DOCUMENTS
from central.db.account_tables import accounts, sessions, sign_in_links
from central.db.card_tables import card_documents, card_events
from central.db.tables import audit, metadata
from central.operations.counter_retention import (
    COUNTER_PERIODS,
    ExpiredAtCounter,
    NoDocumentFolderError,
    count_expired_at_counter,
    delete_expired_at_counter,
)
from central.rules.cards.application import CardReason
from central.rules.cards.products import CardTerm
from central.rules.cards.states import CardStatus
from tests.central.card_rows import (
    BAKER,
    RESIDENT,
    MemoryProvider,
    accepted,
    baker,
    counter_of,
    drafted,
    line,
    paid,
    replacing,
    resident,
    submitted,
)
from tests.central.console import Console
from tests.central.counter_looks import card_of, held, status
from tests.central.register_rows import DAY, HOUR, MINUTE, PARIS, TEN, city_of
from tests.central.signing_station import all_of

NAMES = ("Dupont", RESIDENT, "Roquette", "AB123CD", "11D", "main_home.pdf", "home.pdf", "illisible")
"""What names a person, a vehicle or a place in the request of a resident."""
P = COUNTER_PERIODS
NONE = ExpiredAtCounter(0, 0, 0, 0, 0, 0)
ENDS = datetime(2027, 3, 5, tzinfo=PARIS)
"""Of a card of one year that is paid at ten."""


def swept(counter: Counter, now: datetime) -> ExpiredAtCounter:
    """What goes; counted before, deleted, and counted again."""
    found = count_expired_at_counter(counter.city.store, now)
    assert delete_expired_at_counter(counter.city.store, counter.folder, "ana", now) == found
    assert count_expired_at_counter(counter.city.store, now) == NONE
    return found


def files(counter: Counter) -> int:
    assert counter.folder is not None
    return len(list(counter.folder.path.glob("*")))


def written_down(store: Engine) -> str:
    """Every row of the register as text; the audit trail has whoever the test says, of a real account its number."""
    tables = [table for table in metadata.sorted_tables if table is not audit]
    with store.begin() as connection:
        return "\n".join(str(tuple(row)) for table in tables for row in connection.execute(table.select()))


# --- requests -------------------------------------------------------------------------------------------------------


def test_three_years_after_its_card_a_request_names_nobody_and_adds_up_all_the_same(counter: Counter) -> None:
    store = counter.city.store
    number = paid(counter, RESIDENT, resident())
    assert all(each in written_down(store) for each in ("Dupont", RESIDENT, "AB123CD", "Roquette"))
    assert swept(counter, TEN + P.documents) == NONE
    assert swept(counter, TEN + P.documents + MINUTE) == ExpiredAtCounter(0, 0, 0, 2, 0, 0)
    assert (files(counter), held(counter, "AB123CD", TEN + P.documents)) == (0, ["resident"])
    with pytest.raises(LookupError):
        open_document(counter, number, 1, RESIDENT, RESIDENT, TEN + P.documents)
    assert swept(counter, ENDS + P.requests) == NONE
    assert swept(counter, ENDS + P.requests + MINUTE) == ExpiredAtCounter(0, 0, 0, 0, 1, 0)
    told = written_down(store)
    assert [each for each in NAMES if each in told] == []
    answer = read_card_request(counter, number, None, ENDS + P.requests)
    assert (answer.status, answer.total_cents, answer.paid_cents) == (CardStatus.PAID, 4500, 4500)
    assert [each.source for each in answer.lines] == ["14-2° article 3"]
    noted = list_audit(store)[-1]
    assert (noted.who, noted.action, noted.subject, noted.detail["requests"]) == ("ana", "retention", "counter", 1)


def test_a_rejected_request_and_a_draft_go_by_their_last_change(counter: Counter) -> None:
    number = submitted(counter, RESIDENT, resident())
    reject_request(counter, number, "le certificat est illisible", "clerk", TEN)
    drafted(counter, BAKER, baker(), TEN)
    assert swept(counter, TEN + P.drafts) == NONE
    assert swept(counter, TEN + P.drafts + MINUTE) == ExpiredAtCounter(0, 0, 1, 5, 0, 0)
    assert (BAKER in written_down(counter.city.store), files(counter)) == (False, 0)
    assert swept(counter, TEN + P.requests + MINUTE) == ExpiredAtCounter(0, 0, 0, 0, 1, 0)
    assert [each for each in NAMES if each in written_down(counter.city.store)] == []
    assert make_draft(counter, BAKER, baker(), BAKER, TEN + P.requests) == number + 2, "no number is given twice"


def test_what_waits_for_a_clerk_or_for_its_payment_stays(counter: Counter) -> None:
    submitted(counter, RESIDENT, resident())
    assert swept(counter, TEN + 10 * P.requests) == NONE
    accepted(counter, BAKER, baker(line("ZZ999ZZ")))
    assert swept(counter, TEN + timedelta(days=182)) == NONE, "it can be paid until the 183rd day"
    assert (status(counter, 1_000_001), files(counter)) == (CardStatus.EXAMINED, 5)


def test_a_refund_that_waits_keeps_the_request(counter: Counter, bank: MemoryProvider) -> None:
    number = accepted(counter, RESIDENT, resident())
    bank.away = True
    take_capture(counter, bank.take(number, 5000, TEN), TEN)
    late = ENDS + P.requests + DAY
    assert swept(counter, late).requests == 0
    bank.away = False
    assert give_back(counter, "ana", late) == 0
    assert swept(counter, late).requests == 1


def test_the_first_card_of_a_series_stays_named_as_long_as_the_last_is_valid(counter: Counter) -> None:
    paid(counter, RESIDENT, resident(line(term=CardTerm.THREE_YEARS)), cents=9000)
    changed = resident(replacing(card_of(counter, RESIDENT), CardReason.CHANGE_VEHICLE, "ZZ999ZZ"))
    paid(counter, RESIDENT, changed, TEN + DAY, cents=1000)
    ends = datetime(2029, 3, 5, tzinfo=PARIS)
    assert len(list_cards(counter, RESIDENT, ends - HOUR)) == 1
    assert swept(counter, ends + P.requests - MINUTE).requests == 0, "what is given back follows the first payment"
    assert swept(counter, ends + P.requests + MINUTE).requests == 2


def test_without_the_folder_nothing_is_deleted(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    store, late = counter.city.store, ENDS + P.requests + DAY
    with pytest.raises(NoDocumentFolderError):
        delete_expired_at_counter(store, None, "ana", late)
    assert (count_expired_at_counter(store, late).requests, files(counter)) == (1, 2)


def test_a_file_that_is_gone_already_hinders_nothing(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    assert counter.folder is not None
    for file in counter.folder.path.iterdir():
        file.unlink()
    assert swept(counter, TEN + P.documents + MINUTE).documents == 2


# --- people -------------------------------------------------------------------------------------------------------


def test_sessions_and_links_go_a_day_after_they_end(counter: Counter) -> None:
    store = counter.city.store
    secret = ask_link(store, RESIDENT, "", TEN)
    assert secret is not None
    used = use_link(store, secret, TEN)
    assert used.account is not None
    cookie = open_session(store, used.account, TEN, "link")
    assert swept(counter, TEN + timedelta(hours=24)) == NONE
    assert swept(counter, TEN + timedelta(hours=25)) == ExpiredAtCounter(0, 1, 0, 0, 0, 0)
    assert find_session(store, cookie, TEN + timedelta(hours=11)) is not None
    assert swept(counter, TEN + timedelta(hours=37)) == ExpiredAtCounter(1, 0, 0, 0, 0, 0)
    city = counter.city
    assert (all_of(city, sessions), all_of(city, sign_in_links)) == ([], [])


def test_an_applicants_account_goes_when_nothing_is_left_of_them(counter: Counter) -> None:
    store, late = counter.city.store, ENDS + P.requests + DAY
    secret = ask_link(store, RESIDENT, "", TEN)
    assert secret is not None
    used = use_link(store, secret, TEN)
    assert used.account is not None
    keep_language(store, used.account.id, "de")
    paid(counter, RESIDENT, resident())
    assert swept(counter, ENDS + P.requests) == ExpiredAtCounter(0, 1, 0, 2, 0, 0), "a request is there"
    assert delete_expired_at_counter(store, counter.folder, "ana", late) == ExpiredAtCounter(0, 0, 0, 0, 1, 0)
    assert swept(counter, late) == ExpiredAtCounter(0, 0, 0, 0, 0, 1), "with the next run"
    assert RESIDENT not in written_down(store)
    gone = [(row.email, row.closed_at is not None, row.language) for row in all_of(counter.city, accounts)]
    assert gone == [("(deleted 1)", True, None)]
    again = ask_link(store, RESIDENT, "", late)
    assert again is not None
    assert use_link(store, again, late).state is LinkState.USABLE, "who comes back is new"
    with store.begin() as connection:
        assert find_account(connection, RESIDENT) is not None


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_says_how_much_and_wants_the_folder(
    started: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime(2018, 3, 5, 10, 0, tzinfo=PARIS)
    counter = counter_of(city_of(started.store), tmp_path / "documents")
    paid(counter, RESIDENT, resident(), long_ago)
    status, said, complaint = started.types("retention", "--apply")
    assert (status, said) == (1, "")
    assert f"{DOCUMENTS} names no folder" in complaint
    monkeypatch.setenv(DOCUMENTS, str(tmp_path / "documents"))
    rows = [" ".join(each.split()) for each in started.types("retention", "--apply")[1].splitlines()]
    assert "counter: documents 180 days 2" in rows
    assert "counter: requests 1098 days 1" in rows
    assert files(counter) == 0


def test_no_address_outlives_what_it_names(counter: Counter) -> None:
    """A register of before: applicants' tokens were named by their address in the trail and in the history of requests."""
    store = counter.city.store
    token = token_id(issue_token(store, RESIDENT, [Scope.APPLICANT], 30 * DAY, "ana", TEN))
    staff = token_id(issue_token(store, "Dupont", [Scope.CLERK], 30 * DAY, "ana", TEN))
    old = f"{RESIDENT} ({token})"
    number = submitted(counter, RESIDENT, resident())
    with store.begin() as connection:
        for table, column in ((card_events, "by"), (card_documents, "recorded_by"), (audit, "who")):
            connection.execute(update(table).where(table.c[column] == RESIDENT).values({column: old}))
        note(connection, TEN, old, "card request read", "1")
        note(connection, TEN, f"Dupont ({staff})", "card request read", "1", note="a@b")
        note(connection, TEN, f"{RESIDENT} (account 7)", "signed in", "7")
        note(connection, TEN, "ana", "token issued", token, to=RESIDENT, scopes="applicant")
    before = [(each.id, each.at, each.action, each.subject) for each in list_audit(store)]
    found = swept(counter, TEN + DAY)
    assert (found.tokens, found.addresses > 4) == (0, True)
    trail = list_audit(store)
    assert [(each.id, each.at, each.action, each.subject) for each in trail][: len(before)] == before
    assert RESIDENT not in repr([trail, *(all_of(counter.city, each) for each in (card_events, card_documents))])
    assert {f"Dupont ({staff})", "account 7"} <= {each.who for each in trail}
    assert {"scopes": "applicant"} in [each.detail for each in trail]
    assert {each.by for each in all_of(counter.city, card_events) if each.request == number} == {f"token {token}"}
    assert RESIDENT in {each.who for each in list_tokens(store)}
    assert swept(counter, TEN + 30 * DAY + P.requests + HOUR).tokens == 1
    assert {each.who for each in list_tokens(store)} == {"Dupont", "(deleted)"}
