"""Tariff engine: prices of `tariffs.json`, quotes, stays, regimes, post-parking charges.

Pure: no clock, no wire, no disk, no chance. Every file here but the reader of the tariff file (`load.py`) is held to it by
tests/laws/test_contracts.py.

tariffs = load_tariffs(Path("tariffs.json"))
quote(tariffs, RateKey(zone=1), at=now, units=6)     # a Quote, with a line for every cent, or a NotSold with its reason
"""

from firmware.domain.rate_key import RateKey
from firmware.tariff.calendar import Calendar, Period
from firmware.tariff.file import Legal, LegalStatement, TariffError, TimeUnit
from firmware.tariff.grid import Grid, QuoteLine
from firmware.tariff.load import load_tariffs, tariffs_in
from firmware.tariff.offer import NotSold, Quote, Refusal
from firmware.tariff.quotes import fps_cents, grid_at, ladder, quote, scale
from firmware.tariff.regimes import (
    Barred,
    Holding,
    RegimeHere,
    Street,
    class_by_mass,
    regimes_here,
    vehicle_choices,
)
from firmware.tariff.stay import NEW_STAY, Stay, again_at, continues, stay_at
from firmware.tariff.tariffs import RateTable, Tariffs

__all__ = [
    "NEW_STAY",
    "Barred",
    "Calendar",
    "Grid",
    "Holding",
    "Legal",
    "LegalStatement",
    "NotSold",
    "Period",
    "Quote",
    "QuoteLine",
    "RateKey",
    "RateTable",
    "Refusal",
    "RegimeHere",
    "Stay",
    "Street",
    "TariffError",
    "Tariffs",
    "TimeUnit",
    "again_at",
    "class_by_mass",
    "continues",
    "fps_cents",
    "grid_at",
    "ladder",
    "load_tariffs",
    "quote",
    "regimes_here",
    "scale",
    "stay_at",
    "tariffs_in",
    "vehicle_choices",
]
