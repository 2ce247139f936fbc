"""Dask: mark on a department's cluster. Each of its workers loads the problem once; its own limits hold there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from symdl.errors import UsageError
from symdl.workers import DIED, TIMED_OUT, Failure


def run_on_dask(
    address: str, given: str, tasks: Sequence[Any], reveal: str, overrides: tuple[Any, ...], seconds: float
) -> Iterator[tuple[int, Any]]:
    """Results as they end: (task number, what marking gave, or a Failure).

    Raises:
        UsageError: `dask.distributed` is not installed, or no scheduler answers.
    """
    try:
        from dask.distributed import Client, as_completed
    except ImportError:
        raise UsageError(
            f"--workers {address} needs dask.distributed, which is not installed",
            cure="pip install distributed, or give a number of processes",
        ) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}", found=str(error)) from None
    with client:
        futures = {
            client.submit(_mark, given, reveal, overrides, task, seconds, pure=False): k for k, task in enumerate(tasks)
        }
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except Exception as error:
                yield futures[future], Failure(DIED, f"{type(error).__name__}: {error}")


@lru_cache(maxsize=8)
def _model(given: str) -> Any:
    from symdl import api

    return api.model(given)


def _mark(given: str, reveal: str, overrides: tuple[Any, ...], task: Any, seconds: float) -> Any:
    """On a worker of the cluster: a child process marks the file, so that the limit on time holds."""
    from symdl.submissions import marker
    from symdl.workers import run_all

    problem = _model(given)
    work = run_all(lambda: marker(problem, reveal, overrides), [task], seconds=seconds, megabytes=1024, workers=1)
    for _, result in work:
        return result
    return Failure(TIMED_OUT)
