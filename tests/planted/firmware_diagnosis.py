"""Defects planted in firmware/diagnosis/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a terminal that never answered is well",
        "firmware/diagnosis/selftest.py",
        "    if health.terminal:\n",
        "    if health.terminal is not False:\n",
        "tests/firmware/diagnosis/test_selftest.py::test_who_says_nothing_is_silent_and_never_ok",
    ),
    Defect(
        "the self-test opens the ports of a running station",
        "firmware/diagnosis/selftest_run.py",
        "            stack.enter_context(hold_folder(folder))\n",
        "            folder.stat()\n",
        "tests/firmware/cli/test_selftest.py::test_a_running_station_is_left_alone",
    ),
    Defect(
        "a port that is not there ends the whole self-test",
        "firmware/diagnosis/device_probe.py",
        "            probe.failures[name] = _reason(error)\n",
        "            raise\n",
        "tests/hardware/test_selftest_ports.py::test_a_port_that_is_not_there_costs_one_line",
    ),
    Defect(
        "alarms of before the last start are still up",
        "firmware/diagnosis/selftest.py",
        "            case Started():\n                up.clear()\n",
        "            case Started():\n                pass\n",
        "tests/firmware/diagnosis/test_selftest.py::test_the_alarms_up_are_those_raised_since_the_start_and_not_cleared",
    ),
    Defect(
        "a plate in a free text leaves where it is spelled with spaces",
        "firmware/diagnosis/redaction.py",
        "form, text = FORMS.get(name), self._without_plates(text)",
        "form = FORMS.get(name)",
        "tests/firmware/diagnosis/test_redaction.py::test_no_plate_leaves_in_any_text_in_any_spelling",
    ),
    Defect(
        "plates are hashed without a key: whoever tries them all reads them",
        "firmware/diagnosis/redaction.py",
        "hmac.new(self.key, plate.encode()",
        'hmac.new(b"", plate.encode()',
        "tests/firmware/diagnosis/test_redaction.py::test_a_plate_has_one_hash_in_a_bundle_and_another_in_the_next",
    ),
    Defect(
        "a text nobody has thought about leaves as it is",
        "firmware/diagnosis/redaction.py",
        '" ".join(word if _passes(word) else MASKED for word in text.split())',
        "text",
        "tests/firmware/diagnosis/test_redaction.py::test_a_secret_in_a_free_text_is_masked",
    ),
    Defect(
        "what is broken keeps the bundle from being written",
        "firmware/diagnosis/diag_bundle.py",
        "    except Exception as error:  # whatever is broken is what the bundle is for\n",
        "    except KeyError as error:\n",
        "tests/firmware/cli/test_diag.py::test_what_is_broken_is_told_and_the_rest_is_there",
    ),
    Defect(
        "a bundle replaces an earlier one on the stick",
        "firmware/diagnosis/tasks.py",
        '(f"{name}-{copy}.tar.gz" if copy else f"{name}.tar.gz")',
        'f"{name}-0.tar.gz"',
        "tests/firmware/diagnosis/test_tasks.py::test_a_bundle_goes_to_the_stick_and_never_over_another",
    ),
)
