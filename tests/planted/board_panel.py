"""Defects planted in board/panel/: the front board's firmware."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the board cuts the Pi's power during an update",
        "board/panel/panel.py",
        "elif self._silent >= CYCLE_AFTER and not self._armed and",
        "elif self._silent >= CYCLE_AFTER and",
        "tests/hal/test_panel_watch.py::test_an_update_is_left_alone",
    ),
    Defect(
        "the board cuts the Pi's power as often as it likes",
        "board/panel/panel.py",
        "spent = len(self._cycles) >= CYCLES_AN_HOUR",
        "spent = False",
        "tests/hal/test_panel_watch.py::test_a_silent_pi_is_given_its_power_anew_three_times_an_hour_and_counted",
    ),
    Defect(
        "a short frame starts the board anew",
        "board/panel/panel.py",
        "if kind == wire.PING and len(payload) == 2:",
        "if kind == wire.PING:",
        "tests/hal/test_panel.py::test_a_frame_of_another_length_than_its_own_stops_nothing",
    ),
    Defect(
        "a key that is down when the board starts is a press",
        "board/panel/panel.py",
        "        if pressed and self._before[position // SIZE] >> position % SIZE & 1:\n            return\n",
        "",
        "tests/hal/test_panel.py::test_a_key_that_is_down_at_its_start_was_not_pressed",
    ),
    Defect(
        "keys that nobody took are kept for whoever comes",
        "board/panel/panel.py",
        "if key[2] > wire.HELD or (self.ms - key[0]) % wire.WRAP <= wire.OLDEST_KEY]",
        "if key[2] >= 0]",
        "tests/hal/test_panel.py::test_keys_that_waited_for_a_station_are_dropped_and_counted",
    ),
    Defect(
        "a contact that chatters presses several times, on the panel",
        "board/panel/scan.py",
        "SAMPLES = 3",
        "SAMPLES = 1",
        "tests/hal/test_keypad_cases.py::test_the_scanner_of_the_panel_on_its_interpreter",
    ),
    Defect(
        "the fourth corner of three keys is believed, on the panel",
        "board/panel/scan.py",
        "if shared & (shared - 1):",
        "if shared & (shared - 1) & 0x80:",
        "tests/hal/test_keypad_cases.py::test_the_scanner_of_the_panel_on_its_interpreter",
    ),
    Defect(
        "the board wakes the Pi for no longer than a turn takes",
        "board/panel/panel.py",
        "WAKE_FOR = 100",
        "WAKE_FOR = 0",
        "tests/hal/test_panel.py::test_somebody_near_wakes_the_pi",
    ),
    Defect(
        "Ctrl-C on the key line leads to a prompt",
        "board/panel/rp2_io.py",
        "micropython.kbd_intr(-1)",
        "micropython.kbd_intr(3)",
        "tests/hal/test_panel_firmware.py::test_no_byte_of_the_line_reaches_a_prompt",
    ),
    Defect(
        "the scan loop makes rubbish",
        "board/panel/scan.py",
        "changed = doubtful ^ self.ghosts[row]",
        "changed = bytes([doubtful ^ self.ghosts[row]])[0]",
        "tests/hal/test_panel_firmware.py::test_the_scan_loop_allocates_nothing",
    ),
    Defect(
        "a hand over the light sensor is night",
        "board/panel/light.py",
        "self.lux = sorted(self._last)[SAMPLES // 2]",
        "self.lux = sample",
        "tests/hal/test_panel_light.py::test_a_hand_or_a_headlight_changes_nothing",
    ),
    Defect(
        "a light sensor that was unplugged once is left alone for good",
        "board/panel/light.py",
        "            return\n        self._failed = 0\n",
        "            return\n",
        "tests/hal/test_panel_light.py::test_a_sensor_that_is_not_there_is_said_and_one_that_comes_back_is_read",
    ),
    Defect(
        "the board's own reset is told as its watchdog's",
        "board/panel/rp2_io.py",
        "return BY_WATCHDOG if machine.mem32[REASON] & 1 else BY_PROGRAM",
        "return BY_WATCHDOG",
        "tests/hal/test_panel_starts.py::test_every_cause_that_the_chip_tells_is_told",
    ),
    Defect(
        "an older station is answered in a protocol that it does not know",
        "board/panel/panel.py",
        "token, min(protocol, wire.PROTOCOL), *about)",
        "token, wire.PROTOCOL, *about)",
        "tests/hal/test_panel_starts.py::test_an_older_station_is_answered_in_its_own_protocol",
    ),
    Defect(
        "a panel that is served lights its keys after it was told how bright",
        "board/panel/panel.py",
        "            self._say(False)  # before LIGHT, which may come in the same piece\n",
        "",
        "tests/hal/test_panel_light.py::test_the_keys_are_as_dark_where_all_that_is_said_comes_at_once",
    ),
    Defect(
        "a greeting without its protocol starts the panel anew",
        "board/panel/panel.py",
        "kind == wire.HELLO and len(payload) >= 5:",
        "kind == wire.HELLO and len(payload) >= 4:",
        "tests/hal/test_panel.py::test_a_frame_of_another_length_than_its_own_stops_nothing",
    ),
)
