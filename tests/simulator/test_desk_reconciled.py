"""A desk is reconciled as any station: with the city's own command, on its own register, by what its terminals' ledgers say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from central.cli import main
from central.db.tables import tokens
from central.rules.statement import CURRENCY, LineKind, StatementLine
from simulator.setting import Setting
from tests.central.statements import file_of
from tests.simulator.machine import DeskRig

NOON = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


class Clerk:
    """Somebody who reconciles the desk's day."""

    def __init__(self, machine: DeskRig, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._machine, self._folder, self._capsys = machine, folder, capsys

    def reconcile(self, *words: str | Path) -> tuple[int, str]:
        """The status, and all that was said."""
        database = f"sqlite:///{self._machine.desk.setting.folder / 'central.db'}"
        status = main(["reconcile", "--database", database, "--day", "2026-03-04", *map(str, words)])
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def statement(self) -> Path:
        """What the bank makes of the ledgers of every terminal that ever stood at this desk."""
        kinds = {True: LineKind.DEBIT, False: LineKind.REVERSAL}
        debits = enumerate(self._machine.desk.cabinet.debits(), 2)
        lines = (
            StatementLine(n, kinds[each.cents > 0], each.reference, abs(each.cents), CURRENCY, NOON + timedelta(seconds=n))
            for n, each in debits
        )
        return file_of(self._folder, lines)


@pytest.fixture
def clerk(machine: DeskRig, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clerk:
    return Clerk(machine, tmp_path, capsys)


def test_what_a_desk_sold_is_compared_though_nobody_ever_signed_in_there(machine: DeskRig, clerk: Clerk) -> None:
    machine.sale()
    machine.advance(30.0)
    with machine.desk.city.store.begin() as connection:
        connection.execute(delete(tokens))
    status, said = clerk.reconcile("--acquirer", clerk.statement())
    assert (status, said.splitlines()[0]) == (0, "2026-03-04: all equal")
    assert "1: 12.00" in said


@pytest.mark.parametrize(("before", "after"), [("nexo", "concert"), ("concert", "nexo"), ("concert", "caisse-ap")])
def test_a_doubt_of_a_terminal_that_is_gone_is_ended_by_the_banks_statement(
    machine: DeskRig, clerk: Clerk, setting: Setting, before: str, after: str
) -> None:
    """Its money is in the ledger of a terminal that nobody can ask any more."""
    machine.post("/api/terminal", protocol=before)
    machine.advance(5.0)
    machine.to_payment()
    machine.post("/api/card", card="contactless")
    machine.post("/api/power", on=False)
    machine.advance(10.0)
    machine.post("/api/terminal", protocol=after)
    machine.post("/api/power", on=True)
    machine.advance(200.0)
    assert (machine.facts()[-2:], machine.state("alarms")) == (["in doubt", "alarm raised"], ["interrupted payment"])
    status, said = clerk.reconcile("--acquirer", clerk.statement(), "--apply")
    assert (status, said.splitlines()[0]) == (0, "2026-03-04: all equal")
    assert "resolved:" in said


@pytest.mark.parametrize("ends", ["power", "terminal"])
def test_a_yes_after_a_no_that_nobody_heard_is_named_by_it(machine: DeskRig, clerk: Clerk, ends: str) -> None:
    machine.post("/api/terminal", protocol="concert")
    machine.advance(5.0)
    machine.to_payment()
    machine.post("/api/card", card="yes_after_no")
    while machine.state("screen") != "refused":
        machine.advance(0.5)
    machine.post("/api/power", on=False)
    machine.advance(60.0)
    if ends == "terminal":
        machine.post("/api/terminal", protocol="nexo")
    machine.post("/api/power", on=True)
    machine.advance(60.0)
    status, said = clerk.reconcile("--acquirer", clerk.statement())
    assert (machine.facts()[-2:], status) == (["refused", "started"], 1)
    assert "refused, yet debited" in said
