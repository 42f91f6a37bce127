"""Fixtures and looks at a counter, for its tests."""

from __future__ import annotations

from datetime import datetime

import pytest

from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.register.holdings import find_holdings
from central.rules.cards.states import CardStatus
from firmware.domain.errors import FieldError
from tests.central.register_rows import TEN


def status(counter: Counter, number: int, at: datetime = TEN) -> CardStatus:
    return read_card_request(counter, number, None, at).status


def held(counter: Counter, plate: str, at: datetime, known_at: datetime | None = None) -> list[str]:
    with counter.city.store.begin() as connection:
        return [each.holding for each in find_holdings(connection, plate, at, known_at)]


def card_of(counter: Counter, owner: str, at: datetime = TEN) -> int:
    return list_cards(counter, owner, at)[-1].id


def refused(field: str, call: object, *arguments: object) -> None:
    with pytest.raises(FieldError) as error:
        call(*arguments)  # type: ignore[operator]
    assert error.value.field == field, error.value
