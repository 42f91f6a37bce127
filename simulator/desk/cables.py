"""Faults of a cable, whatever device is at its end: values laid on its line."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from simulator.desk.altered_request import alter
from simulator.virtual_time import VirtualLine

CABLE_FAULTS = {
    "cut": "Câble débranché",
    "dropped": "Mauvais contact : la moitié se perd",
    "garbled": "Parasites : un bit faux tous les seize octets au plus",
    "duplicated": "Tout arrive deux fois",
    "nuls": "Un octet nul tous les seize octets au plus",
    "slow": "Deux secondes de retard",
}
NETWORK_FAULTS = {
    "down": "Réseau coupé",
    "lossy": "Un message sur deux se perd",
    "slow": "Trois secondes de retard",
    "twice": "Chaque message arrive deux fois, chaque réponse aussi",
    "late": "Chaque message tarde à sa façon, jusqu’à une minute : le suivant le dépasse",
    "altered": "Quelqu’un change les écritures en route",
}
LATE_S, NETWORK_LATE_S, NETWORK_S, OVERTAKEN_S = 2.0, 3.0, 0.05, 60.0


def faulty_cable(line: VirtualLine, on: Set[str]) -> VirtualLine:
    """The line with these of CABLE_FAULTS and no others."""
    return replace(
        line,
        cut="cut" in on,
        loss=0.5 if "dropped" in on else 0.0,
        garbled="garbled" in on,
        duplicated="duplicated" in on,
        nuls="nuls" in on,
        latency=LATE_S if "slow" in on else 0.0,
    )


def faulty_network(line: VirtualLine, on: Set[str]) -> VirtualLine:
    """The line with these of NETWORK_FAULTS and no others."""
    return replace(
        line,
        cut="down" in on,
        loss=0.5 if "lossy" in on else 0.0,
        duplicated="twice" in on,
        late=OVERTAKEN_S if "late" in on else 0.0,
        alter=alter if "altered" in on else None,
        latency=NETWORK_LATE_S if "slow" in on else NETWORK_S,
    )
