"""Words of a simulated nexo terminal: its faults, the bodies of its answers, and a request of the till."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypedDict

from simulator.devices.terminal_core import CORE_FAULTS
from simulator.devices.terminal_script import CardOutcome

NEXO_FAULTS = {
    **CORE_FAULTS,
    "busy": "Occupé : refuse les demandes de paiement",
    "maintenance": "Télécollecte : annonce une maintenance et refuse les paiements",
    "nak": "Refuse toutes les demandes (MessageFormat)",
    "mute_login": "Ne répond pas à l'ouverture de session",
    "mute_status": "Ne répond pas aux questions sur un paiement",
    "mute_after_request": "Traite la demande, mais n'y répond jamais",
    "garble": "Altère ses réponses aux paiements",
    "partial": "N'accepte que la moitié du montant",
    "forgets": "Redémarre en oubliant les paiements, d'avant et en cours",
    "unsure": "Dit ne pas connaître les paiements d'avant (NotFound)",
    "mute_abort": "Ne tient pas compte d'une demande d'abandon",
    "mute_reversal": "Annule un débit quand on le lui demande, sans le dire",
}
"""Accepted faults, each with what it does, in French."""
ERRORS = {
    CardOutcome.REFUSED: "Refusal",
    CardOutcome.WRONG_PIN: "WrongPIN",
    CardOutcome.REMOVED: "InvalidCard",
    CardOutcome.CANCELLED: "Cancel",
    CardOutcome.NO_CARD: "Cancel",
    CardOutcome.ABORTED: "Aborted",
}
SUCCESS: dict[str, object] = {"Response": {"Result": "Success"}}


class NexoFields(TypedDict, total=False):
    """MessageHeader."""

    MessageClass: str
    MessageCategory: str
    MessageType: str
    ServiceID: str
    SaleID: str
    POIID: str


@dataclass(frozen=True)
class NexoAsked:
    """A request of the till, and the connection it came on."""

    header: NexoFields
    body: dict[str, object]
    connection: int

    @property
    def service_id(self) -> str:
        """Its ServiceID."""
        return self.header.get("ServiceID", "")


def failure(condition: str) -> dict[str, object]:
    """The body of a response that says no."""
    return {"Response": {"Result": "Failure", "ErrorCondition": condition}}


def response_to(header: NexoFields, body: dict[str, object]) -> bytes:
    """A whole response to the request with this header."""
    answer = {"MessageHeader": {**header, "MessageType": "Response"}, f"{header.get('MessageCategory', '')}Response": body}
    return json.dumps({"SaleToPOIResponse": answer}).encode()


def member(body: dict[str, object], name: str) -> dict[str, object]:
    """A member that is an object; an empty one in place of any other."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}
