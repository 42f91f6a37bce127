"""Words of the counter, in French: what the values of a request are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping

CARD_WORDS: Mapping[str, str] = {
    # how long
    "1 year": "1 an",
    "3 years": "3 ans",
    "provisional": "provisoire, 1 mois",
    "hire": "véhicule de location",
    # why
    "add": "Ajout de carte",
    "change of vehicle": "Changement de véhicule",
    "change of address": "Changement d’adresse",
    "duplicate": "Duplicata",
    "renounce": "Renoncement au véhicule",
    # free
    "zero tax": "imposition nulle",
    "low emission": "carte basse émission",
    # dispatch
    "simple": "Gratuit",
    "tracked": "Lettre suivie",
    "registered": "Lettre recommandée",
    # documents
    "main home": "Justificatif de domicile principal",
    "registration certificate": "Certificat d’immatriculation",
    "hire contract": "Contrat de location",
    "tax notice": "Avis d’imposition",
    "company register extract": "Extrait K-bis ou D1",
    "proof of activity": "Justificatif d’activité",
    "licence to practise": "Autorisation d’exercer",
    "proof of use": "Utilisation du véhicule pour l’activité",
    "size of the company": "Taille de l’entreprise",
    "public mission": "Mission de service public",
    "declaration of loss or theft": "Déclaration de perte ou de vol",
    "vehicle given up": "Cession du véhicule",
    "bank details": "Relevé d’identité bancaire (RIB)",
    "other": "Autre document",
    # what happened
    "submitted": "demande déposée",
    "documents asked for": "document demandé",
    "document supplied": "document ajouté",
    "accepted": "acceptée",
    "rejected": "rejetée",
    "withdrawn": "retirée par le demandeur",
    "paid": "payée",
    "sent": "carte envoyée",
    # the scan
    "clean": "sans virus",
    "the scan failed": "analyse antivirus impossible",
    "not scanned": "non analysé",
    # residents
    "1": "Domicile à Paris",
    "2": "Voie limitrophe",
    "3": "Véhicule de location",
    # engines
    "electric": "électrique",
    "plug-in hybrid": "hybride rechargeable",
    "natural gas": "gaz naturel (GNV)",
    "natural gas bi-fuel": "bicarburation gaz naturel",
    "other gas": "autre gaz",
    "other engine": "autre motorisation",
}
"""Value -> as the pages show it."""

CARD_FIELDS: Mapping[str, str] = {
    "documents": "Documents à joindre",
    "form": "Formulaire",
    "document": "Document",
    "name": "Nom du fichier ou du demandeur",
    "applicant.name": "Nom ou raison sociale",
    "applicant.postcode": "Code postal",
    "applicant.sectors": "Secteurs autour de l’adresse",
    "applicant.case": "Situation",
    "applicant.siret": "SIRET",
    "applicant.activity": "Code APE",
    "applicant.trade": "Métier",
    "applicant.body": "Organisme public",
    "applicant.individual": "À titre individuel",
    "lines": "Véhicules",
    "reason": "Motif",
    "state": "Statut",
    "clerk": "Instructeur",
    "request": "Demande",
    "product": "Produit",
    **{
        f"lines[{index}].{member}": f"Véhicule {index + 1} : {said}"
        for index in range(50)
        for member, said in (
            ("plate", "plaque"),
            ("term", "durée"),
            ("category", "catégorie"),
            ("department", "département"),
            ("replaces", "carte remplacée"),
            ("hire_months", "mois de location"),
            ("gratuity", "gratuité"),
            ("energy", "motorisation"),
            ("co2", "CO₂"),
            ("reason", "motif"),
        )
    },
}
"""Members that are refused, as the labels of the forms have them."""
