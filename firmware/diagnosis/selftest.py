"""Findings of a self-test, from device events, alarms and readings.

The theory. Three kinds of device are asked in three ways. A terminal and a printer answer, or are silent. A contact has a
level, which is its answer. A display, a buzzer and a keypad that nobody touches cannot answer: the most a program can say is
that it spoke to them, and what a person should then see, hear or do. It never says "ok" of these.

What is wrong is said in the words of the alarm catalogue (`firmware/service/alarms.py`), remedy included, where it has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import reduce

from firmware.ledger.clock_evidence import ClockTrust
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Started
from firmware.service.alarms import OTHER, Alarm, alarm_named
from firmware.service.inspection import DeliveryStatus
from firmware.visit.health import Health
from hal.board import Board
from hal.ports import DeviceEvent, Key, KeyPressed, PanelState, PrinterState, Supply


class DeviceVerdict(Enum):
    """The verdict on one device."""

    OK = "ok"
    """It answered, and well."""
    LOOK = "look"
    """It was written to and cannot answer: a person must look, listen or press."""
    NOTE = "note"
    """It works; somebody should know this."""
    SILENT = "silent"
    """It was asked and did not answer."""
    FAILED = "failed"
    """It cannot be opened, or says that it cannot work."""
    ABSENT = "absent"
    """It is not on this computer, or nobody can tell."""


BAD = frozenset({DeviceVerdict.SILENT, DeviceVerdict.FAILED})


@dataclass(frozen=True)
class Finding:
    """One line of the report: device, verdict, what is wrong, remedy. Text and remedy are French."""

    device: str
    verdict: DeviceVerdict
    says: str = ""
    remedy: str = ""
    code: str = ""
    """Of the alarm that says the same, where there is one."""


DEVICES = ("keypad", "display", "buzzer", "terminal", "printer", "door", "mains")
TABLES = {"terminal": "card"}
"""Where a device's table in a board file has another name."""
FROM_CODE = {"T": "terminal", "I": "printer", "K": "keypad", "D": "door", "A": "mains", "C": "clock", "P": "tariff"}
"""Whose alarm it is, by the letter of its code."""
NO_CONTACT_AFTER = timedelta(days=1)
"""A city that took nothing for so long is worth a line: sales wait here."""

OPENING = (
    "Vérifier le câble, et que le fichier de carte dit ce qui est câblé. L’essai a besoin des droits de l’utilisateur "
    "« horodateur », et d’être seul : machine arrêtée."
)
LOOKS = {
    "display": ("Un cadre et deux diagonales", "Rien à l’écran : vérifier sa nappe et son 3,3 V, puis changer le module."),
    "buzzer": ("Un bip bref", "Rien entendu : vérifier son fil, puis le changer."),
    "keypad": (
        "Aucune touche n’est basse",
        "Qu’elles ferment toutes, seul un doigt le dit : relancer avec --keys, ou menu de service, Clavier.",
    ),
}


# --- the devices --------------------------------------------------------------------------------------------------


def of_devices(
    board: Board, failures: Mapping[str, str], events: Sequence[DeviceEvent], *, every_key: bool = False
) -> tuple[Finding, ...]:
    """A finding for each device of the board. `failures`: why one could not be opened or written to.

    `every_key`: each key should have been pressed.
    """
    health: Health = reduce(Health.after, events, Health())
    pressed = {event.key for event in events if isinstance(event, KeyPressed)}
    return tuple(_of_device(name, board, failures, health, _keypad(pressed, every_key)) for name in DEVICES)


