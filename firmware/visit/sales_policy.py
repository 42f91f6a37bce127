"""What may be sold now, by the state of the devices, the clock, the tariff and the technician's word.

The theory. What still works is sold. One question, asked in one order: what keeps this machine from selling? The first answer
is its fault code, the one a motorist can quote. Some things end every sale: nothing may be dated by a wrong clock or priced
without a tariff, and a technician's word stands. Others only end payments: a free right needs no bank, and is one line in the
journal. The rest ends nothing: without paper the plate is registered all the same, and an open door may be a cut wire.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware.ledger.clock_evidence import ClockTrust
from firmware.tariff import Quote, RateKey, quote
from firmware.tariff.reach import ends_soon
from firmware.visit.context import Context
from firmware.visit.events import ClockIs
from firmware.visit.health import Health
from hal.ports import PanelState

FREE_DESPITE = frozenset({"", "T1", "T2", "T3", "T6", "A1"})
"""The fault codes under which a right that costs nothing is still given."""

NO_PANEL: dict[PanelState | None, str] = {PanelState.UNKNOWN: "K2", PanelState.SILENT: "K3"}
"""The fault codes of a front panel whose keys are not to be trusted, or do not arrive."""

BUSY = "T6"
"""The fault code while the terminal may still ask for a card for a payment of before; whatever else is wrong with it."""


@dataclass(frozen=True)
class AllowedSales:
    """The kinds of sale that may begin now."""

    paid: bool
    """A right that costs something."""
    free: bool
    """A right that costs nothing. Allowed wherever a paid one is."""
    ticket: bool
    """A ticket can be promised: of these, and of what was sold before."""


def has_tariff(context: Context) -> bool:
    """Whether a tariff is in force here, now."""
    return isinstance(quote(context.tariffs, RateKey(context.site.zone), context.now, 1), Quote)


def clock_event(trust: ClockTrust, context: Context) -> ClockIs:
    """What the wall clock shows, how far it is trusted, and what the tariff in force says of that day."""
    tariffs = context.tariffs
    return ClockIs(trust, has_tariff(context), ends_soon(tariffs.calendar, tariffs.day(context.now)))


def allowed_sales(context: Context) -> AllowedSales:
    """The kinds of sale that may begin now; a visit begins wherever `free` is true."""
    return sales_allowed_by(context.health, tariff=has_tariff(context), stopped=context.ledger.stopped)


def may_take_payment(context: Context) -> bool:
    """Whether a payment may begin now."""
    return not fault_code(context)


def may_give_free_right(context: Context) -> bool:
    """Whether a right that costs nothing may be given now; true wherever a payment may begin."""
    return fault_code(context) in FREE_DESPITE


def fault_code(context: Context) -> str:
    """The fault code that keeps this machine from taking money; empty when it does."""
    return fault_code_of(context.health, tariff=has_tariff(context), stopped=context.ledger.stopped)


def fault_code_of(health: Health, *, tariff: bool, stopped: bool) -> str:
    """The fault code of a state; empty when payments may begin.

    `tariff`: one is in force here, now. `stopped`: a technician has taken the machine out of sales.
    """
    if stopped:
        return "S1"
    if code := NO_PANEL.get(health.panel):
        return code
    if health.clock.wrong:
        return "C1"
    if not tariff:
        return "P1"
    if health.busy_until and not health.asking:
        return BUSY
    if health.terminal is None:
        return "T0"
    if health.mains is False:
        return "A1"
    if not health.terminal:
        return "T1"
    if health.asking:
        return "T3"
    return "T2" if health.doubts else ""


def sales_allowed_by(health: Health, *, tariff: bool, stopped: bool) -> AllowedSales:
    """The kinds of sale a state allows; arguments as of `fault_code_of`."""
    found = fault_code_of(health, tariff=tariff, stopped=stopped)
    return AllowedSales(paid=not found, free=found in FREE_DESPITE, ticket=health.prints)
