"""A station's process that is killed loses no cent: the small size of the trial; `make kills` runs the whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kills.trial import KillTotals, run_trial

KILLS, SEED = 6, 178
PROTOCOLS = ("concert", "caisse-ap", "nexo-https")


def test_terminal_journal_and_register_agree_after_every_kill(tmp_path: Path) -> None:
    """The streets stand side by side: their stations mostly wait."""

    def trial(protocol: str) -> KillTotals:
        folder = tmp_path / protocol
        folder.mkdir()
        return run_trial(protocol, KILLS, SEED, folder, lambda line: None)

    with ThreadPoolExecutor(len(PROTOCOLS)) as streets:
        totals = list(streets.map(trial, PROTOCOLS))
    assert all(each.account.debits and each.account.sold + each.account.doubts for each in totals), totals
