"""Cards of one station with the station's own software on them, the city they hand in to, and what befalls them.

Nothing here is imitated but the motorist and the technician: journals are files, a request is the sync process's own, and the
city takes it as it does over the wire. What a card acknowledged to a motorist is kept aside: that is what must never be lost.
"""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import select

from central.core.city import City
from central.core.problems import Reply
from central.db.tables import journals, rights
from central.enforcement.checks import CheckQuestion, check
from central.intake import intake
from central.operations.closing import close
from central.operations.exceptions_queue import clear_incident, list_incidents
from central.operations.fleet import Enrolment, enrol
from central.operations.rescued import accept
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.domain.errors import FileError
from firmware.domain.reference import SaleNumber, reference_of
from firmware.journal.line import LineReader
from firmware.journal.marks import read_cursor, write_city_mark, write_cursor
from firmware.journal.rescue import read_rescue
from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import PaymentStarted, RightSold
from firmware.protocol.messages import ClockQuality, StatusReport
from firmware.protocol.rescue import Rescue, rescue_of
from firmware.station.replaced_card import ReplacedCard, read_replaced_card, unread_card
from firmware.station.state_folder import open_journal, open_signing_key, provision
from firmware.station.upkeep import restore
from tests.builders import STATION, right
from tests.central.register_rows import TARIFFS
from tests.central.signing_station import NOW

MINUTE = timedelta(minutes=1)
REPORT = StatusReport("law", ClockQuality.SYNCHRONISED)
FEWEST = 30
"""Requests that an undisturbed card needs, at most, to hand in everything and hear what the city thinks of it."""


@dataclass(frozen=True)
class Sale:
    """What a motorist was told."""

    plate: str
    at: datetime
    reference: str
    """What his ticket and his bank statement say."""


