"""One alarm: code, severity, remedy, loss of sales."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Severity(Enum):
    """Severity of an alarm: how soon somebody must come."""

    INFO = "info"
    """Nothing to do yet."""
    WARNING = "warning"
    """On the next round."""
    CRITICAL = "critical"
    """Now: the machine sells less than it should."""


class Loss(Enum):
    """Sales that an alarm stops, in French."""

    NOTHING = "inchangées"
    TICKET = "vente sans ticket"
    PAID = "seuls les droits gratuits sont donnés"
    ALL = "rien n’est vendu"


class Alarm(Struct, frozen=True):
    """One alarm of the catalogue."""

    code: str
    """Short enough to be said on the telephone: a letter and a digit."""
    name: str
    """In the journal; empty for what is not raised there as an alarm."""
    severity: Severity
    says: str
    """What is wrong."""
    remedy: str
    """What to do, in the order in which to do it."""
    loss: Loss
