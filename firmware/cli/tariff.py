"""`horodateur tariff`: check, show, compare and draw tariffs, for the people who write them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import msgspec

from firmware.cli.quote import BAD_FILE, REFUSED, SOLD, TARIFFS
from firmware.locale import TRANSLATED
from firmware.tariff import Grid, NotSold, RateTable, TariffError, Tariffs, load_tariffs
from firmware.tariff.file import TariffFile
