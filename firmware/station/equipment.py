"""What a station is made of: its drivers with their cables, and its configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.backoffice.active_config import ConfigSource
from firmware.service.assistance import Assistant, NoAssistant
from firmware.service.inspection import ReadingSources
from firmware.visit.context import Catalogue
from hal.cable import Cable, End
from hal.ports import Brightness, Buzzer, CardTerminal, Display, EventSource, NoSpeaker, Printer, Speaker, Supply

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Plug:
    """A driver and the cable it is plugged into."""

    name: str
    end: End
    cable: Cable


def no_key_light(brightness: Brightness) -> None:
    """Nothing lights the keys."""


def no_watch(seconds: int) -> None:
    """Nobody watches whether this computer is silent."""


@dataclass(frozen=True)
class Devices:
    """The hardware of one station, by its ports."""

    display: Display
    buzzer: Buzzer
    card: CardTerminal
    printer: Printer
    sources: tuple[EventSource, ...]
    """The devices that report events: keypad, card terminal, printer, door and mains."""
    plugs: tuple[Plug, ...]
    """The drivers that exchange bytes or want waking."""
    supply: Callable[[], Supply] = Supply
    """Supply and temperature as a device of the cabinet measures them."""
    expect_silence: Callable[[int], None] = no_watch
    """Tells whoever restarts a silent computer that this one will be silent for so many seconds."""
    light_keys: Callable[[Brightness], None] = no_key_light
    """Lights the keys so from now on."""
    speaker: Speaker = field(default_factory=NoSpeaker)


@dataclass(frozen=True)
class Provision:
    """The configuration of one station: identity, prices, rights, translations, signing key, sources of readings."""

    active_config: ConfigSource
    """Where it stands, and what it sells to whom, at an instant of the clock on the wall."""
    catalogues: Mapping[str, Catalogue]
    signing_key: Ed25519PrivateKey
    reading_sources: ReadingSources = field(default_factory=ReadingSources)
    """Where a technician's readings come from, and who is a technician."""
    released: datetime = LONG_AGO
    """When this software was released: no clock is right before that; aware."""
    software: str = "unknown"
    """Version and commit of this software, as the journal and a technician are told them."""
    assistant: Assistant = field(default_factory=NoAssistant)
    """Does what this process has not the right or the time to do."""
