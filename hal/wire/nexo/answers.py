"""nexo messages that the terminal sends: responses, events, and requests to us."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from enum import Enum

import msgspec
from msgspec import Struct, field

CENT = Decimal("0.01")
MOST_CENTS = 10**10
"""No amount of a parking station has more; an exponent in JSON may have."""
_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation])
_CONTACTLESS = {"Contactless", "Tapped", "RFID"}


class NexoResult(Enum):
    """Result of a response."""

    SUCCESS = "Success"
    PARTIAL = "Partial"
    FAILURE = "Failure"


class NexoHeader(Struct, frozen=True):
    """MessageHeader."""

    message_class: str = field(name="MessageClass")
    """Service, Device or Event."""
    category: str = field(name="MessageCategory")
    message_type: str = field(name="MessageType")
    """Request, Response or Notification."""
    service_id: str = field(name="ServiceID", default="")
    device_id: str = field(name="DeviceID", default="")


class NexoPaid(Struct, frozen=True):
    """PaymentResponse."""

    reference: str
    """Our reference; empty if the message contradicts itself about it."""
    result: NexoResult
    error: str = ""
    """ErrorCondition."""
    cents: int | None = None
    """AuthorizedAmount; None if there is none, or none in whole cents."""
    currency: str = ""
    contactless: bool | None = None
    transaction: str = ""
    """POITransactionID as `id@timestamp`."""
    authorisation: str = ""
    """ApprovalCode."""


class NexoReversed(Struct, frozen=True):
    """ReversalResponse."""

    service_id: str
    result: NexoResult
    error: str = ""
    amount_said: bool = False
    cents: int | None = None
    """ReversedAmount; None if there is none (`amount_said` False: all of it), or none in whole cents."""


class NexoFound(Struct, frozen=True):
    """TransactionStatusResponse. `result` says whether it was found, and nothing of how it ended: `repeated` does."""

    service_id: str
    result: NexoResult
    error: str = ""
    repeated: NexoPaid | NexoReversed | None = None


class NexoAnswer(Struct, frozen=True):
    """LoginResponse, DiagnosisResponse, or another response of which only the result matters."""

    service_id: str
    result: NexoResult
    error: str = ""
    status: str = ""
    """GlobalStatus of a diagnosis: OK, Busy, Maintenance, Unreachable."""


class NexoEvent(Struct, frozen=True):
    """EventNotification."""

    name: str
    """EventToNotify."""


class NexoAsks(Struct, frozen=True):
    """The terminal asks something of us: to display, print, read a key."""

    header: NexoHeader


NexoMessage = NexoPaid | NexoReversed | NexoFound | NexoAnswer | NexoEvent | NexoAsks


class NexoError(ValueError):
    """Not a message of the protocol. The text never quotes it."""


# --- as on the wire: only what is used; a member that is not here is ignored, and never kept ---


class _Response(Struct, frozen=True, rename="pascal"):
    result: NexoResult
    error_condition: str = ""


class _Name(Struct, frozen=True):
    transaction: str = field(name="TransactionID", default="")
    timestamp: str = field(name="TimeStamp", default="")


class _SaleData(Struct, frozen=True):
    name: _Name = field(name="SaleTransactionID", default=_Name())


class _PoiData(Struct, frozen=True):
    name: _Name = field(name="POITransactionID", default=_Name())


class _Amounts(Struct, frozen=True, rename="pascal"):
    currency: str = ""
    authorized_amount: Decimal | None = None


class _Acquirer(Struct, frozen=True, rename="pascal"):
    approval_code: str = ""


class _Card(Struct, frozen=True, rename="pascal"):
    entry_mode: tuple[str, ...] = ()


class _Instrument(Struct, frozen=True, rename="pascal"):
    card_data: _Card = _Card()


class _PaymentResult(Struct, frozen=True):
    amounts: _Amounts = field(name="AmountsResp", default=_Amounts())
    acquirer: _Acquirer = field(name="PaymentAcquirerData", default=_Acquirer())
    instrument: _Instrument = field(name="PaymentInstrumentData", default=_Instrument())


class _Payment(Struct, frozen=True):
    response: _Response = field(name="Response")
    sale: _SaleData = field(name="SaleData", default=_SaleData())
    poi: _PoiData = field(name="POIData", default=_PoiData())
    paid: _PaymentResult = field(name="PaymentResult", default=_PaymentResult())


class _Reversal(Struct, frozen=True, rename="pascal"):
    response: _Response
    reversed_amount: Decimal | None = None


class _RepeatedBody(Struct, frozen=True, rename="pascal"):
    payment_response: _Payment | None = None
    reversal_response: _Reversal | None = None


class _Repeated(Struct, frozen=True):
    header: NexoHeader = field(name="MessageHeader")
    body: _RepeatedBody = field(name="RepeatedResponseMessageBody")


class _Status(Struct, frozen=True, rename="pascal"):
    response: _Response
    repeated_message_response: _Repeated | None = None


class _PoiStatus(Struct, frozen=True, rename="pascal"):
    global_status: str = ""


class _Plain(Struct, frozen=True):
    response: _Response = field(name="Response")
    status: _PoiStatus = field(name="POIStatus", default=_PoiStatus())


class _Event(Struct, frozen=True, rename="pascal"):
    event_to_notify: str


class _ResponseBody(Struct, frozen=True):
    header: NexoHeader = field(name="MessageHeader")
    payment: _Payment | None = field(name="PaymentResponse", default=None)
    reversal: _Reversal | None = field(name="ReversalResponse", default=None)
    status: _Status | None = field(name="TransactionStatusResponse", default=None)
    login: _Plain | None = field(name="LoginResponse", default=None)
    diagnosis: _Plain | None = field(name="DiagnosisResponse", default=None)


class _RequestBody(Struct, frozen=True):
    header: NexoHeader = field(name="MessageHeader")
    event: _Event | None = field(name="EventNotification", default=None)


class _Envelope(Struct, frozen=True):
    response: _ResponseBody | None = field(name="SaleToPOIResponse", default=None)
    request: _RequestBody | None = field(name="SaleToPOIRequest", default=None)


_DECODER = msgspec.json.Decoder(_Envelope)


def decode_message(data: bytes) -> NexoMessage:
    """Decode a whole message. Raises NexoError if it is none, or none that a terminal sends us."""
    try:
        envelope = _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NexoError("no nexo message, or one without a member that it must have") from error
    if envelope.response is not None:
        return _response_of(envelope.response)
    if envelope.request is None:
        raise NexoError("neither SaleToPOIResponse nor SaleToPOIRequest")
    event = envelope.request.event
    return NexoAsks(envelope.request.header) if event is None else NexoEvent(event.event_to_notify)


def cents_of(amount: Decimal | None) -> int | None:
    """An amount in hundredths: 12, 12.0 and 1.2e1 are 1200. None for none, and for what is not a whole number of them."""
    if amount is None or not amount.is_finite() or not 0 <= amount < MOST_CENTS:
        return None
    try:
        return int(_EXACT.quantize(amount, CENT).scaleb(2))
    except (Inexact, InvalidOperation):
        return None


def _response_of(body: _ResponseBody) -> NexoMessage:
    service_id = body.header.service_id
    if body.payment is not None:
        return _paid(service_id, body.payment)
    if body.reversal is not None:
        return _reversed(service_id, body.reversal)
    if body.status is not None:
        return _found(service_id, body.status)
    plain = body.login or body.diagnosis
    if plain is None:
        raise NexoError("a response to nothing that we ask")
    return NexoAnswer(service_id, plain.response.result, plain.response.error_condition, plain.status.global_status)


def _found(service_id: str, status: _Status) -> NexoFound:
    repeated = status.repeated_message_response
    inner: NexoPaid | NexoReversed | None = None
    if repeated is not None and repeated.body.payment_response is not None:
        inner = _paid(repeated.header.service_id, repeated.body.payment_response)
    elif repeated is not None and repeated.body.reversal_response is not None:
        inner = _reversed(repeated.header.service_id, repeated.body.reversal_response)
    return NexoFound(service_id, status.response.result, status.response.error_condition, inner)


def _paid(service_id: str, payment: _Payment) -> NexoPaid:
    said, poi, paid = payment.sale.name.transaction, payment.poi.name, payment.paid
    modes = set(paid.instrument.card_data.entry_mode)
    return NexoPaid(
        reference=service_id if said in ("", service_id) else "",
        result=payment.response.result,
        error=payment.response.error_condition,
        cents=cents_of(paid.amounts.authorized_amount),
        currency=paid.amounts.currency,
        contactless=bool(modes & _CONTACTLESS) if modes else None,
        transaction=f"{poi.transaction}@{poi.timestamp}" if poi.transaction and poi.timestamp else "",
        authorisation=paid.acquirer.approval_code,
    )


def _reversed(service_id: str, reversal: _Reversal) -> NexoReversed:
    amount = reversal.reversed_amount
    return NexoReversed(
        service_id, reversal.response.result, reversal.response.error_condition, amount is not None, cents_of(amount)
    )
