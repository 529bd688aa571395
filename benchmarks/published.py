"""What a correct engine gets from W2 at its default size (104 weeks, 45 people, rho 0.8, seed 0).

The counts hold everywhere. The checksums hold for one rounding of the efforts: they are made with
`numpy.exp`, which on a processor with AVX-512 differs in the last bit for about one number in twenty
from the C library's `exp` that it is elsewhere. Both kinds are listed, by the checksum of the efforts;
on a computer that rounds in yet another way, engines can still be compared with each other.
"""

from typing import NamedTuple

import numpy as np

from benchmarks.workload import FloatArray, Structure, Workload, checksum

_WITH_AVX512 = 2833227487
_WITH_GLIBC = 4087761414


class Published(NamedTuple):
    """Known results of one structure.

    Attributes:
        n_requests: Arrivals.
        n_events: Arrivals, task completions and ends of hand-off delays.
        n_completed: Requests done within the run.
        mean_lead_hours: From arrival to completion, of those done; two decimals.
        checksums: Of the completion times, by the checksum of the workload's `task_effort`.
    """

    n_requests: int
    n_events: int
    n_completed: int
    mean_lead_hours: float
    checksums: dict[int, int]

    def checksum_for(self, workload: Workload) -> int | None:
        """Checksum of the completion times, or None if this computer's rounding is not listed."""
        return self.checksums.get(checksum(workload.task_effort))


PUBLISHED: dict[Structure, Published] = {
    "central": Published(12500, 49401, 12456, 11.82, {_WITH_AVX512: 4123355882, _WITH_GLIBC: 405776597}),
    "federated": Published(12500, 49234, 12383, 26.61, {_WITH_AVX512: 1423220526, _WITH_GLIBC: 4185320559}),
    "hub": Published(12500, 55513, 12364, 30.85, {_WITH_AVX512: 2066809417, _WITH_GLIBC: 3708255092}),
}


def mean_lead_hours(workload: Workload, completed: FloatArray) -> float:
    """Mean hours from arrival to completion, of the requests that were completed."""
    return float(np.nanmean(completed - np.cumsum(workload.gaps)))
