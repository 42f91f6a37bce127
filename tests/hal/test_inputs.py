"""The contacts of the cabinet, on a simulated header in virtual time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hal.drivers.inputs import DOOR, MAINS, QUIET, SwitchInputs
from hal.ports import NEVER, ContactEvent, DoorClosed, DoorOpened, MainsBack, MainsLost
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header

DOOR_LINE, MAINS_LINE, GROUND = 7, 9, 0


class TwoContacts:
    """Two contacts to ground (a line that nobody but us drives, low), both closed."""

    def __init__(self) -> None:
        self.header, self.edges, self.now = Header(), bytearray(), 0.0
        self.header.drive(GROUND, 0)
        self.close(DOOR_LINE)
        self.close(MAINS_LINE)
        gpio = SimulatedGpio(self.header)
        gpio.setmode(gpio.BCM)
        self.inputs = SwitchInputs(gpio, {DOOR_LINE: DOOR, MAINS_LINE: MAINS}, self.edges.append)

    def close(self, line: int) -> None:
        self.header.join(line, GROUND)

    def open(self, line: int) -> None:
        self.header.part(line, GROUND)

    def run(self, seconds: float) -> list[ContactEvent]:
        """What the loop does: edges first, then whoever is due."""
        until = self.now + seconds
        told: list[ContactEvent] = []
        while self.edges or self.inputs.wake_at <= until:
            if self.edges:
                data = bytes(self.edges)
                self.edges.clear()
                assert self.inputs.receive(data, self.now) == b""
            else:
                self.now = max(self.now, self.inputs.wake_at)
                assert self.inputs.wake(self.now) == b""
                assert self.inputs.wake_at > self.now
            told += self.inputs.take()
        self.now = until
        return told


@pytest.fixture
def cabinet() -> TwoContacts:
    return TwoContacts()


def test_each_contact_says_at_the_start_how_it_is(cabinet: TwoContacts) -> None:
    assert set(cabinet.run(0)) == {DoorClosed(), MainsBack()}
    assert cabinet.run(60) == []
    assert cabinet.inputs.wake_at == NEVER, "with nothing moving nothing is read"


def test_a_cabinet_that_starts_open_and_without_mains_says_so(cabinet: TwoContacts) -> None:
    cabinet.open(DOOR_LINE)
    cabinet.open(MAINS_LINE)
    cabinet.edges.clear()
    assert set(cabinet.run(0)) == {DoorOpened(), MainsLost()}


@pytest.mark.parametrize(
    ("line", "opened", "closed"), [(DOOR_LINE, DoorOpened(), DoorClosed()), (MAINS_LINE, MainsLost(), MainsBack())]
)
def test_a_change_is_said_once_each_way(cabinet: TwoContacts, line: int, opened: ContactEvent, closed: ContactEvent) -> None:
    cabinet.run(1)
    cabinet.open(line)
    assert cabinet.run(QUIET / 2) == []
    assert cabinet.run(QUIET) == [opened]
    cabinet.close(line)
    assert cabinet.run(1) == [closed]


def chatter(cabinet: TwoContacts, *, end: Callable[[int], None]) -> list[ContactEvent]:
    """A worn contact: twenty milliseconds of opening and closing, then its end."""
    told: list[ContactEvent] = []
    for _ in range(10):
        cabinet.open(DOOR_LINE)
        told += cabinet.run(0.001)
        cabinet.close(DOOR_LINE)
        told += cabinet.run(0.001)
    end(DOOR_LINE)
    return told + cabinet.run(1)


def test_chatter_is_one_change(cabinet: TwoContacts) -> None:
    cabinet.run(1)
    assert chatter(cabinet, end=cabinet.open) == [DoorOpened()]


def test_a_spark_that_leads_nowhere_says_nothing(cabinet: TwoContacts) -> None:
    cabinet.run(1)
    assert chatter(cabinet, end=cabinet.close) == []


def test_a_contact_that_never_rests_is_not_believed(cabinet: TwoContacts) -> None:
    cabinet.run(1)
    told = []
    for _ in range(200):
        cabinet.open(DOOR_LINE)
        told += cabinet.run(QUIET / 4)
        cabinet.close(DOOR_LINE)
        told += cabinet.run(QUIET / 4)
    assert told == []


def test_an_edge_of_another_line_is_none_of_its_business(cabinet: TwoContacts) -> None:
    cabinet.run(1)
    cabinet.inputs.receive(bytes([19, 26, 255]), cabinet.now)
    assert cabinet.inputs.wake_at == NEVER
