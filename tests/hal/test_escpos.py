"""Tickets encoded as ESC/POS, byte for byte."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import Align, Ticket, TicketCode, TicketLine
from hal.wire.escpos import encode
from tests.hal.ticket_bytes import CUT, START

CENTRED = "1d 21 00  1b 45 00  1b 61 01"  # GS ! size, ESC E bold, ESC a alignment
BOLD = "1d 21 00  1b 45 01  1b 61 00"
DOUBLE = "1d 21 11  1b 45 00  1b 61 00"
PLAIN = "1d 21 00  1b 45 00  1b 61 00"


def ticket(*parts: TicketLine | TicketCode) -> Ticket:
    return Ticket("75011-0042-000813", parts)


def rows(*parts: TicketLine, columns: int = 32) -> list[str]:
    """The rows of a ticket without styles."""
    data = encode(ticket(*parts), columns)
    assert data.startswith(bytes.fromhex(START))
    assert data.endswith(bytes.fromhex(CUT))
    return data[5:-4].decode("cp1252").split("\n")[:-1]


@given(st.text(st.sampled_from("ab,-. \u00a0\t\n\u2028"), max_size=90), st.sampled_from((32, 42, 48)))
def test_a_text_that_fits_in_a_row_is_wrapped_like_any_other(text: str, columns: int) -> None:
    plain = text.replace("\t", " ").replace("\n", " ")
    wrapped = textwrap.wrap(plain, columns, break_on_hyphens=False) or [""]
    assert rows(TicketLine(text), columns=columns) == [row.replace("\u2028", "?") for row in wrapped]


# --- tickets ------------------------------------------------------------------------------------------------------


def test_small_ticket_byte_for_byte() -> None:
    parts = (
        TicketLine("PARIS", align=Align.CENTRE),
        TicketLine("Fin", "16:00", double=True),
        TicketLine("AB-123-CD", "Zone 1", bold=True),
        TicketLine("Payé", "6,00 €"),
        TicketCode("ABC"),
    )
    expected = f"""
        {START}
        {CENTRED}  50 41 52 49 53 0a
        {DOUBLE}   46 69 6e  20 20 20 20 20 20 20 20  31 36 3a 30 30 0a
        {BOLD}     41 42 2d 31 32 33 2d 43 44  {"20 " * 17} 5a 6f 6e 65 20 31 0a
        {PLAIN}    50 61 79 e9  {"20 " * 22} 36 2c 30 30 20 80 0a
        {CENTRED}  0a
        1d 28 6b 04 00 31 41 32 00
        1d 28 6b 03 00 31 43 04
        1d 28 6b 03 00 31 45 31
        1d 28 6b 06 00 31 50 30  41 42 43
        1d 28 6b 03 00 31 51 30  0a
        {CUT}
    """
    assert encode(ticket(*parts), 32).hex(" ") == bytes.fromhex(expected).hex(" ")


def test_every_style_alone() -> None:
    right = "1d 21 00  1b 45 00  1b 61 02"
    for line, style in [
        (TicketLine("x", align=Align.RIGHT), right),
        (TicketLine("x", align=Align.CENTRE), CENTRED),
        (TicketLine("x", bold=True), BOLD),
        (TicketLine("x", double=True), DOUBLE),
    ]:
        assert encode(ticket(line), 42) == bytes.fromhex(f"{START} {style} 78 0a {CUT}")


def test_beside_needs_the_whole_line_and_so_leaves_no_alignment() -> None:
    [row] = rows(TicketLine("a", "b", align=Align.CENTRE))
    assert row == "a" + " " * 30 + "b"


def test_style_is_said_once_for_a_run_of_lines() -> None:
    both = encode(ticket(TicketLine("x", bold=True), TicketLine("y", bold=True), TicketLine("z")), 42)
    assert both == bytes.fromhex(f"{START} {BOLD} 78 0a 79 0a {PLAIN} 7a 0a {CUT}")


def test_wraps_between_words_and_not_at_hyphens() -> None:
    assert rows(TicketLine("Votre véhicule immatriculé AB-CDE-12")) == [
        "Votre véhicule immatriculé",
        "AB-CDE-12",
    ]


def test_word_longer_than_the_paper_is_cut_not_lost() -> None:
    assert rows(TicketLine("x" * 33)) == ["x" * 32, "x"]


def test_indentation_and_inner_spaces_stay() -> None:
    assert rows(TicketLine("  3 h 16,00  4 h 26,00")) == ["  3 h 16,00  4 h 26,00"]


def test_empty_line_is_a_line() -> None:
    assert rows(TicketLine(""), TicketLine("x")) == ["", "x"]


def test_beside_ends_exactly_at_the_edge_on_every_paper() -> None:
    for columns in (32, 42, 48):
        [row] = rows(TicketLine("Payé", "6,00 €"), columns=columns)
        assert len(row) == columns
        assert row.startswith("Payé ")
        assert row.endswith(" 6,00 €")


def test_beside_stands_on_the_last_row_of_a_wrapped_text() -> None:
    assert rows(TicketLine("Les deux premières heures de stationnement", "6,00 €")) == [
        "Les deux premières heures de",
        "stationnement             6,00 €",
    ]


def test_beside_without_room_takes_a_row_of_its_own() -> None:
    assert rows(TicketLine("Les deux premières heures", "12,00 EUR")) == [
        "Les deux premières heures",
        " " * 23 + "12,00 EUR",
    ]
    assert rows(TicketLine("a", "x" * 33)) == ["a", "x" * 32, " " * 31 + "x"]


def test_beside_keeps_one_space() -> None:
    assert rows(TicketLine("x" * 25, "y" * 6)) == ["x" * 25 + " " + "y" * 6]
    assert rows(TicketLine("x" * 26, "y" * 6)) == ["x" * 26, " " * 26 + "y" * 6]


def test_double_width_halves_the_paper() -> None:
    data = encode(ticket(TicketLine("Fin lun. 6 mai 2019", "16:00", double=True)), 42)
    assert b"Fin lun. 6 mai 2019\n                16:00\n" in data


def test_french_in_code_page_1252() -> None:
    data = encode(ticket(TicketLine("é è ê à ç ù ï € ’ – × œ Œ")), 42)
    letters = "e9 20 e8 20 ea 20 e0 20 e7 20 f9 20 ef 20 80 20 92 20 96 20 d7 20 9c 20 8c"
    assert data == bytes.fromhex(f"{START} {letters} 0a {CUT}")


def test_decomposed_accent_is_composed() -> None:
    assert encode(ticket(TicketLine("Paye\u0301")), 42) == bytes.fromhex(f"{START} 50 61 79 e9 0a {CUT}")


def test_narrow_spaces_and_minus_have_an_equal_in_the_code_page() -> None:
    data = encode(ticket(TicketLine("6\u202f000\u2009€ \u22121 a\u2011b")), 42)
    assert data == bytes.fromhex(f"{START} 36 a0 30 30 30 a0 80 20 2d 31 20 61 2d 62 0a {CUT}")


def test_character_outside_the_code_page_is_seen_as_a_question_mark() -> None:
    assert rows(TicketLine("停車 Ωx")) == ["?? ?x"]


def test_control_bytes_never_reach_the_printer() -> None:
    assert rows(TicketLine("a\x1b@b\x10\x04\x01c\nd\x7f\x85e")) == ["a @b   c d  e"]


@given(st.lists(st.builds(TicketLine, st.text(), st.text()), max_size=4), st.sampled_from([32, 42, 48]))
def test_law_no_text_can_command_the_printer_or_pass_the_edge(lines: list[TicketLine], columns: int) -> None:
    body = encode(ticket(*lines), columns).removeprefix(bytes.fromhex(START)).removesuffix(bytes.fromhex(CUT))
    assert all(byte >= 0x20 or byte == 0x0A for byte in body)
    assert all(len(row) <= columns for row in body.split(b"\n"))
    assert body.count(b"\n") >= len(lines)


def test_code_length_is_in_two_bytes() -> None:
    data = encode(ticket(TicketCode("a" * 300)), 42)
    assert bytes.fromhex("1d 28 6b 2f 01 31 50 30") + b"a" * 300 in data  # 303 = 0x012f


@pytest.mark.parametrize("data", ["", "a" * 505, "é" * 253, "a\x10\x04\x01", "a\ud800"])
def test_code_that_cannot_be_printed_names_its_ticket(data: str) -> None:
    with pytest.raises(ValueError, match="ticket 75011-0042-000813: its QR code"):
        encode(ticket(TicketCode(data)), 42)


def test_longest_code_is_taken() -> None:
    assert b"a" * 504 in encode(ticket(TicketCode("a" * 504)), 32)


def test_whole_ticket_is_within_1500_bytes() -> None:
    text: list[TicketLine | TicketCode] = [
        TicketLine("VILLE DE PARIS", align=Align.CENTRE, bold=True),
        TicketLine("Stationnement payant", align=Align.CENTRE),
        TicketLine(""),
        TicketLine("Fin lun. 6 mai 2019", "16:00", double=True),
        TicketLine("AB-123-CD", "Zone 1 - 11e", bold=True),
        TicketLine("Début lun. 6 mai 2019", "14:30"),
        TicketLine("Payé 6,00 €", "carte **** 1234"),
        TicketLine("Émis 06/05/2019 14:29:41"),
        TicketLine("Visiteur, 6 quarts d’heure :"),
        TicketLine("  2 premières heures", "6 × 1,00 €"),
        TicketLine("Barème zone 1 : 1 h 4,00  2 h 8,00  3 h 16,00  4 h 26,00  5 h 38,00  6 h 50,00 (FPS 50,00)"),
        TicketLine("Le forfait est dû en cas de paiement insuffisant."),
        TicketLine("À placer à l’avant du véhicule, bien lisible de l’extérieur."),
        TicketLine("75011-0042-000813"),
        TicketCode("x" * 230),
    ]
    for columns in (32, 42, 48):
        assert len(encode(ticket(*text), columns)) <= 1500
