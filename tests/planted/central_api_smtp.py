"""Defects planted in central/api/smtp.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a mail relay is believed whatever its certificate says",
        "central/api/smtp.py",
        "ssl.create_default_context(cafile=authorities)",
        "ssl._create_unverified_context()",
        "tests/central/test_smtp.py::test_a_certificate_of_somebody_else_is_told_nothing",
    ),
    Defect(
        "mail travels in clear text where no encryption is offered",
        "central/api/smtp.py",
        'if said.tls == "starttls":',
        'if said.tls == "starttls" and session.ehlo() and session.has_extn("starttls"):',
        "tests/central/test_smtp.py::test_where_encryption_is_not_offered_nothing_is_said",
    ),
    Defect(
        "a letter that was taken is sent again since the relay says goodbye badly",
        "central/api/smtp.py",
        "            with contextlib.suppress(OSError):\n                session.quit()",
        "            session.quit()",
        "tests/central/test_smtp.py::test_after_the_relay_has_taken_a_letter_nothing_fails",
    ),
    Defect(
        "a letter that is not taken now is never tried again",
        "central/api/smtp.py",
        "if 500 <= code < 600 else",
        "if 400 <= code < 600 else",
        "tests/central/test_smtp.py::test_what_is_refused_for_good_is_told_from_what_is_not_taken_now",
    ),
)
