"""Notices that were sent and that a right, known since, contradicts: found, and listed for whoever decides on them.

The theory. That a notice is contradicted follows from the register (central/notices/store.py) and is written down when somebody
looks at that notice. Whoever has to decide cannot look at each, so here all are looked at: the rights and holdings of their
plates are read page by page, as for re-opened refusals, and only what they contradict is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Exists, exists, select

from central.core import audit
from central.core.city import City
from central.db.notice_tables import late_receipts, notice_events, notices
from central.db.tables import checks
from central.enforcement.present_state import RefusalState, RefusedCheck, judge_again, state_of
from central.enforcement.right_lookup import find_rights
from central.notices.amounts import LONG_ENOUGH
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.store import load_notice
from central.rules.notices import NoticeEventKind
from central.rules.plate_match import alike

PAGE = 500
"""Controls looked at together."""


def list_proposed_cancellations(city: City, after: str, limit: int, by: str, now: datetime) -> tuple[NoticeAnswer, ...]:
    """The notices whose cancellation or correction is proposed, by number, after `after`. Audited: it names plates."""
    with city.store.begin() as connection:
        review_sent(connection, city, now)
        late = exists().where(late_receipts.c.number == notices.c.number, late_receipts.c.sent)
        proposed = late & ~_has(NoticeEventKind.CORRECTED)
        wanted = select(notices.c.number).where(_has(NoticeEventKind.CONTRADICTED) | proposed, notices.c.number > after)
        wanted = wanted.where(~_has(NoticeEventKind.CANCELLED)).order_by(notices.c.number).limit(limit)
        numbers = connection.scalars(wanted).all()
        found = tuple(notice_answer(load_notice(connection, city, number, now), now) for number in numbers)
        audit.note(connection, now, by, "proposed cancellations read", f"after {after}", count=len(found))
    return found


def review_sent(connection: Connection, city: City, now: datetime) -> None:
    """Let every sent notice that the present register contradicts, or has a late receipt for, say so."""
    for page in _controls(connection):
        verdicts = judge_again(connection, city, page, now, completeness=False)
        touched = {check.id for check, verdict in verdicts if state_of(verdict) is RefusalState.CONTRADICTED}
        touched |= _with_late_rights(connection, page)
        numbers = select(notices.c.number).where(notices.c.check.in_(touched)).order_by(notices.c.number)
        for number in connection.scalars(numbers).all():
            load_notice(connection, city, number, now)


def _with_late_rights(connection: Connection, page: Sequence[RefusedCheck]) -> set[int]:
    """The controls whose plate has a right that became known since: it may be a receipt that is to be deducted."""
    page = [row for row in page if row.plate]
    if not page:
        return set()
    after = min(row.at for row in page) - LONG_ENOUGH
    found = find_rights(connection, {alike(row.plate) for row in page}, after)
    known = {right.plate: right.known_from for right in sorted(found, key=lambda right: right.known_from)}
    return {row.id for row in page if row.plate in known and known[row.plate] > row.checked_at}


def _controls(connection: Connection) -> Iterator[Sequence[RefusedCheck]]:
    """Page by page, the controls of the notices that were sent, not ended, and not found contradicted yet."""
    over = NoticeEventKind.CANCELLED, NoticeEventKind.CONTRADICTED
    open_now = select(notices.c.check).where(_has(NoticeEventKind.SENT), ~_has(*over))
    last = 0
    while True:
        these = checks.c.id.in_(open_now) & (checks.c.id > last)
        page = connection.execute(select(checks).where(these).order_by(checks.c.id).limit(PAGE)).all()
        if not page:
            return
        yield page
        last = page[-1].id


def _has(*kinds: NoticeEventKind) -> Exists:
    events = notice_events.c
    return exists().where(events.number == notices.c.number, events.kind.in_([kind.value for kind in kinds]))
