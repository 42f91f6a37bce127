"""Offline copies for agents: what they hold and hide, who signed them, and what is answered from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.core.audit import list_audit
from central.core.city import City
from central.enforcement.agent_copies import make_agent_copy
from central.rules.agent_copies import PURPOSE, VALID, AgentCopy, answer_offline, copy_in
from central.rules.evidence import RegisteredRight, RightStatus
from central.rules.verdict import AllowedBecause
from firmware.domain.errors import FieldError
from firmware.protocol.envelope import envelope_in, message_of, sign_envelope
from tests.central.api_client import client_of
from tests.central.register_rows import DAY, HOUR, MINUTE, TEN, ask, city_of, delete_all, enrol, entitle, right, sell
from tests.central.test_checks_laws import PLATES, sold

NOW = TEN + 30 * MINUTE


def copy(city: City, now: datetime = NOW, sector: str = "11D") -> AgentCopy:
    """As an agent's device reads it."""
    return copy_in(make_agent_copy(city, sector, "agent", now), city.key.public_key())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(sold(PLATES), max_size=6), st.sampled_from(PLATES), st.sampled_from([(), ("resident",), ("cmi_s",)]))
def test_a_copy_answers_as_the_register_did_when_it_was_made(
    store: Engine, known: list[RegisteredRight], plate: str, held: tuple[str, ...]
) -> None:
    delete_all(store)
    sell(store, *known) if known else None
    for holding in held:
        entitle(store, plate, holding, ["11D", "11C"] if holding == "resident" else ())
    city = city_of(store)
    told, offline = ask(city, plate, NOW), answer_offline(copy(city), plate, NOW)
    assert (offline.allowed, offline.because) == (told.allowed, told.because)
    assert (offline.conclusive, offline.copied_at) == (False, NOW)
    assert not told.allowed or told.because is AllowedBecause.RIGHT or offline.until == told.until


def test_a_right_ends_in_a_copy_as_it_ends_in_the_register(city: City) -> None:
    sell(city.store, right(minutes=60))
    made = copy(city)
    ends = [TEN + HOUR - MINUTE, TEN + HOUR, TEN + HOUR + 4 * MINUTE, TEN + HOUR + 5 * MINUTE]
    because = [answer_offline(made, "ab-123-cd", at).because for at in ends]
    assert because == [AllowedBecause.RIGHT, AllowedBecause.TOLERANCE, AllowedBecause.TOLERANCE, None]


def test_what_was_given_back_is_tolerated_nowhere_and_what_is_being_paid_lets_nobody_stay(city: City) -> None:
    back = replace(right(minutes=45), status=RightStatus.GIVEN_BACK)
    sell(city.store, back, replace(right("XY987ZT"), status=RightStatus.STARTED))
    made = copy(city)
    assert answer_offline(made, "AB123CD", TEN + 44 * MINUTE).allowed
    assert not answer_offline(made, "AB123CD", TEN + 45 * MINUTE).allowed
    assert not answer_offline(made, "XY987ZT", NOW).allowed


def test_it_counts_in_its_sector_only(city: City) -> None:
    entitle(city.store, "AB123CD", "resident", ["11D"])
    sell(city.store, right(regime="resident", sector="11D"), right("XY987ZT", zone=2, sector="12A"))
    answers = {
        sector: [answer_offline(copy(city, sector=sector), plate, NOW).allowed for plate in ("AB123CD", "XY987ZT")]
        for sector in ("11D", "11C", "12A")
    }
    assert answers == {"11D": [True, False], "11C": [False, False], "12A": [False, True]}


def test_it_names_no_plate_and_two_copies_have_nothing_in_common(city: City) -> None:
    sell(city.store, right())
    assert b"AB123CD" not in make_agent_copy(city, "11D", "agent", NOW)
    one, other = copy(city), copy(city)
    assert not {each.hash for each in one.plates} & {each.hash for each in other.plates}


@pytest.mark.parametrize("at", [NOW - MINUTE, NOW + VALID, NOW + DAY])
def test_a_copy_is_good_for_its_hours_only(city: City, at: datetime) -> None:
    with pytest.raises(FieldError, match="the copy is good from"):
        answer_offline(copy(city), "AB123CD", at)


def test_it_is_believed_only_as_this_city_signed_it(city: City) -> None:
    sell(city.store, right())
    message = make_agent_copy(city, "11D", "agent", NOW)
    with pytest.raises(FieldError):
        copy_in(message, Ed25519PrivateKey.generate().public_key())
    with pytest.raises(FieldError):
        copy_in(message.replace(b'"sector":"11D"', b'"sector":"11C"'), city.key.public_key())
    twice = bytes(envelope_in(message).signed).replace(b'"sector":', b'"sector":"11C","sector":')
    with pytest.raises(FieldError, match="sector: given twice"):
        copy_in(message_of(sign_envelope(PURPOSE, twice, city.key)), city.key.public_key())


def test_over_http_it_is_fetched_with_a_token_and_noted(store: Engine) -> None:
    agent = client_of(store).as_role("agent")
    enrol(store, "a", NOW)
    answered = agent.get("/v1/agents/copy?sector=11D")
    assert answered.status_code == 200
    made = copy_in(answered.content, agent.city.key.public_key())
    assert (made.sector, made.zone, made.made_at) == ("11D", 1, agent.clock())
    assert [(each.action, each.subject) for each in list_audit(store)][-1] == ("copy fetched", "11D")
    assert agent.get("/v1/agents/copy?sector=99D").status_code == 422
    assert client_of(store).get("/v1/agents/copy?sector=11D").status_code == 401
