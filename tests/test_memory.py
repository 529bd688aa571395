"""A study's memory does not grow with its replications."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from pathlib import Path
import opmodel

def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024

scenario = opmodel.load_scenario(sys.argv[1], study__horizon_weeks=26)
sizes = []
for batch in range(4):
    for _ in range(40):
        opmodel.measure(opmodel.run(scenario, replication=batch))
    sizes.append(resident())
print(sizes[-1] - sizes[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the resident size from /proc")
def test_120_further_runs_leave_the_resident_size_where_it_was():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "scenarios/minimal.yaml"], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 12.0  # MB; a model kept alive by Mesa would cost one each
