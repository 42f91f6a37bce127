"""Catalogue of faults: for each fault a desk can have, the screen, the alarm and the visit that shows both.

A row claims; `tests/visits/test_fault_catalogue.py` plays its visit and holds it to that. `docs/faults.md` is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.visit_files.nexo_faults import NEXO
from simulator.visit_files.terminal_faults import CAISSE_AP, CONCERT, FaultRow

_PRINTER = (
    FaultRow("printer", "paper_near_end", "take ticket", "I1", "Tickets still come.", "roll-near-its-end"),
    FaultRow("printer", "paper_out", "no paper", "I2", "Said before paying; the right is sold without a ticket.", "no-paper"),
    FaultRow(
        *("printer", "paper_out_mid", "no ticket", "I2"),
        "Half a ticket: the right stands, its number is on the screen; the next ticket is whole.",
        "paper-ends-mid-ticket",
    ),
    FaultRow(
        "printer", "cover_open", "no paper", "I3", "Said before paying; the right is sold without a ticket.", "cover-open"
    ),
    FaultRow(
        *("printer", "jam", "no ticket", "I4"),
        "The right stands, its number is on the screen; nothing of this ticket is on the next one.",
        "jam",
    ),
    FaultRow("printer", "cutter", "no ticket", "I4", "As a jam: the ticket stays on the roll.", "printer-cutter"),
    FaultRow(
        *("printer", "not_taken", "take ticket", None),
        "The next ticket pushes it out and is whole. No alarm: the printer has no sensor at its slot.",
        "printer-not-taken",
    ),
    FaultRow(
        *("printer", "mute", "no paper", "I5"),
        "Said before paying; the right is sold without a ticket.",
        "printer-silent",
    ),
    FaultRow("printer", "garble", "no paper", "I5", "No answer is understood: as if it were silent.", "printer-garbled"),
    FaultRow(
        *("printer", "slow", "take ticket", None),
        "The ticket comes later. No alarm: it comes within the 20 s a ticket may take.",
        "printer-slow",
    ),
    FaultRow(
        *("printer", "noise", "take ticket", None),
        "The ticket comes; a noise is never taken for the printer's word. No alarm: nothing is lost.",
        "printer-noise-harmless",
    ),
    FaultRow(
        *("printer", "no_echo", "take ticket", None),
        "Two reads of its status that agree are believed instead. No alarm: an older model is not out of order.",
        "printer-without-echo",
    ),
)
_PRINTER_CABLE = (
    FaultRow(
        "printer cable", "cut", "no paper", "I5", "Said before paying; the right is sold without a ticket.", "printer-cable-cut"
    ),
    FaultRow(
        "printer cable",
        "dropped",
        "no paper",
        "I5",
        "Looks at the printer fail: as if it were silent.",
        "printer-cable-dropped",
    ),
    FaultRow(
        "printer cable", "garbled", "no paper", "I5", "No answer is understood: as if it were silent.", "printer-cable-garbled"
    ),
    FaultRow(
        *("printer cable", "duplicated", "no ticket", None),
        "The ticket may have come, and is not believed; the right stands. No alarm: between tickets every answer is right.",
        "printer-cable-duplicated",
    ),
    FaultRow(
        *("printer cable", "nuls", "no ticket", None),
        "The printer misreads its commands, so a ticket may be spoilt or missing; numbers that do not come back betray it, and "
        "the right stands. No alarm: between tickets every answer is right.",
        "printer-cable-nuls",
    ),
    FaultRow("printer cable", "slow", "no paper", "I5", "Answers come too late: as if it were silent.", "printer-cable-slow"),
)
TERMINALS: Mapping[str, tuple[FaultRow, ...]] = {"Concert E+": CONCERT, "Caisse-AP": CAISSE_AP, "nexo Retailer": NEXO}
"""The rows of the device "card", by the protocol of the terminal: each has its own faults and words."""
_CARD_CABLE = (
    FaultRow("card cable", "cut", "out of service", "T1", "No money is taken; free rights are given.", "card-cable-cut"),
    FaultRow(
        *("card cable", "dropped", "refused", "T1"),
        "The request does not get through: nothing was put to the bank.",
        "card-cable-dropped",
    ),
    FaultRow(
        "card cable", "garbled", "out of service", "T1", "No call is understood: as if it were silent.", "card-cable-garbled"
    ),
    FaultRow(
        *("card cable", "duplicated", "not known", "T2"),
        "The request may have been taken: in doubt, the motorist is covered; after three minutes card sales close.",
        "card-cable-duplicated",
    ),
    FaultRow(
        "card cable",
        "nuls",
        "refused",
        "T5",
        "The request is refused each time: nothing was put to the bank.",
        "card-cable-nuls",
    ),
    FaultRow(
        *("card cable", "slow", "approved", None),
        "The sale takes longer. No alarm: what comes late still counts, and nothing is lost.",
        "card-cable-slow",
    ),
)
_KEYPAD = (
    FaultRow(
        *("keypad", "bounce", "duration", None),
        "One press types one character. No alarm: the driver waits for three equal scans.",
        "worn-keys",
    ),
    FaultRow("keypad", "stuck", "plate", "K1", "The key is named on the screen; the others still type.", "stuck-key"),
    FaultRow(
        *("keypad", "ghost", "plate", "K1"),
        "The keys of two rows and two columns are dead, the others still type; the four that cannot be told apart are named.",
        "keypad-ghost",
    ),
)
_PANEL = (
    FaultRow(
        *("panel", "off", "idle", "K3"),
        "No key arrives, and nothing is sold; a key that waited for longer than two seconds is dropped.",
        "panel-off",
    ),
    FaultRow(
        *("panel", "opened", "duration", "K4"),
        "Everything is sold: the keys are what they were. The city's operators see who should look.",
        "panel-opened",
    ),
    FaultRow(
        *("panel", "other", "idle", "K2"),
        "Nothing is sold with keys of an unknown firmware; they still open the service menu.",
        "panel-other-version",
    ),
    FaultRow(
        *("panel", "noise", "idle", "K3"),
        "Every frame is damaged: no key is believed, and nothing is sold.",
        "panel-noise",
    ),
    FaultRow(
        *("panel", "glitch", "plate", "K6"),
        "Nothing is lost or doubled, and everything is sold; the third start within an hour is an alarm.",
        "panel-restarts-often",
    ),
    FaultRow(
        *("panel", "dusk", "duration", None),
        "Glass and keys are dimmed after some ten seconds; the sale goes on. No alarm: it is evening.",
        "panel-light",
    ),
    FaultRow(
        *("panel", "dark", "duration", None),
        "All is dimmed further, and can be read. No alarm: it is night; between 9 h and 16 h a dark sensor is not believed.",
        "panel-light",
    ),
    FaultRow(
        *("panel", "blind", "duration", "K7"),
        "All is bright, by night too.",
        "panel-light",
    ),
)
_DISPLAY = (
    FaultRow(
        *("display", "dark", "idle", None),
        "Nothing is sold by accident. No alarm: the panel is written to and never answers, so only a passer-by can tell.",
        "display-dark",
    ),
    FaultRow(
        *("display", "reset", "idle", None),
        "Dark until the next picture that is sent whole, after its settings: a minute. No alarm: the panel never answers.",
        "display-reset",
    ),
)
_SPEAKER = (
    FaultRow(
        *("speaker", "silent", "duration", None),
        "The visit goes on without its voice, its time-outs too. No alarm: who needs the voice asks for it again.",
        "speech-engine-silent",
    ),
)
_SUPPLY = (
    FaultRow("door", "open", "approved", "D1", "It sells on: a cut wire reads as an open door.", "door-open"),
    FaultRow("mains", "lost", "out of service", "A1", "No payment begins; free rights are given.", "mains-lost"),
    FaultRow(
        *("mains", "cut", "off", None),
        "What was on disk is there at the next start. No alarm: without power it says nothing; the city sees its silence.",
        "mains-cut",
    ),
)
_CLOCK = (
    FaultRow(
        *("clock", "unsynchronised", "approved", "C2"),
        "It sells on, and each sale says so; the alarm rises after a week.",
        "clock-unsynchronised",
    ),
    FaultRow("clock", "ahead", "idle", "C1", "Not the city's signed time: nothing is sold by it.", "clock-of-the-cable"),
    FaultRow("clock", "behind", "idle", "C1", "Before what was already written: nothing is sold by it.", "clock-behind"),
    FaultRow(
        *("clock", "jumps", "idle", "C1"),
        "While it is not the city's signed time, nothing is sold by it; without the network, once it contradicts the journal.",
        "clock-jumps-to-and-fro",
    ),
    FaultRow("clock", "reset", "idle", "C1", "Older than its software: nothing is sold by it.", "clock-reset"),
)
_DISK = (
    FaultRow(
        *("disk", "full", "broken", "J2"),
        "Debited, and not yet written: the screen says what stands; the right is written as soon as it can be.",
        "disk-full-after-payment",
    ),
    FaultRow("disk", "io_error", "broken", "J1", "No payment begins that could not be written.", "disk-io-error"),
    FaultRow(
        *("disk", "slow", "approved", None),
        "Every write holds the machine for two seconds. No alarm: all is written before its effect.",
        "disk-slow",
    ),
)
_COMPUTER = (
    FaultRow("computer", "under_voltage", "approved", "A2", "It sells on; the card is in danger.", "computer-under-voltage"),
    FaultRow("computer", "hot", "approved", "A3", "It sells on, more slowly.", "computer-hot"),
    FaultRow("computer", "disk_errors", "approved", "J3", "It sells on; the card is to be replaced.", "computer-disk-errors"),
    FaultRow("computer", "boot_changed", "approved", "B1", "It sells on, and the city is told.", "computer-boot-changed"),
    FaultRow("computer", "disk_worn", "approved", "J4", "It sells on; the card is to be replaced.", "computer-disk-worn"),
)
_NETWORK = (
    FaultRow(
        "network",
        "down",
        "approved",
        "V2",
        "Sales go on and wait; the alarm rises after a quarter of an hour.",
        "network-down-for-long",
    ),
    FaultRow(
        "network",
        "lossy",
        "approved",
        None,
        "Everything is sent until it is acknowledged. No alarm: nothing is late.",
        "network-bad",
    ),
    FaultRow("network", "slow", "approved", None, "Everything arrives. No alarm: nothing is late.", "network-slow"),
    FaultRow(
        *("network", "twice", "approved", None),
        "Each entry is taken once, by its number in the journal. No alarm: nothing is lost.",
        "network-twice",
    ),
    FaultRow(
        *("network", "late", "approved", None),
        "What comes too late is a request of before, and is refused; it was sent again. No alarm: everything arrives.",
        "network-late",
    ),
    FaultRow(
        *("network", "altered", "approved", "V1"),
        "The city takes nothing that was not signed, and the station sends it again; that it is refused is an alarm.",
        "network-altered",
    ),
)
ROWS = (
    *(*_PRINTER, *_PRINTER_CABLE, *(row for rows in TERMINALS.values() for row in rows), *_CARD_CABLE),
    *(*_KEYPAD, *_PANEL, *_DISPLAY, *_SPEAKER, *_SUPPLY, *_CLOCK, *_DISK, *_COMPUTER, *_NETWORK),
)
