"""Defects planted in hal/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a new key takes the place of the city's",
        "hal/key_file.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL",
        "os.O_WRONLY | os.O_CREAT",
        "tests/central/test_cli.py::test_a_key_is_never_replaced",
    ),
    Defect(
        "an unsynchronised clock is called synchronised",
        "hal/clock.py",
        "not status & STA_UNSYNC",
        "status >= 0",
        "tests/hal/test_clock.py::test_what_the_kernel_says_of_its_clock",
    ),
    Defect(
        "on a Pi 5 the debug connector passes for the header's port",
        "hal/computers.py",
        'ports={"/dev/ttyAMA0": PL011},',
        "ports=_OLD_PORTS,",
        "tests/hal/test_board.py::test_every_computer_says_where_it_is_from_and_what_was_not_seen",
    ),
    Defect(
        "a break on the line reads as a byte",
        "hal/cable.py",
        "settings[0] |= termios.INPCK | termios.PARMRK",
        "settings[0] |= termios.INPCK",
        "tests/hal/test_cable.py::test_a_port_is_opened_so_that_line_errors_are_marked_and_every_byte_passes",
    ),
    Defect(
        "a damaged byte passes for a good one",
        "hal/cable.py",
        "if length < 3:",
        "if length:",
        "tests/hal/test_cable.py::test_a_break_and_a_damaged_byte_are_dropped_and_the_bytes_around_them_stay",
    ),
    Defect(
        "the end of a connection is told before its last bytes are read",
        "hal/link.py",
        "        if self._over and received:",
        "        if False:",
        "tests/hal/test_link.py::test_what_comes_with_the_end_is_read_before_the_end_is_told",
    ),
    Defect(
        "the name of a new key may be lost",
        "hal/key_file.py",
        "    _close_synchronised(os.open(path.parent, os.O_RDONLY))\n",
        "",
        "tests/crash/test_small_files.py::test_a_key_is_there_with_its_name",
    ),
    Defect(
        "output that cannot be written is a traceback",
        "hal/command_line.py",
        "raise OutputError(reason_of(error)) from error",
        "raise",
        "tests/laws/test_command_lines.py::test_output_that_cannot_be_written_is_told",
    ),
    Defect(
        "Ctrl-C is a traceback",
        "hal/command_line.py",
        "except KeyboardInterrupt:",
        "except GeneratorExit:",
        "tests/laws/test_command_lines.py::test_ctrl_c_is_told",
    ),
    Defect(
        "standard input that ends is a traceback",
        "hal/command_line.py",
        "except EOFError:",
        "except GeneratorExit:",
        "tests/firmware/cli/test_pin.py::test_a_pipe_that_ends_is_told",
    ),
    Defect(
        "an argument that is no text goes on into the command",
        "hal/command_line.py",
        'not any("\\udc80" <= character',
        'not all("\\udc80" <= character',
        "tests/laws/test_command_lines.py::test_an_argument_that_is_not_utf8_is_told",
    ),
    Defect(
        "the help keeps the common exit statuses to itself",
        "hal/command_line.py",
        "document_statuses(command, interrupted)",
        "pass",
        "tests/laws/test_command_lines.py::test_every_help_lists_the_statuses",
    ),
    Defect(
        "a TOML file that is nested too deeply is a traceback",
        "hal/toml.py",
        "except RecursionError:",
        "except GeneratorExit:",
        "tests/laws/test_command_lines.py::test_what_is_nested_too_deeply_is_a_file_that_cannot_be_used",
    ),
)
