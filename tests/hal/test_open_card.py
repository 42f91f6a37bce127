"""The card terminal's line and driver, as the board file names its protocol."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from hal.board import CaisseApWiring, ConcertWiring, NexoWiring, open_card, open_card_line, open_link
from hal.clock import SystemClock
from hal.drivers.caisse_ap import CaisseApTerminal
from hal.drivers.concert import ConcertTerminal
from hal.drivers.nexo import NexoTerminal
from hal.errors import BoardError
from hal.link import TcpLink
from tests.builders import ROOT
from tests.hal.caisse_ap_rig import HandLink
from tests.hal.far_socket import FarSocket, certificate, server_context, stepped

CAISSE_AP = CaisseApWiring(host="127.0.0.1", port=8888)
NEXO = NexoWiring(host="127.0.0.1", port=8443, transport="https", ca="", poi="P400-1")


def test_each_protocol_has_its_driver() -> None:
    link = HandLink()
    driver = open_card(CAISSE_AP, link, SystemClock().wall)
    assert isinstance(driver, CaisseApTerminal)
    assert link.end is driver
    assert isinstance(open_card(ConcertWiring(port="", baud=9600), link, SystemClock().wall), ConcertTerminal)
    other = HandLink()
    nexo = open_card(NEXO, other, SystemClock().wall)
    assert isinstance(nexo, NexoTerminal)
    assert other.end is nexo


def test_a_terminal_on_the_network_has_a_link_that_is_not_dialled_yet() -> None:
    link = open_card_line(CAISSE_AP)
    assert isinstance(link, TcpLink)
    assert link.read() == b""
    link.close()


def test_with_a_certificate_the_link_is_that_terminals_and_no_others(tmp_path: Path) -> None:
    """Whatever name the certificate says: it is in the file."""
    mine, other = certificate(tmp_path, "terminal", ip="192.0.2.77"), certificate(tmp_path, "other")
    for trusted, told in ((mine, "connected"), (other, "disconnected")):
        far = FarSocket(server_context(mine))
        made = stepped(far)
        made.link.close()
        made.link = open_link(NexoWiring(host="127.0.0.1", port=far.port, transport="https", ca=str(trusted), poi="P"))
        made.link.attach(made.end)
        made.link.dial()
        made.until(partial(len, made.end.told))
        assert made.end.told == [told]
        made.link.close()
        far.end()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_is_none_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "terminal.pem"
    if content:
        file.write_text(content)
    with pytest.raises(BoardError, match=rf"card\.ca: {file}: "):
        open_link(NexoWiring(host="127.0.0.1", port=8443, transport="https", ca=str(file), poi="P400-1"))


def test_a_station_imports_only_what_its_terminal_speaks() -> None:
    program = (
        "import sys; import firmware.assemble\n"
        "unwanted = {'ssl', 'h11', 'hal.link', 'hal.drivers.concert', 'hal.drivers.caisse_ap', 'hal.drivers.nexo'}\n"
        "unwanted &= set(sys.modules)\n"
        "assert not unwanted, unwanted"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
