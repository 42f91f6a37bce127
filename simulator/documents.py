"""Generated documentation: the pictures and pages of docs/ drawn from the code, never edited by hand.

- `docs/faults.md`: every fault of a desk, with its screen, alarm and visit;
- `docs/notices.md`, `docs/appeals.md`, `docs/cards.md`: the state machines of notices, appeals, requests for cards;
- `docs/screens.md`: every screen the explorer reaches, with its picture, what it is for, and where each event leads;
- `docs/pictures/`: the pictures that visits name with `picture`, and the ticket of the first one.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageOps

from central.cards.counter import load_catalogue
from central.rules.appeals_page import appeals_page
from central.rules.cards_page import cards_page
from central.rules.notices_page import notices_page
from firmware.locale import catalogues
from firmware.machine import Machine
from firmware.paper.receipt_signing import ReceiptSigner
from firmware.visit.context import Context
from firmware.visit.events import Event, TimedOut
from hal.drawing import draw
from hal.ports import (
    Approved,
    Declined,
    DoorClosed,
    DoorOpened,
    KeyHeld,
    KeyPressed,
    NotPrinted,
    Printed,
    PrinterIs,
    TerminalIs,
    Unanswered,
)
from hal.time_zone import PARIS
from simulator.desk.desk import Desk
from simulator.explorer.walk import Passage, passages, peopled
from simulator.setting import demonstration
from simulator.visit_files import fault_page
from simulator.visit_files.play import desk_for
from simulator.visit_files.visit import VisitStep, read_visit, run_visit

SHOWN_VISITS = (
    *("two-hours", "late-evening", "look-alike", "unanswered", "prolong", "resident-one-day", "cap"),
    *("service-menu", "service-wrong-pin", "service-keypad", "service-devices", "service-acceptance", "service-paper"),
    *("service-statistics", "service-out-of-sales"),
)
"""The visits whose pictures the documentation shows."""
PAID, FREE = datetime(2026, 3, 4, 10, 0, 20, tzinfo=PARIS), datetime(2026, 3, 8, 10, 0, 20, tzinfo=PARIS)
DRAWN_WITH = Ed25519PrivateKey.from_private_bytes(bytes(32))
"""Signs the receipts in the pictures: a key that everybody knows, so that they are drawn alike."""
ENLARGED = 2
DRAWN_LANGUAGES = ("fr", "en")
"""Of the pictures on the page; a handful of the others are golden files (tests/golden/languages)."""
WHOLE = "1AAO1"
"""The plate that is walked."""


def draw_documents(root: Path) -> Iterator[Path]:
    """Write every generated file; yields each path as it is written."""
    pictures = root / "docs" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    walks = [(context, list(passages(context))) for context in (surroundings(root, PAID), surroundings(root, FREE))]
    shown = _shown(walks)
    yield from _screen_pictures(shown, pictures)
    page = root / "docs" / "screens.md"
    page.write_text(screens_page([passage for _, walk in walks for passage in walk], shown), "utf-8")
    yield page
    faults = root / "docs" / fault_page.PAGE
    faults.write_text(fault_page.faults_page(), "utf-8")
    yield faults
    for file, text in (
        ("notices.md", notices_page()),
        ("appeals.md", appeals_page()),
        ("cards.md", cards_page(load_catalogue())),
    ):
        drawn = root / "docs" / file
        drawn.write_text(text, "utf-8")
        yield drawn
    for name in SHOWN_VISITS:
        yield from _visit_pictures(root / "simulator" / "visits" / f"{name}.visit", pictures)


def surroundings(root: Path, at: datetime) -> Context:
    """Context of the demonstration station at this instant, knowing the plate that is walked."""
    setting = demonstration(root / ".nowhere", at)
    return peopled(Context(at, setting.site, setting.tariffs, catalogues(), receipts=ReceiptSigner(DRAWN_WITH)))


Shown = Mapping[str, tuple[Machine, Context]]
"""For each screen's name, in the order of a visit, a machine that shows it and where."""


def _shown(walks: list[tuple[Context, list[Passage]]]) -> Shown:
    """The first machine of each screen; rather one with a whole plate."""
    shown: dict[str, tuple[Machine, Context]] = {}
    for context, walk in walks:
        for machine in (passage.before for passage in walk):
            name = machine.screen.name
            if name not in shown or (WHOLE not in repr(shown[name][0]) and WHOLE in repr(machine)):
                shown[name] = machine, context
    return shown


