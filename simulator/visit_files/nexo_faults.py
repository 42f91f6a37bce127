"""Faults of a nexo terminal, which can be asked what became of a payment: rows of the fault catalogue."""

from __future__ import annotations

from simulator.visit_files.terminal_faults import FaultRow

_ASKED = "It is asked what became of the payment, and says. No alarm: nothing is lost."
_GIVEN_BACK = "Another amount than asked: nothing is sold, both are in the journal, and it is given back at once."
NEXO = (
    FaultRow("card", "mute", "out of service", "T1", "No money is taken; free rights are given.", "nexo-mute"),
    FaultRow("card", "mute_login", "out of service", "T1", "No session, no payment: as if it were silent.", "nexo-mute-login"),
    FaultRow("card", "mute_after_card", "approved", None, _ASKED, "nexo-mute-after-card"),
    FaultRow("card", "mute_after_request", "approved", None, _ASKED, "nexo-mute-after-request"),
    FaultRow(
        *("card", "mute_status", "not known", "T1"),
        "In doubt until it answers, and then a right: within 30 s.",
        "nexo-mute-status",
    ),
    FaultRow(
        *("card", "mute_abort", "approved", None),
        "CANCEL counts for nothing: the card pays. No alarm: nothing is lost.",
        "nexo-mute-abort",
    ),
    FaultRow(
        *("card", "mute_reversal", "giving back", "T4"),
        "It is asked whether it gave back, and is not told to a second time.",
        "nexo-mute-reversal",
    ),
    FaultRow(
        *("card", "slow", "approved", None),
        "The machine waits. No alarm: a card that is shown is answered within its two minutes.",
        "nexo-slow",
    ),
    FaultRow("card", "off", "refused", "T1", "The connection is refused: certainly not asked.", "nexo-off"),
    FaultRow(
        *("card", "asks", "refused", None),
        "Nobody says yes, so nothing is debited. No alarm: it is its answer to one payment.",
        "nexo-asks",
    ),
    FaultRow("card", "ten_times", "cancelled", "T4", _GIVEN_BACK, "nexo-ten-times"),
    FaultRow("card", "fee", "cancelled", "T4", _GIVEN_BACK, "nexo-fee"),
    FaultRow("card", "partial", "cancelled", "T4", _GIVEN_BACK, "nexo-partial"),
    FaultRow(
        *("card", "twice", "approved", None),
        "What was told is not told again. No alarm: nothing is lost.",
        "nexo-twice",
    ),
    FaultRow("card", "half", "approved", None, _ASKED, "nexo-half"),
    FaultRow("card", "garble", "approved", None, _ASKED, "nexo-garble"),
    FaultRow(
        *("card", "other_reference", "approved", None),
        "That approval sells nothing, and is in the journal; it is asked about ours, and says. No alarm: nothing is lost.",
        "nexo-other-reference",
    ),
    FaultRow(
        *("card", "reverses", "refused", None),
        "It is asked, and says that it gave back. No alarm: nothing is debited.",
        "nexo-reverses",
    ),
    FaultRow("card", "busy", "refused", "T1", "Called busy: nothing was put to the bank.", "nexo-busy"),
    FaultRow("card", "maintenance", "refused", "T1", "Called busy, and out of sales until it is done.", "nexo-maintenance"),
    FaultRow("card", "nak", "refused", "T5", "Nothing was put to the bank, nothing is debited.", "nexo-nak"),
    FaultRow(
        *("card", "forgets", "not known", "T2"),
        "It knows us no more, so that it knows of no payment says nothing: in doubt, the motorist is covered.",
        *("nexo-forgets", "fault card forgets"),
    ),
    FaultRow(
        *("card", "unsure", "idle", "T7"),
        "It is asked again every 20 s, and ends the doubt once it knows; after three minutes an alarm says that it does not.",
        "nexo-unsure",
    ),
    FaultRow(
        *("card", "refused", "refused", None),
        "Nothing is debited, and another card may pay. No alarm: it is the bank's answer.",
        *("nexo-refused", "card declined"),
    ),
    FaultRow(
        *("card", "wrong pin", "refused", None),
        "Said in its own words; nothing is debited. No alarm: it is the card's answer.",
        *("nexo-wrong-pin", "card wrong_pin"),
    ),
    FaultRow(
        *("card", "cancelled on the terminal", "refused", None),
        "Nothing is debited. No alarm: it is what the motorist wanted.",
        *("nexo-cancelled-on-the-terminal", "card cancelled"),
    ),
    FaultRow(
        *("card", "no card", "refused", None),
        "Nothing is debited. No alarm: nobody was there.",
        *("nexo-no-card", "wait until refused"),
    ),
    FaultRow(
        *("card", "late answer", "cancelled", None),
        "Taken back after a minute without a word; nothing is debited. No alarm: the terminal is well.",
        *("nexo-late-answer", "card late"),
    ),
    FaultRow(
        *("card", "abort accepted", "cancelled", None),
        "Nothing is debited. No alarm: it is what the motorist wanted.",
        *("nexo-abort-accepted", "press CANCEL"),
    ),
    FaultRow(
        *("card", "abort too late", "approved", None),
        "The bank had said yes, so there is a right. No alarm: nothing is lost.",
        *("nexo-abort-too-late", "press CANCEL"),
    ),
    FaultRow(
        *("card", "power cut of the station", "idle", None),
        "Asked after the start, before anything is in doubt: a right. No alarm: nothing is lost.",
        *("nexo-power-cut-of-the-station", "power off"),
    ),
    FaultRow(
        *("card", "power cut of the terminal", "refused", "T1"),
        "It remembers that it did not end the payment: nothing is debited.",
        *("nexo-power-cut-of-the-terminal", "fault card off"),
    ),
    FaultRow(
        *("card", "connection lost", "approved", "T1"),
        "It is asked as soon as it is there again: a right.",
        *("nexo-connection-lost", "fault card cable cut"),
    ),
)
