"""Expectations of visit files: checks of the desk that return, or raise an ExpectationError saying what is found instead."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from central.enforcement.checks import CheckQuestion, check
from firmware.ledger.clock_evidence import FREE, SYNCHRONISED, UNKNOWN
from firmware.locale import catalogues
from firmware.paper.receipt_signing import verify_receipt
from firmware.protocol.facts import AlarmCleared, AlarmRaised, DoorMoved, Fact, InDoubt, PaymentStarted, RightSold, Started
from firmware.station.signing_key import KEY, load_signing_key
from simulator.desk.desk import Desk
from simulator.invariants.check import broken_at_rest
from simulator.visit_files.money import facts
from simulator.visit_files.words import (
    ALARMS,
    FACTS,
    ExpectationError,
    Phrase,
    cents,
    moment,
    number,
    one_of,
    plate,
    same,
    screen,
)

Expectation = Callable[[Desk], None]
TONES = {1: "accepted", 2: "ignored", 4: "warning"}
"""A beep by its length, in tenths of a second rounded up: short, low, long."""


# --- the screen ---------------------------------------------------------------------------------------------------


def screen_name(desk: Desk) -> str:
    """Name of the screen shown; `off` without power."""
    return desk.running.station.machine.screen.name if desk.running else "off"


def _screen(*name: str) -> Expectation:
    wanted = screen(*name)
    return lambda desk: same("screen", wanted, screen_name(desk))


def _shown(desk: Desk) -> str:
    lines = desk.state()["lines"]
    assert isinstance(lines, list)
    return _plain(" / ".join(lines))


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _text(wanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        if wanted not in _shown(desk):
            raise ExpectationError(f"expected text {wanted!r}, the screen says {_shown(desk)!r}")

    return check


def _no_text(unwanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        if unwanted in _shown(desk):
            raise ExpectationError(f"expected no text {unwanted!r}, the screen says {_shown(desk)!r}")

    return check


def _heard(desk: Desk) -> str:
    """What was said last."""
    return next((said.text for said in reversed(desk.cabinet.speaker.said)), "")


def _said(wanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        if wanted not in _heard(desk):
            raise ExpectationError(f"expected to hear {wanted!r}, what was said last is {_heard(desk)!r}")

    return check


def _contrast(wanted: str) -> Expectation:
    return lambda desk: same("contrast", number(wanted), desk.cabinet.panel.contrast)


def _silent() -> Expectation:
    return lambda desk: same("speech", "silent", "speaking" if desk.cabinet.speaker.speaking else "silent")


def _never_said(unwanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        found = [said.text for said in desk.cabinet.speaker.said if unwanted in said.text]
        if found:
            raise ExpectationError(f"expected never to hear {unwanted!r}, it was said: {found[0]!r}")

    return check


def _plate(typed: str = "") -> Expectation:
    wanted = plate(typed) if typed else ""
    return lambda desk: same("plate", wanted, desk.state()["plate"] or "")


def _quoted(desk: Desk) -> dict[str, object]:
    quote = desk.state()["quote"]
    if not isinstance(quote, dict):
        raise ExpectationError("expected a quote, there is none on this screen")
    return quote


def _price(amount: str) -> Expectation:
    wanted = cents(amount)
    return lambda desk: same("cents", wanted, _quoted(desk)["amount_cents"])


def _end(date: str, time: str) -> Expectation:
    wanted = moment(date, time).isoformat()
    return lambda desk: same("end", wanted, _quoted(desk)["end"])


def _no_quote() -> Expectation:
    return lambda desk: same("quote", None, desk.state()["quote"])


def _language(name: str) -> Expectation:
    wanted = one_of(catalogues(), "language", name)
    return lambda desk: same("language", wanted, desk.state()["language"])


def _beep(name: str) -> Expectation:
    wanted = one_of(TONES.values(), "beep", name)

    def check(desk: Desk) -> None:
        sounds = [until - since for since, until in desk.cabinet.sounds]
        same("beep", wanted, TONES.get(round(sounds[-1] * 10 + 0.4)) if sounds else None)

    return check


def _receipt(typed: str, payment: str) -> Expectation:
    wanted = (plate(typed), one_of(("paid", "doubt"), "payment", payment))

    def check(desk: Desk) -> None:
        if desk.running is None or not (code := desk.running.station.machine.screen.view(desk.running.station.context()).code):
            raise ExpectationError("expected a receipt in a QR code, there is none on this screen")
        fields = verify_receipt(code, load_signing_key(desk.setting.folder / KEY).public_key())
        same("receipt", wanted, (fields[2], fields[-1]))

    return check


def _glass(name: str) -> Expectation:
    wanted = one_of(("lit", "dark"), "glass", name)
    return lambda desk: same("glass", wanted, "lit" if desk.screen().getbbox() else "dark")


# --- paper, money, journal, city ----------------------------------------------------------------------------------


def _ticket(wanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        text = desk.ticket_text() or ""
        if wanted not in _plain(text):
            raise ExpectationError(f"expected {wanted!r} on the ticket, which reads:\n{text or '(there is none)'}")

    return check


def _ticket_without(unwanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        if unwanted in _plain(desk.ticket_text() or ""):
            raise ExpectationError(f"expected no {unwanted!r} on the ticket, which reads:\n{desk.ticket_text()}")

    return check


def _tickets(count: str) -> Expectation:
    wanted = number(count)
    return lambda desk: same("tickets", wanted, len(desk.tickets()))


def _terminal(wanted: str) -> Expectation:
    def check(desk: Desk) -> None:
        shown = " / ".join(desk.cabinet.terminal.core.display)
        if wanted not in shown:
            raise ExpectationError(f"expected {wanted!r} on the terminal, which says {shown!r}")

    return check


def _signed_cents(amount: str) -> int:
    return -cents(amount[1:]) if amount.startswith("-") else cents(amount)


def _debits(*amounts: str) -> Expectation:
    wanted = [] if amounts == ("none",) else [_signed_cents(amount) for amount in amounts]
    return lambda desk: same("debits", wanted, [debit.cents for debit in desk.cabinet.debits()])


def _facts(names: str) -> Expectation:
    wanted = [one_of(FACTS, "fact", name) for name in names.split(", ") if name]
    return lambda desk: same("facts", wanted, [_name(fact) for fact in facts(desk) if not _of_devices(fact)])


def _of_devices(fact: Fact) -> bool:
    return isinstance(fact, Started | AlarmRaised | AlarmCleared | DoorMoved)


def _name(fact: Fact) -> str:
    return str(msgspec.to_builtins(fact)["fact"])


def _alarms(desk: Desk) -> list[str]:
    alarms = desk.state()["alarms"]
    assert isinstance(alarms, list)
    return alarms


def _alarm(*words: str) -> Expectation:
    wanted = one_of(ALARMS, "alarm", " ".join(words))
    return lambda desk: same("alarms", [wanted], _alarms(desk))


def _no_alarm() -> Expectation:
    return lambda desk: same("alarms", [], _alarms(desk))


def _sold_by(*words: str) -> Expectation:
    wanted = one_of((SYNCHRONISED, FREE, UNKNOWN), "quality of a clock", " ".join(words))

    def check(desk: Desk) -> None:
        sales = [fact.clock for fact in facts(desk) if isinstance(fact, PaymentStarted | RightSold | InDoubt)]
        same("the clock of the last sale", wanted, sales[-1] if sales else None)

    return check


def _unsent(count: str) -> Expectation:
    wanted = number(count)
    return lambda desk: same("unsent", wanted, desk.state()["unsent"])


def _city(typed: str, answer: str, *until: str) -> Expectation:
    asked, allowed = plate(typed), one_of(("allowed", "refused"), "answer", answer) == "allowed"
    if allowed != bool(until) or (allowed and (len(until) != 3 or until[0] != "until")):
        raise ValueError(f"expected `{EXPECTATIONS['city'].usage}`")
    wanted = (allowed, moment(*until[1:]) if allowed else None)

    def look_up(desk: Desk) -> None:
        site = desk.setting.site
        found = check(desk.city, CheckQuestion(asked, site.zone, site.sector), "visit", desk.clock.wall())
        same(f"the city to say of {asked}", wanted, (found.allowed, found.until))

    return look_up


def _invariants() -> Expectation:
    return lambda desk: same("broken", "", broken_at_rest(desk))


EXPECTATIONS: dict[str, Phrase[Expectation]] = {
    "screen": Phrase("screen NAME", "this screen is up", _screen),
    "text": Phrase('text "…"', "the screen says this", _text),
    "no-text": Phrase('no-text "…"', "the screen does not say this", _no_text),
    "plate": Phrase("plate [PLATE]", "this was typed (nothing, if none is named)", _plate),
    "price": Phrase("price 12,00", "what it would cost, in euros", _price),
    "end": Phrase("end DATE TIME", "when the time on offer ends", _end),
    "no-quote": Phrase("no-quote", "nothing is on offer", _no_quote),
    "language": Phrase("language fr|en|de|es|it", "what the screen speaks", _language),
    "said": Phrase('said "…"', "this was in what was said last", _said),
    "silent": Phrase("silent", "nothing is being said", _silent),
    "never-said": Phrase('never-said "…"', "this was not said at any time", _never_said),
    "beep": Phrase("beep accepted|ignored|warning", "the last beep: one short, two low, one long", _beep),
    "receipt": Phrase("receipt PLATE paid|doubt", "a QR code on the screen is the signed receipt of this plate", _receipt),
    "glass": Phrase("glass lit|dark", "whether anything can be seen", _glass),
    "ticket": Phrase('ticket "…"', "the last ticket says this", _ticket),
    "ticket-without": Phrase('ticket-without "…"', "the last ticket does not say this", _ticket_without),
    "tickets": Phrase("tickets N", "so many tickets have been cut", _tickets),
    "terminal": Phrase('terminal "…"', "the card terminal's own screen says this", _terminal),
    "debits": Phrase("debits 12,00 …|none", "what left motorists' accounts", _debits),
    "facts": Phrase('facts "…, …"', "the sales in the journal, without alarms and starts", _facts),
    "alarm": Phrase("alarm NAME", "this alarm is up, and no other", _alarm),
    "contrast": Phrase("contrast OF255", "the display's current of a lit pixel: 127 by day", _contrast),
    "no-alarm": Phrase("no-alarm", "no alarm is up", _no_alarm),
    "sold-by": Phrase("sold-by synchronised|…", "how far the clock was believed that dated the last sale", _sold_by),
    "unsent": Phrase("unsent N", "so many entries wait for the city", _unsent),
    "invariants": Phrase("invariants", "all of them hold; after `heal`", _invariants),
    "city": Phrase("city PLATE allowed until DATE TIME | city PLATE refused", "what an agent's plate check says now", _city),
}
