"""The ticket linter: every template says what CGCT R.2333-120-3 wants, and no line of it can go unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from firmware.domain.parking_right import ParkingRight
from firmware.paper.ticket import ticket
from firmware.visit.context import Context
from hal.ports import Ticket, TicketLine
from tests.builders import PARIS, context, ladder, paris, right_of
from tests.receipt_rules import AMOUNT, END, ISSUED, PLACING, PLATE, REMINDER, SCALE, missing

HERE = context(now=paris("2026-03-06T16:59:41"))
VERSIONS = {
    table.name: datetime.fromisoformat(f"{table.name}T17:30").replace(tzinfo=PARIS) for table in HERE.tariffs.rate_tables
}
WITH_A_CHARGE = [name for name in VERSIONS if name >= "2018"]


def sold(at: datetime) -> Iterator[ParkingRight]:
    """The shortest and the longest purchase of every regime, class and zone; and where there is one, a unit that extends it."""
    for regime in HERE.tariffs.regimes:
        for vehicle in HERE.tariffs.vehicles:
            for zone in HERE.tariffs.zones:
                offers = ladder(HERE.tariffs, zone, at, regime=regime, vehicle=vehicle)
                if not offers:
                    continue
                yield from (right_of(offers[0]), right_of(offers[-1]))
                one = offers[0]
                more = ladder(HERE.tariffs, zone, at, regime=regime, vehicle=vehicle, reached=1, since=one.end, begun=one.start)
                yield from (right_of(offer, reached=1, begun=one.start) for offer in more[:1])


def templates(version: str) -> Iterator[tuple[Ticket, ParkingRight, Context]]:
    at = VERSIONS[version]
    for right in sold(at):
        for language in HERE.catalogues:
            for doubtful in {False, right.cents > 0}:
                context = replace(HERE, now=at, language=language)
                yield ticket(right, context, "the code", doubtful=doubtful), right, context


def without(whole: Ticket, index: int) -> Ticket:
    return structs.replace(whole, parts=whole.parts[:index] + whole.parts[index + 1 :])


def changed(whole: Ticket, old: str, new: str) -> Ticket:
    """With one text instead of another, in one line."""
    lines = [part for part in whole.parts if isinstance(part, TicketLine) and old in f"{part.text}|{part.beside}"]
    assert len(lines) == 1, lines
    other = structs.replace(lines[0], text=lines[0].text.replace(old, new), beside=lines[0].beside.replace(old, new))
    return structs.replace(whole, parts=tuple(other if part == lines[0] else part for part in whole.parts))


FIELD_OF_A_LINE = {
    ("Fin ", "Ends ", "Ende ", "Fine "): END,
    ("AB-123-CD",): PLATE,
    ("Payé ", "Montant ", "Paid ", "Amount ", "Bezahlt ", "Betrag ", "Pagado ", "Importe ", "Pagato ", "Importo "): AMOUNT,
    ("Émis ", "Issued ", "Ausgestellt ", "Emitido ", "Emesso "): ISSUED,
    ("Barème zone ", "Scale, zone ", "Tarif Zone ", "Tarifa zona ", "Tariffa zona "): SCALE,
    ("Le forfait est dû en cas de paiement insuffisant.",): REMINDER,
    ("À placer à l’avant du véhicule, bien lisible de l’extérieur.",): PLACING,
}
"""How the lines begin that the law wants, in each language, and what is then missing."""


def wanted(part: object) -> tuple[str, ...]:
    """What is missing without this part, and nothing else."""
    if not isinstance(part, TicketLine):
        return ()
    if part.double:
        return (END,)
    line = f"{part.text} {part.beside}"
    return tuple(field for begins, field in FIELD_OF_A_LINE.items() if line.startswith(begins))


FEWEST = {"2015-01-01": 320, "2017-03-01": 370, "2018-01-01": 370, "2021-08-01": 370, "2022-09-01": 570, "2024-10-01": 910}
"""Tickets looked at by version: every regime, class of vehicle, zone and language it sells."""


@pytest.mark.parametrize("version", VERSIONS)
def test_every_template_says_what_the_law_wants(version: str) -> None:
    found = [missing(*template) for template in templates(version)]
    assert len(found) >= FEWEST[version]
    assert set(found) == {()}


@pytest.mark.parametrize("version", WITH_A_CHARGE)
def test_no_line_the_law_wants_can_go_unnoticed(version: str) -> None:
    for whole, right, where in templates(version):
        fields = [missing(without(whole, index), right, where) for index in range(len(whole.parts))]
        assert fields == [wanted(part) for part in whole.parts]
        assert sorted(field for (field,) in filter(None, fields)) == sorted([*FIELD_OF_A_LINE.values(), END])


def test_every_field_names_its_source() -> None:
    for field, letter in zip((ISSUED, END, AMOUNT, SCALE, REMINDER, PLACING), "abcdef", strict=True):
        assert field.endswith(f"(CGCT R.2333-120-3 {letter})")
    assert "Conseil d'État, 16 July 2021, 435621" in PLATE


RIGHT = right_of(ladder(HERE.tariffs, 1, HERE.now)[3])
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("06/03/2026", "05/03/2026", ISSUED),
        ("16:59:41", "15:59:41", ISSUED),
        ("Fin", "Début de", END),
        ("18:00", "18:15", END),
        (f"6,00{SPACE}EUR carte", f"6,01{SPACE}EUR carte", AMOUNT),
        (f"2{SPACE}h{SPACE}12,00", f"2{SPACE}h{SPACE}8,00", SCALE),
        ("Barème zone 1", "Barème zone 2", SCALE),
        ("est dû", "n'est pas dû", REMINDER),
        ("À placer", "À cacher", PLACING),
        ("AB-123-CD", "AB-123-CE", PLATE),
    ],
)
def test_a_line_that_says_something_else_is_as_good_as_none(old: str, new: str, field: str) -> None:
    whole = ticket(RIGHT, HERE, "the code")
    broken = changed(whole, old, new)
    assert missing(whole, RIGHT, HERE) == ()
    assert missing(broken, RIGHT, HERE) == (field,)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (structs.replace(RIGHT, end=RIGHT.end + timedelta(days=1)), END),
        (structs.replace(RIGHT, cents=2400), AMOUNT),
        (structs.replace(RIGHT, vehicle="heavy"), SCALE),
        (structs.replace(RIGHT, regime="resident", unit="day"), SCALE),
        (structs.replace(RIGHT, begun=datetime(2019, 3, 6, 17, 0, tzinfo=PARIS)), SCALE),
        (structs.replace(RIGHT, plate="AB123CE"), PLATE),
    ],
)
def test_the_ticket_of_another_right_is_not_the_ticket_of_this_one(other: ParkingRight, field: str) -> None:
    assert missing(ticket(other, HERE, "the code"), RIGHT, HERE) == (field,)


def test_before_there_was_a_charge_nothing_is_wanted() -> None:
    context = replace(HERE, now=datetime(2017, 12, 29, 10, 0, tzinfo=PARIS))
    right = right_of(ladder(context.tariffs, 1, context.now)[0])
    assert missing(Ticket("number", ()), right, context) == ()
    assert len(missing(Ticket("number", ()), RIGHT, HERE)) == 7
