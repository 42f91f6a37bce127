"""nexo requests that the station sends, and its refusal of what the terminal asks of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from hal.wire.nexo.answers import NexoHeader

VERSION = "3.0"
CURRENCY = "EUR"
CAPABILITIES = ("PrinterReceipt",)
"""SaleCapabilities: what we have that a terminal may use. It asks the motorist on its own screen."""

_ENCODER = msgspec.json.Encoder(decimal_format="number")


class SaleSystem(Struct, frozen=True):
    """Who we are to the terminal, and which terminal is meant."""

    sale_id: str
    """Name of this station at the terminal: SaleID."""
    poi_id: str
    """Name of the terminal: POIID."""
    manufacturer: str = "horodateur"
    application: str = "horodateur"
    version: str = "0"
    certification: str = "none"
    """SaleSoftware, as the maker of the terminal certified it."""
    language: str = "fr"


class _TransactionName(Struct, frozen=True):
    transaction: str = field(name="TransactionID")
    timestamp: str = field(name="TimeStamp")


class _SaleSoftware(Struct, frozen=True):
    manufacturer: str = field(name="ManufacturerID")
    application: str = field(name="ApplicationName")
    version: str = field(name="SoftwareVersion")
    certification: str = field(name="CertificationCode")


class _SaleTerminalData(Struct, frozen=True, rename="pascal"):
    terminal_environment: str = "Unattended"
    sale_capabilities: tuple[str, ...] = CAPABILITIES


class _SaleData(Struct, frozen=True):
    name: _TransactionName = field(name="SaleTransactionID")
    terminal: _SaleTerminalData = field(name="SaleTerminalData", default=_SaleTerminalData())


class _Amounts(Struct, frozen=True, rename="pascal"):
    currency: str
    requested_amount: Decimal


class _Transaction(Struct, frozen=True, rename="pascal"):
    amounts_req: _Amounts


class _PaymentData(Struct, frozen=True, rename="pascal"):
    payment_type: str = "Normal"


class _Payment(Struct, frozen=True, rename="pascal"):
    sale_data: _SaleData
    payment_transaction: _Transaction
    payment_data: _PaymentData = _PaymentData()


class _Login(Struct, frozen=True, rename="pascal"):
    date_time: str
    sale_software: _SaleSoftware
    operator_language: str
    sale_terminal_data: _SaleTerminalData = _SaleTerminalData()


class _Diagnosis(Struct, frozen=True, rename="pascal"):
    host_diagnosis_flag: bool = False


class _MessageReference(Struct, frozen=True):
    category: str = field(name="MessageCategory")
    service_id: str = field(name="ServiceID")
    sale_id: str = field(name="SaleID")
    poi_id: str = field(name="POIID")


class _Abort(Struct, frozen=True, rename="pascal"):
    message_reference: _MessageReference
    abort_reason: str


class _TransactionStatus(Struct, frozen=True, rename="pascal"):
    message_reference: _MessageReference
    receipt_reprint_flag: bool = False


class _Original(Struct, frozen=True):
    name: _TransactionName = field(name="POITransactionID")
    sale_id: str = field(name="SaleID")
    poi_id: str = field(name="POIID")


class _Reversal(Struct, frozen=True):
    original: _Original = field(name="OriginalPOITransaction")
    reason: str = field(name="ReversalReason")
    amount: Decimal = field(name="ReversedAmount")
    sale_data: _SaleData = field(name="SaleData")


class _Refusal(Struct, frozen=True, rename="pascal"):
    result: str = "Failure"
    error_condition: str = "NotAllowed"


class _Refused(Struct, frozen=True, rename="pascal"):
    response: _Refusal = _Refusal()


class _OutHeader(Struct, frozen=True):
    message_class: str = field(name="MessageClass")
    category: str = field(name="MessageCategory")
    message_type: str = field(name="MessageType")
    sale_id: str = field(name="SaleID")
    poi_id: str = field(name="POIID")
    service_id: str | UnsetType = field(name="ServiceID", default=UNSET)
    device_id: str | UnsetType = field(name="DeviceID", default=UNSET)
    version: str = field(name="ProtocolVersion", default=VERSION)


_Body = _Payment | _Login | _Diagnosis | _Abort | _TransactionStatus | _Reversal


def encode_login(system: SaleSystem, service_id: str, at: datetime) -> bytes:
    """Encode a LoginRequest: who we are, and that nobody attends us."""
    software = _SaleSoftware(system.manufacturer, system.application, system.version, system.certification)
    return _request(system, "Login", service_id, _Login(at.isoformat(timespec="seconds"), software, system.language))


def encode_payment(system: SaleSystem, reference: str, cents: int, at: datetime) -> bytes:
    """Encode a PaymentRequest: a debit in euros. Raises ValueError if a field does not fit its place."""
    if not 1 <= cents <= 99_999_999:
        raise ValueError(f"an amount is 1 to 99999999 cents, not {cents}")
    if not (1 <= len(reference) <= 10 and reference.isascii() and reference.isalnum()):
        raise ValueError(f"a reference is 1 to 10 ASCII letters and digits, not {reference!r}")
    payment = _Payment(_sale_data(reference, at), _Transaction(_Amounts(CURRENCY, euros(cents))))
    return _request(system, "Payment", reference, payment)


def encode_abort(system: SaleSystem, service_id: str, reference: str) -> bytes:
    """Encode an AbortRequest: the payment `reference` is to be taken back. It has no response of its own."""
    return _request(system, "Abort", service_id, _Abort(_reference(system, "Payment", reference), "MerchantAbort"))


def encode_status(system: SaleSystem, service_id: str, category: str, about: str) -> bytes:
    """Encode a TransactionStatusRequest: `about` is the ServiceID of the Payment or Reversal asked about, never this one's."""
    return _request(system, "TransactionStatus", service_id, _TransactionStatus(_reference(system, category, about)))


