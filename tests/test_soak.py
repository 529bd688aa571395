"""Memory of the app's server and its workers stays level however many scenarios visitors try."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Scenarios tried, and after how many the caches are taken to be full.
RUNS, WARM = 200, 50
#: MB by which the last hundred (median) may lie above the fifty after warming up: server and two workers together.
#: Found: 1.0; were results kept for ever, 18.5.
TOLERANCE = 5.0

PROGRAM = """
import json, os, sys
from functools import partial
from pathlib import Path

def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0

def study(job, scenario):
    from opmodel import compare
    from opmodel.views import work
    return compare(scenario, replications=2, seed=1, executor=work.executor(), on_progress=job.report,
                   on_partial=job.offer, should_stop=job.should_stop)

def levers(job, scenario, futures):
    from opmodel.levers import Recruits, what_if
    from opmodel.views import work
    return what_if(scenario, {}, Recruits(), replications=2, seed=1, executor=work.executor(), futures=futures,
                   on_progress=job.report, on_partial=job.offer, should_stop=job.should_stop)

def why(job, scenario):
    from opmodel.explanation import explain
    from opmodel.views import work
    return explain(scenario, replications=2, seed=1, executor=work.executor(), on_progress=job.report,
                   on_partial=job.offer, should_stop=job.should_stop)

def watching(job, scenario):
    from opmodel.replay import replay
    from opmodel.views import work
    found = replay(scenario, seed=1, executor=work.executor(), on_progress=job.report, should_stop=job.should_stop)
    found.columns()  # as the page does for the player
    return found

def sets(job, scenario):
    from opmodel.comparison.assumptions import assumption_study
    from opmodel.comparison.structures import structures_of
    from opmodel.views import work
    return assumption_study(structures_of(scenario), 3, replications=2, seed=1, executor=work.executor(),
                            on_progress=job.report, on_partial=job.offer, should_stop=job.should_stop)

def main():
    import multiprocessing
    from opmodel.levers import Futures
    from opmodel.views import asked, work
    runs, sizes, futures = int(sys.argv[1]), [], Futures()
    for k in range(runs):
        # As the pages do it: a text becomes a scenario, scenarios become a key, the key's job a result.
        text = f"name: Tried {k}\\nextends: minimal.yaml\\nstudy: {{horizon_weeks: 26}}\\npeople: {{turnover: {0.1 + k / 2000}}}\\n"
        scenario = asked._read(text, "tried.yaml", sys.argv[2])
        asks = [("compare", study), ("what if", partial(levers, futures=futures))]
        if k % 5 == 0:  # what the other pages work out, in turn
            asks += [[("explain", why), ("replay", watching), ("assumptions", sets)][k // 5 % 3]]
        for name, does in asks:
            job = work.jobs().ask(work.key_of(name, {"": scenario}, 1, 2), partial(does, scenario=scenario))
            assert job.wait(120) and job.state == "done", (job.state, job.error)
        pids = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
        sizes.append([round(resident(pid), 1) for pid in pids])
    print(json.dumps(sizes))
    work.jobs().close()

if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the resident size from /proc")
def test_200_changed_scenarios_leave_memory_level(tmp_path):
    program = tmp_path / "soak.py"
    program.write_text(PROGRAM, "utf-8")
    done = subprocess.run(
        [sys.executable, str(program), str(RUNS), str(ROOT / "scenarios")], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=1500,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    sizes = [sum(each) for each in json.loads(done.stdout.splitlines()[-1])]
    assert len(sizes) == RUNS
    early, late = statistics.median(sizes[WARM : WARM + 50]), statistics.median(sizes[-100:])
    assert late - early < TOLERANCE, f"{early:.1f} MB after warming up, {late:.1f} MB in the last hundred"