def _of_device(name: str, board: Board, failures: Mapping[str, str], health: Health, keypad: Finding) -> Finding:
    if getattr(board, TABLES.get(name, name)) in (None, "simulated"):
        return Finding(name, DeviceVerdict.ABSENT)
    if name in failures:
        return Finding(name, DeviceVerdict.FAILED, failures[name], OPENING)
    match name:
        case "keypad" if health.panel in (PanelState.UNKNOWN, PanelState.SILENT):
            return _alarmed(name, DeviceVerdict.FAILED, alarm_named(f"panel {health.panel.value}"))
        case "keypad":
            return keypad
        case "terminal":
            return _terminal(health)
        case "printer":
            return _printer(health.printer)
        case "door":
            return _contact(name, health.door_open, bad=True, alarm="door open", verdict=DeviceVerdict.NOTE)
        case "mains":
            return _contact(name, health.mains, bad=False, alarm="mains lost", verdict=DeviceVerdict.FAILED)
    return Finding(name, DeviceVerdict.LOOK, *LOOKS[name])


def _keypad(pressed: Collection[Key], every_key: bool) -> Finding:
    missing = [key.value for key in Key if key not in pressed]
    if every_key and missing:
        remedy = "Nettoyer ces touches. Toute une ligne ou une colonne : la nappe. Sinon, changer le clavier."
        return Finding("keypad", DeviceVerdict.FAILED, f"Touches muettes : {' '.join(missing)}", remedy)
    if every_key:
        return Finding("keypad", DeviceVerdict.OK)
    if pressed:
        return _alarmed("keypad", DeviceVerdict.FAILED, alarm_named(f"key {min(key.value for key in pressed)} stuck"))
    return Finding("keypad", DeviceVerdict.LOOK, *LOOKS["keypad"])


def _terminal(health: Health) -> Finding:
    if health.terminal:
        return Finding("terminal", DeviceVerdict.OK)
    return _alarmed("terminal", DeviceVerdict.SILENT, alarm_named("terminal silent"))


def _printer(state: PrinterState | None) -> Finding:
    match state:
        case PrinterState.OK:
            return Finding("printer", DeviceVerdict.OK)
        case PrinterState.NEAR_END:
            return _alarmed("printer", DeviceVerdict.NOTE, alarm_named("printer near end"))
        case None | PrinterState.SILENT:
            return _alarmed("printer", DeviceVerdict.SILENT, alarm_named("printer silent"))
    return _alarmed("printer", DeviceVerdict.FAILED, alarm_named(f"printer {state.value}"))


def _contact(name: str, level: bool | None, *, bad: bool, alarm: str, verdict: DeviceVerdict) -> Finding:
    if level is None:
        return Finding(name, DeviceVerdict.SILENT, "La ligne n’est jamais calme", "Vérifier le fil et sa masse.")
    return _alarmed(name, verdict, alarm_named(alarm)) if level is bad else Finding(name, DeviceVerdict.OK)


def _alarmed(device: str, verdict: DeviceVerdict, alarm: Alarm) -> Finding:
    return Finding(device, verdict, alarm.says, alarm.remedy, alarm.code)


# --- a station that runs ------------------------------------------------------------------------------------------


def of_station(speaks: bool) -> Finding:
    """The finding on the station itself. `speaks`: it runs; one that does not reports nothing of its devices."""
    if speaks:
        return Finding("station", DeviceVerdict.OK)
    remedy = "La démarrer : systemctl reset-failed horodateur ; systemctl start horodateur. Ou lancer l’essai sans --running."
    return Finding("station", DeviceVerdict.FAILED, "La machine ne tourne pas", remedy)


def alarms_up(entries: Iterable[EntryContent]) -> tuple[str, ...]:
    """Names of the alarms a running station has raised and not cleared.

    Its start ends all before it: what still holds is raised again.
    """
    up: set[str] = set()
    for entry in entries:
        match entry.fact:
            case Started():
                up.clear()
            case AlarmRaised(alarm):
                up.add(alarm)
            case AlarmCleared(alarm):
                up.discard(alarm)
    return tuple(sorted(up))


def of_alarms(board: Board, alarms: Collection[str]) -> tuple[Finding, ...]:
    """A finding for each device by the alarms of the running station; a display and a buzzer have none."""
    found = [_of_alarm(alarm) for alarm in alarms]
    known = [name for name in DEVICES if name not in ("display", "buzzer") and getattr(board, TABLES.get(name, name))]
    quiet = (Finding(name, DeviceVerdict.OK) for name in known if name not in {each.device for each in found})
    return (*quiet, *found)


