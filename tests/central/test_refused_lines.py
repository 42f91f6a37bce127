"""What is refused to agents and auditors leaves a line in the audit trail; members that are numbers take no boolean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, func, select

from central.api.request_body import RequestBody
from central.core.audit import list_audit
from central.db.tables import checks
from tests.central.api_client import CHECK, client_of


@pytest.mark.parametrize(
    ("role", "method", "url", "body", "field"),
    [
        ("agent", "POST", "/v1/checks", CHECK | {"at": "2026-03-04T10:30:00"}, "at"),
        ("agent", "POST", "/v1/checks", CHECK | {"plate": "<b>"}, "plate"),
        ("agent", "POST", "/v1/checks/batch", {"checks": [CHECK, CHECK | {"zone": 2}]}, "checks[1].zone"),
        ("agent", "GET", "/v1/agents/copy?sector=99Z", None, "sector"),
        ("auditor", "GET", "/v1/checks/12/evidence", None, "number"),
        ("auditor", "GET", "/v1/reopened?since=2026-03-04T10:30:00", None, "since"),
    ],
)
def test_what_is_refused_leaves_a_line_and_nothing_else(
    store: Engine, role: str, method: str, url: str, body: dict[str, object] | None, field: str
) -> None:
    client = client_of(store)
    asked = client.as_role(role).request(method, url, body)
    assert asked.status_code in (404, 422), asked.text
    last = list_audit(store)[-1]
    assert (last.action, last.detail["field"]) == ("request refused", field)
    with store.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(checks)) == 0


def bodies(kind: type[RequestBody] = RequestBody) -> Iterator[type[RequestBody]]:
    for each in kind.__subclasses__():
        yield each
        yield from bodies(each)


def test_no_member_of_a_body_takes_a_boolean_for_a_number() -> None:
    taken = []
    for body in bodies():
        for name, member in body.model_fields.items():
            if bool in (member.annotation, *get_args(member.annotation)):
                continue
            described: Any = Annotated[member.annotation, member]
            adapter: TypeAdapter[object] = TypeAdapter(described)
            with suppress(ValidationError):
                taken.append((body.__name__, name, adapter.validate_python(True)))
    assert taken == []
