"""Defects planted in firmware/domain/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "of two members with one name the last is believed",
        "firmware/domain/decoding.py",
        'twice = "" if is_ours else doubled_member(data)',
        'twice = ""',
        "tests/firmware/protocol/test_given_twice.py::test_a_member_that_is_given_twice_is_refused",
    ),
    Defect(
        "a long document is not looked at",
        "firmware/domain/decoding.py",
        "(len(bare) <= REWRITTEN and",
        "(len(bare) > REWRITTEN or",
        "tests/firmware/domain/test_decoding.py::test_a_large_document_is_looked_at_as_well",
    ),
    Defect(
        "a signature may be written in several ways",
        "firmware/domain/base64url.py",
        "if base64url_encode(data) != text:",
        "if not text:",
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "stations of two arrondissements share bank references",
        "firmware/domain/reference.py",
        'return quarter * _SERIALS + int(parts["serial"])',
        'return int(parts["serial"])',
        "tests/firmware/domain/test_reference.py::test_two_sales_never_share_a_reference",
    ),
    Defect(
        "a composed and a decomposed letter are two plates",
        "firmware/domain/plate.py",
        'return unicodedata.normalize("NFKD", text)',
        "return text",
        "tests/firmware/domain/test_plate.py::test_normalised",
    ),
    Defect(
        "Cyrillic capitals are not folded",
        "firmware/domain/plate.py",
        "_FOLD = str.maketrans(_CYRILLIC | _GREEK | _LATIN)",
        "_FOLD = str.maketrans(_GREEK | _LATIN)",
        "tests/firmware/domain/test_plate.py::test_normalised",
    ),
    Defect(
        "what is left over of a plate is dropped unseen",
        "firmware/domain/plate.py",
        "if character not in _TYPED:",
        "if character.isalnum() and character not in _TYPED:",
        "tests/firmware/domain/test_plate.py::test_what_is_left_over_is_refused_by_name",
    ),
    Defect(
        "a list with semicolons is one column",
        "firmware/domain/csv_text.py",
        'SEPARATORS = ";\\t,"',
        'SEPARATORS = ","',
        "tests/central/test_holdings_csv.py::test_what_a_spreadsheet_saves_is_understood",
    ),
    Defect(
        "a list in UTF-16 is not understood",
        "firmware/domain/csv_text.py",
        'encoding = "utf-16" if start.startswith(_UTF16) else "utf-8-sig"',
        'encoding = "utf-8-sig"',
        "tests/central/test_holdings_csv.py::test_what_a_spreadsheet_saves_is_understood",
    ),
    Defect(
        "German writes the time with a colon",
        "firmware/domain/formats.py",
        '        hour="{hour}.{minute:02} Uhr",\n',
        '        hour="{hour}:{minute:02} Uhr",\n',
        "tests/firmware/visit/test_words.py::test_an_instant_as_each_language_writes_it",
    ),
    Defect(
        "a file of ours is looked at member by member, for its last line's end",
        "firmware/domain/decoding.py",
        "decoder.decode(data), data.strip()",
        "decoder.decode(data), data",
        "tests/firmware/domain/test_decoding.py::test_a_file_that_we_have_written_is_decoded_without_a_second_look",
    ),
)