def _screen_pictures(shown: Shown, folder: Path) -> Iterator[Path]:
    for name, (machine, context) in shown.items():
        for language in DRAWN_LANGUAGES:
            seen = Machine(machine.screen, language=language, health=machine.health).own_context(context)
            yield _save(draw(machine.screen.view(seen)), folder / f"screen-{_slug(name)}-{language}.png")


def screens_page(walk: list[Passage], shown: Shown) -> str:
    """Text of docs/screens.md."""
    lines = [
        "# The screens",
        "",
        "Drawn by `make docs` from the code: the explorer feeds every event to every screen it can reach. Do not edit.",
        "",
        *_diagram(walk),
    ]
    for name, (machine, _) in shown.items():
        slug = _slug(name)
        lines += ["", f"## {name}", "", (machine.screen.__doc__ or "").splitlines()[0], ""]
        lines += [f"![{name}, French](pictures/screen-{slug}-fr.png) ![{name}, English](pictures/screen-{slug}-en.png)", ""]
        lines += [f"- {event}: {target}" for event, target in sorted(_leads(walk, name))]
    return "\n".join(lines) + "\n"


def _leads(walk: list[Passage], name: str) -> set[tuple[str, str]]:
    """Which events make another screen of this one, and which; the effects stand in their order."""
    return {
        (event_text(passage.event), " → ".join([f"**{passage.after.screen.name}**", *_done(passage)]))
        for passage in walk
        if passage.before.screen.name == name and passage.after.screen.name != name
    }


def _done(passage: Passage) -> list[str]:
    return [type(effect).__name__.lower() for effect in passage.effects if type(effect).__name__ != "Beep"]


def _diagram(walk: list[Passage]) -> list[str]:
    edges: dict[tuple[str, str], set[str]] = {}
    for passage in walk:
        pair = (passage.before.screen.name, passage.after.screen.name)
        if pair[0] != pair[1] and not {"info", "more time"} & set(pair):
            edges.setdefault(pair, set()).add(event_text(passage.event))
    drawn = [f"    {_slug(a)} --> {_slug(b)}: {', '.join(sorted(events)[:4])}" for (a, b), events in edges.items()]
    return [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> idle",
        *drawn,
        "```",
        "",
        "INFO lies over a screen and gives it back; so does the warning before a visit is forgotten. Neither is drawn.",
    ]


def event_text(event: Event) -> str:
    """Short description of an event."""
    match event:
        case KeyPressed(key):
            return "a letter or digit" if key.character else key.value
        case KeyHeld(key):
            return f"{key.value} held"
        case TimedOut():
            return "time"
        case Approved():
            return "approved"
        case Declined(_, reason):
            return f"declined ({reason.value})"
        case Unanswered():
            return "no answer"
        case TerminalIs(ready):
            return "terminal answers" if ready else "terminal silent"
        case PrinterIs(state):
            return f"printer {state.value}"
        case Printed():
            return "printed"
        case DoorOpened() | DoorClosed():
            return "door opened" if isinstance(event, DoorOpened) else "door closed"
        case NotPrinted():
            return "not printed"
    return type(event).__name__.lower()


def _visit_pictures(file: Path, folder: Path) -> Iterator[Path]:
    """Play a visit and keep the pictures it names, and its ticket."""
    visit, named = read_visit(file), {}

    def seen(desk: Desk, step: VisitStep) -> None:
        if step.verb == "picture":
            named[step.words[0]] = desk.screen()

    with tempfile.TemporaryDirectory() as state, contextlib.closing(desk_for(visit, Path(state))) as desk:
        run_visit(visit, desk, seen)
        tickets = desk.tickets()
    for name, picture in named.items():
        yield _save(picture, folder / f"{file.stem}-{name}.png")
    if tickets:
        path = folder / f"{file.stem}-ticket.png"
        tickets[-1].picture().save(path)
        yield path


def _save(picture: Image.Image, path: Path) -> Path:
    """Enlarged, with a black rim, as the glass has."""
    framed = ImageOps.expand(picture, 6, 0)
    framed.resize((framed.width * ENLARGED, framed.height * ENLARGED), Image.Resampling.NEAREST).save(path, optimize=True)
    return path


def _slug(name: str) -> str:
    return name.replace(" ", "-")
