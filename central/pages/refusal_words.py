"""Why something was refused at the counter, in French: the rules say it in English, to programs too.

The theory. A rule has one reason for everybody. What stands in braces is a place: a list is told word for word, by the names
that the pages have. tests/central/test_refusal_words.py reads every reason of the counter's code, and none may be missing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from central.pages.counter_words import CARD_WORDS

REFUSALS: Mapping[str, str] = {
    # drafts and documents
    "{} drafts at most: submit or withdraw one that is there": "{} brouillons au plus : déposez ou supprimez-en un",
    "the request is « {} »: it can no longer be changed": "la demande est « {} » : elle ne peut plus être modifiée",
    "the request is « {} »: no document is taken any more": "la demande est « {} » : aucun document n’est plus accepté",
    "the request is « {} »: there is nothing to pay": "la demande est « {} » : il n’y a rien à payer",
    "the request is « {} »: {} is not possible": "la demande est « {} » : cette action n’est plus possible ({})",
    "missing: {}": "il manque : {}",
    "no folder for documents is configured: none can be taken": "aucun document ne peut être reçu pour le moment",
    "{} at most": "{} au plus",
    "{} MiB at most in all requests of an account": "{} Mio au plus pour toutes les demandes d’un compte",
    "the virus scan refuses it": "l’antivirus le refuse",
    "is neither PDF, nor JPEG, nor PNG": "n’est ni PDF, ni JPEG, ni PNG",
    "says another type than the document is: {}, {}": "annonce un autre type que celui du document : {}, {}",
    "has at most {} bytes": "a {} octets au plus",
    "is empty": "est vide",
    "no file was chosen, or its name is no plain one": (
        "aucun fichier n’est choisi, ou son nom n’est pas un nom simple, sans dossier"
    ),
    "which document it is": "dites lequel",
    # cards and vehicles
    "there is no such card, or it has ended": "il n’y a pas de telle carte, ou elle n’est plus valable",
    "of a change of vehicle: another one; else that of the card": (
        "un autre véhicule pour un changement, sinon celui de la carte"
    ),
    "another request for this card is on its way": "une autre demande est en cours pour cette carte",
    "another request for this vehicle is on its way": "une autre demande est en cours pour ce véhicule",
    "another line has this card already": "un autre véhicule de la demande reprend déjà cette carte",
    "this vehicle has a card until {}": "ce véhicule a une carte jusqu’au {}",
    "a provisional card is not renewed: this vehicle has had one": (
        "une carte provisoire n’est pas renouvelable : ce véhicule en a eu une"
    ),
    "too many cards: {} at most ({}), requests on their way included": (
        "trop de cartes : {} au plus ({}), demandes en cours comprises"
    ),
    "the card that was to be replaced has ended: ask for a new one": (
        "la carte à remplacer n’est plus valable : demandez-en une autre"
    ),
    "this vehicle holds no low emission card": "ce véhicule n’a pas de carte « Véhicule Basse Emission »",
    "is there twice": "y est deux fois",
    "1 to {} vehicles": "de 1 à {} véhicules",
    "names the card that is changed, made again or given up; of a new card there is none": (
        "dites quelle carte est changée, refaite ou rendue ; une carte ajoutée n’en remplace aucune"
    ),
    "a home is changed within Paris (14-2° article 5): elsewhere ask for a new card": (
        "un changement de domicile se fait dans Paris (14-2°, article 5) : ailleurs, demandez une carte neuve"
    ),
    "no deliberation gives a price for a change of this product": (
        "aucune délibération ne fixe le prix d’un changement de ce produit"
    ),
    "no deliberation gives a price for a duplicate of this product": (
        "aucune délibération ne fixe le prix d’un duplicata de ce produit"
    ),
    "the card that is replaced says how long, and whether it is free": (
        "laissez vides la durée et la gratuité : ce sont celles de la carte remplacée"
    ),
    "of a hired vehicle: 1 to {}, as the contract says": "pour un véhicule de location, de 1 à {}, comme le contrat",
    "of this card: {}, and not of a provisional one": "pour cette carte : {}, et jamais pour une carte provisoire",
    "of {}: less than {} g/km, from the registration certificate": (
        "{} : moins de {} g/km, d’après le certificat d’immatriculation"
    ),
    "no card is good for so long": "aucune carte ne dure si longtemps",
    "is not sold": "n’est pas vendue",
    "must be one of {}": "au choix : {}",
    # who asks
    "is missing": "manque",
    "five digits": "cinq chiffres",
    "14 digits": "14 chiffres",
    "1 to {} around the address": "de 1 à {} autour de l’adresse",
    "this product has none": "ce produit n’en a pas",
    "an arrondissement and a letter, such as 11D": "un arrondissement et une lettre, comme 11D",
    "1: home in Paris; 2: in a bordering street; 3: hired vehicle": "domicile à Paris, voie limitrophe ou véhicule de location",
    "the main home of case 1 is in Paris": "le domicile principal doit être à Paris",
    "the main home of case 2 is in a bordering town": "le domicile principal doit être dans une commune limitrophe",
    "the main home is in Paris or in a bordering town": (
        "le domicile principal doit être à Paris ou dans une commune limitrophe"
    ),
    "the establishment must be in {}": "l’établissement doit être dans le département {}",
    "the vehicle must be registered in {}": "le véhicule doit être immatriculé dans le département {}",
    "in person asks who is of an eligible trade": (
        "à titre individuel demandent seulement les métiers éligibles : choisissez le vôtre"
    ),
    "is not on the list: {}": "n’est pas sur la liste des activités éligibles",
    "no such product; there are: {}": "ce produit n’existe pas",
    "nothing was sold at the counter on {}": "rien n’était vendu au guichet le {}",
    # payment orders
    "is in the future": "est à venir",
    "must be 1 to {}": "de 1 à {}",
    "is not one of a public body: it is paid by card": "n’est pas celle d’un organisme public : elle se règle par carte",
    # decisions
    "is missing: what is wrong, or what is missing": "manque : dites ce qui ne va pas, ou ce qui manque",
    "no such step": "cette action n’existe pas",
    "asked for it: somebody else decides": "vous avez fait cette demande : quelqu’un d’autre décide",
    "must have 1 to {} characters": "de 1 à {} caractères",
    "1 to {} characters, on one line": "de 1 à {} caractères, sur une ligne",
    "is that of refund {}: a transfer pays one": "est celle du remboursement {} : un virement en paie un seul",
    "plain text of at most 500 characters, no HTML": "du texte simple de 500 caractères au plus, sans HTML",
    "has HTML in it: plain text only": "du texte simple seulement, sans HTML",
    "is one line of characters that everybody can see": "une seule ligne, de caractères visibles",
    "is not what this field takes": "n’est pas ce que ce champ attend",
    "no form of this page": "le formulaire n’a pas pu être lu",
}
"""Reason -> in French. A place `{}` takes whatever stands there."""
LISTED = {"none": "aucune", "provisional": "provisoire", "hire": "location", "or": "ou"}
"""Words in lists that the pages name otherwise, or not at all."""
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def refusal_text(reason: str) -> str | None:
    """A reason in French; None for one that no rule of the counter has."""
    for template, pattern in _patterns():
        if (found := pattern.fullmatch(reason)) is not None:
            return REFUSALS[template].format(*map(_told, found.groups()))
    return None


@lru_cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The longest first: `is missing: …` is no `is missing`, and a place takes no more than it must."""
    templates = sorted(REFUSALS, key=lambda each: len(each.replace("{}", "")), reverse=True)
    return tuple((each, re.compile("(.+?)".join(map(re.escape, each.split("{}"))), re.DOTALL)) for each in templates)


def _told(text: str) -> str:
    """What stands in a place: a day as people write it, each word of a list by its French name."""
    if (day := _DAY.fullmatch(text)) is not None:
        return f"{day[3]}/{day[2]}/{day[1]}"
    return ", ".join(
        each if each.isascii() and each.isdecimal() else LISTED.get(each, CARD_WORDS.get(each, each))
        for each in text.split(", ")
    )
