"""What a visit file can expect to be true. Each answers by returning, or by an ExpectationError that says what is instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from central.checks import check
from firmware.facts import Cleared, Fact, InDoubt, Raised, RightSold, Started
from firmware.here import card_reference
from firmware.journal import Reader
from firmware.plate import normalise
from firmware.state import JOURNAL

if TYPE_CHECKING:
    from simulator.desk import Desk

Words = tuple[str, ...]


class ExpectationError(Exception):
    """Something is not as the visit says."""


def _same(what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise ExpectationError(f"expected {what} {wanted!r}, found {found!r}")


def _screen(desk: Desk, words: Words) -> None:
    _same("screen", " ".join(words), desk.state()["screen"])


def _shown(desk: Desk) -> str:
    lines = desk.state()["lines"]
    assert isinstance(lines, list)
    return " / ".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def _text(desk: Desk, words: Words) -> None:
    if words[0] not in _shown(desk):
        raise ExpectationError(f"expected text {words[0]!r}, the screen says {_shown(desk)!r}")


def _no_text(desk: Desk, words: Words) -> None:
    if words[0] in _shown(desk):
        raise ExpectationError(f"expected no text {words[0]!r}, the screen says {_shown(desk)!r}")


def _plate(desk: Desk, words: Words) -> None:
    _same("plate", words[0] if words else "", desk.state()["plate"])


def _quoted(desk: Desk) -> dict[str, object]:
    quote = desk.state()["quote"]
    if not isinstance(quote, dict):
        raise ExpectationError("expected a quote, there is none on this screen")
    return quote


def _price(desk: Desk, words: Words) -> None:
    _same("cents", _cents(words[0]), _quoted(desk)["amount_cents"])


def _end(desk: Desk, words: Words) -> None:
    _same("end", " ".join(words), str(_quoted(desk)["end"])[:16].replace("T", " "))


def _no_quote(desk: Desk, words: Words) -> None:
    _same("quote", None, desk.state()["quote"])


def _ticket(desk: Desk, words: Words) -> None:
    text = desk.ticket_text() or ""
    if words[0] not in text.replace("\N{NO-BREAK SPACE}", " "):
        raise ExpectationError(f"expected {words[0]!r} on the ticket, which reads:\n{text or '(there is none)'}")


def _no_ticket(desk: Desk, words: Words) -> None:
    _same("ticket", None, desk.ticket_text())


def _facts(desk: Desk, words: Words) -> None:
    told = [_name(fact) for fact in facts(desk) if not isinstance(fact, Started | Raised | Cleared)]
    _same("facts", words[0], ", ".join(told))


def _debits(desk: Desk, words: Words) -> None:
    wanted = [] if words == ("none",) else [_cents(word) for word in words]
    _same("debits", wanted, [debit.cents for debit in desk.cabinet.terminal.ledger])


def _alarms(desk: Desk) -> list[str]:
    alarms = desk.state()["alarms"]
    assert isinstance(alarms, list)
    return alarms


def _alarm(desk: Desk, words: Words) -> None:
    if " ".join(words) not in _alarms(desk):
        raise ExpectationError(f"expected alarm {' '.join(words)!r}, found {_alarms(desk)}")


def _no_alarm(desk: Desk, words: Words) -> None:
    _same("alarms", [], _alarms(desk))


def _unsent(desk: Desk, words: Words) -> None:
    _same("unsent", int(words[0]), desk.state()["unsent"])


def _language(desk: Desk, words: Words) -> None:
    _same("language", words[0], desk.state()["language"])


def _city(desk: Desk, words: Words) -> None:
    answer = check(desk.store, words[0], desk.setting.site.zone, None, desk.clock.wall())
    if words[1] == "refused":
        _same("allowed", False, answer.allowed)
        return
    _same("allowed", True, answer.allowed)
    _same("until", " ".join(words[3:]), f"{answer.until:%Y-%m-%d %H:%M}")
    _same("plate", normalise(words[0]), answer.plate)


def _cents(text: str) -> int:
    return int(text.replace(",", ""))


def _name(fact: Fact) -> str:
    return str(msgspec.to_builtins(fact)["fact"])


def facts(desk: Desk) -> list[Fact]:
    """Everything in the journal, read as another process would."""
    reader = Reader(desk.setting.folder / JOURNAL)
    try:
        return list(reader.facts())
    finally:
        reader.close()


def money_adds_up(desk: Desk) -> None:
    """The law of every visit: what the terminal debited is exactly what was sold, or is in doubt; nothing twice."""
    told = facts(desk)
    sold = [card_reference(fact.right.reference) for fact in told if isinstance(fact, RightSold)]
    doubted = {card_reference(fact.right.reference) for fact in told if isinstance(fact, InDoubt)}
    debited = [debit.reference for debit in desk.cabinet.terminal.ledger]
    if wrong := [reference for reference in debited if reference not in sold and reference not in doubted]:
        raise ExpectationError(f"debited, and no right exists: {wrong}")
    if wrong := [reference for reference in sold if reference not in debited]:
        raise ExpectationError(f"a right was sold, and nothing debited: {wrong}")
    if len(set(debited)) != len(debited):
        raise ExpectationError(f"debited twice: {debited}")


EXPECTATIONS: dict[str, Callable[[Desk, Words], None]] = {
    "screen": _screen,
    "text": _text,
    "no-text": _no_text,
    "plate": _plate,
    "price": _price,
    "end": _end,
    "no-quote": _no_quote,
    "ticket": _ticket,
    "no-ticket": _no_ticket,
    "facts": _facts,
    "debits": _debits,
    "alarm": _alarm,
    "no-alarm": _no_alarm,
    "unsent": _unsent,
    "language": _language,
    "city": _city,
}
