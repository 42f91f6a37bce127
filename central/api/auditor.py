"""For those who look at what the others did. Reading about plates is written down like everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.core import audit
from central.enforcement import check_log, reopened

Auditor = Annotated[Bearer, Depends(needs(Scope.AUDIT))]
After = Annotated[int, Query(ge=0, lt=1 << 53)]
Limit = Annotated[int, Query(ge=1, le=1000)]

routes = APIRouter(prefix="/v1", tags=["auditor"], responses=problems(*WITH_TOKEN))


@routes.get("/audit")
def read_trail(auditor: Auditor, gate: Auth, after: After = 0, limit: Limit = 100) -> tuple[audit.Noted, ...]:
    """What people did to the register, oldest first; `after` is the id of the last one read."""
    return audit.trail(gate.city.store, after, limit)


@routes.get("/checks")
def read_checks(auditor: Auditor, gate: Auth, after: After = 0, limit: Limit = 100) -> tuple[check_log.RecordedCheck, ...]:
    """Which plates were asked about, by whom, and what was answered, oldest first; `after` is the id of the last one read."""
    return check_log.list_checks(gate.city.store, auditor.name, gate.clock(), after, limit)


@routes.get("/reopened")
def read_reopened(
    auditor: Auditor, gate: Auth, since: Annotated[RequestDateTime, Query()], limit: Limit = 100
) -> tuple[reopened.Reopened, ...]:
    """Checks since then that refused a vehicle which, as is known by now, had a right: the notices to withdraw."""
    now = gate.clock()
    with gate.city.store.begin() as connection:
        audit.note(connection, now, auditor.name, "reopened read", since.isoformat())
    return reopened.reopened(gate.city, since, now, limit)
