"""An expectation of a visit that does not hold names its file and line, what was wanted and what is."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.visit_files.play import play
from simulator.visit_files.visit import VisitError
from tests.visits.files import SALE, TITLE_AND_CLOCK, written

# --- hopes that do not hold ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted", "found"),
    [
        ("expect screen approved", "'approved'", "'duration'"),
        ("expect price 7,00", "700", "600"),
        ("expect end 2026-03-04 16:30", "2026-03-04T16:30:00+01:00", "2026-03-04T15:30:00+01:00"),
        ("expect plate XY987ZT", "'XY987ZT'", "'AB123CD'"),
        ('expect text "Payé"', "'Payé'", "Fin 15 h 30 6,00 €"),
        ('expect no-text "15 h 30"', "no text '15 h 30'", "Fin 15 h 30"),
        ("expect no-quote", "None", "600"),
        ("expect language en", "'en'", "'fr'"),
        ("expect beep ignored", "'ignored'", "'accepted'"),
        ("expect glass dark", "'dark'", "'lit'"),
        ('expect ticket "AB-123-CD"', "'AB-123-CD'", "(there is none)"),
        ("expect tickets 1", "1", "0"),
        ('expect terminal "6,00 EUR"', "'6,00 EUR'", "BONJOUR"),
        ("expect debits 6,00", "[600]", "[]"),
        ('expect facts "right sold"', "['right sold']", "[]"),
        ("expect alarm printer out", "['printer out']", "[]"),
        ("expect unsent 7", "7", "0"),
        ("expect city AB123CD allowed until 2026-03-04 15:30", "True", "(False, None)"),
        ("card approved", "did not ask", "the card"),
    ],
)
def test_an_expectation_that_fails_says_where_what_was_wanted_and_what_is(
    tmp_path: Path, line: str, wanted: str, found: str
) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press AB123CD OK OK 1\nwait 3\n{line}\n")
    with pytest.raises(VisitError) as error:
        play(file, None)
    assert str(error.value).startswith(f"{file}:5: ")
    assert wanted in str(error.value)
    assert found in str(error.value)


def test_an_expectation_of_nothing_wrong_fails_too(tmp_path: Path) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}fault card mute\nwait 90\nexpect no-alarm\n")
    with pytest.raises(VisitError, match=r":5: expected alarms \[\], found \['terminal silent'\]"):
        play(file, None)


def test_a_ticket_that_says_too_much(tmp_path: Path) -> None:
    file = written(tmp_path, f'{SALE}expect ticket-without "AB-123-CD"\n')
    with pytest.raises(VisitError, match=":10: expected no 'AB-123-CD' on the ticket"):
        play(file, None)


def test_a_screen_that_never_comes(tmp_path: Path) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press A\nwait until approved\n")
    with pytest.raises(VisitError, match=":4: waited 400 s for screen 'approved'; it is still 'resting'"):
        play(file, None)


def test_a_card_that_should_not_have_been_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press AB123CD OK OK OK\ncard approved ignored\n")
    with pytest.raises(VisitError, match=":4: the terminal took the card"):
        play(file, None)


def test_the_money_must_add_up_even_if_the_visit_expects_nothing(tmp_path: Path) -> None:
    """A debit that has no end in the journal yet: the visit stops too early, and is told so."""
    file = written(tmp_path, f"{TITLE_AND_CLOCK}press AB123CD OK OK 1 OK\nfault card mute_after_card\ncard approved\nwait 10\n")
    with pytest.raises(VisitError, match=r":6: debited, and no right exists: \[\('31PA010001', 600\)\]"):
        play(file, None)
