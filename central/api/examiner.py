"""Routes for examiners: appeals (RAPO) are recorded, examined and decided; cases before the court are recorded."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from central.access.tokens import Bearer, Scope
from central.api.appeal_bodies import AppealSaid, DecisionSaid, DocumentRequest, DocumentsSaid, JudgmentSaid, ReferralSaid
from central.api.auth import Auth, needs
from central.api.documents import SIGNED, WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import Number, ReportYear
from central.api.pdf_response import PDF, pdf_response
from central.api.public_notices import HEADERS
from central.api.refusals import NotedRoute
from central.appeals.answers import AppealAnswer
from central.appeals.case_lookup import CaseAnswer
from central.appeals.court import CourtJudgment, CourtReferral, read_case, record_judgment, refer_to_court
from central.appeals.decisions import AppealDecision, decide_appeal
from central.appeals.examination import (
    AppealLine,
    ExaminedAppeal,
    examine_appeal,
    examine_appeal_of,
    list_open_appeals,
    read_corrective_of,
    read_evidence_of,
)
from central.appeals.filing import ask_for_documents, file_appeal, supply_documents
from central.appeals.report import make_report, report_csv
from central.pages.appeals_report_page import report_page
from central.pages.corrective_letter import letter_of
from central.pages.evidence_letter import evidence_letter
from central.rules.appeals_report import AppealsReport
from central.rules.notice_numbers import NUMBER

Examiner = Annotated[Bearer, Depends(needs(Scope.APPEALS))]
AppealedNumber = Annotated[str, Path(pattern=f"^{NUMBER}$")]

routes = APIRouter(prefix="/v1", tags=["appeals"], route_class=NotedRoute, responses=problems(*WITH_TOKEN))


@routes.post("/notices/{number}/appeals", status_code=201, responses={200: {"model": AppealAnswer}, **problems(404)})
def file(examiner: Examiner, number: AppealedNumber, said: AppealSaid, auth: Auth, response: Response) -> AppealAnswer:
    """Record the appeal of a notice: one for each.

    201: recorded. 200: this very appeal was recorded before. A late letter is recorded, and inadmissible; what is late online
    is refused.
    """
    now = auth.clock()
    with rule_errors():
        found = file_appeal(auth.city, number, said.filing(now), examiner.name, now)
    response.status_code = HTTPStatus.CREATED if found.made else HTTPStatus.OK
    return found.appeal


@routes.get("/notices/{number}/appeals", responses=problems(404))
def read_of_notice(examiner: Examiner, number: AppealedNumber, auth: Auth) -> ExaminedAppeal:
    """The appeal of a notice, as an examiner sees it."""
    with rule_errors():
        return examine_appeal_of(auth.city, number, examiner.name, auth.clock())


@routes.get("/appeals")
def list_open(
    examiner: Examiner, auth: Auth, limit: Annotated[int, Query(ge=1, le=200)] = 50, after: Annotated[Number, Query()] = 0
) -> tuple[AppealLine, ...]:
    """Appeals that wait for a decision, the nearest deadline first. `after`: the id of the last one that was seen."""
    return list_open_appeals(auth.city, auth.clock(), limit, after)


@routes.get("/appeals-report")
def report(examiner: Examiner, year: ReportYear, auth: Auth) -> AppealsReport:
    """The yearly report on appeals (CGCT R.2333-120-15, annex II), as it stands now."""
    with rule_errors():
        return make_report(auth.city.store, year, auth.clock())


@routes.get("/appeals-report.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def report_as_csv(examiner: Examiner, year: ReportYear, auth: Auth) -> Response:
    """The same, one line for each figure."""
    return Response(report_csv(report(examiner, year, auth)), media_type="text/csv; charset=utf-8")


@routes.get("/appeals-report.html", response_class=Response, responses={200: {"content": {"text/html": {}}}})
def report_as_page(examiner: Examiner, year: ReportYear, auth: Auth) -> Response:
    """The same, to be published."""
    return Response(report_page(report(examiner, year, auth)), media_type="text/html; charset=utf-8", headers=HEADERS)


@routes.get("/appeals/{id}", responses=problems(404))
def read(examiner: Examiner, id: Number, auth: Auth) -> ExaminedAppeal:
    """An appeal with its notice and what its plate holds; who looked is noted."""
    with rule_errors():
        return examine_appeal(auth.city, id, examiner.name, auth.clock())


@routes.get("/appeals/{id}/evidence", response_class=Response, responses={**SIGNED, **problems(404)})
def read_evidence(examiner: Examiner, id: Number, auth: Auth) -> Response:
    """What the register knows of the control of an appeal, as `GET /v1/checks/{id}/evidence` gives it; who read it is noted."""
    with rule_errors():
        return Response(read_evidence_of(auth.city, id, examiner.name, auth.clock()).message, media_type="application/json")


@routes.get("/appeals/{id}/evidence.pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_evidence_pdf(examiner: Examiner, id: Number, auth: Auth) -> Response:
    """The same for people, in French; the signed document is attached to the file."""
    with rule_errors():
        return pdf_response(evidence_letter(read_evidence_of(auth.city, id, examiner.name, auth.clock())))


@routes.get("/appeals/{id}/corrective-notice.pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_corrective(examiner: Examiner, id: Number, auth: Auth) -> Response:
    """The corrective notice that follows from an appeal accepted in part, as it is sent."""
    with rule_errors():
        return pdf_response(letter_of(read_corrective_of(auth.city, id, examiner.name, auth.clock())))


@routes.post("/appeals/{id}/documents", responses=problems(404))
def supply(examiner: Examiner, id: Number, said: DocumentsSaid, auth: Auth) -> AppealAnswer:
    """List documents that came later."""
    now = auth.clock()
    with rule_errors():
        return supply_documents(auth.city, id, said.listed(now), examiner.name, now)


@routes.post("/appeals/{id}/requests", responses=problems(404))
def ask(examiner: Examiner, id: Number, said: DocumentRequest, auth: Auth) -> AppealAnswer:
    """Ask for the documents that are missing: once the day has passed, their absence is a ground."""
    with rule_errors():
        return ask_for_documents(auth.city, id, said.until, said.reason, examiner.name, auth.clock())


@routes.post("/appeals/{id}/decision", responses=problems(404))
def decide(examiner: Examiner, id: Number, said: DecisionSaid, auth: Auth) -> AppealAnswer:
    """Decide an appeal: accepted, the notice is cancelled; in part, it has a new amount. Whoever issued it may not."""
    with rule_errors():
        return decide_appeal(auth.city, id, AppealDecision(**dict(said)), examiner.name, auth.clock())


@routes.post("/notices/{number}/court-cases", status_code=201, responses=problems(404))
def refer(examiner: Examiner, number: AppealedNumber, said: ReferralSaid, auth: Auth) -> CaseAnswer:
    """Record that the court was given a case: against a refusal, a corrected amount or the warning of the increase."""
    with rule_errors():
        return refer_to_court(auth.city, number, CourtReferral(**dict(said)), examiner.name, auth.clock())


@routes.get("/court-cases/{id}", responses=problems(404))
def read_court_case(examiner: Examiner, id: Number, auth: Auth) -> CaseAnswer:
    """A case, and whether its judgment is carried out: nothing is left to be given back."""
    with rule_errors():
        return read_case(auth.city, id, auth.clock())


@routes.post("/court-cases/{id}/judgment", responses=problems(404))
def judge(examiner: Examiner, id: Number, said: JudgmentSaid, auth: Auth) -> CaseAnswer:
    """Record a judgment: annulled, the notice is cancelled; reduced, it has a new amount."""
    with rule_errors():
        return record_judgment(auth.city, id, CourtJudgment(**dict(said)), examiner.name, auth.clock())
