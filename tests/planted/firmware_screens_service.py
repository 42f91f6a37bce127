"""Defects planted in firmware/screens/service/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a right PIN of anybody opens the session of whoever was asked",
        "firmware/screens/service/login.py",
        "case PinChecked(self.person, True, role, code) if",
        "case PinChecked(_, True, role, code) if",
        "tests/laws/test_service_laws.py::test_nobody_is_served_but_by_a_right_pin_that_is_written_down",
    ),
    Defect(
        "a wrong PIN is said and not written down",
        "firmware/screens/service/login.py",
        "else PersonNumber(refused=True)), Record(wrong)",
        "else PersonNumber(refused=True)), AskCrew()",
        "tests/laws/test_service_laws.py::test_a_wrong_pin_is_written_down_in_the_move_that_says_so",
    ),
    Defect(
        "a PIN being typed is shown by its repr",
        "firmware/screens/service/login.py",
        'return f"PinEntry({self.person!r})"',
        'return f"PinEntry({self.person!r}, {self.pin!r})"',
        "tests/firmware/service/test_people.py::test_no_repr_shows_a_pin",
    ),
    Defect(
        "the end of a session is not written down",
        "firmware/screens/service/session.py",
        "return VisitOver(), Record(ServiceClosed(session.person))",
        "return VisitOver()",
        "tests/laws/test_service_laws.py::test_a_session_ends_only_by_a_fact_and_the_door_ends_it_unless_a_ticket_is_on_its_way",
    ),
    Defect(
        "the door ends a session while its ticket prints, and the next motorist's finds the printer taken",
        "firmware/screens/service/printing.py",
        "                return self._not_out(PrinterState.SILENT, context)\n        return self",
        "                return self._not_out(PrinterState.SILENT, context)\n        return closed(self.session) if context.health.door_open is False else self",
        "tests/laws/test_service_laws.py::test_a_ticket_on_its_way_is_waited_for_whatever_the_door_does",
    ),
    Defect(
        "a technician's ticket is printed before it is written down",
        "firmware/screens/service/printing.py",
        "service_fact(session, action), PrintServiceTicket(job, number)",
        "PrintServiceTicket(job, number), service_fact(session, action)",
        "tests/laws/test_service_laws.py::test_nothing_is_printed_that_was_not_written_down_before_in_the_same_move",
    ),
    Defect(
        "the journal holds the digest of another text than the report's",
        "firmware/screens/service/acceptance.py",
        "return hashlib.sha256(text.encode()).hexdigest()",
        "return hashlib.sha256(text.rpartition('|')[0].encode()).hexdigest()",
        "tests/simulator/test_service.py::test_the_acceptance_report_is_signed_and_the_journal_holds_its_digest",
    ),
    Defect(
        "a technician reads the name of the journal instead of the remedy",
        "firmware/screens/service/alarm_pages.py",
        '(*wrap(f"{alarm.code}  {alarm.says}", COLUMNS), *wrap(',
        "(*wrap(alarm.name, COLUMNS), *wrap(",
        "tests/firmware/screens/test_service_alarms.py::test_an_alarm_has_its_code_its_name_and_its_whole_remedy",
    ),
    Defect(
        "a clock that was set by hand is believed at once",
        "firmware/screens/service/clock.py",
        "waiting = Assisted(self.session, HelpTask.CLOCK, compare_clock)",
        "waiting = Assisted(self.session, HelpTask.CLOCK)",
        "tests/firmware/screens/test_service_clock.py::test_a_clock_that_was_set_is_believed_only_after_the_comparison",
    ),
    Defect(
        "PINs can be tried for ever while the journal is broken",
        "firmware/screens/service/without_journal.py",
        "return self.no_more, *refused",
        "return self.broken, *refused",
        "tests/firmware/screens/test_without_journal.py::test_a_wrong_pin_ends_it_until_the_program_starts_again_and_waits_to_be_written",
    ),
)
