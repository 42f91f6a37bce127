"""Defects planted in firmware/paper/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a duplicate looks like the ticket",
        "firmware/paper/ticket.py",
        "if context.ledger.receipts.of(right).printed else ()),",
        "if not context.language else ()),",
        "tests/laws/test_receipt_laws.py::test_one_ticket_is_no_duplicate_and_there_are_three_duplicates_at_most",
    ),
    Defect(
        "the reminder of the charge is not printed",
        "firmware/paper/ticket.py",
        "sentences = (legal.reminder.text[FRENCH], legal.placing.text[FRENCH])",
        "sentences = (legal.placing.text[FRENCH],)",
        "tests/firmware/paper/test_receipt_rules.py::test_every_template_says_what_the_law_wants",
    ),
    Defect(
        "every class of vehicle gets the scale of the car",
        "firmware/paper/ticket.py",
        "scale(context.tariffs, right.rate_key, right.stay_begun)",
        'scale(context.tariffs, right.rate_key._replace(vehicle="car"), right.stay_begun)',
        "tests/firmware/paper/test_receipt_rules.py::test_every_template_says_what_the_law_wants",
    ),
    Defect(
        "a ticket in doubt looks like any other",
        "firmware/paper/ticket.py",
        '*((warning, TicketLine("")) if doubtful else ()),',
        '*((warning, TicketLine("")) if not context.language else ()),',
        "tests/firmware/paper/test_ticket.py::test_a_payment_in_doubt_says_so_above_everything",
    ),
    Defect(
        "an old right is printed at today's prices",
        "firmware/paper/ticket.py",
        "quote(context.tariffs, right.rate_key, right.start,",
        "quote(context.tariffs, right.rate_key, context.now,",
        "tests/firmware/paper/test_ticket.py::test_prices_are_those_of_the_sale",
    ),
    Defect(
        "a receipt is believed without its signature",
        "firmware/paper/receipt_signing.py",
        "public.verify(base64url_decode(signature), text.encode())",
        "text.encode()",
        "tests/firmware/paper/test_receipt_signing.py::test_any_changed_character_is_found",
    ),
    Defect(
        "anything the station signed passes for anything else",
        "firmware/paper/receipt_signing.py",
        "if fields[0] != mark:",
        "if not fields[0]:",
        "tests/simulator/test_service.py::test_a_report_that_was_touched_or_is_of_another_kind_is_not_believed",
    ),
    Defect(
        "the last code of a long diagnostic is cut in two",
        "firmware/paper/service_tickets.py",
        "if len(text) + len(code) + 1 > MOST:",
        "if len(text) > MOST:",
        "tests/firmware/paper/test_service_tickets.py::test_the_longest_diagnostic_still_fits_its_code_and_drops_the_oldest_codes_first",
    ),
    Defect(
        "the statistics ticket tells nobody of the sales given back",
        "firmware/paper/service_tickets.py",
        'beside=f"{tally.sales} / {tally.given_back}"',
        'beside=f"{tally.sales} / {tally.failed}"',
        "tests/firmware/paper/test_service_tickets.py::test_the_ticket_is_the_golden_one",
    ),
    Defect(
        "an English ticket has French prices",
        "firmware/paper/ticket.py",
        "amount = euros_on_paper(right.cents, context.language)",
        "amount = euros_on_paper(right.cents)",
        "tests/firmware/paper/test_ticket.py::test_the_laws_sentences_stay_french_in_english",
    ),
    Defect(
        "a free ticket announces lines that do not follow",
        "firmware/paper/ticket.py",
        'if steps else f"{who}, {long}"',
        'if who else f"{who}, {long}"',
        "tests/firmware/paper/test_ticket.py::test_a_free_ticket_says_so_and_speaks_of_no_card",
    ),
)
