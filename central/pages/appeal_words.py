"""What appeals are called in French."""

from __future__ import annotations

from collections.abc import Mapping

from central.rules.appeal_documents import Appellant, DocumentKind, InadmissibleGround
from central.rules.appeal_states import AppealEventKind, AppealState, CourtState

APPEAL_STATES: Mapping[AppealState, str] = {
    AppealState.RECEIVED: "Reçu, à l’examen",
    AppealState.ASKED: "Des pièces vous sont demandées",
    AppealState.ACCEPTED: "Accepté : l’avis est annulé",
    AppealState.PARTLY_ACCEPTED: "Accepté en partie : le montant est rectifié",
    AppealState.REFUSED: "Rejeté",
    AppealState.INADMISSIBLE: "Irrecevable",
    AppealState.REFUSED_BY_SILENCE: "Rejeté : la ville n’a pas répondu dans le mois",
}
APPEAL_EVENTS: Mapping[AppealEventKind, str] = {
    AppealEventKind.ASKED: "Pièces demandées",
    AppealEventKind.SUPPLIED: "Pièces reçues",
    AppealEventKind.ACCEPTED: "Accepté",
    AppealEventKind.PARTLY_ACCEPTED: "Accepté en partie",
    AppealEventKind.REFUSED: "Rejeté",
    AppealEventKind.INADMISSIBLE: "Déclaré irrecevable",
}
DOCUMENTS: Mapping[DocumentKind, str] = {
    DocumentKind.NOTICE: "Avis de paiement",
    DocumentKind.REGISTRATION: "Certificat d’immatriculation",
    DocumentKind.TRANSFER: "Déclaration de cession",
    DocumentKind.TRANSFER_RECEIPT: "Accusé d’enregistrement de la cession",
    DocumentKind.MANDATE: "Mandat",
    DocumentKind.OTHER: "Autre pièce",
}
APPELLANTS: Mapping[Appellant, str] = {
    Appellant.HOLDER: "Titulaire du certificat d’immatriculation",
    Appellant.LESSEE: "Locataire",
    Appellant.BUYER: "Acquéreur",
    Appellant.MANDATED: "Mandataire",
}
GROUNDS: Mapping[InadmissibleGround, str] = {
    InadmissibleGround.LATE: "hors délai",
    InadmissibleGround.NOT_REGISTERED: "ni en ligne, ni par lettre recommandée avec avis de réception",
    InadmissibleGround.NO_STATEMENT: "sans exposé des faits et moyens",
    InadmissibleGround.NO_NOTICE: "sans copie de l’avis de paiement",
    InadmissibleGround.NO_REGISTRATION: "sans certificat d’immatriculation",
    InadmissibleGround.NO_MANDATE: "sans mandat",
    InadmissibleGround.NOT_CONCERNED: "par une personne non concernée",
    InadmissibleGround.GROUPED: "contre plusieurs avis à la fois",
}
COURT_STATES: Mapping[CourtState, str] = {
    CourtState.PENDING: "En cours",
    CourtState.DISMISSED: "Requête rejetée",
    CourtState.TO_CARRY_OUT: "Jugé en votre faveur, remboursement à venir",
    CourtState.CARRIED_OUT: "Jugé en votre faveur, exécuté",
}
