"""Routes for operators: list, issue and revoke tokens. A secret is told once, to whoever asked for it, and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException

from central.access import tokens
from central.access.tokens import LONGEST_LIFE, LONGEST_NAME, Bearer, Scope
from central.api.auth import Auth, needs
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import UnprocessableError, rule_errors
from central.api.request_body import RequestBody, each_once
from central.register.sellers import SELLER, check_enrolled
from firmware.domain.errors import FieldError

Operator = Annotated[Bearer, Depends(needs(Scope.TOKENS))]


class TokenRequest(RequestBody):
    """A token to be issued."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"who": "Agent 1234", "scopes": ["check"], "days": 90}]})

    who: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    """Who will hold it."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1), BeforeValidator(each_once)]
    """What it is good for: nothing that the token which asks is not good for itself."""
    operator: Annotated[str, Field(pattern=SELLER)] | None = None
    """Of a token that is good for `sell`: whose parkings it may write."""
    days: Annotated[int, Field(strict=True, ge=1, le=LONGEST_LIFE.days)] = 90
    """How long."""


class IssuedToken(BaseModel):
    """A token that was issued."""

    token: str
    """The secret: shown this once."""


routes = APIRouter(prefix="/v1/tokens", tags=["operator"], responses=problems(*WITH_TOKEN))


@routes.get("")
def read_tokens(operator: Operator, auth: Auth) -> tuple[tokens.Token, ...]:
    """Every token there has been, oldest first, without its secret."""
    return tokens.list_tokens(auth.city.store)


@routes.post("", status_code=HTTPStatus.CREATED)
def issue(operator: Operator, asked: TokenRequest, auth: Auth, response: Response) -> IssuedToken:
    """Issue a token. Nobody can give what he has not got."""
    if missing := asked.scopes - operator.scopes:
        raise HTTPException(
            HTTPStatus.FORBIDDEN, f"this token is not good for {', '.join(sorted(missing))}, so it cannot give it"
        )
    response.headers["Cache-Control"] = "no-store"
    lifetime = timedelta(days=asked.days)
    if (asked.operator is None) is (Scope.SELL in asked.scopes):
        raise UnprocessableError(FieldError("operator", "is said if the token is good for `sell`, and only then"))
    with rule_errors():
        if asked.operator:
            check_enrolled(auth.city.store, asked.operator)
        return IssuedToken(
            token=tokens.issue_token(
                auth.city.store, asked.who, asked.scopes, lifetime, operator.name, auth.clock(), asked.operator
            )
        )


@routes.delete("/{id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def revoke(operator: Operator, id: str, auth: Auth) -> None:
    """Revoke a token from now on; a second time changes nothing."""
    with rule_errors():
        tokens.revoke_token(auth.city.store, id, operator.name, auth.clock())
