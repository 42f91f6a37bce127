"""Rules for erasing a card that holds a station's state: sales are named, and only what was permitted by name is erased."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from workshop.common.errors import TargetError, UnconfirmedError, WorkshopError
from workshop.common.partitions import PartitionTable
from workshop.flash.disks import BlockDevice
from workshop.flash.earlier_state import UNKNOWN, EarlierState, states_on
from workshop.flash.medium import open_to_read
from workshop.flash.scratch import memory_scratch


@dataclass(frozen=True)
class ErasePermission:
    """What may be erased, and who can be asked."""

    stations: frozenset[str] = frozenset()
    """Stations whose sales may be erased: `--erase`, or the column `erase` of a list."""
    ask: Callable[[str], str] | None = None
    """Asks the person at this computer; None where nobody is asked: then only what was named before is erased."""
    made: Mapping[str, str] = field(default_factory=dict)
    """Public key -> station of cards that are proven and not yet used: never erased, because this list has made them."""


def require_permitted(name: str, states: Sequence[EarlierState], permission: ErasePermission) -> None:
    """Require that everything on a card may be erased. Raises TargetError or UnconfirmedError naming what is on it."""
    if station := new_card_of(states, permission.made):
        raise TargetError(f"{name}: this is the card made for {station}: put another one in")
    for state in states:
        if state.has_sales and state.station not in permission.stations:
            _ask_station(name, state, permission.ask)


def _ask_station(name: str, state: EarlierState, ask: Callable[[str], str] | None) -> None:
    if not ask:
        again = "" if state.station == UNKNOWN else f", to go on from them: --replace {state.station} --rescue {name}"
        raise UnconfirmedError(f"{name} {state}; to erase them all the same: --erase {state.station}{again}")
    answer = ask(f"{name} {state}.\nType its station ({state.station}) to erase them: ").strip()
    if answer != state.station:
        raise UnconfirmedError(f"{name} {state}: its station is {state.station}, not {answer or 'nothing'}")


def new_card_of(states: Sequence[EarlierState], made: Mapping[str, str]) -> str:
    """Station of a card that was made and is not yet used; empty for any other card. `made`: public key -> station."""
    unused = (state.public_key for state in states if state.public_key and not state.has_sales)
    return next((made[key] for key in unused if key in made), "")


def states_of_device(disk: BlockDevice, table: PartitionTable | None) -> tuple[EarlierState, ...]:
    """States on a device, which is only read. Raises TargetError where it cannot be opened, ToolError without memory disk."""
    with memory_scratch() as folder, open_to_read(disk) as card:
        return states_on(card, table, folder)


def contents_of(disk: BlockDevice, table: PartitionTable | None = None) -> str:
    """What a device holds, a line for each state; empty where there is nothing to lose."""
    try:
        return "\n".join(f"{disk.path} {state}" for state in states_of_device(disk, table))
    except WorkshopError as error:
        return f"{error}: what is on it cannot be read"


def stations_named(words: Collection[str]) -> frozenset[str]:
    """Stations in the values of `--erase`, or of the column `erase`: several are separated by spaces."""
    return frozenset(station for word in words for station in word.split())
