"""References of sales: what is printed and said to people, and what the bank is told.

The theory. A sale is (station, generation, number): the generation is that of the journal in which the sale began, so a
replaced or restored card, which may count from an earlier number again, gives no number that was given before (no two cards of
a station have a generation in common: `firmware/protocol/genesis.py`). Both texts say all three:

    printed    75011-0042-000813      of the first generation
               75011-0042.3-000813    of the third
    bank       31PA0100SD             10 characters, which every terminal carries

The bank's text is 4 + 2 + 4 characters of base 32 (digits and capitals without I, L, O and U): 20 bits for the station, 10 for
the generation, 20 for the number. The stations of Paris, 20 arrondissements and the 16th's second code with 10 000 numbers
each, have a place of their own among the 2^20; a station with any other name has the place its hash falls on, beyond those.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
_STATION_DIGITS, _GENERATION_DIGITS, _NUMBER_DIGITS = 4, 2, 4
_STATION_PLACES, _GENERATIONS, _NUMBERS = 1 << 20, 1 << 10, 1 << 20
_OF_PARIS = re.compile(r"75(?:0(?P<arrondissement>0[1-9]|1[0-9]|20)|(?P<second_code>116))-(?P<serial>[0-9]{4})", re.ASCII)
_SECOND_CODE = 20
"""75116, after the arrondissements 1 to 20, which are 0 to 19."""
_SERIALS = 10_000
_PARIS = (_SECOND_CODE + 1) * _SERIALS
_PRINTED = re.compile(r"(?P<station>[^.]+?)(?:\.(?P<generation>[1-9][0-9]*))?-(?P<number>[0-9]{6,})", re.ASCII)


class SaleNumber(NamedTuple):
    """A sale of one station."""

    station: str
    generation: int
    """Of the journal in which it began, from 1."""
    number: int
    """From 1."""


def reference_of(sale: SaleNumber) -> str:
    """What is printed: `75011-0042-000813`, from the second generation on `75011-0042.2-000813`."""
    generation = f".{sale.generation}" if sale.generation > 1 else ""
    return f"{sale.station}{generation}-{sale.number:06d}"


def sale_in(reference: str) -> SaleNumber:
    """The sale that a printed reference names. Raises ValueError for a text that is none."""
    parts = _PRINTED.fullmatch(reference)
    if parts is None:
        raise ValueError(f"{reference!r} is no reference of a sale, such as 75011-0042-000813")
    return SaleNumber(parts["station"], int(parts["generation"] or 1), int(parts["number"]))


def bank_reference(reference: str) -> str:
    """A printed reference as the terminal and the bank carry it: 10 characters. Raises ValueError for a text that is none."""
    sale = sale_in(reference)
    return (
        _base32(station_place(sale.station), _STATION_DIGITS)
        + _base32(sale.generation % _GENERATIONS, _GENERATION_DIGITS)
        + _base32(sale.number % _NUMBERS, _NUMBER_DIGITS)
    )


def bank_parts(text: str) -> tuple[int, int, int]:
    """Place of the station, generation and number in a bank's text. Raises ValueError for one that this software never made."""
    if len(text) != _STATION_DIGITS + _GENERATION_DIGITS + _NUMBER_DIGITS or not set(text) <= set(ALPHABET):
        raise ValueError(f"{text!r} is no reference that a station gave a bank, such as 31PA0100SD")
    generation = _STATION_DIGITS + _GENERATION_DIGITS
    return _number_in(text[:_STATION_DIGITS]), _number_in(text[_STATION_DIGITS:generation]), _number_in(text[generation:])


def station_place(station: str) -> int:
    """The place of a station among 2^20: its own in Paris, elsewhere one that its name falls on, which two may share."""
    parts = _OF_PARIS.fullmatch(station)
    if parts is None:
        digest = int.from_bytes(hashlib.sha256(station.encode()).digest()[:8], "big")
        return _PARIS + digest % (_STATION_PLACES - _PARIS)
    quarter = _SECOND_CODE if parts["second_code"] else int(parts["arrondissement"]) - 1
    return quarter * _SERIALS + int(parts["serial"])


def _base32(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> (_BITS * place) & 31] for place in reversed(range(length)))


def _number_in(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number << _BITS | ALPHABET.index(digit)
    return number
