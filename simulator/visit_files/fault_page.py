"""The page docs/faults.md: every fault of a desk, its screen, its alarm with remedy and effect on sales, and its visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from firmware.service.alarms import Severity, alarms_by_code
from simulator.desk.cabinet import Cabinet
from simulator.devices.caisse_ap_terminal import CaisseApDevice
from simulator.devices.nexo_terminal import NexoDevice
from simulator.devices.terminal import ConcertDevice
from simulator.visit_files.fault_catalogue import ROWS, TERMINALS
from simulator.visit_files.terminal_faults import FaultRow

PAGE = "faults.md"
"""Its name in docs/."""
VISITS = "../simulator/visits/"
SEVERITIES = {Severity.INFO: "information", Severity.WARNING: "prochaine tournée", Severity.CRITICAL: "**tout de suite**"}
DEVICES: Mapping[str, type[ConcertDevice | CaisseApDevice | NexoDevice]] = {
    "Concert E+": ConcertDevice,
    "Caisse-AP": CaisseApDevice,
    "nexo Retailer": NexoDevice,
}
"""The terminal of each protocol."""
HANDS = {
    "wait until refused": "Personne ne présente de carte",
    "press CANCEL": "ANNULER pendant le paiement",
    "power off": "Coupure de courant de la machine pendant le paiement",
    "fault card off": "Coupure de courant du terminal pendant le paiement",
    "fault card cable cut": "Connexion au terminal perdue pendant le paiement",
}
"""What can happen to a payment and is no fault of the terminal, by the step of the visit that it begins with."""
_INTRODUCTION = """\
# Faults

Made by `make docs` from `simulator/visit_files/fault_catalogue.py`. Do not edit. Everything that can break at a desk: on its
page (*Réglages*), in a visit file (`fault printer paper_out`), over its API; and, without the name of a fault, what cards, keys
and the power can do to a payment. Each has one screen, one alarm, or a reason for none, and one visit. A test plays every
visit: the fault is on in it, the screen is shown and the alarm raised meanwhile, and no other; and whatever was debited was
sold, is in doubt, is told, or was given back. The French words are those of the desk and of [the alarms](alarms.md)."""
_HEADINGS = (
    "| fault | panne | what comes of it | screen | alarm | quand venir | que faire | ventes | visit |",
    "|-|-|-|-|-|-|-|-|-|",
)


def faults_page() -> str:
    """Markdown of the page."""
    return "\n".join([_INTRODUCTION, *_sections(), ""])


def _sections() -> Iterator[str]:
    protocols = {row: f", {protocol}" for protocol, rows in TERMINALS.items() for row in rows}
    for title, rows in groupby(ROWS, lambda row: row.device + protocols.get(row, "")):
        yield from ("", f"## {title}", "", *_HEADINGS, *map(_line, rows))


def what_is_wrong(row: FaultRow) -> str:
    """In French: the fault in the words of its device, or what hands do."""
    speaking = [DEVICES[protocol] for protocol, rows in TERMINALS.items() if row in rows]
    if not speaking:
        return Cabinet.faults[row.device][row.fault]
    (device,) = speaking
    words = {**device.faults, **HANDS, **{f"card {card}": says for card, says in device.cards.items()}}
    return words[row.fault if row.fault in device.faults else row.begins]


def _line(row: FaultRow) -> str:
    visit = f"[{row.visit}]({VISITS}{row.visit}.visit)"
    name = row.fault if row.begins in HANDS or row.begins.startswith("card ") else f"`{row.fault}`"
    return f"| {name} | {what_is_wrong(row)} | {row.effect} | {row.screen} | {_alarm(row.alarm)} | {visit} |"


def _alarm(code: str | None) -> str:
    for alarm in alarms_by_code():
        if alarm.code == code:
            return f"{code} | {SEVERITIES[alarm.severity]} | {alarm.remedy} | {alarm.loss.value}"
    return "– | – | – | –"
