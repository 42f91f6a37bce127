"""No card number is kept, printed or traced at a desk, even if a terminal sends one."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator

import pytest

from firmware.station.state_folder import JOURNAL
from simulator.devices.terminal_frames import TerminalRequest
from simulator.setting import AT_A_DESK, Setting, with_card
from tests.simulator.machine import DeskRig, switched_on

# --- no card number anywhere --------------------------------------------------------------------------------------


def card_number() -> str:
    """Sixteen digits with the check digit of a card. Made here: no number of a card stands in any file."""
    digits = "4" + "".join(str(number * 7 % 10) for number in range(1, 15))
    return next(digits + check for check in "0123456789" if luhn(digits + check))


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def card_like(text: str) -> list[str]:
    """The runs of 13 to 19 digits that a scanner would take for a card number; decimal fractions are none."""
    runs = re.findall(r"(?<![0-9.])[3-6](?:[ -]?[0-9]){12,18}(?![0-9])", text)
    return [run for run in runs if luhn(re.sub("[ -]", "", run))]


def test_the_scanner_finds_what_it_looks_for() -> None:
    number = card_number()
    assert len(number) == 16
    assert card_like(f"CARTE {number} DEBIT") == [number]
    assert card_like(f"CARTE {number[:-1]}{(int(number[-1]) + 1) % 10} DEBIT") == []


@pytest.fixture
def told(setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[DeskRig]:
    """After a sale with a terminal that is set to long answers and prints the whole card number in them, unasked."""

    def long_answer(request: TerminalRequest, result: str) -> bytes:
        report = f"CARTE BANCAIRE {card_number()} DEBIT".ljust(55)
        return f"{request.till}{result}{request.amount}1{report}{request.currency}{request.private}".encode("ascii")

    monkeypatch.setattr(TerminalRequest, "answer", long_answer)
    caplog.set_level(logging.DEBUG)
    with switched_on(with_card(setting, "concert")) as machine:
        machine.sale()
        yield machine


def test_a_long_answer_is_understood(told: DeskRig) -> None:
    assert told.facts() == ["started", "payment started", "right sold", "ticket printed"]


def test_no_card_number_is_kept_said_or_printed(told: DeskRig, setting: Setting, caplog: pytest.LogCaptureFixture) -> None:
    kept = {path: told.ask("GET", path).content for path in ("/api/state", "/api/ticket.txt", "/api/ticket.bin")}
    kept |= {file.name: file.read_bytes() for file in setting.folder.rglob("*") if file.is_file()}
    assert {JOURNAL, "central.db"} <= kept.keys()
    kept["log"] = caplog.text.encode()
    hidden = (card_number()[:8], card_number()[-8:])
    for name, data in kept.items():
        for form in (str.encode, lambda text: base64.b64encode(text.encode()), lambda text: text.encode().hex().encode()):
            assert not any(form(part) in data for part in hidden), name
        assert card_like(data.decode("latin-1")) == [], name


def test_no_card_number_is_in_the_wire_trace(told: DeskRig) -> None:
    """Not in its words, and not in the bytes it shows: they are looked at, copied into bug reports, kept in files."""
    transfers = told.ask("GET", "/api/wire").json()
    assert card_like(json.dumps([transfer["said"] for transfer in transfers])) == []
    said = b"".join(bytes.fromhex(transfer["hex"]) for transfer in transfers if transfer["line"] == "card")
    assert card_like(said.decode("latin-1")) == []
    assert card_number()[:8].encode() not in said


@pytest.mark.parametrize("protocol", AT_A_DESK)
def test_no_terminal_of_a_desk_leaves_one_in_the_trace_or_on_disk(setting: Setting, protocol: str) -> None:
    """The two on the network name the card by a number that is partly hidden; the words of the trace do not even have that."""
    with switched_on(with_card(setting, protocol)) as machine:
        machine.sale()
        transfers = machine.desk.trace.after()
        kept = [file.read_bytes() for file in setting.folder.rglob("*") if file.is_file()]
    for data in (*(transfer.data for transfer in transfers), *kept):
        assert card_like(data.decode("latin-1")) == []
    said = " ".join(transfer.said for transfer in transfers if transfer.line == "card")
    assert "12.00 EUR" in said
    assert not re.search(r"1234|497", said)
