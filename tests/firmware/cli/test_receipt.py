"""`horodateur receipt`: what a station signed is genuine; anything else is not."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.cli import main
from firmware.paper.receipt_signing import sign_text
from firmware.protocol.envelope import public_key_text

SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = public_key_text(SIGNING_KEY.public_key())
TEXT = "HDT1|75011-0042-000813|AB123CD|1|2019-05-06T14:30|2019-05-06T16:00|600|2018-01-01|paid"


def test_a_receipt_of_this_station_is_shown_field_by_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", sign_text(TEXT, SIGNING_KEY), "--key", KEY]) == 0
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (shown["reference"], shown["plate"], shown["cents"], shown["payment"]) == (
        *("75011-0042-000813", "AB123CD", "600", "paid"),
    )


@pytest.mark.parametrize(("old", "new"), [("AB123CD", "AB123CE"), ("HDT1", "HDT2"), (TEXT, "")])
def test_a_changed_receipt_is_refused(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", sign_text(TEXT, SIGNING_KEY).replace(old, new), "--key", KEY]) == 1
    said = capsys.readouterr()
    assert (said.out, "signed by this station" in said.err) == ("", True)


def test_a_service_ticket_is_no_receipt(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", sign_text(TEXT.replace("HDT1", "HDD1"), SIGNING_KEY), "--key", KEY]) == 1
    assert "'HDD1' is not the kind asked for, 'HDT1'" in capsys.readouterr().err


def test_a_key_that_is_none_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", sign_text(TEXT, SIGNING_KEY), "--key", "x"]) == 2
    assert "a public key is 43 characters" in capsys.readouterr().err
