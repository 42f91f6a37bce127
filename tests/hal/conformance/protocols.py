"""The protocols of a card terminal, and the words that each has: what the conformance suite expects of it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hal.board import CaisseApWiring, CardWiring, ConcertWiring, NexoWiring
from hal.ports import Capabilities, Reason
from simulator.devices.caisse_ap_terminal import FAULTS as CAISSE_AP_FAULTS
from simulator.devices.nexo_bodies import NEXO_FAULTS
from simulator.devices.terminal import FAULTS as CONCERT_FAULTS

ABSENT = ""
"""In the place of a card: nobody shows one."""


@dataclass(frozen=True)
class Spoken:
    """A protocol in one of its carriages."""

    wiring: CardWiring
    capabilities: Capabilities
    request: bytes
    """What stands in every request for a payment, and in nothing else that we say."""
    reasons: Mapping[str, Reason]
    """Card -> why it is refused, as far as the protocol says; `ABSENT`, and `off`: the terminal has no power."""
    refusals: Mapping[str, Reason]
    """Fault -> why a request is refused by a terminal that has it."""
    collecting: str
    """The fault by which it is busy with its nightly collection."""
    faults: Mapping[str, str]
    """All that can be wrong with it."""
    says_contactless: bool = True
    hears_late: bool = True
    """Whether an answer that comes after the end of the wait is told of itself; else it is when asked."""
    hears_yes_after_no: bool = True
    mends: tuple[str, ...] = ()
    """Faults of an answer that the two ends mend between them, without a question about the past."""


_NEXO_CAN = Capabilities(asks=True, aborts=True, reverses=True, progress=True)
_NEXO_REASONS = {
    "declined": Reason.BANK,
    "wrong_pin": Reason.WRONG_PIN,
    "removed": Reason.CARD_OUT,
    "cancelled": Reason.CANCELLED,
    ABSENT: Reason.NO_CARD,
}
_NEXO_HTTPS_REASONS = {**_NEXO_REASONS, "removed": Reason.CARD, ABSENT: Reason.REFUSED}
"""Where it may only answer, nothing is told of a card but that one was read."""
_NEXO_REFUSALS = {"nak": Reason.NOT_TAKEN, "busy": Reason.BUSY, "maintenance": Reason.BUSY}
PROTOCOLS: Mapping[str, Spoken] = {
    "concert": Spoken(
        ConcertWiring(port="/dev/terminal", baud=9600),
        Capabilities(),
        request=b"\x0201",
        reasons=dict.fromkeys(("declined", "wrong_pin", "removed", "cancelled", ABSENT), Reason.REFUSED),
        refusals={"nak": Reason.NOT_TAKEN, "busy": Reason.BUSY},
        collecting="busy",
        faults=CONCERT_FAULTS,
        says_contactless=False,
        mends=("garble", "mute_after_request"),
    ),
    "caisse-ap": Spoken(
        CaisseApWiring(host="192.0.2.10", port=8888),
        Capabilities(),
        request=b"CZ0040300",
        reasons={
            "declined": Reason.REFUSED,
            "wrong_pin": Reason.REFUSED,
            "removed": Reason.REFUSED,
            "cancelled": Reason.CANCELLED,
            ABSENT: Reason.NO_CARD,
        },
        refusals={"format": Reason.NOT_TAKEN, "maintenance": Reason.REFUSED},
        collecting="maintenance",
        faults=CAISSE_AP_FAULTS,
        hears_yes_after_no=False,
    ),
    "nexo-tcp": Spoken(
        NexoWiring(host="192.0.2.10", port=8443, transport="tcp", poi="P400-1"),
        _NEXO_CAN,
        request=b'"PaymentRequest"',
        reasons=_NEXO_REASONS,
        refusals=_NEXO_REFUSALS,
        collecting="maintenance",
        faults=NEXO_FAULTS,
    ),
    "nexo-https": Spoken(
        NexoWiring(host="192.0.2.10", port=8443, transport="https", poi="P400-1"),
        Capabilities(asks=True, aborts=True, reverses=True),
        request=b'"PaymentRequest"',
        reasons=_NEXO_HTTPS_REASONS,
        refusals=_NEXO_REFUSALS,
        collecting="maintenance",
        faults=NEXO_FAULTS,
        hears_late=False,
        hears_yes_after_no=False,
    ),
}
