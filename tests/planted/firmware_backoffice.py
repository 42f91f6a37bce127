"""Defects planted in firmware/backoffice/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the city can make a station skip entries",
        "firmware/backoffice/sync.py",
        "self._seq = min(wanted - 1, self._sent)",
        "self._seq = wanted - 1",
        "tests/firmware/backoffice/test_sync_faults.py::test_the_city_cannot_make_a_station_skip_entries",
    ),
    Defect(
        "a batch counts as taken whatever the city answers",
        "firmware/backoffice/sync.py",
        "wanted = answer.next or answer.send_from",
        "wanted = self._sent + 1",
        "tests/firmware/backoffice/test_sync_faults.py::test_once_faults_stop_everything_arrives_in_order",
    ),
    Defect(
        "nobody looks at the signature of a publication",
        "firmware/backoffice/publication_store.py",
        "publication_in(open_envelope(PUBLICATION, envelope, self._trusted))",
        "publication_in(bytes(envelope.signed))",
        "tests/firmware/backoffice/test_publication_store.py::test_no_flipped_bit_is_ever_accepted",
    ),
    Defect(
        "a publication for another station or sector is taken",
        "firmware/backoffice/publication_store.py",
        "if publication.audience != audience:",
        "if not publication.audience:",
        "tests/firmware/backoffice/test_publication_store.py::test_what_is_not_the_city_s_word_for_this_station_changes_nothing",
    ),
    Defect(
        "an older version is taken again",
        "firmware/backoffice/publication_store.py",
        "if stamp.version > new.version or (",
        "if (",
        "tests/firmware/backoffice/test_publication_store.py::test_no_way_leads_back_to_an_older_version",
    ),
    Defect(
        "what comes later is in force two seconds early",
        "firmware/backoffice/publication_store.py",
        "            if each.effective_from <= now:\n                active_config",
        "            if each.effective_from <= now + LOOKS:\n                active_config",
        "tests/firmware/backoffice/test_publication_store.py::test_what_comes_later_waits_in_the_store_and_is_in_force_to_the_second",
    ),
    Defect(
        "the statement is dated after the journal was read",
        "firmware/backoffice/sync.py",
        "sent_at=sent_at,",
        "sent_at=self._signer.wall(),",
        "tests/firmware/backoffice/test_sync.py::test_a_sale_during_the_looks_is_never_hidden_by_the_statement",
    ),
    Defect(
        "a batch says that nothing is held back",
        "firmware/backoffice/sync.py",
        "self._held = self._line.held(self._journal.generation)",
        "self._held = batch[-1].seq if batch else self.acknowledged",
        "tests/firmware/backoffice/test_sync.py::test_a_long_journal_goes_in_batches_of_a_hundred",
    ),
    Defect(
        "one bad publication keeps the good ones out",
        "firmware/backoffice/pull.py",
        "                reasons.append(str(error))",
        "                return str(error)",
        "tests/firmware/backoffice/test_pull.py::test_one_that_is_refused_is_told_and_asked_for_again_and_keeps_no_good_one_out",
    ),
    Defect(
        "a station that cannot be reached is not tried again",
        "firmware/backoffice/retry.py",
        "        self.problem = problem\n        self.wake_at = now + self._pause",
        "        self.problem = problem\n        self.wake_at = now + 60 * self.longest",
        "tests/central/test_end_to_end.py::test_a_late_sale_reopens_the_refusal_that_was_not_conclusive",
    ),
    Defect(
        "an older journal is left before the city has it all",
        "firmware/backoffice/sync.py",
        "if later and self._seq >= self._journal.last():",
        "if later:",
        "tests/firmware/backoffice/test_sync_generations.py::test_the_older_journal_goes_first_and_whole",
    ),
    Defect(
        "a journal beside the city's is written on",
        "firmware/backoffice/sync.py",
        "        if answer.fork is not None:\n",
        "        if False:\n",
        "tests/firmware/backoffice/test_sync_faults.py::test_beside_the_city_the_journal_is_handed_in_and_left",
    ),
    Defect(
        "a refusal of the city is not told",
        "firmware/backoffice/sync.py",
        'self.refused = "" if wanted else',
        'self.refused = "" if True else',
        "tests/firmware/backoffice/test_sync_faults.py::test_what_the_city_refuses_it_hears_of_with_the_next_question",
    ),
)
