"""The price of parking: `tariffs.json` is its only source, `quote` its only voice.

tariffs = load_tariffs(Path("tariffs.json"))
quote(tariffs, zone=1, at=here.now, quarters=6)     # a Quote, with a line for every cent, or a NotSold with its reason
"""

from firmware.tariff.calendar import Calendar, Period
from firmware.tariff.file import TariffError
from firmware.tariff.grid import Grid, QuoteLine
from firmware.tariff.load import load_tariffs
from firmware.tariff.quotes import NotSold, Quote, Refusal, fps_cents, ladder, quote, scale
from firmware.tariff.tariffs import Legal, RateTable, Statement, Tariffs

__all__ = [
    "Calendar",
    "Grid",
    "Legal",
    "NotSold",
    "Period",
    "Quote",
    "QuoteLine",
    "RateTable",
    "Refusal",
    "Statement",
    "TariffError",
    "Tariffs",
    "fps_cents",
    "ladder",
    "load_tariffs",
    "quote",
    "scale",
]
