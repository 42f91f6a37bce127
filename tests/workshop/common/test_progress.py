"""Progress lines: amounts, times left, when they are shown and how a terminal redraws them."""

from __future__ import annotations

import io
from pathlib import Path

from workshop.common.progress import CLEAR_LINE, duration, progress_callback, progress_line, show_on
from workshop.common.sums import sha256_of, sha256_of_file


def test_the_bar_says_how_much_how_fast_and_how_long_still() -> None:
    line = progress_line("writing", 400_000_000, 1_600_000_000, 20.0)
    assert line == "writing           [######                  ]  25%  400.0 MB of 1.6 GB  20.0 MB/s  1:00 left"
    assert progress_line("writing", 0, 1_600_000_000, 0.0).endswith("? left")
    assert duration(125.4) == "2:05"


def test_the_bar_is_shown_now_and_then_and_at_each_end() -> None:
    shown: list[str] = []
    clock = iter([0.0, 0.1, 0.6, 0.7, 5.0, 5.1])
    tell = progress_callback(shown.append, lambda: next(clock), 0.5)
    for done in (1, 2, 3, 4):
        tell("writing", done, 4)
    tell("reading back", 1, 2)
    tell("reading back", 2, 2)
    assert [line.split()[0] for line in shown] == ["writing", "writing", "reading"]
    assert "100%" in shown[1]
    assert "100%" in shown[2]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_redraws_its_line_until_the_step_ends() -> None:
    stream = Terminal()
    show = show_on(stream)
    for done in (1, 2):
        show(progress_line("writing", done, 2, 1.0))
    first, second = stream.getvalue().split(CLEAR_LINE)[1:]
    assert "50%" in first
    assert not first.endswith("\n")
    assert second.endswith("\n")


def test_a_log_has_a_line_for_each() -> None:
    stream = io.StringIO()
    show = show_on(stream)
    for done in (1, 2):
        show(progress_line("writing", done, 2, 1.0))
    assert [line.split("%")[0].split()[-1] for line in stream.getvalue().splitlines()] == ["50", "100"]


def test_a_sum_of_a_file_is_that_of_its_bytes_and_says_how_far_it_is(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    (tmp_path / "a").write_bytes(data)
    told: list[tuple[str, int, int]] = []
    assert sha256_of_file(tmp_path / "a", "summing", lambda *progress: told.append(progress)) == sha256_of(data)
    assert told == [("summing", 1 << 20, len(data)), ("summing", len(data), len(data))]
