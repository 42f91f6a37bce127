"""By what means a notice was paid, as far as that changes what it costs."""

from __future__ import annotations

from enum import StrEnum


class NoticePaymentMeans(StrEnum):
    """How money came. Seed 001: the reduced amount cannot be paid by cheque, which counts towards the whole amount only."""

    ONLINE = "online"
    TELEPHONE = "telephone"
    TOBACCONIST = "tobacconist"
    CHEQUE = "cheque"
