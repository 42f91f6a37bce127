"""A disk that fails at one call, for every call of a life: what was acknowledged is there all the same."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from tests.crash.enumeration import CrashFindings, findings, scratch_folder
from tests.crash.laws import last_states
from tests.crash.recorder import DiskFault
from tests.crash.workload import SHORT_LIFE, Act, lived

KINDS = {
    "EIO": DiskFault(0, errno.EIO),
    "EIO, though the bytes were written": DiskFault(0, errno.EIO, done=True),
    "EIO from then on": DiskFault(0, errno.EIO, lasting=True),
    "ENOSPC": DiskFault(0, errno.ENOSPC),
    "ENOSPC from then on": DiskFault(0, errno.ENOSPC, lasting=True),
}
"""How a disk fails; a synchronisation that fails leaves in doubt what it was to make durable."""
STATES = 12
"""Of those that a power cut may leave after a failure, so many are looked at."""


def calls(acts: Sequence[Act]) -> int:
    """How many calls there are to fail."""
    with scratch_folder() as folder:
        return lived(folder, acts).recorder.calls


def after_faults(kind: str, first: int = 0, step: int = 1, acts: Sequence[Act] = SHORT_LIFE) -> CrashFindings:
    """Let every `step`th call fail, from the `first` on; then cut the power."""
    total = CrashFindings()
    for call in range(first, calls(acts), step):
        fault = KINDS[kind]._replace(call=call)
        with scratch_folder() as folder:
            life = lived(folder, acts, fault)
        found = findings(islice(last_states(life), STATES))
        found.broken = Counter({f"call {call} failed: {finding}": number for finding, number in found.broken.items()})
        total.add(found)
    return total
