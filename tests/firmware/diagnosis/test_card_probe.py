"""Self-test of a card terminal on the network: it is there, or it is not, or its line cannot be opened."""

from __future__ import annotations

from firmware.diagnosis.device_probe import open_probe
from hal.board import Board, CaisseApWiring, NetworkWiring, SerialWiring
from hal.cable import Cable
from hal.clock import SystemClock
from hal.drivers.display import Spi
from hal.errors import BoardError
from hal.lines import Gpio
from hal.link import Link
from hal.ports import TerminalIs
from tests.hal.caisse_ap_rig import HandLink

WIRING = CaisseApWiring(host="192.0.2.10", port=8888)
BOARD = Board(keypad="simulated", display="simulated", card=WIRING, printer="simulated", buzzer="simulated")


class OnlyALink:
    """A computer that has nothing but a network."""

    def __init__(self, line: HandLink | None) -> None:
        self.line = line

    def gpio(self) -> Gpio:
        raise AssertionError

    def spi(self) -> Spi:
        raise AssertionError

    def serial(self, name: str, wiring: SerialWiring) -> Cable:
        raise AssertionError(f"{name} is on the network")

    def link(self, wiring: NetworkWiring) -> Link:
        if self.line is None:
            raise BoardError("this computer", "card.ca", "no such file")
        return self.line


def test_a_terminal_that_takes_the_connection_is_there() -> None:
    line = HandLink()
    probe = open_probe(BOARD, OnlyALink(line), SystemClock())
    probe.turn()
    assert line.take() == ["dial"]
    assert probe.awaited == {"terminal"}
    assert line.end is not None
    line.end.connected()
    probe.turn()
    assert probe.events == [TerminalIs(True)]
    assert not probe.awaited


def test_a_terminal_that_refuses_it_is_not() -> None:
    line = HandLink()
    probe = open_probe(BOARD, OnlyALink(line), SystemClock())
    probe.turn()
    assert line.end is not None
    line.end.disconnected()
    probe.turn()
    assert probe.events == [TerminalIs(False)]


def test_a_line_that_cannot_be_opened_is_told() -> None:
    probe = open_probe(BOARD, OnlyALink(None), SystemClock())
    assert "no such file" in probe.failures["terminal"]
