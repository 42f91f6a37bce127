"""HTML pages for people who sign in: Jinja2 templates beside this file, in one frame; every value is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from central.access.tokens import Scope
from central.pages.chart_drawing import number_text
from central.pages.counter_words import CARD_FIELDS, CARD_WORDS
from central.pages.french import day_text, minute_text, second_text
from central.pages.refusal_words import refusal_text

NOBODY = ""
FIELD_NAMES: Mapping[str, str] = {
    "email": "Adresse électronique",
    "token": "Jeton",
    "note": "Ce qui a été constaté",
    "because": "Motif",
    "by": "Qui l’a décidé",
    "number": "Numéro du journal",
    "confirm": "Nom de la station, pour confirmer",
    "who": "Porteur du jeton",
    "scopes": "Droits",
    "days": "Durée en jours",
}
"""The fields of forms, as their labels have them."""
ROLE_NAMES: Mapping[str, str] = {
    "agent": "Agent de contrôle",
    "notices": "Service des avis",
    "cashier": "Caisse",
    "examiner": "Examen des recours",
    "applicant": "Demandeur de carte",
    "clerk": "Instruction des cartes",
    "seller": "Vendeur par téléphone",
    "partner": "Partenaire (flux APDS)",
    "operator": "Opérateur (tout)",
    "auditor": "Auditeur",
}


@dataclass(frozen=True)
class NavLink:
    """A chapter of the site, for those who may read it."""

    path: str
    label: str
    scope: Scope | None = None
    """None: for whoever is signed in."""


NAVIGATION = (
    NavLink("/home", "Accueil"),
    NavLink("/counter", "Mes demandes", Scope.APPLICANT),
    NavLink("/clerk", "Instruction des cartes", Scope.CLERK),
    NavLink("/fleet", "Parc", Scope.FLEET),
    NavLink("/exceptions", "Anomalies", Scope.WAITING),
    NavLink("/revenue", "Recettes", Scope.FLEET),
    NavLink("/collections", "Collectes", Scope.FLEET),
    NavLink("/refunds", "Remboursements", Scope.WAITING),
    NavLink("/tokens", "Jetons", Scope.TOKENS),
    NavLink("/audit", "Audit", Scope.AUDIT),
)
"""In the order in which they are shown."""


@dataclass(frozen=True)
class Frame:
    """What the frame of a page needs: where the site begins, which page it is, the form token, and who is signed in."""

    root: str
    path: str
    csrf: str
    who: str
    """As their own pages name them; NOBODY: nobody."""
    scopes: frozenset[Scope]

    @property
    def links(self) -> tuple[NavLink, ...]:
        """The chapters that whoever is signed in may read."""
        return tuple(link for link in NAVIGATION if self.who and (link.scope is None or link.scope in self.scopes))

    def is_here(self, path: str) -> bool:
        """Whether the page belongs to the chapter at this path."""
        return self.path == path or self.path.startswith(f"{path}/")


def euros(cents: int) -> str:
    """An amount, 1 234,50 €."""
    whole = f"{abs(cents) // 100:,}".replace(",", "\u202f")
    return f"{'−' if cents < 0 else ''}{whole},{abs(cents) % 100:02}\u00a0€"


def age_text(at: datetime | None, now: datetime, otherwise: str = "jamais") -> str:
    """How long ago, in the greatest unit that fits: `il y a 3 min`."""
    if at is None:
        return otherwise
    seconds = max(0, int((now - at).total_seconds()))
    for unit, length in (("j", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"il y a {seconds // length} {unit}"
    return "à l’instant"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(field_names={**FIELD_NAMES, **CARD_FIELDS}, words=CARD_WORDS, role_names=ROLE_NAMES)
    made.globals.update(refusal_text=refusal_text)
    made.filters.update(euros=euros, day=day_text, minute=minute_text, second=second_text, age=age_text, number=number_text)
    return made


_ENVIRONMENT = _environment()


def render(template: str, frame: Frame, **values: object) -> str:
    """The page. Raises jinja2.UndefinedError for a name that it is not given."""
    return _ENVIRONMENT.get_template(template).render(frame=frame, root=frame.root, csrf=frame.csrf, **values)
