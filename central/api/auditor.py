"""For those who look at what the others did. Reading about plates is written down like everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from central import audit, recorded, reopened
from central.access import Bearer, Scope
from central.api.documents import WITH_TOKEN, problems
from central.api.gate import Here, needs
from central.api.moments import Moment

Auditor = Annotated[Bearer, Depends(needs(Scope.AUDIT))]
After = Annotated[int, Query(ge=0, lt=1 << 53)]
Limit = Annotated[int, Query(ge=1, le=1000)]

routes = APIRouter(prefix="/v1", tags=["auditor"], responses=problems(*WITH_TOKEN))


@routes.get("/audit")
def read_trail(auditor: Auditor, gate: Here, after: After = 0, limit: Limit = 100) -> tuple[audit.Noted, ...]:
    """What people did to the register, oldest first; `after` is the id of the last one read."""
    return audit.trail(gate.city.store, after, limit)


@routes.get("/checks")
def read_checks(auditor: Auditor, gate: Here, after: After = 0, limit: Limit = 100) -> tuple[recorded.Recorded, ...]:
    """Which plates were asked about, by whom, and what was answered, oldest first; `after` is the id of the last one read."""
    return recorded.recorded(gate.city.store, auditor.name, gate.clock(), after, limit)


@routes.get("/reopened")
def read_reopened(
    auditor: Auditor, gate: Here, since: Annotated[Moment, Query()], limit: Limit = 100
) -> tuple[reopened.Reopened, ...]:
    """Checks since then that refused a vehicle which, as is known by now, had a right: the notices to withdraw."""
    now = gate.clock()
    with gate.city.store.begin() as connection:
        audit.note(connection, now, auditor.name, "reopened read", since.isoformat())
    return reopened.reopened(gate.city, since, now, limit)
