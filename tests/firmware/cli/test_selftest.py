"""`horodateur selftest` on a folder: whom it asks, what it refuses, and what it leaves alone."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.journal.journal import Journal
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import AlarmRaised, GenerationBegun, Started
from firmware.protocol.genesis import genesis_document
from firmware.station.replaced_card import ReplacedCard
from firmware.station.state_folder import JOURNAL, KEY, LOCK, hold_folder, open_journal, open_signing_key, provision
from hal.time_zone import PARIS
from tests.builders import ROOT

NOW = datetime(2026, 3, 4, 10, tzinfo=PARIS)


def test_a_running_station_is_left_alone(provisioned_card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hold_folder(provisioned_card):
        assert main(["selftest", "--state", str(provisioned_card)]) == 3
    assert "--running" in capsys.readouterr().err


def test_of_a_running_station_it_reads_what_it_says_itself(provisioned_card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = open_journal(provisioned_card, "75011-0042", "boot")
    for fact in (Started("1", "t"), AlarmRaised("printer out")):
        journal.append(fact, NOW, 1.0)
    journal.close()
    with hold_folder(provisioned_card):
        assert main(["selftest", "--state", str(provisioned_card), "--running", "--json"]) == 4
    findings = {line["device"]: line for line in json.loads(capsys.readouterr().out)["findings"]}
    assert (findings["printer"]["verdict"], findings["printer"]["code"]) == ("failed", "I2")
    assert findings["terminal"]["verdict"] == findings["station"]["verdict"] == "ok"


def test_a_station_that_does_not_run_says_nothing_of_its_devices(
    provisioned_card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["selftest", "--state", str(provisioned_card), "--running", "--json"]) == 4
    findings = {line["device"]: line["verdict"] for line in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["station"] == "failed"
    assert "terminal" not in findings


@pytest.mark.parametrize("missing", ["board", JOURNAL])
def test_a_folder_that_is_no_stations_is_refused_and_nothing_is_made_in_it(provisioned_card: Path, missing: str) -> None:
    (provisioned_card / missing).unlink()
    before = sorted(provisioned_card.iterdir())
    assert main(["selftest", "--state", str(provisioned_card)]) == 1
    assert sorted(provisioned_card.iterdir()) == before


def test_a_journal_that_was_changed_is_found(provisioned_card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (provisioned_card / JOURNAL).write_bytes((provisioned_card / JOURNAL).read_bytes()[:-100])
    assert (
        main(["selftest", "--state", str(provisioned_card), "--board", str(ROOT / "board" / "demo-desk.toml"), "--json"]) == 4
    )
    (line,) = (line for line in json.loads(capsys.readouterr().out)["findings"] if line["device"] == "journal")
    assert (line["verdict"], line["code"]) == ("failed", "J1")


def test_a_card_that_replaced_another_is_tested_by_all_its_journals(
    provisioned_card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has only the journal of its own first generation, and then the next one's too: the city lacks the entries of both."""
    command = ["selftest", "--state", str(provisioned_card), "--board", str(ROOT / "board" / "demo-desk.toml"), "--json"]
    for name in (JOURNAL, KEY):
        (provisioned_card / name).unlink()
    provision(provisioned_card, "75011-0042", after=ReplacedCard(1, NOW))
    for waiting in (1, 2):
        main(command)
        findings = {line["device"]: line for line in json.loads(capsys.readouterr().out)["findings"]}
        assert findings["journal"]["verdict"] == "ok"
        assert f"{waiting} écritures en attente" in findings["city"]["says"]
        public = open_signing_key(provisioned_card).public_key()
        content = EntryContent(1, "75011-0042", NOW, 0.0, "boot", GenerationBegun(33, "behind the city"), 33)
        next_one = provisioned_card / "journal-33.db"
        if not next_one.exists():
            Journal.create(next_one, genesis_document("75011-0042", 33, public, None), [content])


def test_the_lock_that_it_makes_is_the_stations(provisioned_card: Path) -> None:
    """The station is not root: a lock that was root's would keep it from ever starting."""
    if os.geteuid() == 0:
        for file in (provisioned_card, *provisioned_card.iterdir()):
            os.chown(file, 900, 900)
    main(["selftest", "--state", str(provisioned_card), "--board", str(ROOT / "board" / "demo-desk.toml")])
    assert (provisioned_card / LOCK).stat().st_uid == provisioned_card.stat().st_uid
