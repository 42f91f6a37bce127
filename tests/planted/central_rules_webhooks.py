"""Defects planted in central/rules/webhooks.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "an IPv6 address outside of the public ones is called",
        "central/rules/webhooks.py",
        "    if address.version == 6 and address not in GLOBAL_UNICAST:\n",
        "    if address.version == 5 and address not in GLOBAL_UNICAST:\n",
        "tests/central/test_webhooks.py::test_no_private_address_is_called",
    ),
    Defect(
        "a cloud is asked for its secrets",
        "central/rules/webhooks.py",
        '("192.0.0.0/24", "192.88.99.0/24", ',
        '("192.88.99.0/24", ',
        "tests/central/test_webhooks.py::test_no_private_address_is_called",
    ),
    Defect(
        "an address that leads to a private one is called",
        "central/rules/webhooks.py",
        "(address.ipv4_mapped or address)",
        "address",
        "tests/central/test_webhooks.py::test_a_public_address_is_called_by_https_only_and_another_if_the_operator_says_so",
    ),
    Defect(
        "the instant of a message is not signed",
        "central/rules/webhooks.py",
        'f"{message}.{moment}.{body}".encode()',
        'f"{message}.{body}".encode()',
        "tests/central/test_webhooks.py::test_the_signature_is_that_of_standard_webhooks",
    ),
)
