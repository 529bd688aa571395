"""Running scenarios: one replication, or many in this process or in others."""

from __future__ import annotations

import atexit
import concurrent.futures as cf
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

from opmodel.records import Run
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from opmodel.flow.network import Network

T = TypeVar("T")
#: Fewer runs than this are not worth other processes.
SERIAL_BELOW = 20
WORKERS = 2
#: More scenarios than this are shared out among processes, too.
TOGETHER = 8
#: Compiled scenarios a process keeps.
KEPT_NETWORKS = 16


class WorkersEndedError(RuntimeError):
    """The worker processes of a study ended before it did."""


def run(scenario: Scenario, *, seed: int = 1, replication: int = 0) -> Run:
    """Simulate one replication of a scenario.

    Args:
        scenario: from :func:`opmodel.load_scenario`.
        seed: root of all draws; the same seed gives the same result, to the bit.
        replication: number of the replication; each is another possible future.

    Returns:
        The three tables and their provenance. Times are working days from the start.
    """
    return next(_runs([compiled(scenario)], range(replication, replication + 1), seed))[1][0]


def replicate(
    scenario: Scenario,
    n: int,
    *,
    seed: int = 1,
    executor: cf.Executor | None = None,
    reduce: Callable[[Run], Any] | None = None,
) -> Iterator[Any]:
    """Simulate replications 0 .. n-1 and reduce each run as it ends, so that memory does not grow.

    Args:
        scenario: from :func:`opmodel.load_scenario`.
        n: number of replications.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``; by default two warm processes, or this one
            below 20 replications. The results are the same whatever the executor.
        reduce: what to keep of a run, a module-level function; default :func:`opmodel.measure`.

    Yields:
        ``reduce(run)`` in the order of the replications.
    """
    for _, (kept,) in replicate_all([scenario], range(n), seed=seed, executor=executor, reduce=reduce or _measured):
        yield kept


def replicate_measures(
    scenarios: Sequence[Scenario], replications: range, seed: int, executor: cf.Executor | None = None
) -> Iterator[tuple[int, list[Any]]]:
    """Measures, weekly series and breakdowns of each replication under each scenario, in order."""
    return replicate_all(scenarios, replications, seed=seed, executor=executor, reduce=_measured_with_series)


def replicate_figures(
    scenarios: Sequence[Scenario], replications: range, seed: int, executor: cf.Executor | None = None
) -> Iterator[tuple[int, list[Any]]]:
    """The same for the whole organisation and its milestones alone, without groups, series and breakdowns."""
    return replicate_all(scenarios, replications, seed=seed, executor=executor, reduce=_figures)


def _figures(run: Run) -> Any:
    from opmodel.metrics import measure
    from opmodel.recording import forget

    found = measure(run, groups=False)
    forget(run)
    return found, {}


def _measured(run: Run) -> Any:
    from opmodel.metrics import measure
    from opmodel.recording import forget

    found = measure(run)
    forget(run)
    return found


def _measured_with_series(run: Run) -> Any:
    from opmodel.metrics import breakdowns, measure, series
    from opmodel.recording import forget

    found = measure(run), {**series(run), **breakdowns(run)}
    forget(run)
    return found


def replicate_all(
    scenarios: Sequence[Scenario],
    replications: range,
    *,
    seed: int,
    executor: cf.Executor | None,
    reduce: Callable[[Run], T],
) -> Iterator[tuple[int, list[T]]]:
    """Each replication under each scenario on the same draws, reduced where it ran.

    Scenarios that differ only in their structure share one sample of demand.
    """
    blocks = _blocks(scenarios)
    if executor is None:
        executor = workers_for(len(replications) * len(scenarios))
    if executor is None:
        yield from reduced(scenarios, replications, seed, reduce)
        return
    packed = [[pickle.dumps(s) for s in block] for block in blocks]
    chunks = _chunks(replications)
    jobs = deque((chunk, block) for chunk in chunks for block in packed)
    pending: deque[cf.Future[list[tuple[int, list[T]]]]] = deque()
    try:
        for chunk in chunks:
            found: dict[int, list[T]] = {number: [] for number in chunk}
            for _ in packed:
                while jobs and len(pending) < 3 * WORKERS:
                    numbers, block = jobs.popleft()
                    pending.append(executor.submit(_run_chunk, block, numbers, seed, reduce))
                for number, kept in pending.popleft().result():
                    found[number] += kept
            yield from found.items()
    except BrokenProcessPool:
        _forget_pool()
        raise WorkersEndedError(
            "the worker processes ended early; a script that runs studies needs its own work under "
            "'if __name__ == \"__main__\":', because workers import it too (or pass an executor)"
        ) from None
    finally:
        for future in pending:
            future.cancel()


