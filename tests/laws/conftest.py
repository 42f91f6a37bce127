"""What the laws of the visit start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from simulator.explorer.walk import passages, peopled
from tests.builders import PARIS
from tests.laws.walk import HERE, Walk


@pytest.fixture(scope="session", params=["day", "night"])
def walk(request: pytest.FixtureRequest) -> Walk:
    """At night parking is free: one more screen, and every price is for later."""
    at = HERE.now if request.param == "day" else datetime(2026, 3, 7, 21, 0, tzinfo=PARIS)
    context = peopled(replace(HERE, now=at))
    return Walk(context, tuple(passages(context)))
