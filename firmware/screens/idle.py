"""The idle screen: pages with prices and the law, in turn, and the way into a visit or the service menu; then a rest."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.parking_right import ParkingRight
from firmware.screens.info import Info
from firmware.screens.out_of_service import no_payment, out_of_service
from firmware.screens.plate import PlateEntry
from firmware.screens.screen import Move, Screen, VisitOver, below, clock_text, plate_and_amount, visit_view
from firmware.screens.service.login import CORRECTIONS, open_login
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter
from firmware.visit.events import Event, TimedOut
from firmware.visit.interrupted import asked_about, doubtful, payable
from firmware.visit.offers import is_free_now
from firmware.visit.sales_policy import allowed_sales, may_give_free_right, may_take_payment
from firmware.visit.words import hour, law, numbered, other_languages, scale, until
from hal.ports import NEVER, Align, DoorClosed, Hint, Key, KeyPressed, Line, Size, View

LINES = 2
"""Lines of a page below "Tapez votre plaque"."""
BELOW_TYPE_PLATE = 3
"""Lines that fit there without the keys' band."""
PAGES = 5
"""Turns of a round: as many as there are pages at most."""
ROUNDS = 6
"""Of the pages, three minutes in all, before the station rests."""
RECALLS = 40
"""Pages' time after a start, four minutes in all, for which it is said that a payment was interrupted: a minute longer than
its terminal may ask for a card."""


class Idle(Screen, frozen=True):
    """Pages that all say what to do: when one pays; what is wrong; the price scale; the FPS and the law."""

    name: ClassVar[str] = "idle"
    patience: ClassVar[float] = 6.0

    page: int = 0
    corrections: int = 0
    """Presses of CORRECT so far, the door being open."""
    recalls: int = 0
    """Pages' time left for a payment in doubt to be recalled, if there is one: its motorist may stand here and not know."""
    cut: str = ""
    """The reference of the payment that the last start found without an end; empty for none."""
    rounds: int = 0
    """Rounds of the pages that nobody has interrupted."""

    def on(self, event: Event, context: Context) -> Move:
        """A letter or digit begins a plate with itself; time turns the page."""
        match event:
            case KeyPressed(key) if key.character and may_give_free_right(context):
                return PlateEntry(key.character), AskPrinter()
            case KeyPressed(Key.CORRECT) if context.health.door_open and self.corrections < CORRECTIONS:
                return replace(self, corrections=self.corrections + 1)
            case DoorClosed() if self.corrections:
                return replace(self, corrections=0)
            case KeyPressed(Key.INFO) if self._asks_for_menu(context):
                return open_login(context)
            case TimedOut() if self.recalls > 1 and (asked_about(context) or self._recalled(context)):
                return replace(self, recalls=self.recalls - 1)
            case TimedOut() if self.page + 1 < PAGES:
                return Idle(self.page + 1, rounds=self.rounds)
            case TimedOut():
                return VisitOver(self.rounds + 1) if self.rounds + 1 < ROUNDS else Resting()
        return self

    def uncovered(self, event: Event, context: Context) -> Move:
        """A letter or digit begins a plate, as it would without what lay over this screen."""
        return self.on(event, context) if isinstance(event, KeyPressed) and event.key.character else self

    def from_first_page(self) -> Idle:
        """The same in another language: the pages begin again."""
        return Idle(recalls=self.recalls, cut=self.cut)

    def _asks_for_menu(self, context: Context) -> bool:
        """Whether INFO now asks for the service menu: CORRECT came twice before it, at an open door."""
        return self.corrections == CORRECTIONS and context.health.door_open is True

    def view(self, context: Context) -> View:
        """One page; or, when it cannot sell, what is wrong and where to go."""
        other = Hint(Key.LANG, other_languages(context))
        recalled = self._recalled(context)
        if recalled and not asked_about(context) and (self.recalls % 2 == 0 or may_take_payment(context)):
            return visit_view(self, context, *recalled, hints=below(recalled, other))
        pages = self._pages(context)
        page = self.page % len(pages)
        turn = Hint(Key.INFO, numbered(context.say("aide"), page, len(pages)))
        hints = below(pages[page], *((turn,) if may_take_payment(context) else ()), other)
        return visit_view(self, context, *pages[page], hints=hints)

    def _recalled(self, context: Context) -> tuple[Line, ...]:
        """Lines about the payment that a power cut interrupted: its motorist may stand here, and knows nothing of its end."""
        right = self._recalled_right(context)
        if right is None:
            return ()
        if right.reference in context.ledger.doubts:
            return _recall(right, context)
        if right.reference in context.ledger.refused:
            return _recall_end(right, context.say("Interrompu : rien n’est débité"), context)
        return _recall_end(right, context.say("Payé jusqu’à {end}", end=until(right.end, context)), context)

    def _recalled_right(self, context: Context) -> ParkingRight | None:
        ledger = context.ledger
        if not self.recalls:
            return None
        if found := doubtful(context) or ledger.refused.get(self.cut):
            return found
        sold = ledger.sold.get(self.cut)
        return sold.right if sold and sold.right.end > context.now else None

    def _pages(self, context: Context) -> tuple[tuple[Line, ...], ...]:
        if may_take_payment(context):
            return _pages_for_sale(context)
        recalled = self._recalled_right(context)
        out = _under_type_plate(out_of_service(context, recalled), context)
        alone = payable(context) or recalled or not may_give_free_right(context)
        return (out,) if alone else (out, _only_free(context))

    def explain(self, context: Context) -> str:
        """The whole way in one sentence; none while INFO asks for the menu, or a card would pay for somebody else."""
        if self._asks_for_menu(context) or payable(context):
            return ""
        if may_take_payment(context):
            return context.say("Plaque, OK, durée, OK, carte. C’est tout.")
        return context.say("Seuls les droits gratuits : plaque, OK.") if may_give_free_right(context) else ""


