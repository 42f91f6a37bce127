"""Screens of the plate: typing, and a second look at one that looks wrong. No plate is refused."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.plate import MAX_LENGTH, Doubt, Series, classify, doubt, grouped
from firmware.screens.choice import after_plate
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Move, visit_view
from firmware.screens.ticket import NoTicket
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter
from firmware.visit.events import Event
from firmware.visit.receipts import is_doubtful, receipt_named
from hal.ports import Hint, Key, KeyHeld, KeyPressed, Line, Size, View


class PlateEntry(QuestionScreen, frozen=True):
    """The plate as typed so far, without spaces or dashes."""

    name: ClassVar[str] = "plate"

    plate: str = ""
    units: int = 0
    """How long was chosen before CORRECT came back here; 0 for nothing yet."""

    def with_units(self, units: int) -> PlateEntry:
        """This screen with a chosen length: where CORRECT leads from the duration."""
        return replace(self, units=units)

    def on_answer(self, event: Event, context: Context) -> Move:
        """A character is added up to the tenth; CORRECT removes one, held clears; OK goes on if there is anything."""
        match event:
            case KeyPressed(Key.CORRECT):
                return replace(self, plate=self.plate[:-1])
            case KeyHeld(Key.CORRECT):
                return replace(self, plate="")
            case KeyPressed(Key.OK) if self.plate:
                return after_typing(self, context)
            case KeyPressed(key) if key.character and len(self.plate) < MAX_LENGTH:
                return replace(self, plate=self.plate + key.character)
        return self

    def view(self, context: Context) -> View:
        """The plate, as large as it fits, grouped as its series is."""
        return visit_view(
            self,
            context,
            Line(grouped(self.plate), cursor=True),
            Line(self._note(context), Size.MEDIUM),
            hints=(
                Hint(Key.CORRECT, context.say("effacer")),
                Hint(Key.CANCEL, context.say("annuler")),
                Hint(Key.OK, context.say("valider")),
            ),
        )

    def _note(self, context: Context) -> str:
        """A foreign plate gets no remark: it is as good as any."""
        if len(self.plate) == MAX_LENGTH:
            return context.say("10 caractères au plus")
        if classify(self.plate) is not Series.OTHER:
            return context.say("Plaque française reconnue")
        if receipt_named(self.plate, context):
            return context.say("Code d’un ticket")
        return context.say("Comme sur la carte grise")

    def explain(self, context: Context) -> str:
        """Where to read it."""
        return context.say("Le numéro A de la carte grise. AA-123-AA : sans le département. 1234 AA 01 : avec.")


class SecondLook(QuestionScreen, frozen=True):
    """Two ways to read what was typed; both stand large, and OK takes the one chosen: nothing is refused."""

    name: ClassVar[str] = "second look"

    typing: PlateEntry
    doubt: Doubt
    suggested: bool = True

    def on_answer(self, event: Event, context: Context) -> Move:
        """+ and − choose, CORRECT goes back to the typing."""
        match event:
            case KeyPressed(Key.PLUS | Key.MINUS) if self.doubt.suggestion:
                return replace(self, suggested=not self.suggested)
            case KeyPressed(Key.CORRECT):
                return self.typing
            case KeyPressed(Key.OK):
                return after_plate(self._chosen, self.typing, context)
        return self

    @property
    def _chosen(self) -> str:
        return self.doubt.suggestion if self.suggested and self.doubt.suggestion else self.typing.plate

    def view(self, context: Context) -> View:
        """The question, and both readings."""
        fix = Hint(Key.CORRECT, context.say("corriger"))
        if not self.doubt.suggestion:
            question = Line(context.say("Inhabituelle : est-ce la vôtre ?"), Size.MEDIUM)
            return visit_view(
                self, context, question, Line(grouped(self.typing.plate)), hints=(fix, Hint(Key.OK, context.say("oui")))
            )
        middle = (
            Line(self._question(context), Size.MEDIUM),
            Line(grouped(self.doubt.suggestion), chosen=self.suggested),
            Line(grouped(self.typing.plate), chosen=not self.suggested),
        )
        choose = Hint(Key.PLUS, context.say("l’autre"))
        return visit_view(self, context, *middle, hints=(choose, fix, Hint(Key.OK, context.say("valider"))))

    def _question(self, context: Context) -> str:
        if len(self.doubt.swaps) > 1:
            return context.say("Laquelle est la vôtre ?")
        letter, digit = sorted((self.doubt.swaps[0].typed, self.doubt.swaps[0].meant), reverse=True)
        return context.say("La lettre {letter} ou le chiffre {digit} ?", letter=letter, digit=digit)

    def explain(self, context: Context) -> str:
        """Why it asks."""
        return context.say("O et 0, I et 1, B et 8 se ressemblent : vérifiez.")


class TicketByCode(NoTicket, frozen=True, kw_only=True):
    """The code of a receipt was typed in place of a plate; should a plate be the same, CORRECT says so."""

    name: ClassVar[str] = "ticket by code"

    typing: PlateEntry

    def on(self, event: Event, context: Context) -> Move:
        """CORRECT takes what was typed for a plate."""
        return after_plate_typed(self.typing, context) if event == KeyPressed(Key.CORRECT) else super().on(event, context)


def after_typing(typing: PlateEntry, context: Context) -> Move:
    """The next screen for what was typed: a receipt, if it is the code of one, or else the plate's."""
    if receipt := receipt_named(typing.plate, context):
        return TicketByCode(receipt.right, is_doubtful(receipt.right, context), typing=typing), AskPrinter()
    return after_plate_typed(typing, context)


def after_plate_typed(typing: PlateEntry, context: Context) -> Move:
    """The next screen for a typed plate: a second look if it looks wrong, else the choice of regime."""
    found = doubt(typing.plate)
    return SecondLook(typing, found) if found else after_plate(typing.plate, typing, context)
