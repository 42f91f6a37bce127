"""Evidence about one station: what its terminal, its journals, the city and its queues say. Values; reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import StreetKind
from firmware.ledger.ledger import Ledger
from firmware.protocol.entry import Entry, EntryContent
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.protocol.genesis import Position
from firmware.tariff import Holding, Tariffs
from hal.ports import Instant
from simulator.desk.city_claims import CityClaim


@dataclass(frozen=True)
class WrittenEntry:
    """One entry of a journal, as it was read from the disk or from the city."""

    generation: int
    start: bytes
    """What the first entry of its journal continues from; empty where that was not read."""
    entry: Entry
    content: EntryContent


@dataclass(frozen=True)
class JournalOrigin:
    """What the document says that a journal begins with."""

    generation: int
    parent: Position | None
    """The end of the journal that it continues; None where it names none."""


@dataclass(frozen=True)
class RegisterRow:
    """A right as the city has it now."""

    status: str
    plate: str
    cents: int
    end: datetime


@dataclass(frozen=True)
class CityEvidence:
    """What the city holds of one station."""

    entries: tuple[WrittenEntry, ...]
    register: dict[str, RegisterRow]
    """By the printed reference."""
    waiting: frozenset[str] = frozenset()
    """References of entries that wait for an operator: what they say is not in the register yet."""
    received: Mapping[bytes, datetime] = field(default_factory=dict)
    """When each entry came, by its hash."""
    begun: frozenset[str] = frozenset()
    """References of payments that have no end yet, by the register."""
    claims: Sequence[CityClaim] = ()
    """What it said that it has, after each request."""
    alarms: frozenset[str] = frozenset()
    """Those that it shows as up."""
    doubled: frozenset[str] = frozenset()
    """References of which it shows more than one row as what it knows now."""


@dataclass(frozen=True)
class QueueLength:
    """How much waits somewhere, and how much may."""

    name: str
    length: int
    limit: int


@dataclass(frozen=True)
class StationReport:
    """What a running station knows of itself."""

    sales: int
    cents: int
    """Of its counters, since it was provisioned."""
    alarms: frozenset[str]
    """Those that are up."""
    door_open: bool
    """As the contact is."""
    card_sales_closed: bool = False
    """Whether doubts keep them closed."""
    unwritten: bool = False
    """Whether what has happened waits for a journal that cannot be written."""
    ledger: Ledger | None = None
    """What it believes that its journals add up to; None where that is not looked at."""


@dataclass(frozen=True)
class PlaceEvidence:
    """Where a station stands, and what the register says that plates hold."""

    street: StreetKind
    sector: str
    holdings: Mapping[str, tuple[Holding, ...]]
    """By the plate."""


@dataclass(frozen=True)
class StationEvidence:
    """Everything the invariants of one station look at."""

    debits: tuple[tuple[str, int], ...]
    """The terminal's ledger, oldest first: its reference and cents, below zero for what it gave back."""
    written: tuple[WrittenEntry, ...]
    """What is on the card, the oldest generation first."""
    carried: Callable[[str], str]
    """A printed reference as the terminal's ledger has it."""
    named: Callable[[str], str]
    """A reference of the bank as the terminal's ledger has it."""
    wall: datetime
    city: CityEvidence | None = None
    """None where the city was not asked."""
    vanished: frozenset[str] = frozenset()
    """Printed references whose entries went with a card that was put back, before the city had them: only the bank knows."""
    unheard: frozenset[str] = frozenset()
    """References, as the terminal has them, that it debited after it had refused, and nobody acknowledged its word of it."""
    acknowledged: frozenset[str] = frozenset()
    """References, as the terminal has them, of debits that it told, and the station acknowledged."""
    station: StationReport | None = None
    """None without power."""
    ledger: Ledger | None = None
    """What the journals on the card add up to, read from their first entry; None where that was not done."""
    instant: Instant | None = None
    """Monotonic seconds, as entries have them; None where nobody looked."""
    origins: Sequence[JournalOrigin] = ()
    """Of the journals on the card."""
    clock_was_wrong: bool = False
    """Whether its clock ever showed another time than the world's."""
    tariffs: Tariffs | None = None
    """Those of the city; None where prices are not looked at."""
    place: PlaceEvidence | None = None
    """Where it stands, and what plates hold there; None where regimes are not looked at."""
    queues: tuple[QueueLength, ...] = ()
    healed_s: float | None = None
    """Seconds from the end of the last fault until nothing was left to do; None while it is not known."""
    unrest: str = ""
    """What is still to do long after the last fault has ended; empty if nothing."""

    @property
    def unknown_here(self) -> frozenset[str]:
        """References that a card which was put back has forgotten: what became of them, the city's reconciliation finds."""
        here = {each.entry.hash for each in self.written}
        gone = (each.content.fact for each in (self.city.entries if self.city else ()) if each.entry.hash not in here)
        return self.vanished | frozenset(references_in(gone))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is known to have been written: on the card; and at the city, of what the card has lost."""
        here = {each.entry.hash for each in self.written}
        elsewhere = [each for each in (self.city.entries if self.city else ()) if each.entry.hash not in here]
        return tuple(each.content.fact for each in (*elsewhere, *self.written))


@dataclass(frozen=True)
class RightOutcome:
    """A right as the facts leave it: `sold`, `provisional` (in doubt), `promised` (in doubt, then refused), `given back`."""

    status: str
    right: ParkingRight


def rights_of(facts: tuple[Fact, ...]) -> dict[str, RightOutcome]:
    """The rights that facts make, by reference: told here once more, in as few words as it can be."""
    held: dict[str, RightOutcome] = {}
    for fact in facts:
        match fact:
            case RightSold(right):
                held[right.reference] = RightOutcome("sold", right)
            case InDoubt(right):
                if held.get(right.reference, RightOutcome("given back", right)).status == "given back":
                    held[right.reference] = RightOutcome("provisional", right)
            case PaymentRefused(reference) if reference in held and held[reference].status == "provisional":
                held[reference] = RightOutcome("promised", held[reference].right)
            case RightGivenBack(reference) if reference in held:
                held[reference] = RightOutcome("given back", held[reference].right)
    return held


def net_debits(evidence: StationEvidence) -> dict[str, int]:
    """What the terminal took and did not give back, by its reference."""
    net: dict[str, int] = {}
    for reference, cents in evidence.debits:
        net[reference] = net.get(reference, 0) + cents
    return net


InvariantFindings = Iterator[str]
"""What is wrong, in words; nothing if all is well."""


def references_in(facts: Iterable[Fact]) -> Iterator[str]:
    """The references of the payments and rights that facts are about."""
    for fact in facts:
        match fact:
            case PaymentStarted(right) | RightSold(right) | InDoubt(right):
                yield right.reference
            case PaymentRefused(reference) | RightGivenBack(reference):
                yield reference
