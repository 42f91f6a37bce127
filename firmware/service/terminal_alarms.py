"""Alarms about the card terminal and its payments; and its states that have a code on the display and no alarm."""

from __future__ import annotations

from firmware.service.alarm import Alarm, Loss, Severity

TERMINAL_ALARMS = (
    Alarm(
        "T1",
        "terminal silent",
        Severity.CRITICAL,
        "Terminal de carte : ne répond pas",
        "Vérifier que son écran est allumé et que son câble USB tient. L’éteindre dix secondes. S’il se tait encore : "
        "le changer.",
        Loss.PAID,
    ),
    Alarm(
        "T2",
        "payments in doubt",
        Severity.CRITICAL,
        "Terminal de carte : des paiements sont restés sans réponse",
        "Vérifier son câble, l’éteindre dix secondes. Comparer ses tickets, ou le relevé de la banque, avec la ville. Puis, au "
        "menu de service, Vente : mettre hors vente, et remettre en vente. Se lève seul si le terminal finit par répondre.",
        Loss.PAID,
    ),
    Alarm(
        "T4",
        "debit to give back",
        Severity.WARNING,
        "Terminal de carte : un débit sans droit est à rendre",
        "Le terminal le rend en une minute, ou dès qu’il répond. Si l’alarme reste : comparer ses tickets, ou le relevé de la "
        "banque, avec le journal, et rendre la somme. Puis, au menu de service, Vente : mettre hors vente, et remettre en "
        "vente.",
        Loss.NOTHING,
    ),
    Alarm(
        "T5",
        "terminal refuses",
        Severity.WARNING,
        "Terminal de carte : refuse les demandes de paiement",
        "Vérifier son câble et son réglage (protocole caisse). L’éteindre dix secondes. S’il refuse encore : le changer. Se "
        "lève seul au premier paiement qu’il prend.",
        Loss.NOTHING,
    ),
    Alarm(
        "T7",
        "interrupted payment",
        Severity.INFO,
        "Paiement interrompu : fin inconnue",
        "Comparer les tickets du terminal, ou le relevé de la banque, avec la ville. Puis, au menu de service, Vente : mettre "
        "hors vente, et remettre en vente.",
        Loss.NOTHING,
    ),
)
"""Every alarm about the terminal that `Health` can raise."""

TERMINAL_STATES = (
    Alarm(
        "T0",
        "",
        Severity.INFO,
        "Mise en service : le terminal n’a pas encore répondu",
        "Attendre un quart de minute.",
        Loss.ALL,
    ),
    Alarm(
        "T3",
        "",
        Severity.INFO,
        "Terminal de carte : interrogé sur un paiement interrompu",
        "Attendre une demi-minute, deux si le terminal démarre.",
        Loss.PAID,
    ),
    Alarm(
        "T6",
        "",
        Severity.INFO,
        "Terminal de carte : peut-être encore occupé par un paiement interrompu ou sans réponse",
        "Attendre trois minutes. Ne pas présenter de carte : elle paierait pour un autre.",
        Loss.PAID,
    ),
)
"""What the display has a code for, and the journal no alarm."""
