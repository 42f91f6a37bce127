"""The front panel's record, kept in the station's folder: how often it has started, and how light it was.

The file is `panel.mark`, written whole when something of it changes: at a start of the panel, and when day becomes night. A
folder that cannot be written costs the record, no sale; what is in memory goes on.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import msgspec

from firmware.domain.decoding import decode_json
from firmware.journal.durable_file import put_in_place
from firmware.service.panel_starts import PanelRecord
from firmware.visit.events import Event, PanelRecordIs
from hal.ports import NEVER, Instant, LightIs, PanelStarted

PANEL_MARK = "panel.mark"
EVERY = 60.0
"""Seconds from one look to the next at whether an hour is over."""
_record = msgspec.json.Decoder(PanelRecord)


def read_panel_record(folder: Path) -> PanelRecord | None:
    """What is remembered in this folder; None for nothing, or what cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        return decode_json(_record, (folder / PANEL_MARK).read_bytes())
    return None


class PanelMonitor:
    """One station's record of its front panel."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._record = read_panel_record(folder) or PanelRecord()
        self.wake_at: Instant = NEVER

    def look(self, event: Event | None, wall: datetime, now: Instant) -> PanelRecordIs:
        """Take an event into account, where there is one; what the visit is to know."""
        if isinstance(event, PanelStarted | LightIs):
            self._keep(self._record.after(event, wall))
        often = self._record.restarting(wall)
        self.wake_at = now + EVERY if often else NEVER
        return PanelRecordIs(self._record.starts, self._record.cause, often)

    def _keep(self, record: PanelRecord) -> None:
        if record != self._record:
            self._record = record
            with contextlib.suppress(OSError):  # the alarms of the disk tell it; the count in memory goes on
                put_in_place(self._folder / PANEL_MARK, msgspec.json.encode(record) + b"\n")
