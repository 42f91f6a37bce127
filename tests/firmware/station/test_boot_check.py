"""The boot partition against its list on the root: a word changed in cmdline.txt, a file more, a file less."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.station.boot_check import boot_list, is_boot_sound, note_boot, read_boot_note


@pytest.fixture
def boot(tmp_path: Path) -> Path:
    folder = tmp_path / "boot"
    (folder / "overlays").mkdir(parents=True)
    (folder / "cmdline.txt").write_text("root=LABEL=HDT-ROOT-A ro quiet\n")
    (folder / "overlays" / "README").write_text("x")
    (tmp_path / "boot.sha256").write_text(boot_list(folder))
    return folder


def sound(boot: Path) -> bool | None:
    return is_boot_sound(boot.parent / "boot.sha256", boot)


def test_what_was_built_is_sound_and_any_change_is_seen(boot: Path) -> None:
    assert sound(boot) is True
    (boot / "ssh").touch()
    assert sound(boot) is False
    (boot / "ssh").unlink()
    assert sound(boot) is True
    (boot / "cmdline.txt").write_text("root=LABEL=HDT-ROOT-A ro quiet init=/bin/sh\n")
    assert sound(boot) is False
    (boot / "cmdline.txt").unlink()
    assert sound(boot) is False


def test_a_system_without_a_list_is_not_accused(boot: Path) -> None:
    assert is_boot_sound(boot / "none", boot) is None


@pytest.mark.parametrize("known", [True, False, None])
def test_the_word_is_left_for_the_station(tmp_path: Path, known: bool | None) -> None:
    note_boot(tmp_path, True)
    note_boot(tmp_path, known)
    assert read_boot_note(tmp_path) is known
