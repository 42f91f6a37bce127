"""Wire trace of a card terminal: what goes over its line, in French words, for each protocol.

Decoded here from the protocols' own tables and not by the station's codecs: a trace must not repeat the driver's mistake. Only
Concert needs a mask (`CardNumberMask`): the other two name cards by numbers that are partly hidden, and no word here has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from simulator.desk.trace_words import counted


class CardNumberMask:
    """Masks the report of a Concert terminal's long answer, which may hold a card number, whatever the pieces it comes in.

    The report is the characters 13 to 67 of a body of 80. A body of 25 has none: where it comes whole it is left as it is.
    """

    _SHORT = re.compile(rb"\x02[^\x02\x03]{25}\x03.", re.DOTALL)

    def __init__(self) -> None:
        self._body: int | None = None  # characters of the body so far; None between two frames

    def apply(self, data: bytes) -> bytes:
        """Replace the digits of a report by asterisks."""
        if self._body is None and self._SHORT.fullmatch(data):
            return data
        return bytes(self._masked(byte) for byte in data)

    def _masked(self, byte: int) -> int:
        if byte in (0x02, 0x03):
            self._body = 0 if byte == 0x02 else None
        elif self._body is not None:
            self._body += 1
            return 0x2A if 13 <= self._body <= 67 and 0x30 <= byte <= 0x39 else byte
        return byte


# --- Concert ------------------------------------------------------------------------------------------------------

CONTROL = {0x02: "STX", 0x03: "ETX", 0x04: "EOT", 0x05: "ENQ", 0x06: "ACK", 0x15: "NAK", 0x10: "DLE", 0x1B: "ESC", 0x1D: "GS"}


def _concert(data: bytes) -> str:
    return ", ".join(_concert_words(data))


def _concert_words(data: bytes) -> Iterator[str]:
    at = 0
    while at < len(data):
        end = data.find(b"\x03", at)
        if data[at] == 0x02 and end > 0:
            yield _body(data[at + 1 : end].decode("ascii", "replace"))
            at = end + 2
        else:
            yield CONTROL.get(data[at], f"{data[at]:02x}")
            at += 1


def _body(body: str) -> str:
    """A Concert body, without the part that may hold a card number."""
    if len(body) == 34:
        return f"demande {_euros(body[2:10])}, référence {body[16:26].strip()}"
    result = {"0": "accepté", "7": "refusé", "9": "non vérifié"}.get(body[2:3], body[2:3])
    return f"réponse : {result}, {_euros(body[3:11])}, référence {body[-10:].strip()}"


def _euros(cents: str) -> str:
    return f"{int(cents) / 100:.2f} EUR" if _digits(cents) else "sans montant"


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


# --- Caisse-AP ----------------------------------------------------------------------------------------------------

_REPORTS = {
    "00": "sans motif",
    "01": "autorisé",
    "02": "appel de l’émetteur",
    "03": "forcé",
    "04": "refusé",
    "05": "interdit",
    "06": "abandonné",
    "07": "non abouti",
    "08": "délai de saisie dépassé",
    "09": "format",
    "10": "sélection",
    "11": "abandon opérateur",
    "12": "action inconnue",
    "13": "devise",
}


def _caisse_ap(data: bytes) -> str:
    fields = dict(_fields(data.decode("latin-1")))
    if not fields:
        return counted(len(data), "octet")
    about = f"{_euros(fields.get('CB', ''))}, caisse {fields.get('CA', '?')}, référence {fields.get('CJ', '?')}"
    if "AE" not in fields:
        return f"demande {about}"
    end = {"10": "accepté", "01": "refusé"}.get(fields["AE"], f"AE {fields['AE']}")
    why = f" ({_REPORTS.get(fields['AF'], fields['AF'])})" if "AF" in fields else ""
    return f"réponse : {end}{why}, {about}"


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Tags and values, as far as the text is whole."""
    while len(text) >= 5 and _digits(text[2:5]) and len(text) >= 5 + int(text[2:5]):
        end = 5 + int(text[2:5])
        yield text[:2], text[5:end]
        text = text[end:]


# --- nexo Retailer ------------------------------------------------------------------------------------------------

_NAMES = {
    "Login": "connexion",
    "Diagnosis": "diagnostic",
    "Payment": "paiement",
    "Abort": "abandon",
    "TransactionStatus": "état d’un paiement",
    "Reversal": "annulation d’un débit",
    "Input": "saisie",
}
_Members = dict[str, object]


def _nexo(data: bytes) -> str:
    start = data.find(b'{"SaleToPOI')
    if start < 0:
        line = data.partition(b"\r\n")[0].decode("ascii", "replace").strip()
        return f"{line} : rien à dire" if line.startswith("HTTP/") else counted(len(data), "octet")
    try:
        message, _ = json.JSONDecoder().raw_decode(data[start:].decode("utf-8", "replace"))
        envelope = next(iter(message.values()))
        header = _member(envelope, "MessageHeader")
        return _nexo_words(envelope, header) if header else counted(len(data), "octet")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return counted(len(data), "octet")


def _nexo_words(envelope: _Members, header: _Members) -> str:
    category, kind = str(header.get("MessageCategory")), str(header.get("MessageType"))
    if kind == "Notification":
        return f"événement {_member(envelope, 'EventNotification').get('EventToNotify')}"
    body = _member(envelope, f"{category}{kind}")
    words = (_NAMES.get(category, category), *(_asked(body) if kind == "Request" else _answered(body)))
    named = f"référence {header['ServiceID']}" if category == "Payment" and "ServiceID" in header else ""
    said = ", ".join(word for word in (*words, named) if word)
    return f"{'demande' if kind == 'Request' else 'réponse'} : {said}"


def _asked(body: _Members) -> tuple[str, ...]:
    amounts = _member(body, "PaymentTransaction", "AmountsReq")
    original = _member(body, "OriginalPOITransaction", "POITransactionID").get("TransactionID")
    about = _member(body, "MessageReference").get("ServiceID")
    return (
        _amount(amounts.get("RequestedAmount"), amounts.get("Currency")),
        f"référence {about}" if about else "",
        f"transaction {original}, motif {body.get('ReversalReason')}" if original else "",
    )


def _answered(body: _Members) -> tuple[str, ...]:
    """Result and amount; of a status also what it found: its own Success says no more than "found"."""
    response, amounts = _member(body, "Response"), _member(body, "PaymentResult", "AmountsResp")
    result = {"Success": "oui", "Failure": "non", "Partial": "en partie"}.get(str(response.get("Result")), "?")
    why = f" ({response['ErrorCondition']})" if "ErrorCondition" in response else ""
    status = _member(body, "POIStatus").get("GlobalStatus")
    transaction = _member(body, "POIData", "POITransactionID").get("TransactionID")
    found = _member(body, "RepeatedMessageResponse", "RepeatedResponseMessageBody")
    return (
        result + why,
        f"terminal {status}" if status else "",
        _amount(amounts.get("AuthorizedAmount"), amounts.get("Currency")),
        f"transaction {transaction}" if transaction else "",
        *(f"trouvé : {', '.join(filter(None, _answered(_member(found, name))))}" for name in found),
    )


def _amount(amount: object, currency: object) -> str:
    return f"{amount:.2f} {currency}" if isinstance(amount, int | float) else ""


def _member(body: object, *names: str) -> _Members:
    """The object that stands there under these names; an empty one where there is none."""
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


CARD_WORDS: Mapping[str, Callable[[bytes], str]] = {"concert": _concert, "caisse-ap": _caisse_ap, "nexo": _nexo}
"""What bytes of a card terminal's line say, by its protocol."""
