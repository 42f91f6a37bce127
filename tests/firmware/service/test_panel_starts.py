"""The record of the front panel's starts: what is counted, what is an alarm, what a folder keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware.service.panel_starts import PanelRecord
from firmware.station.panel_monitor import PANEL_MARK, PanelMonitor, read_panel_record
from firmware.visit.brightness import brightness
from firmware.visit.events import PanelRecordIs
from firmware.visit.health import Health
from hal.ports import NEVER, Ambient, Brightness, LightIs, PanelIs, PanelStarted, PanelState, StartCause
from tests.builders import PARIS

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=PARIS)
FIRST = PanelStarted("e6", StartCause.POWER, 1)


def again(number: int | None, cause: StartCause = StartCause.WATCHDOG) -> PanelStarted:
    return PanelStarted("e6", cause, number, again=True)


@pytest.mark.parametrize(
    ("events", "starts"),
    [
        ((FIRST,), 1),
        ((FIRST, again(2), again(3)), 3),
        ((FIRST, again(5)), 5),  # four of them came while no station listened
        ((FIRST, FIRST), 1),  # another process of the station, the same start
        ((again(7), PanelStarted("e6", StartCause.POWER, 2)), 3),  # it lost its power meanwhile, and started twice
        ((FIRST, again(1, StartCause.POWER)), 2),
        ((PanelStarted("e6", StartCause.POWER), again(None)), 2),  # an older firmware does not count
        ((PanelStarted("e6", StartCause.POWER), PanelStarted("e6", StartCause.POWER)), 1),  # nor tell that it did not start
        ((PanelStarted("e6", StartCause.POWER), again(1)), 2),  # it got a firmware that counts
        ((FIRST, again(2), PanelStarted("e7", StartCause.POWER, 1)), 1),  # an exchanged panel
    ],
)
def test_starts_are_counted(events: tuple[PanelStarted, ...], starts: int) -> None:
    record = PanelRecord()
    for event in events:
        record = record.after(event, NOW)
    assert record.starts == starts
    assert record.cause == events[-1].cause.value


def test_three_within_an_hour_are_too_many_and_an_hour_later_they_are_not() -> None:
    record = PanelRecord().after(FIRST, NOW)
    for minutes, often in ((10, False), (30, False), (65, True)):
        record = record.after(again(None), NOW + timedelta(minutes=minutes))
        assert record.restarting(NOW + timedelta(minutes=minutes)) is often
    assert record.restarting(NOW + timedelta(minutes=69))
    assert not record.restarting(NOW + timedelta(minutes=70))
    assert not record.restarting(NOW), "the clock was set back"


def test_the_record_outlives_the_station_s_process(tmp_path: Path) -> None:
    monitor = PanelMonitor(tmp_path)
    for number in range(1, 5):
        seen = monitor.look(FIRST if number == 1 else again(number), NOW, 0.0)
    assert seen == PanelRecordIs(4, "watchdog", True)
    assert monitor.wake_at < NEVER
    later = PanelMonitor(tmp_path)
    assert later.look(PanelStarted("e6", StartCause.WATCHDOG, 4), NOW + timedelta(minutes=5), 0.0) == seen
    assert later.look(None, NOW + timedelta(minutes=61), 0.0) == PanelRecordIs(4, "watchdog", False)
    assert later.wake_at == NEVER


@pytest.mark.parametrize("content", [b"", b"{", b'{"board": 5}', b'{"other": 1}', b'{"at": "2026-03-04T20:00"}', b"\xff"])
def test_a_record_that_cannot_be_read_begins_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PANEL_MARK).write_bytes(content)
    assert read_panel_record(tmp_path) is None
    assert PanelMonitor(tmp_path).look(FIRST, NOW, 0.0).starts == 1
    assert read_panel_record(tmp_path) == PanelRecord().after(FIRST, NOW)


def test_a_folder_that_cannot_be_written_costs_the_record_alone(tmp_path: Path) -> None:
    monitor = PanelMonitor(tmp_path / "gone")
    assert monitor.look(FIRST, NOW, 0.0).starts == 1
    assert monitor.look(again(2), NOW, 0.0).starts == 2


def test_the_light_is_kept_for_a_bundle_when_day_becomes_night_and_when_the_sensor_breaks(tmp_path: Path) -> None:
    monitor = PanelMonitor(tmp_path)
    told = []
    for event in (LightIs(Ambient.DAY, 900), LightIs(Ambient.DAY, 500), LightIs(Ambient.DUSK, 80), LightIs()):
        monitor.look(event, NOW, 0.0)
        record = read_panel_record(tmp_path)
        assert record is not None
        told.append((record.ambient, record.lux))
    assert told == [("day", 900), ("day", 900), ("dusk", 80), ("day", None)]


@pytest.mark.parametrize(
    ("light", "hour", "level"),
    [
        (None, 22, Brightness.FULL),
        (LightIs(), 22, Brightness.FULL),
        (LightIs(Ambient.DAY, 900), 22, Brightness.FULL),
        (LightIs(Ambient.DUSK, 80), 22, Brightness.DIM),
        (LightIs(Ambient.NIGHT, 2), 22, Brightness.NIGHT),
        (LightIs(Ambient.NIGHT, 2), 8, Brightness.NIGHT),
        (LightIs(Ambient.NIGHT, 0), 9, Brightness.FULL),
        (LightIs(Ambient.DUSK, 80), 15, Brightness.FULL),
        (LightIs(Ambient.NIGHT, 2), 16, Brightness.NIGHT),
    ],
)
def test_a_dark_sensor_is_believed_where_it_may_be_dark(light: LightIs | None, hour: int, level: Brightness) -> None:
    assert brightness(Health(light=light), NOW.replace(hour=hour)) is level


def test_a_panel_that_does_not_serve_tells_no_light() -> None:
    health = Health().after(PanelIs(PanelState.OK)).after(LightIs(Ambient.NIGHT, 2))
    assert health.light is not None
    assert health.after(PanelIs(PanelState.SILENT)).light is None
    assert Health(panel=PanelState.UNKNOWN).after(LightIs(Ambient.NIGHT, 2)).light is None
    assert "light sensor silent" in Health(panel=PanelState.OK).after(LightIs()).alarms
