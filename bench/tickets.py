"""How many bytes a ticket is."""

from __future__ import annotations

from datetime import datetime
from itertools import product

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.desk import MORNING
from bench.table import Figure
from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import Site
from firmware.locale import catalogues
from firmware.paper.receipt_signing import sign_receipt
from firmware.paper.ticket import ticket
from firmware.tariff import Quote, RateKey, ladder, load_tariffs
from firmware.visit.context import Context
from hal.board import read_toml
from hal.shipped import ROOT
from hal.time_zone import PARIS
from hal.wire.escpos import encode

WIDTHS = {48: "80 mm", 32: "58 mm"}
DAYS = tuple(datetime(year, 12, day, 18, 59, 59, tzinfo=PARIS) for year in (2015, 2018, 2021, 2022, 2024) for day in (22, 23))
"""In each rate table, a Tuesday to Thursday of the month with the longest name, bought in the evening: two dates to print."""
LONGEST_PLATE = "WW123456MM"


def figures() -> tuple[Figure, ...]:
    """Exact: nothing here depends on the machine."""
    site, tariffs = read_toml(ROOT / "board" / "demo-station.toml", Site), load_tariffs(ROOT / "tariffs.json")
    signing_key, words = Ed25519PrivateKey.generate(), catalogues()

    def size(offer: Quote, context: Context, columns: int, plate: str, *, doubtful: bool = False) -> int:
        right = _right(offer, plate, site)
        return len(encode(ticket(right, context, sign_receipt(right, signing_key), doubtful=doubtful), columns))

    def at(instant: datetime, language: str) -> Context:
        return Context(instant, site, tariffs, words, language=language)

    longest, columns = max(
        (size(offer, at(day, language), columns, LONGEST_PLATE, doubtful=True), columns)
        for day, language, zone, columns in product(DAYS, words, (1, 2), WIDTHS)
        for regime, vehicle in product(tariffs.regimes, tariffs.vehicles)
        for offer in ladder(tariffs, RateKey(zone, regime, vehicle), day)
    )
    typical = size(ladder(tariffs, RateKey(1), MORNING)[5], at(MORNING, "fr"), 48, "AB123CD")
    return (
        Figure("ticket, typical", typical, "bytes", "1 h 30, French, 80 mm, QR code", at_most=1500),
        Figure(
            "ticket, longest",
            longest,
            "bytes",
            f"of every version, regime, class, language, zone, paper and length; plate of 10, in doubt (on {WIDTHS[columns]})",
            at_most=1500,
        ),
    )


def _right(offer: Quote, plate: str, site: Site) -> ParkingRight:
    return ParkingRight(
        reference=f"{site.station}-999999",
        plate=plate,
        zone=offer.zone,
        sector=site.sector,
        regime=offer.regime,
        vehicle=offer.vehicle,
        start=offer.start,
        end=offer.end,
        units=offer.units,
        cents=offer.cents,
        tariff=offer.tariff,
        unit=offer.unit,
    )
