"""The configuration in force at one instant: site, tariffs, entitlements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from firmware.domain.site import Site
from firmware.protocol.entitlements import NO_ENTITLEMENTS, EntitlementCopy
from firmware.service.people import People
from firmware.tariff import Tariffs


@dataclass(frozen=True)
class ActiveConfig:
    """Site, tariffs and entitlements: as provisioned, and as the city has published since."""

    site: Site
    tariffs: Tariffs
    rights: EntitlementCopy = NO_ENTITLEMENTS
    """The copy of the city's register for this sector."""
    people: People | None = None
    """Who may open the service menu, as the city has published; None: the station's own file says so."""
    until: datetime | None = None
    """When something else comes into force, as far as is known; aware. None: nothing else is known of."""

    def seconds_left(self, wall: datetime) -> float:
        """Until it must be looked at again: the clock on the picture shows another minute, or something else is in force."""
        minute = 60.0 - wall.second - wall.microsecond / 1e6
        return min(minute, (self.until - wall).total_seconds()) if self.until is not None and self.until > wall else minute


ConfigSource = Callable[[datetime], ActiveConfig]
"""The configuration in force at an instant (aware)."""


def always(active_config: ActiveConfig) -> ConfigSource:
    """The same configuration at every instant: a station that no city publishes anything for."""
    return lambda now: active_config
