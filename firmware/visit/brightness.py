"""Brightness of glass and keys, by the light around.

Dark at noon is a sensor that somebody has covered, or that is broken: then, and whenever nothing is known, all is bright.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from firmware.visit.health import Health
from hal.ports import Ambient, Brightness, View

BROAD_DAY = range(9, 16)
"""Hours of the clock at which the sun stands over Paris on every day of the year (21 December: 8 h 41 to 16 h 56)."""
BY_AMBIENT = {Ambient.DAY: Brightness.FULL, Ambient.DUSK: Brightness.DIM, Ambient.NIGHT: Brightness.NIGHT}


def brightness(health: Health, now: datetime) -> Brightness:
    """How bright it is to be at `now`, aware, of the station's place."""
    light = health.light
    if light is None or light.lux is None or now.hour in BROAD_DAY:
        return Brightness.FULL
    return BY_AMBIENT[light.ambient]


def lit(view: View, health: Health, now: datetime) -> View:
    """The picture, as bright as it is to be."""
    level = brightness(health, now)
    return view if level is view.brightness else replace(view, brightness=level)
