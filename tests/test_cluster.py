"""Studies on a Dask cluster of real processes: the figures of one machine to the bit, or an error that helps."""

import concurrent.futures as cf
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from clusters import ROOT, Cluster, cluster
from networks import town

from opmodel.hiring.trying import pieces, reaching
from opmodel.hiring.trying.cluster import ClusterExecutor, cluster_executor
from opmodel.hiring.trying.fingerprint import fingerprint, versions
from opmodel.hiring.trying.reaching import ClusterError, same_here
from opmodel.hiring.trying.trials import StoppedError, Trials

pytest.importorskip("distributed", reason="needs the extra 'cluster'")
SCENARIO = town({"study": {"horizon_weeks": 20, "milestones_weeks": [10, 20]}, "targets": {"in_time_rate": 0.9}})


def bits(executor: cf.Executor | None, futures: int = 24, **settings) -> tuple[bytes, ...]:
    found = Trials(executor=executor, **settings).of([SCENARIO], futures, seed=6)[0]
    return found.values.tobytes(), found.beside.tobytes(), found.cost.tobytes()


# ---- refused before anything is handed over ------------------------------------------------------


def test_a_cluster_needs_its_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'opmodel\[cluster\]'"), cluster_executor("tcp://127.0.0.1:1"):
        pass


def test_nobody_answers() -> None:
    began = time.monotonic()
    with (
        pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9 .*start one"),
        cluster_executor("tcp://127.0.0.1:9", timeout=0.5),
    ):
        pass
    assert time.monotonic() - began < 5


NO_ADDRESS = {
    "": "missing port number", "nowhere": "missing port number", "tcp://": "missing port number",
    "carrier-pigeon://loft:1": "unknown address scheme 'carrier-pigeon'", "tls://127.0.0.1:9": "check your TLS",
}


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_address(address) -> None:
    said = rf"'{address}' cannot be used as the address of a Dask scheduler .*{NO_ADDRESS[address]}.*such as tcp://host:8786"
    with pytest.raises(ClusterError, match=said), cluster_executor(address, timeout=600):
        pass


@pytest.mark.parametrize("address", ["carrier-pigeon://loft:1", "tls://127.0.0.1:9"])
def test_a_command_with_what_is_no_address_ends_at_once_and_says_so_alone(address) -> None:
    """Dask's client waits for twice its time limit when it is taken apart at the end, and shows a traceback."""
    command = ["hire", str(ROOT / "scenarios" / "minimal.yaml"), "--target", "backlog_weeks=3", "--cluster", address]
    ended = subprocess.run(
        [sys.executable, "-m", "opmodel.cli", *command], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"Error: --cluster: '{address}' cannot be used as the address of a Dask scheduler")


def test_what_is_installed_elsewhere_must_be_what_is_installed_here() -> None:
    def node(**packages: str) -> dict:
        there = {"python": "3.11.7", "distributed": "1", "numpy": "2.1", "numba": "0.61", "mesa": "3.3"}
        return {"host": {}, "packages": {**there, **packages}}

    found = {"client": node(), "scheduler": node(python="3.11.2"), "workers": {"tcp://a:1": node()}}
    reaching._same_packages(found)  # the last digit of Python's version does not matter
    with pytest.raises(ClusterError, match=r"worker at tcp://a:1 .*has numpy 2.2, here it is numpy 2.1"):
        reaching._same_packages({**found, "workers": {"tcp://a:1": node(numpy="2.2")}})
    with pytest.raises(ClusterError, match=r"the scheduler of .*python 3.13, distributed 2, here it is python 3.11, dis"):
        reaching._same_packages({**found, "scheduler": node(python="3.13.1", distributed="2")})
    without = node()
    del without["packages"]["numba"]
    with pytest.raises(ClusterError, match="numba none"):
        reaching._same_packages({**found, "workers": {"tcp://a:1": without}})


def test_a_worker_with_another_opmodel_refuses_a_piece() -> None:
    assert same_here(versions(), divmod, (7, 2), {}) == (3, 1)
    with pytest.raises(ClusterError, match=f"a worker of the cluster has code {fingerprint()}, here it is code abc"):
        same_here({**versions(), "code": "abc"}, divmod, (7, 2), {})


# ---- a cluster -----------------------------------------------------------------------------------


def _kill_when_busy(made: Cluster, number: int) -> threading.Thread:
    """Kill a worker as soon as it has used some time of its own."""

    def wait_and_kill() -> None:
        time.sleep(0.3)
        made.workers[number].send_signal(signal.SIGKILL)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


@pytest.mark.slow
def test_figures_are_those_of_one_machine_though_a_worker_is_lost(monkeypatch) -> None:
    expected = bits(None)
    with cluster(2) as made, cluster_executor(made.address, timeout=20) as executor:
        end = time.monotonic() + 20
        while len(executor._client.nthreads()) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert bits(executor) == expected
        monkeypatch.setattr(pieces, "AT_FIRST", 1)
        killer = _kill_when_busy(made, 0)
        assert bits(executor, 100)[2][: len(expected[2])] == expected[2]
        killer.join()
        assert made.workers[0].wait() == -signal.SIGKILL
        assert bits(executor) == expected, "the other one goes on"
        with pytest.raises(ZeroDivisionError):
            executor.submit(divmod, 1, 0).result(20)
        began = time.monotonic()
        with pytest.raises(StoppedError):
            bits(executor, 3000, should_stop=lambda: time.monotonic() - began > 0.3)
        assert time.monotonic() - began < 3.0
    with pytest.raises(RuntimeError, match="closed"):
        executor.submit(divmod, 1, 1)


