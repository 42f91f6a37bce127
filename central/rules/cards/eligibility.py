"""Who is eligible for a product, with which vehicle, and by which documents.

The theory. What a deliberation says without a doubt is refused when a request is submitted, by the name of its member. What it
leaves to an annex that is not complete, or to people, is not refused: it is listed for the clerk (`to_judge`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from central.rules.cards.application import (
    CHANGES,
    CardApplicant,
    CardApplication,
    CardDocumentKind,
    CardLine,
    CardReason,
    ResidentCase,
)
from central.rules.cards.products import CardCatalogue, CardGratuity, CardProduct, CardTerm
from central.rules.written import is_blank
from firmware.domain.errors import FieldError
from firmware.domain.sector import check_sector

CATEGORIES = ("M1", "N1", "L2", "L4", "L5", "L6", "L7")
"""14-1° article 6: M1, N1 and L of three or four wheels (code de la route R311-1)."""
MOST_LINES = 50
MOST_SECTORS_OF_HOME = 4
_PARIS = "75"
_BORDERING = ("92", "93", "94")
"""Every town that borders on Paris is there."""


def check_application(catalogue: CardCatalogue, application: CardApplication, day: date) -> None:
    """Raises FieldError naming the first member that cannot be."""
    product = catalogue.on(day).named(application.product)
    if not 1 <= len(application.lines) <= MOST_LINES:
        raise FieldError("lines", f"1 to {MOST_LINES} vehicles")
    _check_applicant(catalogue, product, application.applicant, day)
    _check_once(application.lines)
    for index, line in enumerate(application.lines):
        try:
            check_line(catalogue, product, application.applicant, line, day)
        except FieldError as error:
            raise FieldError(f"lines[{index}].{error.field}", error.reason) from error


def _check_once(lines: Sequence[CardLine]) -> None:
    """A card is named by one line; a vehicle stands in several lines only if each of them names a card."""
    for index, line in enumerate(lines):
        before = lines[:index]
        if line.replaces is not None and any(each.replaces == line.replaces for each in before):
            raise FieldError(f"lines[{index}].replaces", "another line has this card already")
        if any(each.plate == line.plate and None in (each.replaces, line.replaces) for each in before):
            raise FieldError(f"lines[{index}].plate", "is there twice")


def to_judge(catalogue: CardCatalogue, application: CardApplication, day: date) -> tuple[str, ...]:
    """What a clerk has to look at, in French: what no complete list answers."""
    product, applicant = catalogue.on(day).named(application.product), application.applicant
    found = []
    listed = catalogue.activities_on(product.activities, day).codes if product.activities else ()
    if product.activities and not applicant.trade and applicant.activity not in listed:
        found.append(f"Code APE {applicant.activity} : liste incomplète, à vérifier")
    if applicant.trade:
        found.append(f"Métier « {applicant.trade} » : à vérifier")
    unlisted = _unlisted(catalogue, application, day) if product.energies else ()
    found += [f"{line.plate} : motorisation hors d’une liste incomplète, à vérifier" for line in unlisted]
    if applicant.individual:
        found.append("Demande à titre individuel : à vérifier")
    if product.hire and not _in_paris(applicant):
        found.append("Voie limitrophe : à vérifier")
    if applicant.case is ResidentCase.HIRE and any(line.term is CardTerm.HIRE for line in application.lines):
        found.append("Contrat de location (durée, nom, adresse) : à vérifier")
    if applicant.sectors and _in_paris(applicant) and not any(_around(sector, applicant) for sector in applicant.sectors):
        found.append(f"Aucun secteur n’est dans l’arrondissement du code postal {applicant.postcode} : à vérifier")
    return tuple(found)


def check_line(catalogue: CardCatalogue, product: CardProduct, applicant: CardApplicant, line: CardLine, day: date) -> None:
    """One vehicle. Raises FieldError naming the member of the line."""
    if line.category not in CATEGORIES:
        raise FieldError("category", f"must be one of {', '.join(CATEGORIES)}")
    if product.vehicle_departments and line.department not in product.vehicle_departments:
        raise FieldError("department", f"the vehicle must be registered in {', '.join(product.vehicle_departments)}")
    if product.energies and line.reason is CardReason.ADD:
        _check_engine(catalogue, line, day)
    _check_reason(product, line)
    if product.hire and line.reason is CardReason.CHANGE_ADDRESS and not _in_paris(applicant):
        raise FieldError("reason", "a home is changed within Paris (14-2° article 5): elsewhere ask for a new card")
    _check_term(product, applicant, line)


def _check_engine(catalogue: CardCatalogue, line: CardLine, day: date) -> None:
    engines = catalogue.engines_on(day)
    found = next((each for each in engines.engines if each.energy == line.energy), None)
    if found is None and (engines.complete or is_blank(line.energy)):
        raise FieldError("energy", f"must be one of {', '.join(each.energy for each in engines.engines)}")
    if found is not None and found.below_co2 is not None and (line.co2 is None or not 0 <= line.co2 < found.below_co2):
        raise FieldError("co2", f"of {line.energy}: less than {found.below_co2} g/km, from the registration certificate")


def _unlisted(catalogue: CardCatalogue, application: CardApplication, day: date) -> list[CardLine]:
    """The new cards whose engine annex 3 does not name."""
    listed = {each.energy for each in catalogue.engines_on(day).engines}
    return [line for line in application.lines if line.reason is CardReason.ADD and line.energy not in listed]


def _check_reason(product: CardProduct, line: CardLine) -> None:
    if (line.reason is CardReason.ADD) != (line.replaces is None):
        raise FieldError("replaces", "names the card that is changed, made again or given up; of a new card there is none")
    if line.reason in CHANGES and product.change is None:
        raise FieldError("reason", "no deliberation gives a price for a change of this product")
    if line.reason is CardReason.DUPLICATE and product.duplicate is None:
        raise FieldError("reason", "no deliberation gives a price for a duplicate of this product")


def _check_term(product: CardProduct, applicant: CardApplicant, line: CardLine) -> None:
    if line.reason is not CardReason.ADD:
        if line.term or line.gratuity or line.hire_months:
            raise FieldError("term", "the card that is replaced says how long, and whether it is free")
        return
    hired = applicant.case is ResidentCase.HIRE
    sold = [each.term for each in product.terms if not (hired and each.term is not CardTerm.PROVISIONAL)]
    sold += [CardTerm.HIRE] if hired else []
    if line.term not in sold:
        raise FieldError("term", f"must be one of {', '.join(sold)}")
    longest = product.hire[-1].up_to_months if product.hire else 0
    if not (1 <= line.hire_months <= longest if line.term is CardTerm.HIRE else line.hire_months == 0):
        raise FieldError("hire_months", f"of a hired vehicle: 1 to {longest}, as the contract says")
    if line.gratuity and (line.gratuity not in product.gratuities or line.term is CardTerm.PROVISIONAL):
        raise FieldError("gratuity", f"of this card: {', '.join(product.gratuities) or 'none'}, and not of a provisional one")


def _check_applicant(catalogue: CardCatalogue, product: CardProduct, applicant: CardApplicant, day: date) -> None:
    if is_blank(applicant.name):
        raise FieldError("applicant.name", "is missing")
    if not (len(applicant.postcode) == 5 and applicant.postcode.isascii() and applicant.postcode.isdecimal()):
        raise FieldError("applicant.postcode", "five digits")
    if product.hire:
        _check_resident(applicant)
    _check_home(product, applicant)
    if product.departments or product.bodies:
        _check_establishment(catalogue, product, applicant, day)


def _check_home(product: CardProduct, applicant: CardApplicant) -> None:
    bordering = product.hire and not _in_paris(applicant)  # case 2, and case 3 of whoever lives there: 14-1° article 7
    most = 1 if bordering else MOST_SECTORS_OF_HOME
    if not (1 <= len(applicant.sectors) <= most if product.home else not applicant.sectors):
        raise FieldError("applicant.sectors", f"1 to {most} around the address" if product.home else "this product has none")
    for sector in applicant.sectors:
        try:
            check_sector(sector)
        except FieldError as error:
            raise FieldError("applicant.sectors", error.reason) from error


def _check_resident(applicant: CardApplicant) -> None:
    if applicant.case is None:
        raise FieldError("applicant.case", "1: home in Paris; 2: in a bordering street; 3: hired vehicle")
    if applicant.case is ResidentCase.PARIS and not _in_paris(applicant):
        raise FieldError("applicant.postcode", "the main home of case 1 is in Paris")
    if applicant.case is ResidentCase.BORDERING and _in_paris(applicant):
        raise FieldError("applicant.postcode", "the main home of case 2 is in a bordering town")
    if not applicant.postcode.startswith((_PARIS, *_BORDERING)):
        raise FieldError("applicant.postcode", "the main home is in Paris or in a bordering town")


def _in_paris(applicant: CardApplicant) -> bool:
    return applicant.postcode.startswith(_PARIS)


def _around(sector: str, applicant: CardApplicant) -> bool:
    """Whether a sector is in the arrondissement of the postcode: 75116 is the other half of the sixteenth."""
    return sector[:-1].zfill(2) == applicant.postcode[3:]


def _check_establishment(catalogue: CardCatalogue, product: CardProduct, applicant: CardApplicant, day: date) -> None:
    if product.bodies and applicant.body not in product.bodies:
        raise FieldError("applicant.body", f"must be one of {', '.join(product.bodies)}")
    if not (len(applicant.siret) == 14 and applicant.siret.isascii() and applicant.siret.isdecimal()):
        raise FieldError("applicant.siret", "14 digits")
    if product.departments and not applicant.postcode.startswith(product.departments):
        raise FieldError("applicant.postcode", f"the establishment must be in {', '.join(product.departments)}")
    if applicant.trade and applicant.trade not in product.trades:
        raise FieldError("applicant.trade", f"must be one of {', '.join(product.trades) or 'none'}")
    if applicant.individual and not applicant.trade:
        raise FieldError("applicant.individual", "in person asks who is of an eligible trade")
    if product.activities and not applicant.trade:
        codes = catalogue.activities_on(product.activities, day)
        if not applicant.activity or (codes.complete and applicant.activity not in codes.codes):
            raise FieldError("applicant.activity", f"is not on the list: {codes.source}")


def wanted_documents(product: CardProduct, application: CardApplication) -> tuple[CardDocumentKind, ...]:
    """Which documents have to come with a request. The by-law that lists them is not among our sources: from the articles."""
    return tuple(dict.fromkeys(_wanted(product, application)))


def _wanted(product: CardProduct, application: CardApplication) -> Iterator[CardDocumentKind]:
    kind, applicant = CardDocumentKind, application.applicant
    reasons = {line.reason for line in application.lines}
    if reasons & {CardReason.ADD, *CHANGES}:
        yield from _of_applicant(product, applicant)
    if reasons & {CardReason.ADD, CardReason.CHANGE_VEHICLE}:
        provisional = all(line.term is CardTerm.PROVISIONAL for line in application.lines if line.reason is CardReason.ADD)
        if not provisional or CardReason.CHANGE_VEHICLE in reasons:
            yield kind.REGISTRATION
    if applicant.case is ResidentCase.HIRE and CardReason.ADD in reasons:
        yield kind.HIRE_CONTRACT  # 14-1° article 6
    if any(line.gratuity is CardGratuity.ZERO_TAX for line in application.lines):
        yield kind.TAX_NOTICE  # 14-2° article 3
    if CardReason.DUPLICATE in reasons:
        yield kind.LOSS  # 14-1° article 10
    if CardReason.RENOUNCE in reasons:
        yield kind.TRANSFER  # 14-2° article 5


def _of_applicant(product: CardProduct, applicant: CardApplicant) -> Iterator[CardDocumentKind]:
    kind = CardDocumentKind
    if product.hire:
        yield kind.HOME  # 14-1° article 10
    if product.bodies:
        yield kind.MISSION  # 14-3° article 14
    if product.departments:
        yield from (kind.EXISTENCE, kind.ACTIVITY)  # 14-3° articles 6 and 12
    if applicant.trade:
        yield kind.LICENCE
    if product.vehicle_departments:
        yield from (kind.USE,) if applicant.individual else (kind.USE, kind.STAFF)  # 14-3° article 12
