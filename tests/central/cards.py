"""Cards of one station, for the tests of its journals: they sell, are copied, replaced, and hand in what they hold."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from firmware.domain.base64url import base64url_encode
from firmware.protocol.entry import EntryContent, body_of
from firmware.protocol.facts import Fact
from firmware.protocol.genesis import Position, genesis_document
from firmware.protocol.personal import split
from tests.central.signing_station import NOW, PERSONAL, STATION, EntryText, SigningStation, chained, genesis, key_of


@dataclass
class CardJournal:
    """One journal on a card."""

    generation: int
    document: str
    """Its genesis; empty for one of before generations."""
    station: str = STATION
    texts: list[EntryText] = field(default_factory=list)
    handed_in: int = 0
    """The last entry that the city acknowledged."""

    @property
    def end(self) -> Position:
        """Its last entry."""
        return Position(self.generation, len(self.texts), self.texts[-1][1] if self.texts else self.beginning)

    @property
    def beginning(self) -> str:
        """What its first entry continues from."""
        return genesis(self.station, self.document)


@dataclass
class StationCard:
    """A station's card, with its journals, the oldest first."""

    journals: list[CardJournal]
    key: str = STATION
    """Whose key is on it."""
    station: str = STATION

    @classmethod
    def of_before_generations(cls) -> StationCard:
        """One whose journal has no genesis document."""
        return cls([CardJournal(1, "")])

    @property
    def writes(self) -> CardJournal:
        """The journal it writes."""
        return self.journals[-1]

    def copied(self) -> StationCard:
        """Another card with the same on it."""
        return copy.deepcopy(self)

    def begin(self, generation: int, parent: Position | None) -> StationCard:
        """Go on in a new journal."""
        document = genesis_document(self.station, generation, key_of(self.key).public_key(), parent).decode()
        self.journals.append(CardJournal(generation, document, self.station))
        return self

    def write(self, fact: Fact, at: datetime = NOW) -> EntryText:
        """Write an entry, its plate beside it, with a salt that is the same each time."""
        this = self.writes
        seq = len(this.texts) + 1
        salt = hashlib.sha256(f"{this.document} {seq}".encode()).digest()[:16]
        written, personal = split(fact, salt)
        body = body_of(EntryContent(seq, self.station, at, float(seq), "boot-1", written, this.generation))
        text = self.write_text(body.decode())
        if personal:
            PERSONAL[text[1]] = base64url_encode(personal)
        return text

    def write_text(self, body: str) -> EntryText:
        """Write an entry with this body."""
        text = chained(self.writes.end.hash, body.encode())
        self.writes.texts.append(text)
        return text

    def hand_in(
        self, station: SigningStation, now: datetime = NOW, limit: int = 1000, journal: CardJournal | None = None
    ) -> tuple[int, dict[str, object]]:
        """Hand in what comes after the last entry acknowledged, and do what a station does with the answer."""
        this = journal or self.writes
        texts = this.texts[this.handed_in : this.handed_in + limit]
        last = this.handed_in + len(texts)
        head = this.texts[last - 1][1] if last else this.beginning
        station.signer = self.key
        status, answer = station.hand_in(
            texts,
            now,
            last=last,
            head=head,
            held=len(this.texts),
            generation=this.generation,
            genesis=this.document,
            newest=self.writes.generation,
        )
        assert isinstance(answer, dict)
        wanted = answer.get("next") or answer.get("send_from")
        if wanted is not None:
            this.handed_in = min(wanted - 1, last)
        return status, answer


def first_card(key: str = STATION) -> StationCard:
    """The card a station begins with."""
    return StationCard([], key).begin(1, None)
