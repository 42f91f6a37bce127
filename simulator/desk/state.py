"""State of a desk for programs and the page: one value ready for JSON. Reads everything, changes nothing."""

from __future__ import annotations

from datetime import datetime

import msgspec

from firmware.app import Station
from firmware.domain.parking_right import ParkingRight
from firmware.screens.choice import AlreadyCovered, MaximumReached, NotForVehicle, RegimeChoice, VehicleChoice
from firmware.screens.duration import Duration, NoPaper, PayAhead
from firmware.screens.info import Info
from firmware.screens.out_of_service import Covered
from firmware.screens.payment import PayAgain
from firmware.screens.plate import PlateEntry, SecondLook
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.service.alarms import Severity, alarm_named
from firmware.tariff import Quote
from hal.board import protocol_of
from simulator.desk.cabinet import Cabinet
from simulator.desk.power import RunningStation
from simulator.desk.real_devices import real_devices
from simulator.setting import Setting

KEPT = 50
"""Journal entries shown."""


def desk_state(
    setting: Setting, cabinet: Cabinet, wall: datetime, speed: float, running: RunningStation | None
) -> dict[str, object]:
    """The members that `DeskControl.state` promises; `running` is None without power."""
    station = running.station if running else None
    alarms = [_alarm(name) for name in sorted(station.machine.health.alarms)] if station else [NO_POWER]
    return {
        **_visit(station),
        "journal": _journal(running),
        "unsent": _unsent(running),
        "alarms": [each["name"] for each in alarms],
        "troubles": alarms,
        "now": wall.isoformat(),
        "speed": speed,
        "power": station is not None,
        "station": msgspec.to_builtins(setting.site),
        "demo_plates": [{"plate": plate, "says": says} for plate, says in setting.plates],
        "real": sorted(real_devices(setting.board)),
        **_devices(cabinet),
    }


def _devices(cabinet: Cabinet) -> dict[str, object]:
    tickets, current, sounds = cabinet.tickets(), cabinet.printer.current, cabinet.sounds
    return {
        "ticket": tickets[-1].text if tickets else None,
        "terminal_display": list(cabinet.terminal.core.display),
        "terminal_speaks": cabinet.terminal.speaks,
        "protocol": protocol_of(cabinet.board.card) if cabinet.board.card != "simulated" else None,
        "faults": {device: sorted(names) for device, names in cabinet.on.items()},
        "tickets": len(tickets),
        "printing": {"mm": round(current.millimetres, 1), "printing": bool(current.rows)},
        "speech": _speech(cabinet),
        "contrast": cabinet.panel.contrast,
        "beeps": {"count": len(sounds), "seconds": round(sounds[-1][1] - sounds[-1][0], 3) if sounds else 0.0},
    }


def _speech(cabinet: Cabinet) -> dict[str, object]:
    """What was said last, as a subtitle; `count` tells one utterance from the next."""
    speaker = cabinet.speaker
    last = speaker.said[-1] if speaker.said else None
    return {
        "count": len(speaker.said),
        "text": last.text if last else "",
        "language": last.language if last else None,
        "speaking": speaker.speaking,
        "headset": speaker.headset,
    }


NO_POWER = {
    "name": "no power",
    "code": "",
    "severity": Severity.CRITICAL.value,
    "says": "Hors tension",
    "remedy": "",
    "effect": "",
}
"""Not an alarm of the station's: without power it has none."""


def _alarm(name: str) -> dict[str, str]:
    alarm = alarm_named(name)
    return {
        "name": name,
        "code": alarm.code,
        "severity": alarm.severity.value,
        "says": alarm.says,
        "remedy": alarm.remedy,
        "effect": alarm.loss.value,
    }


def _visit(station: Station | None) -> dict[str, object]:
    if station is None:
        return {"screen": "off", "lines": [], "language": None, "plate": None, "quote": None}
    screen, context = station.machine.screen, station.context()
    view = station.machine.view(context)
    return {
        "screen": view.screen,
        "lines": list(view.lines),
        "language": context.language,
        "plate": _plate(screen),
        "quote": _offer(screen, station),
    }


def _inner(screen: Screen) -> Screen:
    """The screen a visit is really on, under INFO or "still there?"."""
    while isinstance(screen, Info | StillThere):
        screen = screen.before
    return screen


def _plate(screen: Screen) -> str | None:
    match _inner(screen):
        case PlateEntry(plate) | RegimeChoice(plate) | Covered(plate):
            return plate
        case Duration(purchase) | VehicleChoice(purchase) | MaximumReached(purchase) | NotForVehicle(purchase):
            return purchase.plate
        case SecondLook(typing):
            return typing.plate
        case PayAhead(length) | NoPaper(length) | AlreadyCovered(length):
            return length.purchase.plate
        case other:
            right = getattr(other, "right", None)
            return right.plate if isinstance(right, ParkingRight) else None


def _offer(screen: Screen, station: Station) -> dict[str, object] | None:
    match _inner(screen):
        case Duration() as length:
            return _offered(length.quote(station.context()))
        case NoPaper(length):
            return _offered(length.quote(station.context()))
        case PayAgain() as again:
            return _offered(again.quote(station.context()))
        case other:
            right = getattr(other, "right", None)
            return _offered(right) if isinstance(right, ParkingRight) else None


def _offered(offer: Quote | ParkingRight | None) -> dict[str, object] | None:
    if offer is None:
        return None
    lines = offer.lines if isinstance(offer, Quote) else ()
    return {
        "amount_cents": offer.cents,
        "start": offer.start.isoformat(),
        "end": offer.end.isoformat(),
        "tariff": offer.tariff,
        "zone": offer.zone,
        "unit": offer.unit,
        "units": offer.units,
        "regime": offer.regime,
        "vehicle": offer.vehicle,
        "reference": offer.reference if isinstance(offer, ParkingRight) else None,
        "lines": [line.text for line in lines],
    }


def _journal(running: RunningStation | None) -> list[dict[str, object]]:
    if running is None:
        return []
    return [msgspec.to_builtins(content) for content in running.journal.latest(KEPT)]


def _unsent(running: RunningStation | None) -> int | None:
    return running.sync.report().waiting if running else None
