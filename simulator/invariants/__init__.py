"""Invariants of a station and its city, as pure functions over what ledger, journals, register and glass say."""
