"""Faults of a card terminal, by the protocol it speaks, and what else can happen in a payment: rows of the fault catalogue."""

from __future__ import annotations

from msgspec import Struct


class FaultRow(Struct, frozen=True):
    """One fault of one device, and what comes of it."""

    device: str
    fault: str
    screen: str
    """A screen that comes up, or stays, while it lasts: what a motorist sees of it."""
    alarm: str | None
    """Code of the one alarm it raises; None if it raises none."""
    effect: str
    """What becomes of the visit; where there is no alarm, the sentence ends with why."""
    visit: str
    """Name of its file in simulator/visits/, without the ending."""
    begins: str = ""
    """The step of its visit that it begins with, where no fault of the device is switched on: a card, a key, the power."""


_DOUBT = "in doubt, the motorist is covered; after three minutes card sales close."
_OTHER_AMOUNT = f"Another amount than asked: nothing is sold, both are in the journal; {_DOUBT}"
CONCERT = (
    FaultRow("card", "mute", "out of service", "T1", "No money is taken; free rights are given.", "terminal-silent"),
    FaultRow("card", "mute_after_enq", "not known", "T2", f"It may have the request: {_DOUBT}", "terminal-dies-before-request"),
    FaultRow(
        *("card", "mute_after_request", "approved", None),
        "It has the request: it is not asked again, and its answer counts. No alarm: nothing is lost.",
        "terminal-dies-after-request",
    ),
    FaultRow("card", "mute_after_card", "not known", "T2", f"Debited, and never answered: {_DOUBT}", "unanswered"),
    FaultRow(
        *("card", "garble", "approved", None),
        "Its answer is asked for again. No alarm: the third one is whole, and nothing is lost.",
        "garbled-answer",
    ),
    FaultRow("card", "garble_always", "not known", "T2", f"No answer can be read: {_DOUBT}", "garbled-for-ever"),
    FaultRow("card", "nak", "refused", "T5", "Nothing was put to the bank, nothing is debited.", "terminal-refuses-requests"),
    FaultRow(
        *("card", "slow", "approved", None),
        "The machine waits. No alarm: a card that is shown is answered within its two minutes.",
        "terminal-slow",
    ),
    FaultRow("card", "busy", "refused", "T1", "Called busy: nothing was put to the bank.", "terminal-busy"),
    FaultRow(
        *("card", "no_reference", "refused", None),
        "A refusal that can be of one payment only is taken for that one. No alarm: many terminals are made so.",
        "refusal-without-reference",
    ),
    FaultRow("card", "off", "out of service", "T1", "As if it were silent; found again within ten seconds.", "terminal-off"),
    FaultRow(
        *("card", "asks", "refused", None),
        "Nobody says yes, so nothing is debited. No alarm: it is its answer to one payment.",
        "terminal-asks",
    ),
    FaultRow("card", "ten_times", "not known", "T2", _OTHER_AMOUNT, "other-amount"),
    FaultRow("card", "fee", "not known", "T2", _OTHER_AMOUNT, "terminal-fee"),
    FaultRow(
        *("card", "twice", "approved", None),
        "What was told is not told again. No alarm: nothing is lost.",
        "terminal-twice",
    ),
    FaultRow("card", "half", "not known", "T2", f"No answer can be read: {_DOUBT}", "terminal-half"),
    FaultRow(
        *("card", "other_reference", "not known", "T2"),
        f"That approval sells nothing, and is in the journal; ours is {_DOUBT}",
        "terminal-other-reference",
    ),
    FaultRow(
        *("card", "reverses", "not known", "T2"),
        f"It cannot say that it gave back: {_DOUBT}",
        "terminal-reverses",
    ),
)
CAISSE_AP = (
    FaultRow("card", "mute", "not known", "T2", f"It may have the request: {_DOUBT}", "caisse-ap-mute"),
    FaultRow("card", "mute_after_card", "not known", "T2", f"Debited, and never answered: {_DOUBT}", "caisse-ap-silent"),
    FaultRow(
        *("card", "slow", "approved", None),
        "The machine waits. No alarm: a card that is shown is answered within its two minutes.",
        "caisse-ap-slow",
    ),
    FaultRow("card", "off", "refused", "T1", "The connection is refused: certainly not asked.", "caisse-ap-off"),
    FaultRow(
        *("card", "asks", "refused", None),
        "Nobody says yes, so nothing is debited. No alarm: it is its answer to one payment.",
        "caisse-ap-asks",
    ),
    FaultRow("card", "ten_times", "not known", "T2", _OTHER_AMOUNT, "caisse-ap-ten-times"),
    FaultRow("card", "fee", "not known", "T2", _OTHER_AMOUNT, "caisse-ap-fee"),
    FaultRow(
        *("card", "twice", "approved", None),
        "Both say the same, field by field. No alarm: nothing is lost.",
        "caisse-ap-twice",
    ),
    FaultRow("card", "half", "not known", "T2", f"No answer can be read: {_DOUBT}", "caisse-ap-half"),
    FaultRow("card", "other_reference", "not known", "T2", f"It is no answer to us: {_DOUBT}", "caisse-ap-other-reference"),
    FaultRow("card", "reverses", "not known", "T2", f"It cannot say that it gave back: {_DOUBT}", "caisse-ap-reverses"),
    FaultRow(
        *("card", "hangs_up", "not known", "T1"),
        "Nothing can be answered any more: in doubt, the motorist is covered. It lets nobody in until it is done.",
        "caisse-ap-hangs-up",
    ),
    FaultRow(
        *("card", "maintenance", "refused", None),
        "Nothing is debited. No alarm: it answers, and says no for as long as that takes.",
        "caisse-ap-maintenance",
    ),
    FaultRow("card", "format", "refused", "T5", "Nothing was put to the bank, nothing is debited.", "caisse-ap-format"),
    FaultRow(
        *("card", "refused", "refused", None),
        "Nothing is debited, and another card may pay. No alarm: it is the bank's answer.",
        *("caisse-ap-refused", "card declined"),
    ),
    FaultRow(
        *("card", "cancelled on the terminal", "refused", None),
        "Nothing is debited. No alarm: it is what the motorist wanted.",
        *("caisse-ap-cancelled-on-the-terminal", "card cancelled"),
    ),
    FaultRow(
        *("card", "no card", "refused", None),
        "Nothing is debited. No alarm: nobody was there.",
        *("caisse-ap-no-card", "wait until refused"),
    ),
    FaultRow(
        *("card", "late answer", "not known", None),
        "A doubt first, then a right. No alarm: the doubt ends within three minutes.",
        *("caisse-ap-late", "card late"),
    ),
    FaultRow(
        *("card", "not verified", "not known", "T2"),
        f"Neither yes nor no: {_DOUBT}",
        *("caisse-ap-not-verified", "card unverified"),
    ),
    FaultRow(
        *("card", "abort too late", "approved", None),
        "The protocol takes nothing back, and the screen says so: the card pays. No alarm: nothing is lost.",
        *("caisse-ap-abort-too-late", "press CANCEL"),
    ),
    FaultRow(
        *("card", "power cut of the station", "idle", None),
        "In doubt after the start: nobody can be asked. No alarm: one cut says nothing of the terminal.",
        *("caisse-ap-power-cut", "power off"),
    ),
    FaultRow(
        *("card", "power cut of the terminal", "not known", "T1"),
        "The connection is lost: in doubt, the motorist is covered.",
        *("caisse-ap-power-cut-of-the-terminal", "fault card off"),
    ),
    FaultRow(
        *("card", "connection lost", "not known", "T2"),
        f"No answer comes: {_DOUBT}",
        *("caisse-ap-connection-lost", "fault card cable cut"),
    ),
)