def encode_reversal(system: SaleSystem, service_id: str, cents: int, transaction: str, sale: tuple[str, datetime]) -> bytes:
    """Encode a ReversalRequest. `sale`: our reference and the time now. Raises ValueError if `transaction` names none."""
    name, at, timestamp = transaction.rpartition("@")
    if not (name and at and timestamp):
        raise ValueError(f"a transaction of the terminal is id@timestamp, not {transaction!r}")
    original = _Original(_TransactionName(name, timestamp), system.sale_id, system.poi_id)
    return _request(system, "Reversal", service_id, _Reversal(original, "Unable2Compl", euros(cents), _sale_data(*sale)))


def encode_diagnosis(system: SaleSystem, service_id: str) -> bytes:
    """Encode a DiagnosisRequest: how the terminal is, without its bank being called."""
    return _request(system, "Diagnosis", service_id, _Diagnosis())


def encode_refusal(system: SaleSystem, asked: NexoHeader) -> bytes:
    """Encode a response that refuses what the terminal asks of us: NotAllowed."""
    header = _OutHeader(
        asked.message_class,
        asked.category,
        "Response",
        system.sale_id,
        system.poi_id,
        asked.service_id or UNSET,
        asked.device_id or UNSET,
    )
    return _ENCODER.encode({"SaleToPOIResponse": {"MessageHeader": header, f"{asked.category}Response": _Refused()}})


def euros(cents: int) -> Decimal:
    """An amount as it is written in a message: 240 is 2.40."""
    return Decimal(cents).scaleb(-2)


def _sale_data(reference: str, at: datetime) -> _SaleData:
    return _SaleData(_TransactionName(reference, at.isoformat(timespec="seconds")))


def _reference(system: SaleSystem, category: str, about: str) -> _MessageReference:
    return _MessageReference(category, about, system.sale_id, system.poi_id)


def _request(system: SaleSystem, category: str, service_id: str, body: _Body) -> bytes:
    header = _OutHeader("Service", category, "Request", system.sale_id, system.poi_id, service_id)
    return _ENCODER.encode({"SaleToPOIRequest": {"MessageHeader": header, f"{category}Request": body}})
