"""Routes for auditors: audit trail, check log, reopened refusals. Reading about plates is audited like everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import SIGNED, WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.pdf_response import PDF, pdf_response
from central.api.refusals import NotedRoute
from central.core import audit
from central.enforcement import check_log, reopened, valid_parkings
from central.enforcement.evidence_packs import make_pack
from central.enforcement.present_state import RefusalState
from central.pages.evidence_letter import evidence_letter

Auditor = Annotated[Bearer, Depends(needs(Scope.AUDIT))]
After = Annotated[Number, Query()]
Limit = Annotated[int, Query(ge=1, le=1000)]

routes = APIRouter(prefix="/v1", tags=["auditor"], route_class=NotedRoute, responses=problems(*WITH_TOKEN))


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


@routes.get("/checks/{id}/evidence", response_class=Response, responses={**SIGNED, **problems(404)})
def read_evidence(auditor: Auditor, id: Annotated[Number, Path()], auth: Auth) -> Response:
    """What the register knows of a control, signed by the city: `{"signed": {…}, "signature": …}`.

    What was answered; the same question as known then and as known now; the sales to the plate, each with the station's entry
    and signature, or none; what the plate held; the alarms and incidents of the sector's stations at that instant.
    """
    with rule_errors():
        return Response(make_pack(auth.city, id, auditor.name, auth.clock()).message, media_type="application/json")


@routes.get("/checks/{id}/evidence.pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_evidence_pdf(auditor: Auditor, id: Annotated[Number, Path()], auth: Auth) -> Response:
    """The same for people, in French; the signed document is attached to the file."""
    with rule_errors():
        return pdf_response(evidence_letter(make_pack(auth.city, id, auditor.name, auth.clock())))


@routes.get("/parkings")
def read_parkings(
    auditor: Auditor,
    auth: Auth,
    at: Annotated[RequestDateTime, Query()],
    after: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 100,
) -> valid_parkings.ValidParkings:
    """Every parking valid at an instant, as known now, wherever it was bought; to go on, `next` of a page as `after`."""
    with rule_errors():
        return valid_parkings.list_valid(auth.city.store, at, after, limit, auditor.name, auth.clock())


@routes.get("/reopened")
def read_reopened(
    auditor: Auditor, auth: Auth, since: Annotated[RequestDateTime, Query()], limit: Limit = 100
) -> tuple[reopened.ReopenedRefusal, ...]:
    """Checks since then that refused a vehicle which, as is known by now, had a right: the notices to withdraw."""
    now = auth.clock()
    with auth.city.store.begin() as connection:
        audit.note(connection, now, auditor.name, "reopened read", since.isoformat())
    return reopened.find_reopened(auth.city, since, now, limit)
