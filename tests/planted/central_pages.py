"""Defects planted in central/pages/."""

from __future__ import annotations

from tests.planted.defect import Defect

LETTER = "tests/central/test_notice_letter.py"
AGENT = "tests/browser/test_agent.py"

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
        "if note := NOTES.get(notice.state):",
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
        "if (at < made || at >= Date.parse(copy.valid_until))",
        "if (at < made)",
        f"{AGENT}::test_an_expired_copy_is_not_used",
    ),
    Defect(
        "a control made offline is never checked again",
        "central/pages/agent/agent.js",
        "    waiting.push({ ...asked, at: offline.at, known_at: offline.at });\n",
        "",
        f"{AGENT}::test_a_control_made_offline_is_checked_again_once_there_is_a_network",
    ),
)
