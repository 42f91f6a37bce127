"""What the devices of a station have to say: their drivers are woken when they are due, and their events are collected."""

from __future__ import annotations

from firmware.station.device_calls import DeviceCalls
from firmware.station.driver_deadlines import DriverDeadlines
from firmware.station.equipment import Devices, Plug
from firmware.visit.events import Event
from hal.ports import Instant


class DeviceEvents:
    """The drivers of one station, and what they said that nobody has taken."""

    def __init__(self, devices: Devices, calls: DeviceCalls) -> None:
        self._drivers = DriverDeadlines(devices.plugs, calls)
        self._sources = (calls, *devices.sources)
        self._events: list[Event] = []

    @property
    def wake_at(self) -> Instant:
        """When the next driver is due."""
        return self._drivers.next

    def ask(self, *spoken_to: Plug) -> None:
        """Ask the drivers of these plugs, or every one, when they want to be woken."""
        self._drivers.ask(*spoken_to)

    def poll(self, now: Instant) -> bool:
        """Wake the drivers that are due; whether there is an event to take."""
        self._drivers.wake_due(now)
        for source in self._sources:
            self._events += source.take()
        return bool(self._events)

    def take(self) -> list[Event]:
        """The events since the last call, as they were polled; of one poll the ports' own first, then each device's."""
        events, self._events = self._events, []
        return events
