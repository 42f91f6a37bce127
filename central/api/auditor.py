"""Routes for auditors: audit trail, check log, reopened refusals. Reading about plates is audited like everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.numbers import Number
from central.core import audit
from central.enforcement import check_log, reopened
from central.enforcement.present_state import RefusalState

Auditor = Annotated[Bearer, Depends(needs(Scope.AUDIT))]
After = Annotated[Number, Query()]
Limit = Annotated[int, Query(ge=1, le=1000)]

routes = APIRouter(prefix="/v1", tags=["auditor"], responses=problems(*WITH_TOKEN))


@routes.get("/audit")
def read_audit(auditor: Auditor, auth: Auth, after: After = 0, limit: Limit = 100) -> tuple[audit.AuditEntry, ...]:
    """What people did to the register, oldest first; `after` is the id of the last one read."""
    return audit.list_audit(auth.city.store, after, limit)


@routes.get("/checks")
def read_checks(
    auditor: Auditor, auth: Auth, after: After = 0, limit: Limit = 100, state: RefusalState | None = None
) -> tuple[check_log.RecordedCheck, ...]:
    """Which plates were asked about, by whom, and what was answered, oldest first; `after` is the id of the last one read.

    `state` says of each refusal what the register makes of it now: `inconclusive` (a sale that contradicts it may still
    arrive), `conclusive` (none can) or `contradicted` (there was a right: the notice is to be withdrawn). If it is asked for,
    only those are listed.
    """
    return check_log.list_checks(auth.city, auditor.name, auth.clock(), after, limit, state)


@routes.get("/reopened")
def read_reopened(
    auditor: Auditor, auth: Auth, since: Annotated[RequestDateTime, Query()], limit: Limit = 100
) -> tuple[reopened.ReopenedRefusal, ...]:
    """Checks since then that refused a vehicle which, as is known by now, had a right: the notices to withdraw."""
    now = auth.clock()
    with auth.city.store.begin() as connection:
        audit.note(connection, now, auditor.name, "reopened read", since.isoformat())
    return reopened.find_reopened(auth.city, since, now, limit)
