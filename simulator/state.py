"""What a desk looks like to a program: one JSON-able value. Reads everything, touches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from firmware.app import Station
from firmware.domain.parking_right import ParkingRight
from firmware.screens.choice import AlreadyCovered, MaximumReached, NotForVehicle, RegimeChoice, VehicleChoice
from firmware.screens.duration import Duration, NoPaper, PayAhead
from firmware.screens.info import Info
from firmware.screens.plate import PlateEntry, SecondLook
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.service.alarms import Severity, alarm_named
from firmware.tariff import Quote

if TYPE_CHECKING:
    from simulator.desk import Desk

KEPT = 50
"""Journal entries shown."""


def state(desk: Desk) -> dict[str, object]:
    """The members are described in `simulator.web.api.Desk.state`."""
    station = desk.running.station if desk.running else None
    printer = desk.cabinet.printer
    sounds = desk.cabinet.buzzer.sounds
    current = printer.current
    troubles = [_trouble(name) for name in sorted(station.machine.health.alarms)] if station else [NO_POWER]
    return {
        **_visit(station),
        "ticket": desk.ticket_text(),
        "journal": _journal(desk),
        "unsent": _unsent(desk),
        "alarms": [each["name"] for each in troubles],
        "troubles": troubles,
        "now": desk.clock.wall().isoformat(),
        "speed": desk.speed,
        "power": station is not None,
        "station": msgspec.to_builtins(desk.setting.site),
        "demo_plates": [{"plate": plate, "says": says} for plate, says in desk.setting.plates],
        "terminal_display": list(desk.cabinet.terminal.display),
        "faults": {device: sorted(names) for device, names in desk.cabinet.on.items()},
        "tickets": len(desk.tickets()),
        "printing": {"mm": round(current.millimetres, 1), "printing": bool(current.rows)},
        "beeps": {"count": len(sounds), "seconds": round(sounds[-1][1] - sounds[-1][0], 3) if sounds else 0.0},
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


def _trouble(name: str) -> dict[str, str]:
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
    view = screen.view(context)
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
        case PlateEntry(plate) | RegimeChoice(plate):
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


def _journal(desk: Desk) -> list[dict[str, object]]:
    if not desk.running:
        return []
    journal = desk.running.journal
    entries = journal.entries_after(max(0, journal.head.seq - KEPT), KEPT)
    return [{"seq": entry.seq, **msgspec.json.decode(entry.body, type=dict)} for entry in entries]


def _unsent(desk: Desk) -> int | None:
    if not desk.running:
        return None
    return desk.running.journal.head.seq - desk.running.sync.acknowledged
