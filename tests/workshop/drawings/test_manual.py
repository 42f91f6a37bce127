"""docs/technician.md shows what the commands do, and the sheet stays one page."""

from __future__ import annotations

import re

import pytest

from firmware.service.alarms import ALARMS, OTHER
from firmware.service.event_codes import French, event_codes
from hal.ports import Key
from workshop.drawings import technician_sheet as printed
from workshop.drawings.manual import CODES, LABEL, PAGE, SHEET, refresh_blocks, run_session, statuses

TEXT = PAGE.read_text("utf-8")


def test_the_statuses_on_the_page_are_those_of_the_code() -> None:
    assert refresh_blocks(TEXT, statuses()) == TEXT, "run make docs"


def test_every_block_of_the_page_is_made() -> None:
    assert set(re.findall("<!-- made: (.*) -->", TEXT)) == {"session", *statuses()}


def test_a_block_that_the_page_has_lost_is_missed() -> None:
    with pytest.raises(KeyError, match="statuses flash"):
        refresh_blocks(TEXT.replace("<!-- made: statuses flash -->", ""), statuses())


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", TEXT))))
def test_every_picture_and_page_it_names_is_there(link: str) -> None:
    assert (PAGE.parent / link).is_file()


def test_the_session_is_a_real_one_and_ends_in_a_proven_card() -> None:
    made = run_session()
    assert "certificates/75011-0042.txt: proven in <n> s\n75011-0042 1 11D <key, 43 characters>\n```" in made
    assert re.sub(r"(\d:\d\d|[\d.]+ MB) .*", "", made).splitlines()[:12] == _shown().splitlines()[:12]


def _shown() -> str:
    block = TEXT.partition("<!-- made: session -->\n")[2].partition("<!-- end -->")[0]
    return re.sub(r"(\d:\d\d|[\d.]+ MB) .*", "", block)


def test_the_sheet_is_fresh_and_names_every_code() -> None:
    assert SHEET.read_text("utf-8") == printed.front(), "run make docs"
    assert CODES.read_text("utf-8") == printed.back(), "run make docs"
    for alarm in (*ALARMS, *OTHER):
        assert f">{alarm.code}</text>" in printed.back()


def test_the_sheet_prints_what_is_engraved_on_the_keys() -> None:
    sides = (printed.front() + printed.back()).replace("\u00a0", " ")
    assert "← ← i" in sides
    for key in Key:
        assert key.cap == key.value or not re.search(rf"\b{key.value}\b", sides.replace("DC OK", "")), key


def test_the_sheet_and_the_book_explain_the_codes_of_a_test_ticket() -> None:
    front = printed.front()
    for code, meaning in event_codes(French()).items():
        assert meaning in TEXT
        assert f"{code} {meaning.split(' ')[0]}" in front.replace("\u00a0", " ")


def test_a_side_of_two_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "HEIGHT", 200.0)
    with pytest.raises(printed.TooLongError, match="say less"):
        printed.back()


def test_there_is_a_label_to_look_at() -> None:
    assert LABEL.read_bytes().startswith(b"\x89PNG")
