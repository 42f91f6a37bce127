"""Findings of a station's self-test, and diagnostic bundles that name no plate. Returns values; `firmware.cli` prints them."""
