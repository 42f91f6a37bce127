"""Defects planted in firmware/protocol/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a hash covers its own entry and not the past",
        "firmware/protocol/entry.py",
        "hashlib.sha256(previous + body)",
        "hashlib.sha256(body)",
        "tests/firmware/journal/test_journal.py::test_the_text_of_an_entry_and_its_hash",
    ),
    Defect(
        "a right is held an instant too long",
        "firmware/protocol/entitlements.py",
        "at < self.until)",
        "at <= self.until)",
        "tests/firmware/protocol/test_entitlements.py::test_a_right_that_ends_at_midnight_ends_at_midnight",
    ),
    Defect(
        "what was signed for one purpose is heard for another",
        "firmware/protocol/envelope.py",
        'return b"horodateur " + purpose.encode() + b"\\n" + document',
        'return b"horodateur \\n" + document',
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "a public key that begins with a dash is taken for an option",
        "firmware/protocol/key_words.py",
        'f" {word}" if _DASHED_KEY.fullmatch(word) else word',
        "word",
        "tests/central/test_dashed_keys.py::test_the_city_enrols_it",
    ),
    Defect(
        "a new card gives numbers that the old one may have given unheard",
        "firmware/protocol/genesis.py",
        "    return generation - generation % CARD_GENERATIONS + CARD_GENERATIONS",
        "    return generation + 1",
        "tests/central/test_real_cards_law.py::test_a_generation_that_a_dead_card_began_unheard_is_not_begun_again",
    ),
    Defect(
        "an old answer of the city's time is a new one",
        "firmware/protocol/city_time.py",
        "if (signed.station, signed.request_number) != (station, request_number):",
        "if signed.station != station:",
        "tests/firmware/protocol/test_city_time.py::test_it_is_believed_for_this_request_and_for_no_other",
    ),
    Defect(
        "a code of one station opens every other",
        "firmware/protocol/access_code.py",
        'text = f"{station} {person} {_minute(until)}"',
        'text = f"{person} {_minute(until)}"',
        "tests/firmware/protocol/test_access_code.py::test_it_is_for_one_station_and_one_number",
    ),
)
