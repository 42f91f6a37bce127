"""What a nexo terminal is asked between payments: to take an earlier one back, what became of it, to give a debit back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from hal.drivers.card_answers import AnswerLog
from hal.drivers.nexo_answers import IN_PROGRESS, LOGGED_OUT, NOT_FOUND, ending_found, whole
from hal.drivers.nexo_line import NexoExchange, ServiceIds
from hal.drivers.nexo_states import NexoQuestion, NexoReversal, NexoTask
from hal.ports import NEVER, Approved, Declined, Instant, NotReversed, Reversed, Unanswered
from hal.wire.nexo.answers import NexoAnswer, NexoFound, NexoResult, NexoReversed
from hal.wire.nexo.requests import SaleSystem, encode_abort, encode_reversal, encode_status

STATUS_REPLY_WITHIN, REVERSAL_REPLY_WITHIN = 10.0, 30.0
"""Seconds for an answer: a reversal goes to the bank."""
ABORTED_WITHIN = 2.0
"""Seconds a terminal has to take a payment back before it is asked what became of it."""
TASK_AGAIN = 5.0
REVERSE_TRIES = 12
"""How often a reversal is sent or asked after before it is told as not done."""
NOT_BEGUN = ("Busy", IN_PROGRESS, LOGGED_OUT)
"""ErrorConditions of a terminal that did not begin with a reversal: it is sent again."""


def reversal_id(reference: str, transaction: str) -> str:
    """The ServiceID of the reversal of a debit: ten characters that no payment has, since a small letter begins them."""
    return "r" + sha256(f"{reference} {transaction}".encode()).hexdigest()[:9]


class NexoTasks:
    """Questions and reversals, first come, first served; the first is worked on.

    A reversal is asked after by TransactionStatus before it is sent, and again where its answer did not come: a station that
    lost its power may have sent it before. So its ServiceID follows from what is reversed.
    """

    def __init__(self, system: SaleSystem, answers: AnswerLog, ids: ServiceIds, wall: Callable[[], datetime]) -> None:
        self._system, self._answers, self._ids, self._wall = system, answers, ids, wall
        self._tasks: list[NexoTask] = []

    def ask(self, reference: str) -> None:
        """Ask what became of a payment."""
        if not any(isinstance(task, NexoQuestion) and task.reference == reference for task in self._tasks):
            self._tasks.append(NexoQuestion(reference))

    def abort(self, reference: str) -> None:
        """Take a payment of before back, then ask what became of it."""
        others = [task for task in self._tasks if not (isinstance(task, NexoQuestion) and task.reference == reference)]
        self._tasks = [*others, NexoQuestion(reference, abort=True)]

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        """Give a debit back. Raises ValueError if `transaction` is none."""
        encode_reversal(self._system, "-", cents, transaction, (reference, self._wall()))
        self._tasks.append(NexoReversal(reference, cents, transaction, reversal_id(reference, transaction)))

    @property
    def next_at(self) -> Instant:
        """When to go on; NEVER if there is nothing."""
        return self._tasks[0].next_at if self._tasks else NEVER

    def put_off(self, at: Instant) -> None:
        """The terminal could not be asked: not before then."""
        if self._tasks:
            self._again(at)

    def say(self, now: Instant) -> tuple[bytes, NexoExchange]:
        """What the first of them says, and the answer it awaits."""
        task, until = self._tasks[0], now + STATUS_REPLY_WITHIN
        if isinstance(task, NexoReversal) and task.unsent:
            return self._say_reversal(task, now)
        service_id = self._ids.next()
        if isinstance(task, NexoQuestion) and task.abort:
            self._tasks[0] = replace(task, abort=False, next_at=now + ABORTED_WITHIN)
            abort = encode_abort(self._system, service_id, task.reference)
            return abort, NexoExchange(service_id, "Abort", task.reference, until)
        if isinstance(task, NexoQuestion):
            status = encode_status(self._system, service_id, "Payment", task.reference)
            return status, NexoExchange(service_id, "TransactionStatus", task.reference, until)
        status = encode_status(self._system, service_id, "Reversal", task.service_id)
        return status, NexoExchange(service_id, "TransactionStatus", task.service_id, until)

    def _say_reversal(self, task: NexoReversal, now: Instant) -> tuple[bytes, NexoExchange]:
        self._tasks[0] = replace(task, unsent=False)
        sale = (task.reference, self._wall())
        reversal = encode_reversal(self._system, task.service_id, task.cents, task.transaction, sale)
        return reversal, NexoExchange(task.service_id, "Reversal", task.service_id, now + REVERSAL_REPLY_WITHIN)

    def awaits(self, exchange: NexoExchange) -> bool:
        """Whether an answer is to what the first of them said."""
        match self._tasks[:1]:
            case [NexoQuestion(reference=reference)]:
                return (exchange.category, exchange.about) == ("TransactionStatus", reference)
            case [NexoReversal(service_id=service_id)]:
                return exchange.about == service_id
        return False

    def on_answer(self, message: NexoFound | NexoReversed | NexoAnswer, now: Instant) -> None:
        """Take the answer that the first of them awaits."""
        match self._tasks[0], message:
            case NexoQuestion() as question, NexoFound():
                self._on_found(question, message, now)
            case NexoReversal() as reversal, NexoFound():
                self._on_reversal_found(reversal, message, now)
            case NexoReversal() as reversal, NexoReversed():
                self._on_reversed(reversal, message, now)
            case _:
                self._again(now + TASK_AGAIN)

    def _on_found(self, question: NexoQuestion, found: NexoFound, now: Instant) -> None:
        ending = ending_found(found, question.reference)
        if isinstance(ending, Approved | Declined):
            self._answers.tell(ending, now)
            if ending.reference == question.reference:
                self._tasks.pop(0)
                return
        if found.error == NOT_FOUND or found.result is NexoResult.SUCCESS:
            self._answers.events.append(Unanswered(question.reference))
            self._tasks.pop(0)
        else:
            self._again(now + TASK_AGAIN)

    def _on_reversal_found(self, reversal: NexoReversal, found: NexoFound, now: Instant) -> None:
        if found.result is NexoResult.SUCCESS and isinstance(found.repeated, NexoReversed):
            self._on_reversed(reversal, found.repeated, now)
            return
        if found.error == NOT_FOUND:
            self._tasks[0] = replace(reversal, unsent=True)
        self._again(now if found.error == NOT_FOUND and not reversal.tries else now + TASK_AGAIN)

    def _on_reversed(self, reversal: NexoReversal, answer: NexoReversed, now: Instant) -> None:
        if whole(answer, reversal.cents):
            self._answers.events.append(Reversed(reversal.reference))
            self._tasks.pop(0)
        elif answer.error in NOT_BEGUN:
            self._tasks[0] = replace(reversal, service_id=self._ids.next(), unsent=True)
            self._again(now + TASK_AGAIN)
        else:
            self._give_up(reversal, answer.error or "another amount was reversed")

    def _again(self, at: Instant) -> None:
        task = self._tasks[0] = replace(self._tasks[0], next_at=at)
        if isinstance(task, NexoReversal):
            self._tasks[0] = replace(task, tries=task.tries + 1)
            if task.tries + 1 >= REVERSE_TRIES:
                self._give_up(task, "no answer")

    def _give_up(self, reversal: NexoReversal, why: str) -> None:
        self._answers.events.append(NotReversed(reversal.reference, why))
        self._tasks.pop(0)
