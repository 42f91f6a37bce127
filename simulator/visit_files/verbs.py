"""Verbs of visit files: key presses, cards, waiting, faults, power, expectations.

Each verb reads its words and answers what it will do, so whatever is wrong with the words is found before anything is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from central.operations.access_codes import issue_code
from firmware.domain.sector import SECTOR
from firmware.domain.site import STREET_KINDS
from simulator.desk.cabinet import Cabinet
from simulator.desk.desk import Desk
from simulator.desk.terminals import CARD_FAULTS, CARDS, TerminalStaysError
from simulator.invariants.gather import heal
from simulator.setting import AT_A_DESK, USUAL_PROTOCOL
from simulator.visit_files.expectations import EXPECTATIONS, screen_name
from simulator.visit_files.words import KEYS, ExpectationError, Phrase, keys_of, moment, one_of, screen, seconds

SETTLE_S = 0.3
"""Time after every step, for the devices to have said what they have to say."""
CODE_MINUTES = 30
"""How long a one-time code is valid."""
LONGEST_WAIT_S = 400.0
STARTED_S = 3.0
"""Time after a switch of the terminal, for the station to have started again and its devices to be ready."""
LOOK_S = 0.1
"""How often somebody who waits looks at the screen."""
ZONES = ("1", "2")
WIRINGS = ("paris-v1", "paris-v2", "paris-v3")
"""Board files by which a desk can be wired."""
PLACE = ("zone", "street", "sector")
"""The verbs that say where the station stands, in the words of `firmware.domain.site`."""
SD_ACTS = ("copy", "restore", "replace", "forge")
BEFORE = (*PLACE, "protocol", "board")
"""The verbs that may stand before `clock`."""

FAULTS: Mapping[str, Mapping[str, str]] = {**Cabinet.faults, "card": CARD_FAULTS}
"""Whatever the terminal speaks: whether it has a fault is found when the visit is played."""

Do = Callable[[Desk], Iterator[None]]
"""Does a step; stops whenever there may be something new to see."""


def _clock(date: str, time: str) -> Do:
    at = moment(date, time)

    def do(desk: Desk) -> Iterator[None]:
        desk.set_clock(at)
        yield from _passing(desk, SETTLE_S)

    return do


def _zone(name: str) -> Do:
    one_of(ZONES, "zone", name)
    return _nothing


def _street(kind: str) -> Do:
    one_of(STREET_KINDS, "kind of street", kind)
    return _nothing


def _sector(name: str) -> Do:
    if not re.fullmatch(SECTOR, name):
        raise ValueError(f"expected a residential sector such as 11D, not {name!r}")
    return _nothing


def _protocol(name: str) -> Do:
    one_of(AT_A_DESK, "protocol", name)

    def do(desk: Desk) -> Iterator[None]:
        if name == desk.state()["protocol"]:
            return  # the desk of a visit is made with the one that stands before its clock
        try:
            desk.switch_terminal(name)
        except TerminalStaysError as error:
            raise ExpectationError(str(error)) from error
        yield from _passing(desk, STARTED_S)

    return do


def _board(name: str) -> Do:
    one_of(WIRINGS, "wiring", name)
    return _nothing


def _picture(name: str) -> Do:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"expected a name such as second-look, small letters, digits and dashes, not {name!r}")
    return _nothing


def _nothing(desk: Desk) -> Iterator[None]:
    """Said to whoever reads the file (the place) or looks (`picture`), not to the desk."""
    return iter(())


def _press(key: str, *more: str) -> Do:
    keys = keys_of(key, *more)

    def do(desk: Desk) -> Iterator[None]:
        for name in keys:
            desk.press(name)
            yield
        yield from _passing(desk, SETTLE_S)

    return do


def _code() -> Do:
    def do(desk: Desk) -> Iterator[None]:
        if desk.running is None:
            raise ExpectationError("expected a code, the station has no power")
        context = desk.running.station.context()
        if not context.ledger.receipts.kept:
            raise ExpectationError("expected a code, nothing is sold")
        yield from _press(context.receipts.code(list(context.ledger.receipts.kept)[-1]))(desk)

    return do


def _one_time(person: str) -> Do:
    if not re.fullmatch("[0-9]{2}", person):
        raise ValueError(f"expected the two digits of a technician, not {person!r}")

    def do(desk: Desk) -> Iterator[None]:
        code, _ = issue_code(desk.city, desk.setting.site.station, person, CODE_MINUTES, "operator", desk.clock.wall())
        yield from _press(person + code)(desk)

    return do


def _hold(key: str) -> Do:
    one_of(KEYS, "key", key)

    def do(desk: Desk) -> Iterator[None]:
        desk.press(key, held=True)
        yield from _passing(desk, SETTLE_S)

    return do


def _headset(act: str) -> Do:
    plugged = one_of(("in", "out"), "way of a headset", act) == "in"

    def do(desk: Desk) -> Iterator[None]:
        desk.headset(plugged)
        yield from _passing(desk, SETTLE_S)

    return do


def _card(name: str, ignored: str = "") -> Do:
    one_of(CARDS, "card", name)
    one_of(("", "ignored"), "way to present a card", ignored)

    def do(desk: Desk) -> Iterator[None]:
        yield from _passing(desk, SETTLE_S)
        _require(desk, name, desk.cards, "card")
        if (taken := desk.card(name)) == bool(ignored):
            raise ExpectationError(f"the terminal {'took' if taken else 'did not ask for'} the card")

    return do


def _require(desk: Desk, name: str, known: Mapping[str, str], kind: str) -> None:
    if name not in known:
        raise ExpectationError(f"there is no {kind} {name} where the terminal speaks {desk.cabinet.terminal.speaks}")


def _wait(how_long: str, *name: str) -> Do:
    if how_long == "until":
        return _until(screen(*name))
    if name:
        raise ValueError(f"expected `{VERBS['wait'].usage}`")
    time = seconds(how_long)
    return lambda desk: _passing(desk, time)


def _until(wanted: str) -> Do:
    def do(desk: Desk) -> Iterator[None]:
        give_up = desk.time.now + LONGEST_WAIT_S
        while (found := screen_name(desk)) != wanted:
            if desk.time.now > give_up:
                raise ExpectationError(f"waited {LONGEST_WAIT_S:.0f} s for screen {wanted!r}; it is still {found!r}")
            yield from _passing(desk, LOOK_S)

    return do


def _passing(desk: Desk, time: float) -> Iterator[None]:
    """Let time pass; stop at every new screen."""
    end, before = desk.time.now + time, screen_name(desk)
    while desk.time.now < end:
        desk.advance(min(LOOK_S, end - desk.time.now))
        if (after := screen_name(desk)) != before:
            before = after
            yield


def _fault(device: str, name: str) -> Do:
    return _switched(device, name, True)


def _repair(device: str, name: str) -> Do:
    return _switched(device, name, False)


def _switched(device: str, name: str, on: bool) -> Do:
    one_of(FAULTS[one_of(FAULTS, "device", device)], f"{device} fault", name)

    def do(desk: Desk) -> Iterator[None]:
        _require(desk, name, desk.faults[device], "fault")
        desk.fault(device, name, on)
        yield from ()

    return do


def _power(name: str) -> Do:
    on = one_of(("on", "off"), "power", name) == "on"

    def do(desk: Desk) -> Iterator[None]:
        desk.power(on)
        yield from _passing(desk, SETTLE_S)

    return do


def _heal() -> Do:
    def do(desk: Desk) -> Iterator[None]:
        heal(desk)
        yield

    return do


def _sd(act: str) -> Do:
    one_of(SD_ACTS, "thing to do with an SD card", act)

    def do(desk: Desk) -> Iterator[None]:
        {"copy": desk.copy_sd, "restore": desk.restore_sd, "replace": desk.replace_sd, "forge": desk.forge_sd}[act]()
        yield from _passing(desk, SETTLE_S)

    return do


def _expect(what: str, *words: str) -> Do:
    check = EXPECTATIONS[one_of(EXPECTATIONS, "expectation", what)].of(words)

    def do(desk: Desk) -> Iterator[None]:
        check(desk)
        yield from ()

    return do


VERBS: dict[str, Phrase[Do]] = {
    "zone": Phrase("zone 1|2", "the tariff zone the station stands in, if not 1; before the clock", _zone),
    "street": Phrase("street mixed|rotative", "its kind of street, if not mixed; before the clock", _street),
    "sector": Phrase("sector 16G", "the residential sector, if not 11D; before the clock", _sector),
    "protocol": Phrase(
        "protocol caisse-ap",
        f"what the card terminal speaks, if not {USUAL_PROTOCOL}; after the clock it is switched",
        _protocol,
    ),
    "board": Phrase("board paris-v2", "the board file its devices are wired by, if not paris-v1; before the clock", _board),
    "clock": Phrase("clock DATE TIME", "set the clock on the wall, in Paris; every visit begins with it", _clock),
    "press": Phrase("press KEY …", "AB123CD types seven keys; other keys by name: OK CANCEL CORRECT PLUS…", _press),
    "code": Phrase("code", "type the short code of the last sale", _code),
    "one-time": Phrase("one-time 07", "type a technician's number and a one-time code that the city gives for it", _one_time),
    "hold": Phrase("hold KEY", "keep a key down for more than a second", _hold),
    "headset": Phrase("headset in|out", "plug a headset into the jack, or pull it out", _headset),
    "card": Phrase("card NAME [ignored]", "present a card; `ignored`: the terminal must not be asking for one", _card),
    "wait": Phrase(
        "wait SECONDS | wait until SCREEN", f"let time pass; a screen must come within {LONGEST_WAIT_S:.0f} s", _wait
    ),
    "fault": Phrase("fault DEVICE NAME", "break something", _fault),
    "repair": Phrase("repair DEVICE NAME", "make it whole again", _repair),
    "power": Phrase("power off|on", "cut the station's mains, or give it back", _power),
    "heal": Phrase("heal", "end every fault, give power, wait until nothing is left to do", _heal),
    "sd": Phrase(
        "sd copy|restore|replace|forge",
        "copy the SD card; put its journals back; put in a new card; write a checkpoint without the key",
        _sd,
    ),
    "picture": Phrase("picture NAME", "keep this screen under this name", _picture),
    "expect": Phrase("expect …", "what must be true now; see below", _expect),
}
