"""Technician's sheet (SVG): an A4 leaf, in French, to hang inside the door: what to do on its front, the codes on its back.

It is made from the alarm catalogue and the service menu.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from firmware.ledger.lockout import FREE, WAITS
from firmware.screens.service.session import SILENCE
from firmware.service.alarms import Alarm, Loss, alarms_by_code
from firmware.service.event_codes import French, event_codes
from hal.ports import Key

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 10.0
"""Millimetres."""
STEP, SIZE = 2.75, 2.5
"""Millimetres from line to line of the codes, and their height."""
FRONT = 2.1
"""How much larger the text of the front is."""
SAYS_AT, REMEDY_AT = 8.0, 62.0
"""Where the columns of the table begin, from the margin."""
CAPS = tuple(key.cap for key in (Key.CORRECT, Key.INFO, Key.CANCEL, Key.OK))
"""As engraved on the keys."""
ENTRY = "\u00a0".join((CAPS[0], CAPS[0], CAPS[1]))
"""The keys that open the menu, on one line."""
LINE_WIDE, SAYS_WIDE, REMEDY_WIDE = 72, 38, 100
"""Characters that fit on a line of the front, and in each column of the back."""


class TooLongError(Exception):
    """A side of the technician's sheet needs a second page."""


class SheetText(NamedTuple):
    """A line of text and its place, in millimetres."""

    x: float
    y: float
    text: str
    size: float = SIZE
    bold: bool = False


def front() -> str:
    """The SVG of what to do. Raises TooLongError when it would need a second page."""
    texts, y = [SheetText(MARGIN, MARGIN + 7, "Horodateur : aide-mémoire du technicien", 7.5, bold=True)], MARGIN + 20
    for title, lines in _chapters():
        texts.append(SheetText(MARGIN, y, title, 5.0, bold=True))
        for line in (part for text in lines for part in _wrapped(text, LINE_WIDE)):
            y += STEP * FRONT
            texts.append(SheetText(MARGIN, y, line, SIZE * FRONT))
        y += STEP * FRONT * 1.7
    return _page(texts)


def back() -> str:
    """The SVG of the codes. Raises TooLongError when it would need a second page."""
    texts, y = [SheetText(MARGIN, MARGIN + 5, "Horodateur : les codes", 5.5, bold=True)], MARGIN + 7
    for alarm in alarms_by_code():
        y += STEP * 0.3
        rows = list(_rows(alarm, y))
        texts += rows
        y = max(row.y for row in rows)
    return _page(texts)


def _page(texts: list[SheetText]) -> str:
    end = max(text.y for text in texts)
    if end > HEIGHT - MARGIN:
        raise TooLongError(f"the sheet ends at {end:.0f} mm of {HEIGHT - MARGIN:.0f}: say less, or set it smaller")
    lines = "\n".join(_text_element(text) for text in texts)
    size = f'width="{WIDTH:.0f}mm" height="{HEIGHT:.0f}mm" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Arial, Helvetica, sans-serif">'
    return f'{head}\n<rect width="100%" height="100%" fill="white"/>\n{lines}\n</svg>\n'


def _chapters() -> Iterator[tuple[str, Iterable[str]]]:
    waits = ", ".join(_duration(wait.total_seconds()) for wait in WAITS)
    yield (
        "Ouvrir le menu de service",
        (
            f"Ouvrir la porte. Sur l’écran d’accueil ou « hors service », même J1 : {ENTRY}. Puis numéro "
            f"(2 chiffres), code (6 chiffres), {CAPS[3]}.",
            f"Après {FREE + 1} codes faux il faut attendre : {waits}. L’écran compte. {CAPS[1]} : code unique, par téléphone.",
            f"Fermer la porte, ou ne rien toucher pendant {_duration(SILENCE)}, ferme le menu. Tout est noté, par numéro.",
        ),
    )
    yield (
        f"Dans le menu : + et − choisissent, la touche devant la ligne y saute, {CAPS[3]} ouvre, {CAPS[2]} revient",
        (
            "1 ticket de test et diagnostic · 2 essais, un par un · 3 contrôle complet (60 s) · 4 changer le papier · "
            "5 statistiques · 6 relevé des compteurs · 7 vente de test à zéro · 8 alarmes · 9 versions · 0 mettre hors vente, "
            "remettre en vente · A mettre l’horloge à l’heure · B diagnostic sur clé USB (FAT32)",
        ),
    )
    yield (
        "Changer un rouleau",
        (
            "Menu 4. Ouvrir le capot, poser le rouleau, fermer jusqu’au déclic, "
            f"{CAPS[3]} : un essai s’imprime et le compte repart.",
        ),
    )
    yield (
        "Derniers codes, sur le ticket de test (menu 1)",
        (" · ".join(f"{code} {meaning}" for code, meaning in event_codes(French()).items()) + " · les autres : au dos",),
    )
    yield (
        "Avant de partir",
        ("Menu 3 : les huit essais sont bons. Menu 0 : la machine est en vente. Porte fermée à clé : D1 disparaît.",),
    )
    yield (
        "Ne jamais",
        ("Effacer une carte qui a vendu : ses ventes ne sont parfois que là. Remettre une carte remplacée dans une machine.",),
    )


def _rows(alarm: Alarm, y: float) -> Iterator[SheetText]:
    """A line of the table, as high as its longest cell."""
    loss = "" if alarm.loss is Loss.NOTHING else f" [{alarm.loss.value}]"
    says = _wrapped(f"{alarm.says}{loss}", SAYS_WIDE)
    remedy = _wrapped(alarm.remedy.replace("`", ""), REMEDY_WIDE)
    yield SheetText(MARGIN, y + STEP, alarm.code, bold=True)
    for number, line in enumerate(says, 1):
        yield SheetText(MARGIN + SAYS_AT, y + STEP * number, line)
    for number, line in enumerate(remedy, 1):
        yield SheetText(MARGIN + REMEDY_AT, y + STEP * number, line)


def _wrapped(text: str, wide: int) -> list[str]:
    """Cut between words; no line begins with a sign, or ends with the number of an entry."""
    bound = re.sub(r" (?=[:;?!»·])|(?<=[«\d]) ", "\u00a0", text)
    return textwrap.wrap(bound, wide, break_on_hyphens=False)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def _text_element(text: SheetText) -> str:
    weight = ' font-weight="bold"' if text.bold else ""
    return f'<text x="{text.x:.1f}" y="{text.y:.1f}" font-size="{text.size:.2f}"{weight}>{escape(text.text)}</text>'
