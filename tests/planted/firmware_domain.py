"""Defects planted in firmware/domain/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
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
)
