"""A desk with a real card terminal on a serial port: a sale, and no card number in the trace."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from firmware.visit.sales_policy import may_take_payment
from simulator.desk.desk import Desk
from simulator.desk.real_devices import complete_board
from simulator.devices.terminal import ConcertDevice
from simulator.devices.terminal_frames import TerminalRequest
from simulator.setting import demonstration, with_card
from tests.simulator.real_port import AT, PLATE, Port, shows, until

# --- a real terminal ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def paid(folder: Path, port: Port) -> Iterator[Desk]:
    """A desk where somebody has just paid at the real terminal of this port."""
    setting = with_card(demonstration(folder, AT), "concert")
    card = complete_board(setting.board, setting.reference).card
    assert card != "simulated"
    board = structs.replace(setting.board, card=structs.replace(card, port=port.name))
    terminal = port.device
    assert isinstance(terminal, ConcertDevice)
    with contextlib.closing(Desk(replace(setting, board=board))) as desk:
        until(desk, port, lambda: desk.running and may_take_payment(desk.running.station.context()))
        for key in PLATE:
            desk.press(key)
        until(desk, port, lambda: terminal.core.present("approved", desk.time.now))
        until(desk, port, shows(desk, "approved"))
        yield desk
    port.unplug()


def test_a_sale_through_a_real_terminal(tmp_path: Path) -> None:
    terminal = ConcertDevice()
    with paid(tmp_path, Port(terminal)) as desk:
        assert desk.cabinet.terminal.core.ledger == []
    assert [debit.cents for debit in terminal.core.ledger] == [1200]


@pytest.mark.parametrize("piece", [1, 8, 4096])
def test_a_card_number_a_real_terminal_sends_is_not_in_the_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """A terminal set to long answers sends it unasked; and a real line hands a frame over in pieces."""
    number = "".join(str(place * 7 % 10) for place in range(1, 17))

    def long_answer(request: TerminalRequest, result: str) -> bytes:
        report = f"CARTE BANCAIRE {number} DEBIT".ljust(55)
        return f"{request.till}{result}{request.amount}1{report}{request.currency}{request.private}".encode("ascii")

    monkeypatch.setattr(TerminalRequest, "answer", long_answer)
    with paid(tmp_path, Port(ConcertDevice(), piece)) as desk:
        sent = [transfer for transfer in desk.wire() if (transfer["line"], transfer["from"]) == ("card", "card")]
    shown = b"".join(bytes.fromhex(str(transfer["hex"])) for transfer in sent)
    assert b"CARTE BANCAIRE" in shown or b"*" in shown
    assert number[:6].encode() not in shown
    said = "".join(str(transfer["said"]) for transfer in sent)
    assert number[:6].encode().hex() not in re.sub("[^0-9a-f]", "", said)
