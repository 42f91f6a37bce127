"""Somebody at the console of the city, for the tests of `horodateur-central`."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.cli import main
from firmware.protocol.envelope import public_key_text
from tests.central.signing_station import STATION, enrolment_of


class Console:
    """Somebody who types commands about one register."""

    def __init__(self, store: Engine, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store, self.folder, self._capsys = store, folder, capsys
        self.url, self.key = store.url.render_as_string(hide_password=False), folder / "city.key"

    def types(self, *words: str | Path) -> tuple[int, str, str]:
        """The status, what was said, and what was complained of."""
        keyed = (
            ["--signing-key", str(self.key)] if words[0] in ("init", "publish", "serve", "reopened", "accept", "agency") else []
        )
        group = 2 if words[0] in ("account", "token", "rights", "publish", "waiting", "agency") else 1
        status = main([*map(str, words[:group]), "--database", self.url, *keyed, *map(str, words[group:])])
        said = self._capsys.readouterr()
        return status, said.out, said.err


def enrolment_line(station: str = STATION) -> str:
    """As provisioning prints it."""
    enrolment = enrolment_of(station)
    return f"{station} {enrolment.zone} {enrolment.sector} {public_key_text(enrolment.public_key)}"
