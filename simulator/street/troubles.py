"""Troubles of a street: faults drawn from the fault catalogue, power cuts, and what befalls an SD card; each ends, often late.

A trouble is steps of a visit file, each at some seconds after a motorist walks up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from simulator.desk.desk import Desk
from simulator.desk.terminals import CARD_FAULTS
from simulator.network_wire import NetworkWire
from simulator.visit_files.fault_catalogue import ROWS


@dataclass(frozen=True)
class TroubleLevel:
    """How much goes wrong."""

    faults: float
    """Faults a visit, on average."""
    card: float
    """The share of visits before which something befalls the SD card."""
    at_the_bank: float
    """The share of payments during which something fails, besides."""


LEVELS: Mapping[str, TroubleLevel] = {
    "none": TroubleLevel(0.0, 0.0, 0.0),
    "light": TroubleLevel(0.1, 0.002, 0.02),
    "heavy": TroubleLevel(0.8, 0.08, 0.45),
}
PAYING = 8.0
"""Seconds of most payments."""
LASTS = (0.5, 3.0, 12.0, 40.0, 130.0)
"""Seconds from a fault until somebody, or the fault itself, ends it…"""
LATE, LATE_SHARE = (300.0, 600.0, 1800.0, 7200.0), 0.06
"""…and, of one in seventeen, until an operator comes: minutes or hours, in which a station may sell nothing."""
OUTDATED = (12.0, 60.0, 130.0, 400.0)
"""Seconds after which the copy of a card is put back: mostly there are sales that it does not know."""
WITHIN = 45.0
"""Seconds after a motorist walks up: his visit, most often."""
SHARES = {"card": 4, "mains": 4, "disk": 3, "card cable": 2, "network": 3, "printer": 2}
"""How often a device fails, where not once by comparison."""
AT_THE_BANK = SHARES | {"mains": 12, "card": 24, "card cable": 6, "disk": 5}
"""The same during a payment: what money hangs on then. A terminal has some twenty faults, each of its own kind."""
TOGETHER = 0.25
"""The share of them that do not come alone: what a terminal does where its answer is lost, two faults show."""
OF_A_CONNECTION = ("cut", "slow")
"""Faults of the cable of a terminal on the network: TCP alters, loses and repeats nothing."""
LIES = (("card", "unsure"),)
"""Faults left out: a terminal that denies what it knows, while its login holds, is believed (decision 22); only the bank's
statement tells."""
BY_THEMSELVES = (("mains", "cut"),)
"""Faults that `power off` and `power on` say."""
Trouble = tuple[float, str]
"""Seconds from now, and the step."""


def faults_of(desk: Desk, chosen: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The faults of the catalogue that the devices of a desk can have, and its terminal's own; of the chosen ones only."""
    devices = desk.faults
    catalogue = dict.fromkeys((row.device, row.fault) for row in ROWS)
    catalogue |= dict.fromkeys(("card", name) for name in devices["card"])
    connected = isinstance(desk.cabinet.card_wire, NetworkWire)
    return tuple(
        (device, name)
        for device, name in catalogue
        if name in devices.get(device, ())
        and (device, name) not in LIES
        and (not chosen or device in chosen or f"{device} {name}" in chosen)
        and not (connected and device == "card cable" and name not in OF_A_CONNECTION)
    )


def fault_names() -> tuple[str, ...]:
    """Every device of the catalogue, and every fault of it as `device fault`; those of every card terminal too."""
    faults = dict.fromkeys((*((row.device, row.fault) for row in ROWS), *(("card", name) for name in CARD_FAULTS)))
    return (*dict.fromkeys(device for device, _ in faults), *(f"{device} {name}" for device, name in faults))


def names_near(name: str) -> tuple[str, ...]:
    """Every name that may stand in its place: what the device has that it begins with; every device, where it names none."""
    devices = {each.device for each in ROWS}
    known = max((each for each in devices if name == each or name.startswith(f"{each} ")), key=len, default="")
    return tuple(each for each in fault_names() if (each.startswith(known) if known else each in devices))


def troubles(chance: Random, level: TroubleLevel, faults: tuple[tuple[str, str], ...]) -> Iterator[Trouble]:
    """What goes wrong around one visit."""
    count = int(level.faults) + (chance.random() < level.faults % 1)
    for _ in range(count if faults else 0):
        yield from _trouble(chance, faults, max(0.0, chance.uniform(-2.0, WITHIN)))
    if chance.random() < level.card:
        put_back = ((0.0, "sd copy"), (chance.choice(OUTDATED), "sd restore"))
        yield from chance.choice((((0.0, "sd replace"),), put_back, ((chance.choice(OUTDATED), "sd forge"),)))


def troubles_at_the_bank(chance: Random, level: TroubleLevel, faults: tuple[tuple[str, str], ...]) -> Iterator[Trouble]:
    """What goes wrong during a payment that has just begun: there it costs most."""
    if faults and chance.random() < level.at_the_bank:
        for _ in range(1 + (chance.random() < TOGETHER)):
            yield from _trouble(chance, faults, chance.uniform(0.0, PAYING), AT_THE_BANK)


def _trouble(
    chance: Random, faults: tuple[tuple[str, str], ...], begins: float, shares: Mapping[str, int] = SHARES
) -> Iterator[Trouble]:
    """One fault and its end."""
    (device, name), lasts = _fault(chance, faults, shares), _duration(chance)
    if (device, name) in BY_THEMSELVES:
        yield from ((begins, "power off"), (begins + lasts, "power on"))
    else:
        words = f'"{device}" {name}' if " " in device else f"{device} {name}"
        yield from ((begins, f"fault {words}"), (begins + lasts, f"repair {words}"))


def _fault(chance: Random, faults: tuple[tuple[str, str], ...], shares: Mapping[str, int]) -> tuple[str, str]:
    """A device first, those that money hangs on more often than others; then one of its faults."""
    devices = tuple(dict.fromkeys(device for device, _ in faults))
    chosen = chance.choices(devices, [shares.get(device, 1) for device in devices])[0]
    return chance.choice([fault for fault in faults if fault[0] == chosen])


def _duration(chance: Random) -> float:
    return chance.choice(LATE if chance.random() < LATE_SHARE else LASTS)
