"""The setting of a desk: board, site, tariffs and register, read from their files."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from central.register.holdings import HoldingRow
from firmware.domain.calendar_reach import NOT_NEEDED
from firmware.domain.errors import FieldError
from firmware.domain.site import Site
from firmware.protocol.entitlements import NO_ENTITLEMENTS, EntitlementCopy
from firmware.tariff import TariffError, Tariffs, load_tariffs
from firmware.tariff.place import check_place
from firmware.tariff.reach import shortfall
from hal.board import Board, CaisseApWiring, CardWiring, ConcertWiring, NexoWiring, load_board
from hal.errors import BoardError
from hal.shipped import BOARDS, DEMO_STATION, TARIFFS
from hal.toml import read_toml
from simulator.demonstration import demonstration_rights
from simulator.glass import GlassMaker, PixelGlass

AT_A_DESK: Mapping[str, CardWiring] = {
    "concert": ConcertWiring(port="/dev/horodateur/terminal", baud=9600),
    "caisse-ap": CaisseApWiring(host="192.0.2.10", port=8888),
    "nexo": NexoWiring(host="192.0.2.10", port=8443, transport="https", ca="", poi="P400Plus-123456789"),
}
"""The wiring of a simulated card terminal, by the protocol it speaks."""
USUAL_PROTOCOL = "nexo"
"""What the card terminal of a desk speaks unless somebody says otherwise: it can be asked what became of a payment."""
CHOSEN = "card-protocol"
"""File in a desk's folder: what its card terminal speaks, once it was switched."""


@dataclass(frozen=True)
class Setting:
    """Everything a desk is made from: folder, board, site, tariffs, register, start time."""

    folder: Path
    board: Board
    """Which devices are simulated, and where the real ones are."""
    reference: Board
    """The wiring of the simulated ones."""
    site: Site
    tariffs: Tariffs
    at: datetime
    """Wall time when the desk is made; aware."""
    rights: EntitlementCopy = NO_ENTITLEMENTS
    """The copy of the city's register that the station is provisioned with."""
    register: tuple[HoldingRow, ...] = ()
    """What the city's register says that plates hold: the station's later copies are made of it."""
    released: datetime = datetime(2014, 1, 1, tzinfo=UTC)
    """The station's clock is wrong before that: it is older than every tariff, so that all of them can be seen at a desk."""
    draw: Callable[[int], bytes] = secrets.token_bytes
    """Where the random bytes of the city, and of the journal's salts, come from."""
    software: str = "0.1.0"
    """The version the station shows: a fixed one, so that a visit and its pictures are the same whatever build plays it."""
    glass: GlassMaker = PixelGlass
    """The display: every pixel on its wire, or `WordGlass`, which keeps the words."""
    plates: tuple[tuple[str, str], ...] = ()
    """Plates worth typing, and what each holds, in French: the page shows them."""


def with_card(setting: Setting, protocol: str) -> Setting:
    """The setting with a simulated card terminal of another protocol (a key of `AT_A_DESK`).

    Raises BoardError where the board has a real one.
    """
    if setting.board.card != "simulated":
        raise BoardError("this desk", "card", f"the board file has a real terminal: it cannot speak {protocol}")
    return replace(setting, reference=structs.replace(setting.reference, card=AT_A_DESK[protocol]))


def with_wiring(setting: Setting, file: Path) -> Setting:
    """The setting with its simulated devices wired as on another board; the card terminal stays. Raises BoardError."""
    return replace(setting, reference=structs.replace(load_board(file), card=setting.reference.card))


def chosen_protocol(state: Path) -> str:
    """What the card terminal of the desk in this folder speaks: as it was last switched, else as usual. Raises BoardError."""
    file = state / CHOSEN
    chosen = file.read_text("utf-8", "replace").strip() if file.exists() else USUAL_PROTOCOL
    if chosen not in AT_A_DESK:
        raise BoardError(
            str(file), "", f"no protocol {chosen[:40]!r}: one of {', '.join(AT_A_DESK)}; without the file {USUAL_PROTOCOL}"
        )
    return chosen


def keep_protocol(state: Path, protocol: str) -> None:
    """Write down what the card terminal of the desk in this folder speaks from now on."""
    (state / CHOSEN).write_text(f"{protocol}\n", "utf-8")


def setting_of(board: Path, station: Path, tariffs: Path, state: Path, at: datetime) -> Setting:
    """Read the setting of a station from its files. Raises BoardError or TariffError naming file, place and reason.

    The register is that of the demonstration, whatever the station: real plates have no place at a desk. A simulated card
    terminal speaks what this folder's was last switched to.
    """
    reference = structs.replace(load_board(BOARDS / "paris-v1.toml"), card=AT_A_DESK[chosen_protocol(state)])
    shown = demonstration_rights(BOARDS / "demo-rights.toml")
    site, prices = read_toml(station, Site), load_tariffs(tariffs)
    if short := shortfall(prices.calendar, prices.day(at), NOT_NEEDED):
        raise TariffError(str(tariffs), short.where, short.reason)
    try:
        check_place(prices, site.station, site.sector, site.zone)
    except FieldError as error:
        raise BoardError(str(station), error.field, error.reason) from error
    return Setting(state, load_board(board), reference, site, prices, at, shown.rights, shown.register, plates=shown.plates)


def demonstration(state: Path, at: datetime) -> Setting:
    """Setting of the shipped demonstration station, every device simulated."""
    return setting_of(BOARDS / "demo-desk.toml", DEMO_STATION, TARIFFS, state, at)
