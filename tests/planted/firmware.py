"""Defects planted in firmware/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "an answer ends whichever payment is on the screen",
        "firmware/machine.py",
        "if not answer.reference or answer.reference != self._awaited:",
        "if not answer.reference or not self._awaited:",
        "tests/firmware/test_machine_late_answers.py::test_the_answer_to_an_earlier_payment_does_not_end_the_one_under_way",
    ),
    Defect(
        "the station goes on after a fact that could not be written",
        "firmware/app.py",
        "        try:\n            for effect in effects:\n                self._perform(effect, now)\n                done += 1\n        except JournalError as error:\n            facts =",
        "        for effect in effects:\n            try:\n                self._perform(effect, now)\n                done += 1\n            except JournalError as error:\n                facts =",
        "tests/firmware/test_app_journal_full.py::test_after_a_fact_that_cannot_be_written_nothing_more_happens",
    ),
    Defect(
        "recovery comes after the first screen, not at the start",
        "firmware/app.py",
        ", *recovery_effects(self._ledger, self._calls.capabilities))",
        ",)",
        "tests/firmware/test_app_power.py::test_recovery_is_written_before_the_first_sale",
    ),
    Defect(
        "another language begins the visit again",
        "firmware/machine.py",
        "return replace(shown, language=_next_language(context)), (Beep(Tone.ACCEPTED),)",
        "return Machine(since=now, language=_next_language(context), health=self.health), (Beep(Tone.ACCEPTED),)",
        "tests/firmware/test_machine.py::test_lang_changes_the_language_and_nothing_else",
    ),
    Defect(
        "the price moves under the motorist's fingers",
        "firmware/app.py",
        "if isinstance(self.machine.screen, Idle):",
        "if self.machine.screen:",
        "tests/firmware/test_app_active_config.py::test_a_purchase_under_way_keeps_the_price_it_has_shown",
    ),
    Defect(
        "a station at rest is not woken to feed its watchdog",
        "firmware/loop.py",
        "patience = min(station.wake_at, wanted) - clock.now()",
        "patience = station.wake_at - clock.now()",
        "tests/firmware/test_loop.py::test_whoever_watches_is_called_again_when_he_asked_though_nothing_happens",
    ),
    Defect(
        "a station is ready before its first screen",
        "firmware/loop.py",
        "        station.turn()\n        while not stop.asked:\n",
        "        after_turn(clock.now())\n        station.turn()\n        while not stop.asked:\n",
        "tests/firmware/test_loop.py::test_whoever_watches_is_called_after_a_whole_turn_and_never_before_the_first",
    ),
    Defect(
        "the alarms of a start are raised before the start is written, and the city ends them with it",
        "firmware/app.py",
        "        self._do((Record(started), *recovery_effects(self._ledger, self._calls.capabilities)), now)\n        self._look_at_clock(now)\n",
        "        self._look_at_clock(now)\n        self._do((Record(started), *recovery_effects(self._ledger, self._calls.capabilities)), now)\n",
        "tests/firmware/test_app_clock.py::test_a_start_that_found_it_wrong_raises_the_alarm_after_it_says_that_it_started",
    ),
    Defect(
        "the door found open after a power cut, then closed, leaves no trace",
        "firmware/machine.py",
        "if is_open != context.ledger.door_open else ()",
        "if is_open else ()",
        "tests/firmware/test_app_clock.py::test_the_door_is_written_down_when_it_is_not_as_it_was",
    ),
    Defect(
        "a clock that cannot be believed deletes plates",
        "firmware/app.py",
        "wall = None if self.machine.health.clock.wrong else self._clock.wall()",
        "wall = self._clock.wall()",
        "tests/firmware/test_app_upkeep.py::test_a_wrong_clock_is_not_told_to_the_upkeep",
    ),
    Defect(
        "the journals are seen to while somebody is there",
        "firmware/app.py",
        "return self._upkeep.wake_at if isinstance(self.machine.screen, Idle) else NEVER",
        "return self._upkeep.wake_at",
        "tests/firmware/test_app_upkeep.py::test_nothing_is_done_for_the_journals_while_somebody_is_there",
    ),
    Defect(
        "the terminal is told that its answer has arrived before it is on disk",
        "firmware/app.py",
        "while self._unacknowledged and not self._writer.failure:",
        "while self._unacknowledged:",
        "tests/firmware/test_app_write_failure.py::test_the_terminal_is_told_that_its_answer_arrived_when_it_is_on_disk_and_not_before",
    ),
    Defect(
        "a yes after a no leaves it standing that nothing is debited",
        "firmware/machine.py",
        "screen, more = _split(self.screen.on_sold(sold, context)) if sold else (self.screen, ())",
        "screen, more = self.screen, ()",
        "tests/laws/test_visit_payment_laws.py::test_a_yes_after_a_no_is_followed",
    ),
    Defect(
        "after a power cut nobody is told of the payment it interrupted",
        "firmware/app.py",
        "self.machine = Machine(Idle(recalls=RECALLS), since=clock.now())",
        "self.machine = Machine(since=clock.now())",
        "tests/firmware/test_app_power.py::test_a_new_start_says_whose_payment_the_power_cut_interrupted",
    ),
    Defect(
        "the money is returned and the screen says paid",
        "firmware/machine.py",
        "return after_given_back(screen, given_back[0].reference) if given_back else screen",
        "return screen",
        "tests/firmware/test_given_back.py::test_a_right_whose_money_was_returned_is_gone_and_the_motorist_is_told",
    ),
    Defect(
        "a station that starts asks the bank again for what was under way",
        "firmware/app.py",
        "*recovery_effects(self._ledger, self._calls.capabilities)), now)",
        "*(Charge(right) for right in self._ledger.started.values())), now)",
        "tests/kills/test_kills.py::test_terminal_journal_and_register_agree_after_every_kill",
    ),
)
