"""Catalogue of alarms: code, severity, remedy, loss of sales.

One list for the journal, the machine's own screens and tickets, the page of the desk and `docs/alarms.md`. What a technician
reads is French. The name in the journal is for programs and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from firmware.service.alarm import Alarm as Alarm
from firmware.service.alarm import Loss as Loss
from firmware.service.alarm import Severity as Severity
from firmware.service.computer_alarms import COMPUTER_ALARMS
from firmware.service.delivery_alarms import CLONE, NEW_GENERATION, REFUSED, UNDELIVERED
from firmware.service.terminal_alarms import TERMINAL_ALARMS, TERMINAL_STATES
from hal.ports import Key

KEY_NAMES = {
    Key.CANCEL: "Annuler",
    Key.CORRECT: "Corriger",
    Key.PLUS: "Plus",
    Key.MINUS: "Moins",
    Key.LANG: "Langue",
}
"""The keys whose cap is a sign the glass cannot write, in French; the others bear their name."""
STUCK = "key {key} stuck"
_STUCK = Alarm(
    "K1",
    STUCK,
    Severity.WARNING,
    "Touche {key} coincée",
    "Dégager la touche, nettoyer autour. Si elle reste basse sans être touchée : débrancher et rebrancher la nappe du clavier, "
    "puis changer le clavier.",
    Loss.NOTHING,
)

ALARMS = (
    *TERMINAL_ALARMS,
    Alarm(
        "A1",
        "mains lost",
        Severity.CRITICAL,
        "Secteur coupé : la machine vit sur sa réserve",
        "Vérifier le disjoncteur de l’armoire, puis l’arrivée. Si la machine tient plus d’une minute, le secteur est là : "
        "vérifier le fil du relais « DC OK » de l’alimentation.",
        Loss.PAID,
    ),
    Alarm(
        "K2",
        "panel unknown",
        Severity.CRITICAL,
        "Façade : sa carte a une autre version",
        "Poser le cavalier de service sur la carte de façade, y écrire la version de cette machine (flash.sh --panel), "
        "le retirer.",
        Loss.ALL,
    ),
    Alarm(
        "K3",
        "panel silent",
        Severity.CRITICAL,
        "Façade : sa carte ne répond pas",
        "Retirer le cavalier de service. Débrancher dix secondes le câble USB de la façade. Si elle se tait encore : la "
        "changer.",
        Loss.ALL,
    ),
    Alarm(
        "K4",
        "panel opened",
        Severity.WARNING,
        "Façade : son capot est ouvert",
        "Voir si rien n’est posé ou changé derrière le clavier. Fermer le capot ; sinon vérifier son contact.",
        Loss.NOTHING,
    ),
    Alarm(
        "K5",
        "power cut by panel",
        Severity.WARNING,
        "Façade : a coupé une machine muette",
        "Lire le compte (menu de service, Alimentation) et la cause (horodateur diag). Débrancher dix secondes le câble USB de "
        "la façade remet le compte à zéro. Si cela revient : changer la carte SD.",
        Loss.NOTHING,
    ),
    Alarm(
        "K6",
        "panel restarts",
        Severity.WARNING,
        "Façade : sa carte redémarre sans cesse",
        "Lire la cause (menu de service, Alimentation, +). Courant : changer son câble USB. Sinon : flash.sh --panel, puis "
        "changer la carte.",
        Loss.NOTHING,
    ),
    Alarm(
        "K7",
        "light sensor silent",
        Severity.INFO,
        "Façade : son capteur de lumière ne répond pas",
        "Vérifier ses quatre fils, puis le changer. L’écran reste clair la nuit.",
        Loss.NOTHING,
    ),
    Alarm(
        "C1",
        "clock wrong",
        Severity.CRITICAL,
        "Horloge fausse : la date est impossible",
        "Attendre une minute si le réseau vient de revenir : elle se remet seule. Sinon, menu de service, Horloge : la mettre "
        "à l’heure de sa montre et confirmer. Si elle retombe : changer la pile du DS3231 et rétablir le réseau.",
        Loss.ALL,
    ),
    Alarm(
        "C2",
        "clock drifting",
        Severity.WARNING,
        "Horloge livrée à elle-même depuis plus d’une semaine",
        "Rétablir le réseau. Menu de service, Horloge : la mettre à l’heure de sa montre et confirmer.",
        Loss.NOTHING,
    ),
    Alarm(
        "P1",
        "no tariff",
        Severity.CRITICAL,
        "Aucun tarif en vigueur à cette date",
        "Vérifier la date de la machine, puis la version du tarif (menu de service, Versions). La ville doit publier un tarif.",
        Loss.ALL,
    ),
    Alarm(
        "P2",
        "calendar ends",
        Severity.WARNING,
        "Tarif : son calendrier finit dans 90 jours ou moins",
        "Rien à faire sur place : la ville doit publier un tarif dont le calendrier va plus loin, avant que plus rien ne soit "
        "vendu (P1). Vérifier le réseau, puis la version du tarif (menu de service, Versions).",
        Loss.NOTHING,
    ),
    Alarm(
        "I1",
        "printer near end",
        Severity.INFO,
        "Imprimante : bientôt plus de papier",
        "Changer le rouleau à la prochaine visite (menu de service, Papier).",
        Loss.NOTHING,
    ),
    Alarm(
        "I2",
        "printer out",
        Severity.WARNING,
        "Imprimante : plus de papier",
        "Mettre un rouleau neuf (menu de service, Papier). S’il en reste : nettoyer le capteur de papier.",
        Loss.TICKET,
    ),
    Alarm(
        "I3",
        "printer cover open",
        Severity.WARNING,
        "Imprimante : capot ouvert",
        "Fermer le capot jusqu’au déclic. S’il est fermé : vérifier son contact.",
        Loss.TICKET,
    ),
    Alarm(
        "I4",
        "printer offline",
        Severity.WARNING,
        "Imprimante : hors service",
        "Ouvrir le capot, retirer le papier froissé, dégager le couteau, refermer. Éteindre l’imprimante dix secondes.",
        Loss.TICKET,
    ),
    Alarm(
        "I5",
        "printer silent",
        Severity.WARNING,
        "Imprimante : ne répond pas",
        "Vérifier que son voyant est allumé et que son câble série tient. L’éteindre dix secondes. Ce n’est pas forcément "
        "le papier.",
        Loss.TICKET,
    ),
    Alarm(
        "D1",
        "door open",
        Severity.WARNING,
        "Porte ouverte",
        "Fermer la porte à clé. Si elle est fermée : vérifier son contact, un fil coupé se lit comme une porte ouverte.",
        Loss.NOTHING,
    ),
    Alarm(
        "V1",
        REFUSED,
        Severity.WARNING,
        "La ville refuse les écritures de cette machine",
        "Menu de service, Réseau : lire le motif. Vérifier que la ville connaît la clé de cette carte (ligne d’inscription).",
        Loss.NOTHING,
    ),
    Alarm(
        "V2",
        UNDELIVERED,
        Severity.WARNING,
        "Des ventes attendent d’être remises à la ville",
        "Vérifier le réseau et l’adresse de la ville (station.toml). Rien n’est perdu tant que la carte reste dans la machine.",
        Loss.NOTHING,
    ),
    Alarm(
        "V3",
        NEW_GENERATION,
        Severity.INFO,
        "Un nouveau journal a été commencé",
        "L’ancien est gardé et sera remis. Si la carte vient d’une sauvegarde : `horodateur rescue` sur l’autre carte, si elle "
        "existe encore.",
        Loss.NOTHING,
    ),
    Alarm(
        "V4",
        CLONE,
        Severity.WARNING,
        "Deux machines portent ce numéro",
        "Retrouver l’autre carte et la retirer. La ville clôt ensuite l’incident.",
        Loss.NOTHING,
    ),
    *COMPUTER_ALARMS,
    *(
        replace(_STUCK, name=STUCK.format(key=key.value), says=_STUCK.says.format(key=KEY_NAMES.get(key, key.value)))
        for key in Key  # each key has an alarm of its own: the journal is evidence of which one it was
    ),
)
"""Every alarm that `Health` can raise."""

OTHER = (
    Alarm(
        "S1",
        "",
        Severity.INFO,
        "Mise hors vente par un technicien",
        "Menu de service, Vente : remettre en vente.",
        Loss.ALL,
    ),
    Alarm(
        "R1",
        "",
        Severity.CRITICAL,
        "Le programme s’est arrêté trop souvent",
        "Couper et remettre le courant. Si le code revient : `horodateur diag`, puis changer la machine en gardant la carte.",
        Loss.ALL,
    ),
    *TERMINAL_STATES,
    Alarm(
        "J1",
        "",
        Severity.CRITICAL,
        "Le journal ne peut pas être écrit",
        "Ne rien effacer. Couper et remettre le courant. Si le code revient : changer la machine et garder la carte, elle "
        "porte des ventes que la ville n’a peut-être pas.",
        Loss.ALL,
    ),
    Alarm(
        "J2",
        "",
        Severity.CRITICAL,
        "Le journal ne peut plus être écrit (disque plein ou en panne), et un paiement était en cours",
        "Comme J1. L’écran donne la référence du paiement : il sera noté en doute au premier démarrage où le journal s’écrit. "
        "Ne pas rembourser avant d’avoir comparé avec la banque.",
        Loss.ALL,
    ),
)
"""States with a code on the display that the journal has no alarm for."""

_BY_NAME = {alarm.name: alarm for alarm in ALARMS}


def alarm_named(name: str) -> Alarm:
    """The alarm of this name in the journal. Raises KeyError for none."""
    return _BY_NAME[name]


def alarm_code(name: str) -> str:
    """The code of an alarm by its name; the name itself for an alarm of an older or newer software."""
    return _BY_NAME[name].code if name in _BY_NAME else name


def most_urgent_first(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """The same alarms in the order in which a technician sees to them."""
    urgency = list(reversed(Severity))
    return tuple(sorted(alarms, key=lambda alarm: (urgency.index(alarm.severity), alarm.code)))


def alarms_by_code() -> tuple[Alarm, ...]:
    """All alarms sorted by code, the 44 keys as one."""
    once = {alarm.code: alarm for alarm in (*ALARMS, *OTHER)}
    stuck = replace(_STUCK, name=STUCK.format(key="…"), says=_STUCK.says.format(key="…"))
    return tuple(
        sorted((stuck if alarm.code == stuck.code else alarm for alarm in once.values()), key=lambda alarm: alarm.code)
    )
