"""Defects planted in simulator/web/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "an approved card keeps the focus, and Enter pays again instead of OK",
        "simulator/web/static/cards.js",
        "if (taken && card === document.activeElement) done();",
        "if (!taken && card === document.activeElement) done();",
        "tests/browser/test_accessibility.py::test_an_approved_card_gives_the_focus_back_and_enter_is_ok",
    ),
    Defect(
        "every key is a tab stop",
        "simulator/web/static/roving.js",
        "(each.tabIndex = each === chosen ? 0 : -1)",
        "(each.tabIndex = 0)",
        "tests/browser/test_accessibility.py::test_keys_and_cards_are_one_tab_stop_each",
    ),
    Defect(
        "the link's status stands among the tabs",
        "simulator/web/static/index.html",
        '<div class="tabs">',
        '<div class="tabs" role="tablist">',
        "tests/browser/test_accessibility.py::test_nothing_is_serious_on_any_tab",
    ),
    Defect(
        "keys have no edge in chosen colours",
        "simulator/web/static/cabinet.css",
        ".cabinet, .key, .reader, .printer { border: 1px solid ButtonBorder; }",
        ".cabinet, .reader, .printer { border: 1px solid ButtonBorder; }",
        "tests/browser/test_accessibility.py::test_keys_and_switches_are_seen_in_chosen_colours",
    ),
    Defect(
        "a button that is pressed looks like the others",
        "simulator/web/static/page.css",
        'button[aria-pressed="true"], form button { background',
        '[aria-pressed="true"], form button { background',
        "tests/browser/test_accessibility.py::test_what_is_chosen_and_what_can_be_pressed_is_seen",
    ),
    Defect(
        "the browser's language is not asked",
        "simulator/web/static/language.js",
        "[new URLSearchParams(location.search).get(CHOSEN), ...navigator.languages]",
        "[new URLSearchParams(location.search).get(CHOSEN)]",
        "tests/browser/test_language.py::test_the_browsers_language_comes_first",
    ),
    Defect(
        "the language that was chosen is forgotten",
        "simulator/web/static/language.js",
        "location.search = new URLSearchParams({ [CHOSEN]: offer.value });",
        "location.reload();",
        "tests/browser/test_language.py::test_another_is_chosen_and_kept",
    ),
    Defect(
        "a sentence of the page has no English",
        "simulator/web/static/catalogue.json",
        '  "Prenez votre ticket": "Take your ticket",\n',
        "",
        "tests/simulator/test_page_words.py::test_every_sentence_is_said_in_every_language",
    ),
    Defect(
        "a word of the journal has no French",
        "simulator/web/static/catalogue.json",
        '  "wrong pin": "code faux",\n',
        "",
        "tests/simulator/test_page_words.py::test_every_word_of_the_journal_is_said_in_french",
    ),
    Defect(
        "a fault of a real device is an error of the server",
        "simulator/web/api.py",
        "except (TerminalStaysError, RealDeviceError) as error:",
        "except TerminalStaysError as error:",
        "tests/simulator/test_real_devices.py::test_the_api_answers_that_it_conflicts",
    ),
    Defect(
        "what is exported is not what is shown",
        "simulator/web/static/wire.js",
        "rows.filter((row) => this.wants(row))",
        "rows",
        "tests/browser/test_wire.py::test_what_is_found_is_exported",
    ),
    Defect(
        "two tickets have one picture",
        "simulator/web/static/ticket.js",
        "`api/ticket.png?fresh=${tickets}`",
        "`api/ticket.png?fresh=`",
        "tests/browser/test_page.py::test_each_ticket_is_its_own_picture",
    ),
)
