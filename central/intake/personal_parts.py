"""Personal parts that come after their entries: taken up where the city never had them, and not where it deleted them.

The theory. Of a damaged card an entry may be rescued without its plate. It is stored so, changes no right, and waits in the
dead letters. The true card repeats it with its plate, which the commitment in the body proves (`batches.py`): then the plate is
put beside the entry, the entry changes the rights, and its letter is cleared.

Retention deletes no plate of an entry whose letter is open. So an entry without a plate and with an open letter never had it.
Where a person has cleared the letter its reason says so, and no longer says it once the plate was here. All others lost theirs
to retention (`central/operations/retention.py`), and it does not come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from central.db.tables import dead_letters, entries
from central.register import parking_rights
from central.rules.journals import StationJournal, entry_position, past_of, place_in
from firmware.protocol.entry import Entry, EntryContent

CAME_LATER = "its plate came later"
"""The reason of a letter whose entry has its plate by now, and the note it is cleared with."""
_BY = "intake"
_letter = dead_letters.c
_WITHOUT = (
    select(entries.c.seq, entries.c.hash)
    .join_from(entries, dead_letters, (_letter.station == entries.c.station) & (_letter.seq == entries.c.seq))
    .where(entries.c.station == bindparam("of"), entries.c.personal.is_(None))
    .where(_letter.cleared_at.is_(None) | (_letter.reason == parking_rights.NO_PLATE))
    .order_by(entries.c.seq)
)


def take_up(
    connection: Connection, station: str, repeated: Iterable[Entry], journals: Sequence[StationJournal], now: datetime
) -> list[EntryContent]:
    """Put personal parts beside the entries that never had theirs, and let those change the rights. Returns what they say.

    `repeated`: entries that are here already, as they are handed in now; `journals`: those of the station.
    """
    parts = {entry.hash: entry.personal for entry in repeated if entry.personal is not None}
    if not parts:
        return []
    found = {row.seq: parts[row.hash] for row in connection.execute(_WITHOUT, {"of": station}) if row.hash in parts}
    for position, personal in found.items():
        this = (entries.c.station == station) & (entries.c.seq == position)
        connection.execute(update(entries).where(this).values(personal=personal))
    records: list[EntryContent] = []
    for journal in journals:
        if seqs := [seq for number, seq in map(place_in, found) if number == journal.number]:
            records += _apply(connection, journal, journals, seqs, now)
    return records


def _apply(
    connection: Connection, journal: StationJournal, journals: Sequence[StationJournal], seqs: Sequence[int], now: datetime
) -> list[EntryContent]:
    """Let entries of a journal change the rights that have their plates now, then what is here about them."""
    contents = _contents_from(connection, journal, seqs[0])
    records = [content for seq in seqs if isinstance(content := contents[seq], EntryContent)]
    references = {parking_rights.reference_in(content.fact) for content in records} - {None}
    about = [
        content
        for content in contents.values()
        if isinstance(content, EntryContent) and parking_rights.reference_in(content.fact) in references
    ]
    contradictions = parking_rights.apply_entries(connection, journal.station, past_of(journal, journals), about, now)
    for seq in seqs:
        content = contents[seq]
        reason = content if isinstance(content, str) else contradictions.get(seq)
        _answer_letter(connection, journal.station, entry_position(journal.number, seq), reason, now)
    return records


def _contents_from(connection: Connection, journal: StationJournal, first: int) -> dict[int, EntryContent | str]:
    """What the entries of a journal say from one on, by number."""
    these = entries.c.seq.between(entry_position(journal.number, first), entry_position(journal.number, journal.next - 1))
    columns = (entries.c.seq, entries.c.body, entries.c.hash, entries.c.personal)
    rows = connection.execute(select(*columns).where(entries.c.station == journal.station, these).order_by(entries.c.seq))
    found = (Entry(place_in(row.seq).seq, row.body, row.hash, row.personal) for row in rows)
    return {entry.seq: parking_rights.usable_content(entry) for entry in found}


def _answer_letter(connection: Connection, station: str, position: int, reason: str | None, now: datetime) -> None:
    """Clear the letter of an entry that could be used, or leave it with what is wrong now. What a person noted stays."""
    this = (_letter.station == station) & (_letter.seq == position)
    if reason is not None:
        opened = {"reason": reason, "cleared_at": None, "cleared_by": None, "note": None}
        connection.execute(update(dead_letters).where(this).values(opened))
        return
    cleared = {"cleared_at": now, "cleared_by": _BY, "note": CAME_LATER}
    connection.execute(update(dead_letters).where(this, _letter.cleared_at.is_(None)).values(cleared))
    connection.execute(update(dead_letters).where(this).values(reason=CAME_LATER))