def _chunks(replications: range) -> list[range]:
    """Replications to be run in one go: few at first, so that there is soon something to see, then more."""
    most, size, first = max(1, min(5, len(replications) // (2 * WORKERS))), 1, 0
    chunks = []
    while first < len(replications):
        chunks.append(replications[first : first + size])
        first += size
        size = min(most, size + len(chunks) % WORKERS)
    return chunks


def _blocks(scenarios: Sequence[Scenario]) -> list[list[Scenario]]:
    """Scenarios that one process runs together: all of a few, else those that share a sample of demand."""
    if len(scenarios) <= TOGETHER:
        return [list(scenarios)]
    blocks: list[list[Scenario]] = []
    last = ""
    for scenario in scenarios:
        key = scenario.demand_hash
        if key != last:
            blocks.append([])
            last = key
        blocks[-1].append(scenario)
    return blocks


def _run_chunk(packed: list[bytes], replications: range, seed: int, reduce: Callable[[Run], T]) -> list[Any]:
    return list(reduced(packed, replications, seed, reduce))


def reduced(
    scenarios: Sequence[Scenario | bytes], replications: Sequence[int], seed: int, reduce: Callable[[Run], T]
) -> Iterator[tuple[int, list[T]]]:
    """Any replications under each scenario (as it is, or pickled) in this process, on the same draws."""
    networks = [_unpacked(one) if isinstance(one, bytes) else compiled(one) for one in scenarios]
    for number, runs in _runs(networks, replications, seed):
        yield number, [reduce(r) for r in runs]


def _runs(networks: Sequence[Network], replications: Sequence[int], seed: int) -> Iterator[tuple[int, list[Run]]]:
    """Runs of each replication under each network, each sample of demand drawn once."""
    from opmodel.flow.demand import sample_demand
    from opmodel.flow.memory import give_back

    for number in replications:
        samples: dict[str, Any] = {}
        out = []
        for network in networks:
            key = network.demand_key
            if key not in samples:
                samples[key] = sample_demand(network.asks, seed, number)
            out.append(_simulate(network, samples[key], seed, number))
        for demand in samples.values():
            give_back(demand.ask)
        yield number, out


def _simulate(network: Network, demand: Any, seed: int, replication: int) -> Run:
    from opmodel.model import OperatingModel
    from opmodel.recording import records_of

    model = OperatingModel(network, demand, seed, replication)
    while model.running:
        model.step()
    run = records_of(model, seed, replication)
    model.dismiss()
    return run


# -- compiled scenarios, kept for the next run ---------------------------------------------------

_networks: OrderedDict[str, Network] = OrderedDict()
_unpickled: OrderedDict[bytes, str] = OrderedDict()
_kept_lock = threading.Lock()


def compiled(scenario: Scenario) -> Network:
    """The scenario's network; a process keeps the last few used. Safe to call from any thread."""
    from opmodel.flow.network import compile_network
    from opmodel.flow.trace import read_trace

    key = scenario.hash
    network = _kept(key)
    if network is None:
        network = compile_network(scenario, read_trace(scenario))
        with _kept_lock:
            _networks[key] = network
            while len(_networks) > KEPT_NETWORKS:
                _networks.popitem(last=False)
    return network


def _kept(key: str) -> Network | None:
    with _kept_lock:
        if key in _networks:
            _networks.move_to_end(key)
        return _networks.get(key)


def _unpacked(packed: bytes) -> Network:
    import hashlib

    digest = hashlib.sha256(packed).digest()
    with _kept_lock:
        key = _unpickled.get(digest, "")
    network = _kept(key)
    if network is None:
        scenario: Scenario = pickle.loads(packed)
        network = compiled(scenario)
        with _kept_lock:
            _unpickled[digest] = scenario.hash
            while len(_unpickled) > 4 * KEPT_NETWORKS:
                _unpickled.popitem(last=False)
    return network


# -- processes -------------------------------------------------------------------------------------

_pool: cf.ProcessPoolExecutor | None = None
_pools: weakref.WeakSet[cf.Executor] = weakref.WeakSet()
_pool_lock = threading.Lock()


def workers_for(runs: int) -> cf.Executor | None:
    """The worker processes if there are runs enough to be worth them; None for this process."""
    return None if runs < SERIAL_BELOW else warm_pool()


def warm_pool() -> cf.ProcessPoolExecutor:
    """Two spawned processes that stay warm until this one ends."""
    global _pool
    with _pool_lock:
        if _pool is None or getattr(_pool, "_broken", False):
            context = multiprocessing.get_context("spawn")
            _pool = cf.ProcessPoolExecutor(WORKERS, mp_context=context, initializer=_serve)
            _pools.add(_pool)
            atexit.register(_pool.shutdown, wait=False, cancel_futures=True)
        return _pool


def new_pool_for(executor: cf.Executor) -> cf.Executor | None:
    """Warm worker processes in the place of some that ended; None if these were somebody else's."""
    if executor not in _pools:
        return None
    _forget_pool()
    return warm_pool()


def _forget_pool() -> None:
    global _pool
    with _pool_lock:
        if getattr(_pool, "_broken", False):  # another study may have started new workers by now
            _pool = None


def _serve() -> None:
    """Ctrl-C is for the process that started the study; workers end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
