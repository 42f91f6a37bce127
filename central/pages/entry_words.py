"""Entries of a station's journal in French, for the page of a station."""

from __future__ import annotations

from collections.abc import Mapping

FACTS: Mapping[str, str] = {
    "started": "Démarrage",
    "generation begun": "Nouveau journal",
    "payment started": "Paiement commencé",
    "right sold": "Droit vendu",
    "given back": "Vente rendue",
    "reversed": "Débit rendu",
    "refused": "Paiement refusé",
    "in doubt": "Paiement en doute",
    "ticket printed": "Ticket imprimé",
    "ticket failed": "Ticket non imprimé",
    "alarm raised": "Alarme levée",
    "alarm cleared": "Alarme finie",
    "strange": "Événement inattendu",
    "door": "Porte",
    "service opened": "Service ouvert",
    "service closed": "Service fermé",
    "pin refused": "Code refusé",
    "service done": "Geste de service",
    "sales stopped": "Mise hors vente",
    "sales resumed": "Remise en vente",
    "paper changed": "Rouleau changé",
    "counters collected": "Collecte",
    "test sold": "Vente d’essai",
}
MEMBERS: Mapping[str, str] = {
    "alarm": "alarme",
    "reference": "référence",
    "why": "cause",
    "reason": "cause",
    "version": "version",
    "open": "ouverte",
    "person": "technicien",
    "action": "geste",
    "detail": "détail",
    "number": "numéro",
    "sales": "ventes",
}


def fact_text(fact: str) -> str:
    """What happened; the journal's own word for what this version does not know."""
    return FACTS.get(fact, fact or "Illisible")


def member_text(name: str) -> str:
    """The name of a member."""
    return MEMBERS.get(name, name)
