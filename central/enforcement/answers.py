"""The answer of a plate check, as it is given to whoever asks and written to the check log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from central.rules.evidence import Completeness, HeldRight, Reach, RegisteredRight
from central.rules.verdict import AllowedBecause, CheckVerdict, PossiblePayer


@dataclass(frozen=True, kw_only=True)
class CheckAnswer:
    """What the register says, as known at one moment."""

    allowed: bool
    because: AllowedBecause | None
    until: datetime | None
    """How long the reason holds: the end of the rights that follow each other without a gap, of what the plate holds, of the
    free hours, of the tolerance, of the stay a notice bought. None if it has no end, or when not allowed."""
    right: RegisteredRight | None
    """The one that covers `at`, or ended within the tolerance; the one that ends last if there are several."""
    holding: HeldRight | None
    """What the plate holds that needs no ticket; only where no right covers `at`."""
    just_expired: RegisteredRight | None
    """The latest right that ended within the look-back; it lets nobody stay beyond the tolerance."""
    complete_until: datetime | None
    """All that the stations of the sector wrote before this is here; None as in `Reach`."""
    silent: tuple[str, ...]
    """Stations of the sector, and sellers by telephone, whose data does not reach the instant asked about, three missed
    heartbeats forgiven."""
    elsewhere: Reach
    """The other sectors of the tariff zone, where a visitor's right may have been bought."""
    sellers: Reach
    """Who sells by telephone, for every place: a no is conclusive only if their data goes beyond `at` too."""
    rights_since: datetime | None
    """A right that ended before may have been deleted: no answer about an instant before it is conclusive. None: none was."""
    conclusive: bool
    """Whether the answer can be acted on. A yes always can. A no can if the tariff zone has stations, the data of each of them
    goes beyond `at`, none has an open incident, and no payment that would cover `at` was started without an end; for a plate
    the register holds something for, the stations of every zone: such a plate may have bought far away. False: do not conclude.
    About now nobody can be complete: ask again about the same `at`, from `conclusive_from` on."""
    conclusive_from: datetime | None
    """Of a no that is not conclusive: from when it can be, once each station has reported after `at`. None for a yes, and for
    a no that is conclusive. If it is past, the stations in `silent`, an incident or an open payment are waited for."""
    possible_payers: tuple[PossiblePayer, ...]
    """Only when not allowed, the likeliest first."""


@dataclass(frozen=True, kw_only=True)
class PlateCheck(CheckAnswer):
    """The answer to one plate check: as known now and, if that was asked, as known at an earlier moment."""

    id: int
    """Its number in the check log: a notice names it."""
    plate: str
    """As it was looked up."""
    zone: int
    sector: str
    at: datetime
    checked_at: datetime
    known_at: datetime | None
    then: CheckAnswer | None
    """The same, from what was known at `known_at`; its completeness is a lower bound."""


def answer_of(verdict: CheckVerdict, complete: Completeness, payers: tuple[PossiblePayer, ...]) -> CheckAnswer:
    """The verdict, how complete the data is that it rests on, and who may have paid under another plate."""
    return CheckAnswer(
        **vars(verdict),
        allowed=verdict.because is not None,
        complete_until=complete.sector.complete_until,
        silent=complete.silent,
        elsewhere=complete.elsewhere,
        sellers=complete.sellers,
        rights_since=complete.rights_since,
        possible_payers=payers,
    )
