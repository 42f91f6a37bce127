"""Defects planted in central/pages/."""

from __future__ import annotations

from tests.planted.defect import Defect

LETTER = "tests/central/test_notice_letter.py"
AGENT = "tests/browser/test_agent.py"
CELLAR = "tests/browser/test_agent_cellar.py"
WORKER = "tests/browser/test_agent_worker.py"

DEFECTS = (
    Defect(
        "the payment notice names the charge before the receipt was deducted",
        "central/pages/notice_letter.py",
        '"Montant du FPS après déduction", euros(notice.due_cents)',
        '"Montant du FPS après déduction", euros(notice.fps_cents)',
        f"{LETTER}::test_four_pages_say_what_the_law_asks",
    ),
    Defect(
        "a payment notice that was not sent names days that follow from the sending",
        "central/pages/notice_letter.py",
        'day_text(notice.sent_on, "pas encore envoyé")',
        "day_text(notice.issued_at)",
        f"{LETTER}::test_before_it_is_sent_it_names_no_date_that_follows_from_it",
    ),
    Defect(
        "a payment notice is another file each time it is printed",
        "central/pages/pdf.py",
        "        self.set_creation_date(document.made_at)\n",
        "",
        f"{LETTER}::test_the_same_notice_is_the_same_bytes_whenever_it_is_printed",
    ),
    Defect(
        "a cancelled notice asks to be paid",
        "central/pages/notice_letter.py",
        "if note := NOTES.get(printed.answer.state):",
        "if note := NOTES.get(NoticeState.SENT):",
        f"{LETTER}::test_a_notice_that_nobody_owes_any_more_says_so_first",
    ),
    Defect(
        "the evidence travels without the document that was signed",
        "central/pages/evidence_letter.py",
        "(blocks,), (name, signed.message))",
        "(blocks,), (name, b'{}'))",
        "tests/central/test_evidence_packs.py::test_the_pdf_says_the_same_and_carries_the_signed_document",
    ),
    Defect(
        "the agent's page believes an offline copy that anybody signed",
        "central/pages/agent/offline.js",
        'return crypto.subtle.verify("Ed25519", key, bytesOf(signature), new TextEncoder().encode(PURPOSE + document));',
        "return true;",
        f"{AGENT}::test_a_copy_that_the_city_did_not_sign_is_not_used",
    ),
    Defect(
        "the agent's page answers from an expired copy",
        "central/pages/agent/offline.js",
        "at < made || at >= Date.parse(held.signed.valid_until) ? EXPIRED",
        "at < made ? EXPIRED",
        f"{AGENT}::test_an_expired_copy_is_not_used",
    ),
    Defect(
        "a control made offline is never checked again",
        "central/pages/agent/agent.js",
        "    keepWaiting({ ...asked, at: offline.at, known_at: offline.at });\n",
        "",
        f"{AGENT}::test_a_control_made_offline_is_checked_again_once_there_is_a_network",
    ),
    Defect(
        "a copy that the phone kept is believed without its signature",
        "central/pages/agent/offline.js",
        "const held = await read(sector, { ...came, cityKey: cityKey ?? came.cityKey });",
        "const held = { fetched: came.fetched, verified: true, signed: JSON.parse(FRAME.exec(came.message)[1]) };",
        f"{CELLAR}::test_a_kept_copy_is_verified_each_time_the_page_opens",
    ),
    Defect(
        "a copy gets younger when the phone's clock is set back",
        "central/pages/agent/offline.js",
        "now < seen - SLACK_MS ? SET_BACK : ",
        "",
        f"{CELLAR}::test_neither_an_old_copy_nor_a_clock_that_was_set_back_serves",
    ),
    Defect(
        "the copy stays in the phone of an agent who left",
        "central/pages/agent/offline.js",
        "  await dropAll();\n",
        "",
        f"{CELLAR}::test_who_leaves_leaves_nothing",
    ),
    Defect(
        "a copy that one agent's phone keeps is read with any token",
        "central/pages/agent/kept_copies.js",
        'importKey("raw", text.encode(token), "HKDF"',
        'importKey("raw", PURPOSE, "HKDF"',
        f"{CELLAR}::test_what_a_lost_tab_kept_is_nothing_to_another_token",
    ),
    Defect(
        "an agent who opens a link finds what another one left to be taken up again",
        "central/pages/agent/link.js",
        'if (isOther(given, "agent")) leave();',
        'if (isOther(given, "agent")) start();',
        f"{CELLAR}::test_another_agent_on_the_same_phone_finds_nothing_of_the_first",
    ),
    Defect(
        "the controls that an agent would lose by leaving are not told",
        "central/pages/agent/agent.js",
        "  const left = waitingOnes().length + openOnes().length;\n",
        "  const left = openOnes().length;\n",
        f"{CELLAR}::test_who_leaves_while_something_waits_is_asked_once",
    ),
    Defect(
        "an altered file that the phone keeps runs as the agent's page",
        "central/pages/agent/worker.js",
        "if (!body || (await integrityOf(body)) !== integrity) return null;",
        "if (!body) return null;",
        f"{WORKER}::test_a_file_that_was_altered_in_the_phone_is_not_run",
    ),
    Defect(
        "the agent's page is put together of two versions",
        "central/pages/agent/worker.js",
        "fill().catch(() => caches.delete(CACHE))",
        "fill().catch(() => null)",
        f"{WORKER}::test_an_old_worker_with_a_damaged_file_mixes_no_versions",
    ),
    Defect(
        "a newer page never comes to a phone whose tab stays open",
        "central/pages/agent/kept_page.js",
        '  worker.postMessage("take over");\n',
        "",
        f"{WORKER}::test_a_newer_page_takes_over_whole_with_the_next_opening",
    ),
    Defect(
        "an agent whose phone does not keep the page is not told",
        "central/pages/agent/cellar.js",
        "if (pageKept === false)",
        "if (pageKept === undefined)",
        f"{WORKER}::test_a_browser_that_does_not_keep_says_so_and_goes_on",
    ),
    Defect(
        "a link with a key and nothing else makes the copy of a cellar one that nobody signed",
        "central/pages/agent/link.js",
        "    take(given, PLACE);\n    if (WHO",
        "    take(given, [...WHO, ...PLACE]);\n    if (WHO",
        "tests/browser/test_agent_links.py::test_a_link_without_a_token_changes_neither_the_key_nor_the_agent",
    ),
    Defect(
        "a link with another key of the city is taken without a question",
        "central/pages/agent/link.js",
        'if (isOther(given, "key")) return OTHER_KEY;',
        'if (isOther(given, "key")) return null;',
        "tests/browser/test_agent_links.py::test_over_somebody_a_link_is_taken_once_that_person_has_read_what_goes",
    ),
    Defect(
        "a cell of a file is run as a formula",
        "central/pages/spreadsheets.py",
        "return neutral_cell(cell) if isinstance(cell, str) else cell",
        "return cell",
        "tests/central/test_operator_pages.py::test_what_would_be_a_formula_is_text_in_both_files",
    ),
    Defect(
        "a name on a page is markup",
        "central/pages/site.py",
        "autoescape=True,",
        "autoescape=False,",
        "tests/central/test_sessions.py::test_a_name_with_html_in_it_is_text",
    ),
    Defect(
        "what was paid in part is asked for once more",
        "central/pages/payment_section.py",
        'yield f"Au-delà, il est majoré : {euros(notice.increased_cents - notice.paid_cents)}."',
        'yield f"Au-delà, il est majoré : {euros(notice.increased_cents)}."',
        "tests/central/test_payment_section.py::test_then_the_whole_less_what_was_paid",
    ),
    Defect(
        "the page tells of the reduced amount although its days are over",
        "central/pages/payment_section.py",
        "notice.state in PAYABLE and notice.price_cents < notice.due_cents",
        "notice.state in PAYABLE and notice.reduced_cents < notice.due_cents",
        "tests/central/test_payment_section.py::test_then_the_whole_less_what_was_paid",
    ),
    Defect(
        "an amount is told in cents",
        "central/pages/shared/refusals.js",
        "(amount ? euros : told)",
        "told",
        "tests/browser/test_refusals.py::test_every_reason_of_the_city_is_told_in_french",
    ),
    Defect(
        "the page of a notice forgets the end of the reduced amount once a cheque has come",
        "central/pages/payment_section.py",
        "notice.state in PAYABLE and notice.price_cents < notice.due_cents",
        "notice.price_cents == notice.reduced_cents < notice.due_cents",
        "tests/central/test_payment_section.py::test_what_came_by_cheque_leaves_the_reduced_amount_to_be_paid_otherwise",
    ),
)
