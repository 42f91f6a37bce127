"""The wire trace says in words what goes over a card terminal's line, whatever it speaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.desk.card_trace import CARD_WORDS
from simulator.setting import Setting, with_card
from tests.simulator.machine import DeskRig, switched_on

SAID = {
    "concert": ("demande 12.00 EUR, référence 31PA010001", "réponse : accepté, 12.00 EUR, référence 31PA010001"),
    "caisse-ap": (
        "demande 12.00 EUR, caisse 01, référence 481853518081",
        "réponse : accepté, 12.00 EUR, caisse 01, référence 481853518081",
    ),
    "nexo": (
        "demande : paiement, 12.00 EUR, référence 31PA010001",
        "réponse : paiement, oui, 12.00 EUR, transaction T000001, référence 31PA010001",
    ),
}


def said(machine: DeskRig, sender: str) -> list[str]:
    transfers = machine.ask("GET", "/api/wire").json()
    return [each["said"] for each in transfers if (each["line"], each["from"]) == ("card", sender)]


@pytest.mark.parametrize("protocol", SAID)
def test_a_sale_in_words(setting: Setting, protocol: str) -> None:
    asked, answered = SAID[protocol]
    with switched_on(with_card(setting, protocol)) as machine:
        machine.sale()
        assert asked in said(machine, "station")
        assert answered in said(machine, "card")


def test_a_status_says_what_it_found_and_not_only_that_it_found_something(setting: Setting) -> None:
    with switched_on(setting) as machine:
        machine.to_payment()
        machine.post("/api/card", card="declined")
        machine.advance(0.1)
        machine.post("/api/power", on=False)
        machine.advance(20.0)
        machine.post("/api/power", on=True)
        machine.advance(10.0)
        assert "demande : état d’un paiement, référence 31PA010001" in said(machine, "station")
        assert "réponse : état d’un paiement, oui, trouvé : non (Refusal), transaction T000000" in said(machine, "card")


def test_what_was_said_before_a_switch_is_still_understood(machine: DeskRig) -> None:
    machine.sale()
    machine.post("/api/terminal", protocol="concert")
    machine.advance(5.0)
    assert "demande : paiement, 12.00 EUR, référence 31PA010001" in said(machine, "station")
    assert "ENQ" in said(machine, "station")


@pytest.mark.parametrize(
    ("protocol", "data", "words"),
    [
        ("nexo", b"HTTP/1.1 204 \r\n\r\n", "HTTP/1.1 204 : rien à dire"),
        ("nexo", b'{"SaleToPOIRequest": {"Mess', "27 octets"),
        ("nexo", b'{"SaleToPOIRequest": []}', "24 octets"),
        ("nexo", b'{"SaleToPOIRequest": {}}', "24 octets"),
        ("nexo", b"\x00\x00\x02\x03rest", "8 octets"),
        ("caisse-ap", b"\xff\x00garbage", "9 octets"),
        ("caisse-ap", b"AE00201AF00204CB003abc", "réponse : refusé (refusé), sans montant, caisse ?, référence ?"),
        ("caisse-ap", b"AE00211CB00299", "réponse : AE 11, 0.99 EUR, caisse ?, référence ?"),
        ("concert", b"\x05\x15\xff", "ENQ, NAK, ff"),
        ("concert", b"\x02" + b"x" * 34 + b"\x03\x00", "demande sans montant, référence xxxxxxxxxx"),
    ],
)
def test_what_is_not_whole_or_no_message_is_no_error(protocol: str, data: bytes, words: str) -> None:
    assert CARD_WORDS[protocol](data) == words


@given(
    st.sampled_from(sorted(CARD_WORDS)),
    st.sampled_from([b"", b'{"SaleToPOIRequest":', b"CB003", b"\x02"]),
    st.binary(max_size=90),
)
def test_law_whatever_passes_is_told_in_words(protocol: str, begins: bytes, data: bytes) -> None:
    """What a bad cable makes of a message is looked at too."""
    assert isinstance(CARD_WORDS[protocol](begins + data), str)
