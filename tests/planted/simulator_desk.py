"""Defects planted in simulator/desk/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a cable that says everything twice says it once",
        "simulator/desk/cables.py",
        'duplicated="duplicated" in on,',
        "duplicated=False,",
        "tests/visits/test_fault_catalogue.py::test_a_row_is_what_its_visit_shows",
    ),
    Defect(
        "a write that fails succeeds",
        "simulator/desk/disk.py",
        "sorted(self._on & _REASONS.keys())",
        'sorted(self._on & {"full"})',
        "tests/visits/test_fault_catalogue.py::test_a_row_is_what_its_visit_shows",
    ),
    Defect(
        "a terminal is taken away while its payment runs",
        "simulator/desk/desk.py",
        "if self.running and self.running.station.context().ledger.started:",
        "if self.running and not self.running.station.context():",
        "tests/simulator/test_terminal_switch.py::test_not_while_the_end_of_a_payment_is_waited_for",
    ),
    Defect(
        "the terminal that was chosen is forgotten at the next start",
        "simulator/desk/desk.py",
        "keep_protocol(self.setting.folder, protocol)",
        'keep_protocol(self.setting.folder, "nexo")',
        "tests/simulator/test_terminal_switch.py::test_the_choice_is_kept_in_the_folder",
    ),
    Defect(
        "a new terminal comes with a new cable",
        "simulator/desk/cabinet.py",
        'self.card_wire.line = faulty_cable(self.card_wire.line, self.on["card cable"])',
        "self.card_wire.look()",
        "tests/simulator/test_terminal_switch.py::test_cards_and_faults_are_those_of_the_terminal_that_stands_there",
    ),
    Defect(
        "the trace has the answer to a question for the end of the payment",
        "simulator/desk/card_trace.py",
        "for name in found),",
        "for name in list(found)[1:]),",
        "tests/simulator/test_card_trace.py::test_a_status_says_what_it_found_and_not_only_that_it_found_something",
    ),
    Defect(
        "what was traced before a switch is read in the new terminal's words",
        "simulator/desk/trace.py",
        "sender, data, self._card, keys, self._name_of))",
        'sender, data, "concert", keys, self._name_of))',
        "tests/simulator/test_card_trace.py::test_what_was_said_before_a_switch_is_still_understood",
    ),
    Defect(
        "the cable of a real device takes simulated faults",
        "simulator/desk/real_devices.py",
        'device.removesuffix(" cable") in real_devices(board)',
        "device in real_devices(board)",
        "tests/simulator/test_real_devices.py::test_a_real_printer_is_marked_and_has_no_simulated_faults",
    ),
    Defect(
        "the trace does not say which key it was",
        "simulator/desk/desk.py",
        "self.trace.watch_keys(self.cabinet.keys_down, self.cabinet.key_at)",
        "self.trace.watch_keys(tuple, self.cabinet.key_at)",
        "tests/simulator/test_desk_api.py::test_the_trace_says_in_words_what_went_over_each_wire",
    ),
    Defect(
        "one byte is said in the plural",
        "simulator/desk/trace_words.py",
        "if number > 1 else word",
        "if number > 0 else word",
        "tests/simulator/test_desk_api.py::test_the_trace_says_in_words_what_went_over_each_wire",
    ),
    Defect(
        "nobody on the way alters anything",
        "simulator/desk/cables.py",
        'alter=alter if "altered" in on else None',
        "alter=None",
        "tests/simulator/test_city_claims.py::test_the_city_takes_nothing_that_was_altered",
    ),
    Defect(
        "what the city claims is not kept",
        "simulator/desk/city_claims.py",
        "            self.claims.append(claim)\n",
        "            self.claims.clear()\n",
        "tests/simulator/test_city_claims.py::test_what_the_city_claims_is_kept_after_each_answer",
    ),
    Defect(
        "a forged checkpoint says what the true one says",
        "simulator/desk/sd_card.py",
        '    told["ledger"]["counters"]["since"]["cents"] += FORGED_CENTS',
        '    told["ledger"]["counters"]["since"]["cents"] += 0',
        "tests/street/test_service_habits.py::test_a_forged_checkpoint_says_something_else_and_is_not_signed",
    ),
)