class Resting(Idle, frozen=True):
    """Nobody has pressed a key for three minutes: the time and what to do, dimmed, elsewhere each minute."""

    name: ClassVar[str] = "resting"
    patience: ClassVar[float] = NEVER

    def on(self, event: Event, context: Context) -> Move:
        """Any key wakes it, and counts."""
        match event:
            case KeyPressed(Key.INFO) if Idle().explain(context):
                return Info(Idle())
            case KeyPressed():
                return Idle().on(event, context)
        return self

    def view(self, context: Context) -> View:
        """The clock and where to begin; or what is wrong and where to go."""
        lines = tuple(replace(line, align=Align.LEFT, dim=True) for line in self._middle(context))
        minute = 60 * context.now.hour + context.now.minute
        return View(self.name, "", "", lines, below(lines, Hint(Key.LANG, other_languages(context))), rest=minute)

    def _middle(self, context: Context) -> tuple[Line, ...]:
        allowed = allowed_sales(context)
        if payable(context) or not allowed.free:
            return out_of_service(context)
        clock = Line(clock_text(context), Size.MEDIUM)
        return (clock, type_plate(context)) if allowed.paid else (clock, *_only_free(context)[::2])

    def explain(self, context: Context) -> str:
        """INFO is a key like the others: it explains the idle screen."""
        return ""


def type_plate(context: Context) -> Line:
    """What to do: stands on every page."""
    return Line(context.say("Tapez votre plaque"))


def _recall(right: ParkingRight, context: Context) -> tuple[Line, ...]:
    """In turn with what keeps the machine from selling: the terminal may be asking for a card, and this says for whom."""
    if may_take_payment(context):
        return _recall_end(right, context.say("Paiement interrompu, à vérifier"), context)
    covered = Line(context.say("Couvert jusqu’à {end}", end=until(right.end, context)), Size.MEDIUM)
    return _under_type_plate((plate_and_amount(right, context), Line(context.say("Paiement interrompu")), covered), context)


def _recall_end(right: ParkingRight, said: str, context: Context) -> tuple[Line, ...]:
    return plate_and_amount(right, context), type_plate(context), Line(said, Size.MEDIUM)


def _under_type_plate(lines: tuple[Line, ...], context: Context) -> tuple[Line, ...]:
    """What is wrong, below what can be done all the same: type a plate, where a right may be given.

    Where there is no room for all of it, a payment and that no card may be shown say enough.
    """
    if not may_give_free_right(context):
        return lines
    said = lines if len(lines) <= BELOW_TYPE_PLATE else (lines[0], *lines[2:])
    return type_plate(context), *(replace(line, size=Size.MEDIUM) for line in said)


def _pages_for_sale(context: Context) -> tuple[tuple[Line, ...], ...]:
    """That it is free now; when one pays, and the place or what is wrong; the scale; the law; two lines a page."""
    calendar, warning = context.tariffs.calendar, _warning(context)
    opens, closes = hour(calendar.opens, context), hour(calendar.closes, context)
    paid = context.say("Payant lun.–sam. {open}–{close}", open=opens, close=closes)
    texts = ((paid, warning or context.site.address), scale(context), law(context))
    cut = [text[at : at + LINES] for text in texts for at in range(0, len(text), LINES)]
    pages = tuple((type_plate(context), *(Line(line, Size.MEDIUM) for line in lines)) for lines in cut)
    return (_free(context), *pages) if is_free_now(context) else pages


def _free(context: Context) -> tuple[Line, ...]:
    free = context.say("jusqu’à {end} ; après :", end=until(context.tariffs.start(context.now), context))
    return Line(context.say("Gratuit maintenant")), Line(free, Size.MEDIUM), type_plate(context)


def _only_free(context: Context) -> tuple[Line, ...]:
    return (
        type_plate(context),
        Line(context.say("Droits gratuits seulement."), Size.MEDIUM),
        no_payment(context),
    )


def _warning(context: Context) -> str:
    if context.health.stuck:
        keys = ", ".join(sorted(key.value for key in context.health.stuck))
        return context.say("Touche bloquée : {keys}", keys=keys)
    return "" if context.health.prints else context.say("Sans ticket : reçu à l’écran")