def _of_alarm(name: str) -> Finding:
    try:
        alarm = alarm_named(name)
    except KeyError:  # another version of the software raised it
        return Finding("other", DeviceVerdict.NOTE, name)
    device = FROM_CODE.get(alarm.code[0], "other")
    mild = device == "door" or name in ("printer near end", "clock drifting")
    return _alarmed(device, DeviceVerdict.NOTE if mild else DeviceVerdict.FAILED, alarm)


# --- the computer and the folder ----------------------------------------------------------------------------------


def of_journal(fault: str) -> Finding:
    """The finding on the journal. `fault`: why it cannot be read whole or written to; empty if it can."""
    if not fault:
        return Finding("journal", DeviceVerdict.OK)
    (alarm,) = (alarm for alarm in OTHER if alarm.code == "J1")
    return Finding("journal", DeviceVerdict.FAILED, f"{alarm.says} : {fault}", alarm.remedy, alarm.code)


def of_clock(trust: ClockTrust, *, wired: bool, battery_clock: str | None) -> Finding:
    """The finding on the clock.

    `wired`: the board has a clock with a battery; `battery_clock`: the kernel's name for the one it found.
    """
    if trust.wrong:
        alarm = alarm_named("clock wrong")
        return Finding("clock", DeviceVerdict.FAILED, f"{alarm.says} ({trust.why})", alarm.remedy, alarm.code)
    if wired and battery_clock is None:
        says, remedy = (
            "Le DS3231 ne répond pas",
            "Vérifier ses quatre fils et sa pile : sans lui, une coupure perd l’heure.",
        )
        return Finding("clock", DeviceVerdict.FAILED, says, remedy)
    if trust.drifting:
        return _alarmed("clock", DeviceVerdict.NOTE, alarm_named("clock drifting"))
    return Finding("clock", DeviceVerdict.OK, QUALITIES[trust.quality])


QUALITIES = {"synchronised": "Synchronisée", "free running": "Livrée à elle-même", "unknown": "Qualité inconnue"}


def of_supply(supply: Supply) -> Finding:
    """The finding on the computer's power supply and temperature, as it reports them."""
    if supply.under_voltage:
        remedy = "Mesurer le 5 V sous charge : 4,8 V au moins. Changer l’alimentation ou son câble."
        return Finding("supply", DeviceVerdict.FAILED, "Sous-tension", remedy)
    if supply.throttled:
        return Finding("supply", DeviceVerdict.NOTE, "L’ordinateur s’est ralenti", "Vérifier l’aération et le 5 V.")
    if supply == Supply():
        return Finding("supply", DeviceVerdict.ABSENT)
    return Finding("supply", DeviceVerdict.OK, f"{supply.celsius} °C" if supply.celsius is not None else "")


def of_city(delivery: DeliveryStatus, waiting: int, now: datetime) -> Finding:
    """The finding on deliveries. `waiting`: entries the city is not known to have; `now` aware."""
    if delivery.at is None or now - delivery.at > NO_CONTACT_AFTER:
        since = f"depuis le {delivery.at:%d/%m/%Y %H:%M}" if delivery.at else "jamais, que l’on sache"
        says = f"Pas de contact avec la ville : {since} ; {waiting} écritures en attente"
        remedy = "Vérifier le réseau et l’adresse de la ville (station.toml). Les ventes attendent ici et ne sont pas perdues."
        return Finding("city", DeviceVerdict.NOTE, says, remedy)
    return Finding("city", DeviceVerdict.OK, f"{waiting} écritures en attente")


def of_key(name: str, fault: str) -> Finding:
    """The finding on a key of the folder. `fault`: why it cannot be used; empty if it can."""
    if not fault:
        return Finding(name, DeviceVerdict.OK)
    return Finding(
        name, DeviceVerdict.FAILED, fault, "Refaire la carte avec flash.sh et garder celle-ci : elle porte des ventes."
    )


def all_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is silent or failed."""
    return not any(finding.verdict in BAD for finding in findings)
