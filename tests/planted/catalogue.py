"""Defects to plant, one at a time, and the test that must then turn red: a guarantee nobody can break unseen."""

from __future__ import annotations

from tests.planted import city, station, workshop

DEFECTS = (*station.DEFECTS, *city.DEFECTS, *workshop.DEFECTS)