@pytest.mark.slow
def test_a_cluster_without_workers_is_told() -> None:
    with (
        cluster(0) as made, pytest.raises(ClusterError, match=f"has no workers: start some .dask worker {made.address}"),
        cluster_executor(made.address, timeout=2),
    ):
        pass


#: What a machine runs at its start that has no opmodel, though the Python it shares with this one has.
HIDDEN = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opmodel":
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.slow
def test_a_scheduler_or_a_worker_without_opmodel_is_told(tmp_path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDDEN)
    with (
        cluster(1, PYTHONPATH=str(tmp_path)) as made, pytest.raises(ClusterError, match="has opmodel none, here it is opmodel"),
        cluster_executor(made.address, timeout=20),
    ):
        pass


@pytest.mark.slow
def test_workers_with_other_code_are_refused_early_and_late(tmp_path) -> None:
    shutil.copytree(ROOT / "opmodel", tmp_path / "opmodel", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "opmodel" / "hiring" / "asking" / "costs.py").open("a") as file:
        file.write("\n# another\n")
    with cluster(0) as made:
        made.worker(PYTHONPATH=str(tmp_path))
        with (
            pytest.raises(ClusterError, match=rf"the worker at tcp://.* has code .*, here it is code {fingerprint()}"),
            cluster_executor(made.address, timeout=20),
        ):
            pass
    with cluster(1) as made, cluster_executor(made.address, timeout=20) as executor:
        late = made.worker(PYTHONPATH=str(tmp_path))
        while len(executor._client.nthreads()) < 2 and late.poll() is None:
            time.sleep(0.1)
        made.workers[0].kill()
        with pytest.raises(ClusterError, match=f"here it is code {fingerprint()}"):
            bits(executor)


@pytest.mark.slow
def test_a_lost_scheduler_is_told_after_a_while_and_pieces_are_kept(tmp_path) -> None:
    from opmodel.hiring.trying.store import create, open_

    with cluster(2) as made, cluster_executor(made.address, timeout=3) as executor, create(tmp_path / "s", {}) as kept:
        trials = Trials(executor=executor, store=kept)
        trials.of([SCENARIO], 24, seed=6)
        made.scheduler.kill()
        began = time.monotonic()
        with pytest.raises(ClusterError, match=r"the scheduler at .* was lost; .*go on with --resume"):
            trials.of([SCENARIO], 2000, seed=6)
        assert time.monotonic() - began < 20
    with open_(tmp_path / "s") as kept:
        assert len(kept.rows(SCENARIO.hash, 6)) >= 24
        assert bits(None, 24, store=kept) == bits(None, 24)


@pytest.mark.slow
def test_a_cluster_that_loses_all_workers_is_told_after_a_while() -> None:
    with cluster(1) as made, cluster_executor(made.address, timeout=3) as executor:
        bits(executor)
        made.workers[0].kill()
        with pytest.raises(ClusterError, match="has had no workers for 3 s"):
            bits(executor, 200)


@pytest.mark.slow
def test_workers_that_come_in_time_take_over() -> None:
    with cluster(1) as made, cluster_executor(made.address, timeout=20) as executor:
        bits(executor)
        made.workers[0].kill()
        made.workers[0].wait()
        threading.Timer(1.0, made.worker).start()
        assert bits(executor) == bits(None)


@pytest.mark.slow
def test_a_piece_that_ends_every_worker_is_told() -> None:
    with cluster(3) as made, cluster_executor(made.address, timeout=20) as executor:
        with pytest.raises(ClusterError, match="several workers of the cluster ended one after the other"):
            executor.submit(os._exit, 1).result(60)
        assert bits(executor) == bits(None), "a third one is left"


def test_an_executor_takes_back_what_nobody_wants_any_more() -> None:
    class Client:
        status = "running"

        def __init__(self) -> None:
            self.inner = []

        def submit(self, *args, **kwargs):
            self.inner.append(Inner())
            return self.inner[-1]

        def nthreads(self):
            return {"a": 1}

    class Inner:
        cancelled = False

        def add_done_callback(self, fn) -> None:
            self.fn = fn

        def cancel(self) -> None:
            self.cancelled = True

    client = Client()
    executor = ClusterExecutor(client, "tcp://a:1", 1, 1.0)
    futures = [executor.submit(divmod, 3, 2) for _ in range(3)]
    assert futures[0].cancel()
    assert [inner.cancelled for inner in client.inner] == [True, False, False]
    executor.shutdown(wait=False, cancel_futures=True)
    assert all(future.cancelled() for future in futures)
    assert np.all([inner.cancelled for inner in client.inner])