@dataclass
class Cards:
    """The cards there are of one station, in machines and in drawers, and copies somebody once made."""

    city: City
    folder: Path
    alive: list[Path] = field(default_factory=list)
    drawer: list[Path] = field(default_factory=list)
    """Taken out of their machine, and readable still."""
    copies: list[Path] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    """What a technician once read from a card, and keeps."""
    acknowledged: list[Sale] = field(default_factory=list)
    now: datetime = NOW
    cloned: bool = False
    """Whether there ever were two machines under one name."""
    made: int = 0
    """Folders."""
    unknowable: set[str] = field(default_factory=set)
    """Plates of sales that vanished with every mark of them, before any city heard of them: only the bank knows."""
    without_log: Path | None = None
    """What was copied while a station ran."""
    sold_then: Set[str] = frozenset()
    """What was sold by then."""
    certified: int = 1
    """The greatest generation that a certificate names: of a card that cannot be read, all that the technician knows."""
    turned_back: bool = False
    """Whether a card was ever put back, marks and all, to what it was: it gives the same numbers again, and cannot know it."""

    def __post_init__(self) -> None:
        """One card, enrolled."""
        card = self._new_folder()
        provision(card, STATION)
        self.alive.append(card)
        self._enrol(card)

    # --- at the machine

    def sell(self, which: int) -> None:
        """A right is paid for; the motorist is told when the journal has it."""
        card = self.alive[which % len(self.alive)]
        plate = f"L{len(self.acknowledged):04d}"
        with contextlib.closing(open_journal(card, STATION, f"boot {self.now}")) as line:
            if reason := line.leaving():
                line.begin(reason, self.now, 1.0)
            ledger: Ledger = restore(line, open_signing_key(card))[0]
            number = SaleNumber(STATION, ledger.generation, ledger.sales + 1)
            sold = right(reference=reference_of(number), plate=plate, start=self.now, end=self.now + 60 * MINUTE)
            line.append(PaymentStarted(sold), self.now, 2.0)
            line.append(RightSold(sold), self.now, 3.0)
            self.acknowledged.append(Sale(plate, self.now, reference_of(number)))
            self._copy_without_log(card)

    def _copy_without_log(self, card: Path) -> None:
        """As somebody copies files while the station runs: the journals without what is in their logs."""
        self.without_log, self.sold_then = self.folder / "without-log", self.plates_on(card)
        shutil.rmtree(self.without_log, ignore_errors=True)
        shutil.copytree(card, self.without_log, ignore=shutil.ignore_patterns("*-wal", "*-shm"))

    def sync(self, which: int, requests: int = FEWEST, *, answer_lost: bool = False) -> None:
        """So many requests of the sync process of a card; of the last one the answer may be lost."""
        card = self.alive[which % len(self.alive)]
        key = open_signing_key(card)
        with contextlib.closing(LineReader(card)) as line:
            signer = Signer(STATION, key, lambda: self.now, lambda: REPORT)
            sync = Sync(line, signer, read_cursor(card), lambda mark: write_city_mark(card, mark))
            instant = 0.0
            for number in range(requests):
                instant = max(instant, sync.wake_at) if sync.wake_at > instant else instant
                request = sync.wake(instant)
                if not request:
                    instant += 1.0
                    continue
                reply: Reply = intake.take(self.city, STATION, request, self.now)
                if answer_lost and number == requests - 1:
                    return
                sync.receive(reply.body, instant)
                write_cursor(card, sync.position)

    # --- what befalls a card

    def copy(self, which: int) -> None:
        """Somebody copies a card's folder, whole, while the station is stopped."""
        self.copies.append(self._copied(self.alive[which % len(self.alive)]))

    def restore(self, which: int, copy: int, *, journals_only: bool) -> None:
        """An old copy takes the place of what is on a card, marks and all or the journals alone."""
        if not self.copies:
            return
        card, old = self.alive[which % len(self.alive)], self.copies[copy % len(self.copies)]
        if not journals_only:
            self._overwrite(card, old)
            return
        if (old / "station.key").read_bytes() == (card / "station.key").read_bytes():
            if self.cloned:
                self._forget(card, old, frozenset())
            for file in card.glob("journal*.db*"):
                if not file.name.endswith(".cursor"):
                    file.unlink()
            for file in old.glob("journal*.db*"):
                if not file.name.endswith(".cursor"):
                    shutil.copy(file, card)

    def put_back_without_log(self, which: int) -> None:
        """The files that were copied while the station ran are put back."""
        if self.without_log:
            card = self.alive[which % len(self.alive)]
            if (self.without_log / "station.key").read_bytes() == (card / "station.key").read_bytes():
                self._overwrite(card, self.without_log, self.sold_then)

    def _forget(self, card: Path, old: Path, marked: Set[str]) -> None:
        """What is about to vanish from a card, but for what marks tell of.

        A mark tells the city of a journal that is short; another machine with a copy of that journal says that it is whole.
        """
        elsewhere = map(self.plates_on, (old, *(each for each in (*self.alive, *self.drawer) if each != card)))
        self.unknowable |= {sale.plate for sale in self.acknowledged}.difference(marked, self.registered(), *elsewhere)

    def _overwrite(self, card: Path, old: Path, marked: Set[str] = frozenset()) -> None:
        """`marked`: what the marks in the old folder still tell of."""
        self.turned_back = True
        self._forget(card, old, frozenset() if self.cloned else marked)
        shutil.rmtree(card)
        shutil.copytree(old, card)

    def clone(self, which: int) -> None:
        """A second machine starts from a copy of a card."""
        if len(self.alive) < 3:
            self.cloned = True
            self.alive.append(self._copied(self.alive[which % len(self.alive)]))

    def replace(self, which: int, *, readable: bool) -> None:
        """The technician puts a new card in: it goes on from the old one where that can be read."""
        self._replace(which, self._read_old(self.alive[which % len(self.alive)] if readable else None))

    def replace_by(self, which: int, others: Sequence[Path], other: int) -> None:
        """As `replace`, but read is a copy that somebody once made, perhaps of an earlier card, or one from the drawer."""
        if others:
            self._replace(which, changed(self._read_old(others[other % len(others)]), is_copy=others is self.copies))

    def _read_old(self, old: Path | None) -> ReplacedCard:
        with contextlib.suppress(FileError):  # its tail is missing: the technician rescues what is there, and goes on
            if old:
                return read_replaced_card(self._copied(old), STATION, self.certified, self.now)
        return unread_card(self.certified, self.now)

    def _replace(self, which: int, after: ReplacedCard) -> None:
        place = which % len(self.alive)
        old, new = self.alive[place], self._new_folder()
        provision(new, STATION, after=after)
        self.certified = after.next_generation
        self.alive[place] = new
        self.drawer.append(old)
        self._enrol(new)

    def _enrol(self, card: Path) -> None:
        for each in list_incidents(self.city.store):
            clear_incident(self.city.store, each.id, "the law", "looked at", self.now)
        enrolment = Enrolment(STATION, open_signing_key(card).public_key(), 1, "11D")
        enrol(self.city.store, TARIFFS, enrolment, "the law", self.now)

    def rescue(self, card: Path, *, plates: bool = True) -> None:
        """Everything that can be read of a card, or of a copy of one, goes to the city, perhaps without the plates."""
        self._hand_over(self._read(card, plates=plates))

    def write_rescue(self, card: Path) -> None:
        """Everything that can be read of a card now is kept in a file."""
        self.files.append(self._read(card, plates=True))

    def hand_over(self, file: int) -> None:
        """A file that was made some time ago goes to the city."""
        if self.files:
            self._hand_over(self.files[file % len(self.files)])

    def _hand_over(self, data: bytes) -> None:
        accept(self.city, data, by="the law", noted_by="the law", now=self.now)

    def _read(self, card: Path, *, plates: bool) -> bytes:
        journals = tuple(each.as_sent for each in read_rescue(card).journals)
        if not plates:
            journals = tuple(
                replace(each, entries=tuple(replace(one, personal=None) for one in each.entries)) for each in journals
            )
        return rescue_of(Rescue(STATION, self.now, journals), open_signing_key(card))

    # --- at the city

    def registered(self) -> list[str]:
        """The plates of the rights that are sold, by every journal."""
        these = (rights.c.known_until.is_(None)) & (rights.c.status == "sold")
        with self.city.store.begin() as connection:
            return list(connection.scalars(select(rights.c.plate).where(these)))

    def repeated_references(self) -> set[str]:
        """References that were given twice, though there is one machine and no card that was put back to what it was."""
        if self.cloned or self.turned_back:
            return set()
        return {each for each, times in Counter(sale.reference for sale in self.acknowledged).items() if times > 1}

    def wrongly_concluded(self) -> list[Sale]:
        """Sales that the city would let an agent act against.

        Of two machines that are one to the city it can only know when both have spoken: what either still holds is not asked.
        """
        known = set(self.registered()) | self.unknowable
        if self.cloned:
            known = known.union(*map(self.plates_on, (*self.alive, *self.drawer)))
        missing = [sale for sale in self.acknowledged if sale.plate not in known]
        answers = [
            (sale, check(self.city, CheckQuestion(sale.plate, 1, "11D", sale.at + MINUTE / 2), "the law", self.now))
            for sale in missing
        ]
        return [sale for sale, answer in answers if not answer.allowed and answer.conclusive]

    def plates_on(self, card: Path) -> set[str]:
        """The plates of the sales that a card holds."""
        with contextlib.closing(LineReader(card)) as line:
            facts = [journal.content_of(entry).fact for journal, entry in line.entries_after(None)]
        return {fact.right.plate for fact in facts if isinstance(fact, RightSold)}

    def close_all(self) -> None:
        """An operator gives up what no card holds any more."""
        with self.city.store.begin() as connection:
            open_ones = connection.execute(select(journals).where(journals.c.closed_at.is_(None))).all()
        for row in open_ones:
            said = {"by": "the law", "because": "no card holds more", "noted_by": "the law"}
            with contextlib.suppress(LookupError):
                close(self.city.store, self.city.rules, STATION, row.generation, row.number, **said, now=self.now)

    def _new_folder(self) -> Path:
        self.made += 1
        return self.folder / f"card-{self.made}"

    def _copied(self, card: Path) -> Path:
        folder = self._new_folder()
        shutil.copytree(card, folder)
        return folder
