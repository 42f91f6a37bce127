"""The time zone of every date a person reads: Europe/Paris."""

from __future__ import annotations

from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
