"""The page `docs/money.md`: a table for each protocol, a row for each thing that can go wrong, a column for each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from simulator.desk.desk import Desk
from simulator.setting import demonstration, with_card
from tests.builders import PARIS, ROOT
from tests.money.cells import Mishap, Moment, MoneyCell, MoneyEnd, applies, desk_of, play
from tests.money.unwritten import DiskTrouble, PaymentOutcome, Unwritten, play_unwritten

PAGE = ROOT / "docs" / "money.md"
AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
BOUND = 160.0
"""Seconds from the moment to the doubt in the journal, at most: the terminal's time to take the request and to answer it."""

PROTOCOLS: Mapping[str, str] = {"Concert E+": "concert", "Caisse-AP": "caisse-ap", "nexo Retailer": "nexo"}
"""Name -> as in a board file."""
INTRODUCTION = """\
# What becomes of the money

Everything that can go wrong, at every step of a payment, with every protocol: `tests/money` plays each cell on a desk (real
drivers, a simulated terminal, virtual time), mends what went wrong after it, and this page is what came of it. `python -m
tests.money` writes it again.

- **right**: the right was sold, for exactly what the bank debited.
- **nothing**: nothing was debited, and there is no right.
- **given back**: it was debited, and reversed since; there is no right.
- **doubt, N s**: nobody knows, and the journal has said so N seconds after the moment: the motorist is covered meanwhile, and
  reconciliation with the bank's statement ends it. Card sales are closed for three minutes (T6), for the terminal may still ask
  for a card; after them as long as it owes its answer, or three are in doubt (T2). One doubt of a power cut closes none then,
  and is told by an alarm (T7) until a technician has compared. **right / nothing / given back, after a doubt of N s**: the
  terminal's answer ended it. A terminal that can be asked (nexo) ends it within 30 s of knowing what became of the payment,
  while the doubt is less than an hour old: it is asked at once when it comes back, and every 20 s meanwhile. Then the questions
  become rarer, up to one in ten minutes; after a day none is asked (`firmware/station/terminal_inquiries.py`).
- **unheard**: the terminal said no, debited all the same, and does not say so afterwards (a Concert terminal does). Caisse-AP
  has no question about it; nexo has, but a payment that has an end is not asked about again. So nobody at the machine knows:
  `horodateur-central reconcile` names it from the bank's statement. So it does when a Concert terminal would have said so, and
  finds a station without power for longer than it repeats itself, or is replaced first.
- **not asked**: no payment was begun.
- **nothing / right** in a row of a disk that was full until after a restart: nobody knew of the outcome any more, and the
  terminal was asked; one that cannot be leaves a doubt.
- –: it cannot go wrong there.

A terminal that is replaced takes what it knows with it, whatever the new one speaks: its payments without an end are asked
about in vain, or nobody is asked, and stay in doubt, covered, with their alarm; what was to be given back waits for a person
(T4). The money is in the bank's statement, by our reference, and `horodateur-central reconcile` ends the doubt from it
(`tests/simulator/test_desk_reconciled.py`).

`make kills` tries the power cut on the real process: it is killed (SIGKILL) 100 times with each protocol, on a real serial port
and on sockets, and then ledger, journal and register must agree; `tests/kills` is a small size of it, in each run of the tests.
"""
UNWRITTEN = "What the glass says while the outcome cannot be written:"
_WORDS = {
    MoneyEnd.RIGHT: "right",
    MoneyEnd.NOTHING: "nothing",
    MoneyEnd.GIVEN_BACK: "given back",
    MoneyEnd.DOUBT: "doubt",
    MoneyEnd.UNHEARD: "**unheard**",
}


def cell_text(cell: MoneyCell) -> str:
    """A cell as the page has it."""
    if not cell.ends:
        return "not asked"
    ends = ", ".join(_WORDS[end] for end in cell.ends)
    if cell.doubted_after is None:
        return ends
    seconds = f"{cell.doubted_after:.0f} s"
    return f"doubt, {seconds}" if MoneyEnd.DOUBT in cell.ends else f"{ends}, after a doubt of {seconds}"


def cells_of(protocol: str, mishap: Mishap) -> dict[Moment, MoneyCell]:
    """Play a row, each cell on a desk of its own."""
    played = {}
    for moment in Moment:
        if applies(mishap, moment):
            with desk_of(lambda folder: Desk(with_card(demonstration(folder, AT), PROTOCOLS[protocol]))) as desk:
                played[moment] = play(desk, mishap, moment)
    return played


def row(mishap: Mishap, cells: Mapping[Moment, MoneyCell]) -> str:
    """A row as the page has it."""
    texts = (cell_text(cells[moment]) if moment in cells else "–" for moment in Moment)
    return _line((mishap.value, *texts))


def unwritten_of(protocol: str, outcome: PaymentOutcome, trouble: DiskTrouble) -> Unwritten:
    """Play one row of the second table, on a desk of its own."""
    with desk_of(lambda folder: Desk(with_card(demonstration(folder, AT), PROTOCOLS[protocol]))) as desk:
        return play_unwritten(desk, outcome, trouble)


def unwritten_row(outcome: PaymentOutcome, trouble: DiskTrouble, said: Unwritten) -> str:
    """A row of the second table as the page has it."""
    texts = (said.first, said.restarted or "–", said.written)
    return _line((outcome.value, trouble.value, *texts, cell_text(said.cell)))


def page() -> str:
    """The whole page; minutes, if the machine is slow."""
    return "\n".join((INTRODUCTION, *(part for protocol in PROTOCOLS for part in _table(protocol))))


def table_of(protocol: str, text: str) -> str:
    """The part of the page that is this protocol's."""
    return text.partition(f"## {protocol}\n")[2].partition("\n## ")[0]


def _table(protocol: str) -> Iterable[str]:
    yield f"## {protocol}\n"
    yield _line(("", *(moment.value for moment in Moment)))
    yield _line("-" for _ in range(len(Moment) + 1))
    yield from (row(mishap, cells_of(protocol, mishap)) for mishap in Mishap)
    yield f"\n{UNWRITTEN}\n"
    yield _line(("", "then", "first", "after the restart, nothing written yet", "once it is written", "in the end"))
    yield _line("-" for _ in range(6))
    for trouble in DiskTrouble:
        yield from (unwritten_row(outcome, trouble, unwritten_of(protocol, outcome, trouble)) for outcome in PaymentOutcome)
    yield ""


def _line(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"
