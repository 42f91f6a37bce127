"""Options of `horodateur-central` that cannot be meant: the message names the option, what it takes, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.cli import main


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "is empty, here or in HORODATEUR_DATABASE: expected a URL such as sqlite:///horodateur-central.db"),
        ("nonsense", "is no URL of a database: expected a URL such as"),
        ("postgresql://user:pass@host:port/x", "is no URL of a database: expected a URL such as"),
        ("postgresql+psycopg://user:pass@host/x?port=word", "is no URL of a database: expected a URL such as"),
        ("sqlite:///x?timeout=word", "is no URL of a database: expected a URL such as"),
        ("sqlite:///x%00y", "is no URL of a database: expected a URL such as"),
        ("sqlite+nothing:///x", "is no URL of a database: expected a URL such as"),
        ("oracle9://user:pass@x", "the register is kept by sqlite or postgresql, not by oracle9: expected a URL such as"),
    ],
)
@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_what_is_no_url_of_a_database_is_a_wrong_command_line(
    url: str, complaint: str, by_environment: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if by_environment:
        monkeypatch.setenv("HORODATEUR_DATABASE", url)
    with pytest.raises(SystemExit, match="2"):
        main(["stations"] if by_environment else ["stations", "--database", url])
    said = capsys.readouterr().err
    assert f"argument --database: {complaint}" in said
    assert "pass@" not in said


@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_an_empty_name_is_no_key_file(
    by_environment: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if by_environment:
        monkeypatch.setenv("HORODATEUR_SIGNING_KEY", "")
    with pytest.raises(SystemExit, match="2"):
        main(["serve"] if by_environment else ["serve", "--signing-key", ""])
    assert "--signing-key: is empty, here or in HORODATEUR_SIGNING_KEY: expected a file such as" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["99999999", "99999999999999999999", "1" * 5000, "36501", "0", "-5", "٣", "x"])
@pytest.mark.parametrize("words", [["reopened"], ["init"], ["token", "new", "--who", "ana", "--role", "agent"]])
def test_days_that_no_calendar_has_are_a_wrong_command_line(
    days: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*words, "--days", days])
    assert f"argument --days: {days!r} is not a number of days: 1 to 36500" in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["0", "-5", "99999999999999999999", "1" * 5000, "٣"])
@pytest.mark.parametrize("command", ["serve", "private"])
def test_workers_that_no_computer_has_are_a_wrong_command_line(
    workers: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([command, "--workers", workers])
    assert f"argument --workers: {workers!r} is not a number of workers: 1 to 64" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["now", "2026-13-01T00:00:00+01:00"])
def test_an_instant_that_is_none_is_a_wrong_command_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["publish", "tariffs", "--from", text, "tariffs.json"])
    assert f"argument --from: {text!r} is no instant such as 2027-01-01T00:00:00+01:00" in capsys.readouterr().err


def test_a_series_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = ["--database", f"sqlite:///{tmp_path}/central.db"]
    assert main(["init", *database, "--signing-key", str(tmp_path / "key")]) == 0
    assert main(["rights", "load", *database, "--series", "residents", "/nowhere.csv"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "horodateur-central: /nowhere.csv: No such file or directory; nothing was changed"
    )


def test_an_address_that_is_not_ours_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--database", f"sqlite:///{tmp_path}/central.db", "--signing-key", str(tmp_path / "key")]
    assert main(["init", *files]) == 0
    assert main(["serve", *files, "--host", "192.0.2.1"]) == 1
    assert capsys.readouterr().err.endswith("--host 192.0.2.1 --port 8081: Cannot assign requested address\n")
