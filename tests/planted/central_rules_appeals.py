"""Defects planted in central/rules/appeals.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a stranger's appeal takes away the holder's only one",
        "central/rules/appeals.py",
        "if decision is not None and decision.ground in OF_THE_APPELLANT:",
        "if False:",
        "tests/central/test_appeals.py::test_an_appeal_of_somebody_who_is_not_concerned_takes_nobodys_place",
    ),
    Defect(
        "a stranger's letter locks out who has the code of the notice",
        "central/rules/appeals.py",
        "return coded and not appeal.terms.coded and state not in EXAMINED",
        "return False",
        "tests/central/test_appeals_that_give_way.py::test_a_strangers_letter_keeps_no_place_from_who_has_the_code",
    ),
    Defect(
        "who has the code is heard again and again",
        "central/rules/appeals.py",
        "return coded and not appeal.terms.coded and state not in EXAMINED",
        "return coded and state not in EXAMINED",
        "tests/central/test_appeals_that_give_way.py::test_which_appeal_gives_way_to_another",
    ),
    Defect(
        "an appeal that was examined on its merits is filed once more",
        "central/rules/appeals.py",
        "return coded and not appeal.terms.coded and state not in EXAMINED",
        "return coded and not appeal.terms.coded",
        "tests/central/test_appeals_that_give_way.py::test_which_appeal_gives_way_to_another",
    ),
    Defect(
        "an appeal of the last day is late",
        "central/rules/appeals.py",
        "if terms.way is AppealWay.ONLINE and terms.filed_on > notice.appeal_until:",
        "if terms.way is AppealWay.ONLINE and terms.filed_on >= notice.appeal_until:",
        "tests/central/test_appeal_rules.py::test_an_appeal_is_in_time_until_the_last_instant_of_its_month",
    ),
    Defect(
        "silence refuses on the last day of the month",
        "central/rules/appeals.py",
        "return self.decide_until + timedelta(days=1)",
        "return self.decide_until + timedelta(days=0)",
        "tests/central/test_appeal_rules.py::test_silence_is_a_refusal_from_the_first_instant_after_the_month",
    ),
    Defect(
        "of a letter its reception counts and not its postmark",
        "central/rules/appeals.py",
        "{InadmissibleGround.LATE} if terms.filed_on > notice.appeal_until",
        "{InadmissibleGround.LATE} if terms.day(terms.received_at) > notice.appeal_until",
        "tests/central/test_appeal_rules.py::test_of_a_letter_the_postmark_counts_and_not_its_reception",
    ),
    Defect(
        "another token makes somebody else of who issued the notice",
        "central/rules/appeals.py",
        "return _name(person) not in map(_name, issuers)",
        "return person not in issuers",
        "tests/central/test_appeal_rules.py::test_who_issued_the_notice_does_not_decide_under_whichever_token",
    ),
    Defect(
        "what is missing is a ground although nobody asked for it",
        "central/rules/appeals.py",
        "for kind in appeal.missing(at) if in_vain}",
        "for kind in appeal.missing(at)}",
        "tests/central/test_appeal_rules.py::test_what_is_missing_is_asked_for_and_is_a_ground_once_the_day_has_passed",
    ),
    Defect(
        "on its last day an appeal is no longer among those that are open",
        "central/rules/appeals.py",
        "while decided_until(first - timedelta(days=1)) >= today:",
        "while decided_until(first - timedelta(days=1)) > today:",
        "tests/central/test_appeal_rules.py::test_whatever_silence_has_not_decided_is_open_and_nothing_else",
    ),
)
