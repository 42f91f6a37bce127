"""Events of the service menu for the explorer: every entry, every trial, every way out.

To stay finite the walk types one number and one PIN, presses each key of the keypad in its order, and in a guided round gives
every trial the good answer, or none; with several keys missing it goes no farther. A digit chooses a line of the menu; where it
would begin a plate it is not typed.
"""

from __future__ import annotations

from collections.abc import Iterator

from firmware.machine import Machine
from firmware.screens.idle import Idle
from firmware.screens.screen import Screen
from firmware.screens.service.assisted import Assisted
from firmware.screens.service.login import Checking, CodeEntry, Locked, NoTechnician, PersonNumber, PinEntry
from firmware.screens.service.printing import PrintingPaper
from firmware.screens.service.session import Outcome, ServiceScreen
from firmware.screens.service.trials import KeypadTrial, TerminalTrial
from firmware.service.assistance import NO_STICK, TaskResult
from firmware.service.inspection import Inspection
from firmware.visit.events import AssistantIs, Event, Inspected, PinChecked, TechniciansCounted, TimedOut
from hal.ports import DoorClosed, DoorOpened, Key, KeyHeld, KeyPressed, NotPrinted, Printed, PrinterState, TerminalIs

PERSON, PIN, CODE = "07", "402917", "5550123498"
READINGS = Inspection("0.1.0", "2021-08-01", (("rights", 3), ("tariff", 2)), seq=1234, head="0" * 64)
MENU_KEYS = (Key.OK, Key.CANCEL, Key.PLUS, Key.MINUS, Key.MAX, Key.CORRECT)
SHUT = (PersonNumber, PinEntry, CodeEntry, Checking, Locked, NoTechnician)


def is_service(machine: Machine) -> bool:
    """Whether this is a technician's screen, or an idle one at an open door."""
    return machine.health.door_open is True or isinstance(machine.screen, (*SHUT, ServiceScreen))


def service_events(machine: Machine) -> Iterator[Event]:
    """Events that can happen to a technician's screen."""
    yield from (DoorClosed(), TimedOut())
    yield from _keys(machine.screen)
    yield from _answers(machine.screen)


def _keys(screen: Screen) -> Iterator[Event]:
    match screen:
        case Idle():
            yield from (DoorOpened(), KeyPressed(Key.CORRECT), KeyPressed(Key.INFO))
        case CodeEntry(typed):
            code = PERSON + CODE
            more = (KeyPressed(Key(code[len(typed)])),) if len(typed) < len(code) else (KeyPressed(Key.OK),)
            yield from (KeyPressed(Key.CANCEL), KeyPressed(Key.CORRECT), *more)
        case Locked() | NoTechnician():
            yield from map(KeyPressed, (Key.OK, Key.CANCEL, Key.INFO))
        case PersonNumber(typed):
            yield KeyPressed(Key.INFO)
            yield from (KeyPressed(Key.CANCEL), KeyPressed(Key.CORRECT), KeyPressed(Key(PERSON[len(typed)])))
        case PinEntry(_, typed):
            more = (KeyPressed(Key(PIN[len(typed)])),) if len(typed) < len(PIN) else (KeyPressed(Key.OK),)
            yield from (KeyPressed(Key.CANCEL), KeyPressed(Key.CORRECT), *more)
        case KeypadTrial():
            yield from (KeyPressed(screen.missing[0]), KeyHeld(Key.CANCEL))
        case Outcome(session, result) if session.step:
            yield from (KeyPressed(Key.OK),) if " " not in result.detail else ()
        case ServiceScreen(session) if session.step:
            yield KeyPressed(Key.OK)
        case ServiceScreen():
            yield from map(KeyPressed, (*MENU_KEYS, Key.D3))
        case _:
            yield from map(KeyPressed, MENU_KEYS)


def _answers(screen: Screen) -> Iterator[Event]:
    """Of the station and its devices, to who asked them."""
    match screen:
        case PersonNumber() | Locked():
            yield from (TechniciansCounted(2), TechniciansCounted(0), TechniciansCounted(0, "people.json: line 1"))
        case Checking(person):
            yield from (PinChecked(person, True), PinChecked(person, False), PinChecked("99", True))
        case PrintingPaper(_, number):
            yield from (Printed(number), NotPrinted(number, PrinterState.OUT), Printed("another"))
        case TerminalTrial():
            yield from (TerminalIs(True), TerminalIs(False))
        case Assisted():
            yield from map(AssistantIs, (None, TaskResult(True, "horodateur.tar.gz"), TaskResult(False, NO_STICK)))
        case ServiceScreen() if getattr(screen, "found", READINGS) is None:
            yield Inspected(READINGS)
