"""The code on the letter of a notice: what reads as it, whom it opens to, how often it is guessed, letters that have none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from central.access.rate_limits import Limits, Rate
from central.access.tokens import Scope
from central.core.audit import list_audit
from central.core.city import City
from central.db.notice_tables import letter_codes
from central.notices.letter_codes import find_code, renew_code
from central.notices.letters import read_to_print
from central.notices.public import find_public_notice
from central.notices.steps import read_notice
from central.pages.notice_letter import notice_letter
from central.pages.pdf import render_pdf
from central.rules.letter_codes import DIGITS, LENGTH, code_in, grouped_code, letter_code
from central.rules.notice_numbers import key_of
from tests.central.api_client import Client, client_of
from tests.central.notice_rows import FOUR, STATION, client_at_four, code_of, issue, send
from tests.central.pdf_reading import pages_of
from tests.central.register_rows import HOUR, report

NUMBER = "21750001600019260063007000"
SALTED = st.tuples(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))


# --- the code -----------------------------------------------------------------------------------------------------


@given(SALTED)
def test_it_reads_as_it_is_printed_however_it_is_typed(salted: tuple[bytes, bytes]) -> None:
    salt, secret = salted
    code = letter_code(secret, NUMBER, salt)
    assert (len(code), set(code) <= set(DIGITS)) == (LENGTH, True)
    slips = (code.replace("0", "o").replace("1", "l"), code.replace("0", "O").replace("1", "I"))
    for typed in (code, code.lower(), grouped_code(code), f" {code[:2]} {code[2:]}\n", *slips):
        assert code_in(typed) == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7k3m-9q2x", "7K3M9Q2X"),
        ("7K3M\N{NON-BREAKING HYPHEN}9Q2X", "7K3M9Q2X"),
        ("7K3M\N{EN DASH}9Q2X", "7K3M9Q2X"),
        ("7K3M\N{NO-BREAK SPACE}9Q2X", "7K3M9Q2X"),
        ("OoIiLl00", "00111100"),
        ("\N{FULLWIDTH DIGIT SEVEN}K3M9Q2X", ""),
        ("7\N{CYRILLIC CAPITAL LETTER KA}3M9Q2X", ""),
        ("7K3M9Q2\N{LATIN SMALL LETTER LONG S}", ""),
        ("\N{LATIN SMALL LETTER DOTLESS I}", ""),
        ("7K3M9Q2X\0", "7K3M9Q2X\0"),
        ("\N{MAN IN BUSINESS SUIT LEVITATING}" * 8, ""),
        ("", ""),
    ],
)
def test_what_is_typed_is_read_as(typed: str, read: str) -> None:
    assert code_in(typed) == read


def test_it_follows_from_the_secret_the_number_and_the_salt() -> None:
    code = letter_code(b"a" * 32, NUMBER, b"s" * 16)
    others = {
        letter_code(b"b" * 32, NUMBER, b"s" * 16),
        letter_code(b"a" * 32, NUMBER[:-1] + "1", b"s" * 16),
        letter_code(b"a" * 32, NUMBER, b"t" * 16),
    }
    assert (len(others), code in others) == (3, False)
    assert letter_code(b"a" * 32, NUMBER, b"s" * 16) == code


def test_each_notice_has_its_own_and_the_register_keeps_none_of_them(city: City) -> None:
    numbers = [issue(city, plate).number for plate in ("AA111AA", "BB222BB")]
    codes = [code_of(city, number) for number in numbers]
    assert codes[0] != codes[1]
    with city.store.begin() as connection:
        kept = repr(connection.execute(select(letter_codes)).all())
    assert not [code for code in codes if code in kept or grouped_code(code) in kept]
    stolen = replace(city, key=Ed25519PrivateKey.generate())
    assert code_of(stolen, numbers[0]) != codes[0], "the register alone tells no code"


# --- the letter ---------------------------------------------------------------------------------------------------


def pages(city: City, number: str) -> list[str]:
    return pages_of(render_pdf(notice_letter(read_to_print(city, number, FOUR))))


def forget_code(city: City) -> None:
    """Let every notice be of before there were codes."""
    with city.store.begin() as connection:
        connection.execute(delete(letter_codes))


def test_the_letter_has_it_once_and_says_what_it_is_for(city: City) -> None:
    number = issue(city).number
    code = grouped_code(code_of(city, number))
    first, _, third, _ = pages(city, number)
    assert f"Code d’accès en ligne {code}" in first
    assert "".join(pages(city, number)).count(code) == 1
    assert "l’immatriculation et le code d’accès, ou par lettre" in " ".join(third.split())


def test_a_new_code_takes_the_place_of_the_one_before_and_stands_on_the_next_letter(city: City) -> None:
    number = issue(city).number
    before = code_of(city, number)
    renewed = renew_code(city, number, "officer", FOUR + HOUR)
    after = code_of(city, number)
    assert (renewed.letter_code_since, before == after) == (FOUR + HOUR, False)
    found = [find_public_notice(city, number, "AB123CD", code, FOUR) is None for code in (before, after)]
    assert found == [True, False]
    assert grouped_code(after) in pages(city, number)[0]
    assert (list_audit(city.store)[-1].action, list_audit(city.store)[-1].subject) == ("letter code made", number)
    with pytest.raises(LookupError):
        renew_code(city, "9" * 26, "officer", FOUR)


def test_a_letter_of_before_there_were_codes_is_opened_by_its_key_until_it_has_one(city: City) -> None:
    notice = send(city, issue(city).number)
    code = code_of(city, notice.number)
    forget_code(city)
    assert read_notice(city, notice.number, FOUR).letter_code_since is None
    with city.store.begin() as connection:
        assert find_code(connection, city, notice.number) is None
    found = [find_public_notice(city, notice.number, "AB123CD", said, FOUR) is None for said in (notice.key, code, "", "99")]
    assert found == [False, True, True, True]
    first, _, third, _ = pages(city, notice.number)
    assert "Code d’accès" not in first
    assert "la clé de télépaiement, ou par lettre" in " ".join(third.split())
    renew_code(city, notice.number, "officer", FOUR)
    assert find_public_notice(city, notice.number, "AB123CD", notice.key, FOUR) is None


def test_a_corrective_number_of_such_a_letter_has_its_own_key_and_no_code_opens_it(city: City) -> None:
    number = issue(city).number
    forget_code(city)
    assert find_public_notice(city, number, "AB123CD", key_of(NUMBER[:-1] + "5"), FOUR) is None


# --- over HTTP ----------------------------------------------------------------------------------------------------


def test_only_who_sends_letters_makes_a_new_one_and_no_answer_tells_it(store: Engine) -> None:
    client = client_at_four(store)
    number = issue(client.city).number
    path = f"/v1/notices/{number}/letter-code"
    assert [client.with_token(scope).post(path).status_code for scope in (Scope.AGENT, Scope.PAYMENTS)] == [403, 403]
    answered = client.with_token(Scope.NOTICES).post(path)
    assert (answered.status_code, answered.json()["number"]) == (200, number)
    code = code_of(client.city, number)
    assert code not in answered.text.replace("-", "")
    shown = client.get(f"/v1/public/notices/{number}?plate=AB123CD&code={code}")
    assert (shown.json()["coded"], code in shown.text) == (True, False)


def test_the_page_says_of_an_old_letter_that_its_key_can_be_worked_out(store: Engine) -> None:
    client = client_at_four(store)
    notice = issue(client.city)
    asked = f"/notices?number={notice.number}&plate=AB123CD"
    code = code_of(client.city, notice.number)
    assert "peut être calculée" not in client.get(f"{asked}&code={code}").text
    forget_code(client.city)
    assert "peut être calculée" in client.get(f"{asked}&code={notice.key}").text
    assert "peut être calculée" not in client.get(asked).text, "a stranger is not told which letters are old"


def guesser(store: Engine, everywhere: int) -> Client:
    """A client whose addresses guess as they like, and of each notice so many codes a day are guessed."""
    client = client_of(store, limits=Limits(codes=Rate(everywhere / 86_400, everywhere)))
    report(store, STATION, FOUR)
    client.clock.at = FOUR
    return client


def test_who_has_the_code_is_not_held_back_by_those_who_guess(store: Engine) -> None:
    client = guesser(store, everywhere=3)
    number, other = issue(client.city).number, issue(client.city, "ZZ999ZZ").number
    right = f"/v1/public/notices/{number}?plate=AB123CD&code={code_of(client.city, number)}"
    wrong = right[:-8] + "00000000"
    assert [client.get(wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert client.get(right).status_code == 429, "this address has guessed"
    holder, stranger = replace(client, address="192.0.2.7"), replace(client, address="192.0.2.8")
    assert [stranger.get(wrong).status_code for _ in range(2)] == [404, 429], "one a day for each other address"
    assert [holder.get(right).status_code for _ in range(5)] == [200] * 5
    assert client.get(f"/v1/public/notices/{number}?plate=AB123CD").status_code == 200, "what needs no code"
    theirs = f"/v1/public/notices/{other}?plate=ZZ999ZZ&code={code_of(client.city, other)}"
    assert client.get(theirs).status_code == 200, "another notice"
    client.clock.at += timedelta(days=1)
    assert client.get(right).status_code == 200


@pytest.mark.parametrize("said", ["", " ", "%00", "%F0%9F%95%B4", "7" * 41, "%FF", "<script>", "00000000'--", "%ED%A0%80"])
def test_what_is_no_code_opens_nothing_and_breaks_nothing(store: Engine, said: str) -> None:
    client = client_at_four(store)
    number = issue(client.city).number
    asked = f"plate=AB123CD&code={said}"
    statuses = [client.get(f"/v1/public/notices/{number}{path}?{asked}").status_code for path in ("", "/pdf", "/appeals")]
    assert set(statuses) <= {404, 422}
    page = client.get(f"/notices?number={number}&{asked}")
    assert page.status_code in (200, 422)
    assert "télépaiement</th>" not in page.text
