"""A street whose city is a real server: its stations are enrolled, and what they sell arrives there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from central.db.store import open_store
from central.db.tables import rights
from simulator.cli import main
from tests.central.processes import Register, initialised

TINY = [
    "street",
    "--stations",
    "2",
    "--hours",
    "0.2",
    "--per-day",
    "1500",
    "--faults",
    "none",
    "--habit",
    "buys",
    "--seed",
    "3",
    "--visits",
    "3",
]


@contextlib.contextmanager
def _register(folder: Path) -> Iterator[Register]:
    store = open_store(f"sqlite:///{folder / 'register.db'}")
    try:
        yield initialised(store, folder)
    finally:
        store.dispose()


def test_a_real_server_is_loaded_with_the_same_street(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with _register(tmp_path) as register, register.served() as url:
        monkeypatch.setenv("HORODATEUR_TOKEN", register.operator)
        assert main([*TINY, "--central", url]) == 0
        with register.store.begin() as connection:
            found = connection.scalars(select(rights.c.status).where(rights.c.known_until.is_(None))).all()
    assert found.count("sold") >= 3
    assert "sales        " in capsys.readouterr().out


def test_a_server_that_does_not_enrol_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HORODATEUR_TOKEN", raising=False)
    with _register(tmp_path) as register, register.served() as url:
        assert main([*TINY, "--central", url]) == 1
    assert "HORODATEUR_TOKEN holds an operator's token" in capsys.readouterr().err
    assert main([*TINY, "--central", "http://127.0.0.1:9"]) == 1
    assert "does not answer" in capsys.readouterr().err
