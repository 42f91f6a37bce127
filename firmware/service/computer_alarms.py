"""Alarms about the station's own computer: supply, heat, errors and wear of its card, from what the kernel says.

What a computer does not report raises nothing: most SD cards tell no wear, and a mainline kernel no throttling.
"""

from __future__ import annotations

from msgspec import Struct

from firmware.service.alarm import Alarm, Loss, Severity
from hal.ports import Supply

UNDER_VOLTAGE, OVERHEATING, DISK_ERRORS, DISK_WORN = "under-voltage", "overheating", "disk errors", "disk worn"
BOOT_CHANGED = "boot changed"
HOT, COOL = 80, 75
"""Degrees Celsius: a Pi slows down from 80 on. The alarm is over at 75, so that it does not come and go."""
WORN = 9
"""Tenths of the card's life that are used up, rounded up: from 80 % on."""

COMPUTER_ALARMS = (
    Alarm(
        "B1",
        BOOT_CHANGED,
        Severity.WARNING,
        "Carte : sa partition de démarrage a été modifiée",
        "Quelqu’un a écrit sur la carte hors de la machine. Prévenir l’exploitant, remplacer la carte (flash.sh --replace) et "
        "garder l’ancienne telle quelle.",
        Loss.NOTHING,
    ),
    Alarm(
        "A2",
        UNDER_VOLTAGE,
        Severity.WARNING,
        "Calculateur : tension trop basse",
        "Mesurer le 5 V sous charge : 4,8 V au moins. Serrer ses bornes, changer le câble, puis l’alimentation : une carte "
        "s’abîme à chaque chute de tension.",
        Loss.NOTHING,
    ),
    Alarm(
        "A3",
        OVERHEATING,
        Severity.WARNING,
        "Calculateur : trop chaud, il ralentit",
        "Dégager les ouïes de l’armoire, vérifier le dissipateur. En plein soleil : attendre le soir et revenir si l’alarme "
        "reste.",
        Loss.NOTHING,
    ),
    Alarm(
        "J3",
        DISK_ERRORS,
        Severity.WARNING,
        "Carte : le système de fichiers compte des erreurs",
        "Vérifier le 5 V. Couper et remettre le courant : la carte est vérifiée. Si l’alarme revient : remplacer la "
        "carte (flash.sh --replace, avec --rescue) et garder l’ancienne.",
        Loss.NOTHING,
    ),
    Alarm(
        "J4",
        DISK_WORN,
        Severity.WARNING,
        "Carte : bientôt usée",
        "Remplacer la carte à la prochaine visite (flash.sh --replace, avec --rescue) et garder l’ancienne.",
        Loss.NOTHING,
    ),
)


class DiskHealth(Struct, frozen=True):
    """Errors and wear of the disk the journal lies on; None for what it does not report."""

    errors: int | None = None
    """The file system's, since it was last checked."""
    used_tenths: int | None = None
    """Tenths of its life that are used up, rounded up; 11 beyond its end."""
    worn: bool | None = None
    """Whether it says itself that its reserve is running out."""


def computer_alarms(supply: Supply, disk: DiskHealth, boot: bool | None, before: frozenset[str]) -> frozenset[str]:
    """The alarms that are up. `boot`: whether the boot partition is as it was built; `before`: the alarms that were up."""
    limit = COOL if OVERHEATING in before else HOT
    up = {
        UNDER_VOLTAGE: supply.under_voltage is True,
        OVERHEATING: supply.celsius is not None and supply.celsius >= limit,
        DISK_ERRORS: bool(disk.errors),
        BOOT_CHANGED: boot is False,
        DISK_WORN: disk.worn is True or (disk.used_tenths or 0) >= WORN,
    }
    return frozenset(name for name, is_up in up.items() if is_up)


def disk_health(errors: int | None, life_time: str | None, pre_eol_info: str | None) -> DiskHealth:
    """What the kernel's texts say: `life_time` two numbers 0x00 to 0x0b, `pre_eol_info` one, 0x01 normal; 0x00 is unknown."""
    used = max(_hexadecimal(life_time), default=0)
    reserve = max(_hexadecimal(pre_eol_info), default=0)
    return DiskHealth(errors, used or None, reserve > 1 if reserve else None)


def _hexadecimal(text: str | None) -> list[int]:
    try:
        return [int(word, 16) for word in (text or "").split()]
    except ValueError:
        return []
