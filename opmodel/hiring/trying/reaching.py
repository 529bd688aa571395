"""Reaching a Dask cluster before any piece is handed over: it answers, has workers, and has what is installed here."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from opmodel.hiring.trying.fingerprint import series, unlike, versions
from opmodel.provenance import ENGINE

#: Packages whose versions must be those of this process, wherever pieces are sent or run.
SAME = ("distributed", *ENGINE)


class ClusterError(ValueError):
    """A cluster cannot be used, or no longer; says why, and what to do."""


def connected(distributed: Any, address: str, timeout: float) -> Any:
    """A client of the scheduler at an address.

    Args:
        distributed: the package.
        address: of the scheduler.
        timeout: seconds to wait for an answer.

    Raises:
        ClusterError: nobody answers, or it is no address.
    """
    client = distributed.Client.__new__(distributed.Client)  # by itself, to have it in hand if it cannot connect
    try:
        client.__init__(address, timeout=timeout, set_as_default=False)
    except (OSError, TimeoutError):
        raise ClusterError(
            f"no Dask scheduler answers at {address} within {timeout:.0f} s: start one (dask scheduler), "
            "or mend the address, such as tcp://host:8786"
        ) from None
    except Exception as error:
        with contextlib.suppress(Exception):  # a client left half-made holds this process up at its end
            client.close(timeout=2)
        said = " ".join((str(error) or type(error).__name__).split())[:200]
        raise ClusterError(
            f"'{address}' cannot be used as the address of a Dask scheduler ({said}): name one such as tcp://host:8786"
        ) from None
    return client


def checked_workers(client: Any, address: str, timeout: float) -> int:
    """How many pieces the workers can do side by side; all of them must have what is installed here.

    Args:
        client: of the scheduler.
        address: of the scheduler.
        timeout: seconds to wait for a worker.

    Raises:
        ClusterError: there is no worker, or versions differ.
    """
    try:
        try:
            client.wait_for_workers(1, timeout=timeout)
        except TimeoutError:
            text = f"the scheduler at {address} has no workers: start some (dask worker {address})"
            raise ClusterError(text) from None
        _same_packages(client.get_versions(packages=list(SAME)))
        there = {"the scheduler": client.run_on_scheduler(versions)}
        there |= {f"the worker at {at}": found for at, found in client.run(versions).items()}
        threads = int(sum(client.nthreads().values()))
    except ClusterError:
        raise
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "opmodel":
            _alike("the scheduler or a worker", {}, {"opmodel": versions()["opmodel"]})
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise ClusterError(f"the cluster at {address} does not answer as it should ({said})") from None
    for who, found in there.items():
        _alike(who, found, versions())
    return threads


def same_here(
    wanted: Mapping[str, str], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """Do a piece on a worker, if everything that figures depend on is as it is where they are asked for.

    Raises:
        ClusterError: it is not; figures of both must not be mixed.
    """
    _alike("a worker", versions(), wanted)
    return fn(*args, **kwargs)


def _same_packages(found: Mapping[str, Any]) -> None:
    """Compare what is installed, before anything is run that needs it."""
    nodes = {"the scheduler": found["scheduler"]}
    nodes |= {f"the worker at {address}": node for address, node in found["workers"].items()}
    for who, node in nodes.items():
        _alike(who, _installed(node), _installed(found["client"]))


def _installed(node: Mapping[str, Any]) -> dict[str, str]:
    packages = node["packages"]
    python = series(str(packages.get("python") or node["host"]["python"]))
    return {"python": python} | {name: str(packages.get(name) or "none") for name in SAME}


def _alike(who: str, there: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Refuse somebody who has other versions."""
    if (words := unlike(there, here, missing="none")) is not None:
        raise ClusterError(
            f"{who} of the cluster has {words[0]}, here it is {words[1]}: figures might differ. Install the same on "
            "all machines (pip install 'opmodel[cluster]' with equal versions) and start scheduler and workers again"
        ) from None


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep Dask's own log from the user: what matters comes as an error, in words."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client", "distributed.core")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
