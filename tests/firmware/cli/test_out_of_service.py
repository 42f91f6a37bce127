"""`horodateur out-of-service`: what the display says of a machine that was given up."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.cli import main, out_of_service
from firmware.cli.out_of_service import FAILED_TOO_OFTEN
from firmware.domain.site import Site
from hal.board import read_toml
from hal.drawing import overflows
from hal.ports import View
from tests.builders import ROOT

SITE = read_toml(ROOT / "board" / "demo-station.toml", Site)


# --- out of service -------------------------------------------------------------------------------------------------


def words(view: View) -> tuple[str, ...]:
    return tuple(line.text for line in view.middle)


def test_it_says_where_to_go_and_the_code_that_proves_it() -> None:
    view = out_of_service.out_of_service(SITE, "S1")
    assert words(view) == ("Machine hors service", "Allez au 5 passage Saint-Pierre-Amelot", "Code S1 · 75011-0042")
    assert view.left == "Zone 1 · 12 rue Oberkampf"
    assert not overflows(view)


def test_a_machine_that_does_not_know_where_it_stands_still_says_it_is_out() -> None:
    view = out_of_service.out_of_service(None, "S1")
    assert words(view) == ("Machine hors service", "Allez à l’horodateur le plus proche", "Code S1")
    assert not overflows(view)


class Glass:
    """A display that keeps what it was shown, and the signal that ends the command."""

    def __init__(self) -> None:
        self.shown: list[View] = []

    def show(self, view: View) -> None:
        self.shown.append(view)
        signal.raise_signal(signal.SIGTERM)


@pytest.fixture
def glass(monkeypatch: pytest.MonkeyPatch) -> Iterator[Glass]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    glass = Glass()
    monkeypatch.setattr(out_of_service, "open_gpio", object)
    monkeypatch.setattr(out_of_service, "open_spi", object)
    monkeypatch.setattr(out_of_service, "open_display", lambda wiring, gpio, spi: glass)
    yield glass
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_it_stays_until_it_is_told_to_end(card: Path, glass: Glass) -> None:
    assert main(["out-of-service", "--state", str(card)]) == 0
    assert glass.shown == [out_of_service.out_of_service(SITE, FAILED_TOO_OFTEN)]


@pytest.mark.parametrize("lost", ["station.toml", "board", "everything"])
def test_what_the_card_lost_costs_the_address_and_not_the_screen(
    card: Path, glass: Glass, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in list(card.iterdir()):
        if lost in (file.name, "everything"):
            file.unlink()
    assert main(["out-of-service", "--state", str(card), "--code", "S2"]) == 0
    knows = SITE if lost == "board" else None
    assert glass.shown == [out_of_service.out_of_service(knows, "S2")]
    assert str(card) in capsys.readouterr().err, "the log says what is wrong with the card"


def test_a_computer_without_a_display_ends_with_a_line(
    card: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setitem(sys.modules, "RPi", None)
    assert main(["out-of-service", "--state", str(card)]) == 1
    assert "Not a Raspberry Pi?" in capsys.readouterr().err
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)
