"""A parking right as the lines of its ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from msgspec import structs

from firmware.ledger.ledger import ledger_of
from firmware.paper.ticket import ticket
from firmware.protocol.facts import RightSold, TicketFailed, TicketPrinted
from hal.ports import Align, Ticket, TicketCode, TicketLine
from tests.builders import PARIS, ladder
from tests.firmware.paper.tickets import HERE, PLACING, REMINDER, RIGHT, right_of

OUT = TicketPrinted(RIGHT.reference)


def plain(parts: Ticket) -> tuple[TicketLine | TicketCode, ...]:
    """With ordinary spaces."""
    return tuple(
        structs.replace(
            part, text=part.text.replace("\N{NO-BREAK SPACE}", " "), beside=part.beside.replace("\N{NO-BREAK SPACE}", " ")
        )
        if isinstance(part, TicketLine)
        else part
        for part in parts.parts
    )


def lines(parts: Ticket) -> list[str]:
    return [f"{part.text} {part.beside}".strip() for part in plain(parts) if isinstance(part, TicketLine)]


def test_the_ticket_line_by_line() -> None:
    made = ticket(RIGHT, HERE, "the code")
    assert made.number == "75011-0042-000813"
    assert plain(made) == (
        TicketLine("VILLE DE PARIS", align=Align.CENTRE, bold=True),
        TicketLine("Stationnement payant", align=Align.CENTRE),
        TicketLine(""),
        TicketLine("Fin", beside="lun. 6 mai 2019"),
        TicketLine("16:00", align=Align.RIGHT, double=True, bold=True),
        TicketLine("AB-123-CD", beside="Zone 1 - 11D", bold=True),
        TicketLine("Début", beside="lun. 6 mai 2019 14:30"),
        TicketLine("Payé", beside="6,00 EUR carte"),
        TicketLine("Émis", beside="06/05/2019 14:29:41"),
        TicketLine("Visiteur, 1 h 30 :"),
        TicketLine("  1re heure", beside="4 x 1,00 EUR"),
        TicketLine("  2e heure", beside="2 x 1,00 EUR"),
        TicketLine(
            "Barème zone 1 : 1 h 4,00 EUR, 2 h 8,00 EUR, 3 h 16,00 EUR, 4 h 26,00 EUR, 5 h 38,00 EUR, 6 h 50,00 EUR, "
            "FPS 50,00 EUR"
        ),
        TicketLine(""),
        TicketLine("Votre droit est attaché à la plaque."),
        TicketLine(""),
        TicketLine("Mentions de la loi (CGCT R.2333-120-3) :"),
        TicketLine(REMINDER),
        TicketLine(PLACING),
        TicketLine(""),
        TicketLine("75011-0042-000813", align=Align.CENTRE),
        TicketCode("the code"),
    )


@pytest.mark.parametrize(
    ("at", "zone", "quarters", "paid", "steps", "scale"),
    [
        (
            datetime(2016, 6, 1, 10, tzinfo=PARIS),
            1,
            6,
            "6,00",
            ["4 x 1,00", "2 x 1,00"],
            "1 h 4,00 EUR, 2 h 8,00 EUR",
        ),
        (
            datetime(2016, 6, 1, 10, tzinfo=PARIS),
            2,
            8,
            "4,80",
            ["4 x 0,60", "4 x 0,60"],
            "1 h 2,40 EUR, 2 h 4,80 EUR",
        ),
        (
            datetime(2018, 3, 5, 10, tzinfo=PARIS),
            1,
            24,
            "50,00",
            ["4 x 1,00", "4 x 1,00", "4 x 2,00", "4 x 2,50", "4 x 3,00", "4 x 3,00"],
            "1 h 4,00 EUR, 2 h 8,00 EUR, 3 h 16,00 EUR, 4 h 26,00 EUR, 5 h 38,00 EUR, 6 h 50,00 EUR, FPS 50,00 EUR",
        ),
        (
            datetime(2018, 3, 5, 10, tzinfo=PARIS),
            2,
            24,
            "35,00",
            ["4 x 0,60", "4 x 0,60", "4 x 1,20", "4 x 1,80", "4 x 2,15", "4 x 2,40"],
            "1 h 2,40 EUR, 2 h 4,80 EUR, 3 h 9,60 EUR, 4 h 16,80 EUR, 5 h 25,40 EUR, 6 h 35,00 EUR, FPS 35,00 EUR",
        ),
        (
            datetime(2026, 3, 4, 10, tzinfo=PARIS),
            1,
            10,
            "18,00",
            ["4 x 1,50", "4 x 1,50", "2 x 3,00"],
            "1 h 6,00 EUR, 2 h 12,00 EUR, 3 h 24,00 EUR, 4 h 39,00 EUR, 5 h 57,00 EUR, 6 h 75,00 EUR, FPS 75,00 EUR",
        ),
        (
            datetime(2026, 3, 4, 10, tzinfo=PARIS),
            2,
            14,
            "21,00",
            ["4 x 1,00", "4 x 1,00", "4 x 2,00", "2 x 2,50"],
            "1 h 4,00 EUR, 2 h 8,00 EUR, 3 h 16,00 EUR, 4 h 26,00 EUR, 5 h 38,00 EUR, 6 h 50,00 EUR, FPS 50,00 EUR",
        ),
    ],
)
def test_prices_are_those_of_the_sale(at: datetime, zone: int, quarters: int, paid: str, steps: list[str], scale: str) -> None:
    """Printed years later: the tariff version that priced the sale is the one on the ticket."""
    right = right_of(ladder(HERE.tariffs, zone, at)[quarters - 1])
    said = lines(ticket(right, replace(HERE, now=datetime(2026, 12, 1, tzinfo=PARIS)), "the code"))
    assert f"Payé {paid} EUR carte" in said
    assert [line.partition(" heure ")[2] for line in said if " heure " in line] == [f"{step} EUR" for step in steps]
    assert f"Barème zone {zone} : {scale}" in said


def test_lines_add_up_to_what_was_paid() -> None:
    for zone in (1, 2):
        for year in (2016, 2019, 2026):
            for offer in ladder(HERE.tariffs, zone, datetime(year, 3, 4, 10, tzinfo=PARIS)):
                steps = [line for line in lines(ticket(right_of(offer), HERE, "x")) if " heure " in line]
                bought = [(int(words[-4]), int(words[-2].replace(",", ""))) for words in map(str.split, steps)]
                assert sum(quarters * cents for quarters, cents in bought) == offer.cents
                assert sum(quarters for quarters, _ in bought) == offer.units


def test_a_residents_ticket_counts_days() -> None:
    at = datetime(2026, 3, 5, 14, 30, tzinfo=PARIS)
    offer = ladder(HERE.tariffs, 1, at, regime="resident")[6]
    said = lines(ticket(right_of(offer), HERE, "x"))
    assert said[3:8] == [
        "Fin jeu. 12 mars 2026",
        "14:30",
        "AB-123-CD Zone 1 - 11D",
        "Début jeu. 5 mars 2026 14:30",
        "Payé 9,00 EUR carte",
    ]
    assert said[9:13] == [
        "Résident, 7 jours :",
        "jour 6 x 1,50 EUR",
        "jour 1 x 0,00 EUR",
        "Barème zone 1 : 1 j 1,50 EUR, 2 j 3,00 EUR, 3 j 4,50 EUR, 4 j 6,00 EUR, 5 j 7,50 EUR, 6 j 9,00 EUR, 7 j 9,00 EUR, "
        "FPS 75,00 EUR",
    ]


def test_a_free_ticket_says_so_and_speaks_of_no_card() -> None:
    offer = ladder(HERE.tariffs, 1, datetime(2026, 3, 5, 14, 30, tzinfo=PARIS), regime="cmi_s")[0]
    for language, words in (("fr", "Payé 0,00 EUR (gratuit)"), ("en", "Paid EUR 0.00 (free)")):
        said = lines(ticket(right_of(offer), replace(HERE, language=language), "x"))
        assert words in said
        assert said[9].partition(", ")[2] in ("1 jour", "1 day"), "no colon where no line follows"
        assert "cart" not in " ".join(said).replace("Carte mobilité inclusion", "")
        assert "card" not in " ".join(said)


def test_an_extension_is_explained_from_the_hour_it_goes_on_from() -> None:
    """Two hours bought at 10:00; the third and fourth at 11:00."""
    at = datetime(2026, 3, 4, 10, tzinfo=PARIS)
    first = ladder(HERE.tariffs, 1, at)[7]
    more = ladder(HERE.tariffs, 1, at, reached=8, since=first.end, begun=first.start)[7]
    said = lines(ticket(right_of(more, reached=8, begun=first.start), HERE, "x"))
    assert said[9:12] == ["Visiteur, 2 h :", "3e heure 4 x 3,00 EUR", "4e heure 4 x 3,75 EUR"]
    assert "Payé 27,00 EUR carte" in said


def test_a_heavy_cars_ticket_has_the_scale_and_the_charge_of_its_class() -> None:
    offer = ladder(HERE.tariffs, 1, datetime(2026, 3, 4, 10, tzinfo=PARIS), vehicle="heavy")[3]
    scale = "1 h 18,00 EUR, 2 h 36,00 EUR, 3 h 72,00 EUR, 4 h 117,00 EUR, 5 h 171,00 EUR, 6 h 225,00 EUR, FPS 225,00 EUR"
    assert f"Barème zone 1 : {scale}" in lines(ticket(right_of(offer), HERE, "x"))


def test_what_the_law_wants_is_there_wherever_there_is_a_charge() -> None:
    """CGCT R.2333-120-3: date and time of issue, end, amount, scale, reminder, and where to place it."""
    for year, charge in ((2016, False), (2018, True), (2026, True)):
        for zone in (1, 2):
            offer = ladder(HERE.tariffs, zone, datetime(year, 3, 7, 10, tzinfo=PARIS))[0]
            said = lines(ticket(right_of(offer), HERE, "x"))
            assert "Émis 06/05/2019 14:29:41" in said
            assert (REMINDER in said, PLACING in said) == (charge, charge)
            assert ("FPS" in " ".join(said), "forfait" in " ".join(said)) == (charge, charge)


def test_the_laws_sentences_stay_french_in_english() -> None:
    said = lines(ticket(RIGHT, replace(HERE, language="en"), "x"))
    assert REMINDER in said
    assert PLACING in said
    assert "Ends Mon 6 May 2019" in said
    assert "Paid EUR 6.00 card" in said
    assert "hour 1 4 x EUR 1.00" in said
    assert "Scale, zone 1: 1 h EUR 4.00, 2 h EUR 8.00" in " ".join(said)
    assert "Your right belongs to the plate." in said
    assert not [line for line in said if ",00" in line], "no French price"
    assert "Visitor, 1 h 30:" in said


@pytest.mark.parametrize(
    ("language", "warning"), [("fr", "PAIEMENT EN COURS DE VÉRIFICATION"), ("en", "PAYMENT BEING VERIFIED")]
)
def test_a_payment_in_doubt_says_so_above_everything(language: str, warning: str) -> None:
    context = replace(HERE, language=language)
    said = lines(ticket(RIGHT, context, "x", doubtful=True))
    assert said[:4] == ["VILLE DE PARIS", "Stationnement payant", "", warning]
    paid = context.say("Payé")
    assert paid not in " ".join(said)
    assert warning not in lines(ticket(RIGHT, context, "x"))
    assert paid in " ".join(lines(ticket(RIGHT, context, "x")))


@pytest.mark.parametrize(("language", "mark"), [("fr", "DUPLICATA"), ("en", "DUPLICATE")])
def test_after_a_ticket_that_is_out_the_next_is_a_duplicate(language: str, mark: str) -> None:
    facts = (RightSold(RIGHT), TicketFailed(RIGHT.reference, "silent"))
    owed, printed = (replace(HERE, language=language, ledger=ledger_of(told)) for told in (facts, (*facts, OUT)))
    assert mark not in lines(ticket(RIGHT, owed, "x"))
    assert lines(ticket(RIGHT, printed, "x"))[3] == mark


def test_a_stay_that_goes_on_next_monday_says_both_days() -> None:
    offer = ladder(HERE.tariffs, 1, datetime(2026, 3, 7, 19, 30, tzinfo=PARIS))[3]
    said = lines(ticket(right_of(offer), HERE, "x"))
    assert said[3:5] == ["Fin lun. 9 mars 2026", "09:30"]
    assert "Début sam. 7 mars 2026 19:30" in said


def test_a_right_read_back_from_the_journal_prints_the_same_ticket() -> None:
    """There its times have an offset and no name."""
    iso = datetime.fromisoformat
    read_back = structs.replace(RIGHT, start=iso("2019-05-06T14:30:00+02:00"), end=iso("2019-05-06T16:00:00+02:00"))
    assert ticket(read_back, HERE, "x") == ticket(RIGHT, HERE, "x")
