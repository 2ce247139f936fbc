"""Dask: mark on a department's cluster, whose workers keep to the same limits in processes of their own.

Each thread of a worker has one child that has loaded the problem; the problem itself travels with the tasks, so that
the workers need symdl, and no file of ours.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from symdl.errors import UsageError
from symdl.submission_table import Limits
from symdl.workers import DIED, Failure

PATIENCE = 10  # seconds to find a scheduler, and then a worker


def run_on_dask(
    address: str, problem: Any, tasks: Sequence[Any], reveal: str, overrides: tuple[Any, ...], limits: Limits
) -> Iterator[tuple[int, Any]]:
    """Results as they end: (task number, what marking gave, or a Failure).

    Raises:
        UsageError: `dask.distributed` is not installed, no scheduler answers, or it has no workers.
    """
    try:
        from dask.distributed import Client, as_completed
    except ImportError:
        raise UsageError(
            f"--workers {address} needs dask.distributed, which is not installed",
            cure="pip install 'symdl[dask]', or give a number of processes",
        ) from None
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}", found=str(error)) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise UsageError(f"the Dask scheduler at {address} has no workers", cure=f"dask worker {address}") from None
        setup = client.scatter((problem, reveal, overrides, limits), broadcast=True)
        futures = {client.submit(mark_one, setup, task, pure=False): k for k, task in enumerate(tasks)}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except Exception as error:  # a worker that was lost, say: the other files go on
                yield futures[future], Failure(DIED, f"{type(error).__name__}: {error}")


_local = threading.local()


def mark_one(setup: tuple[Any, ...], task: Any) -> Any:
    """On a worker of the cluster: this thread's child marks the file, and is replaced where it is gone."""
    from symdl.child import Child

    problem, reveal, overrides, limits = setup
    child = getattr(_local, "child", None)
    if child is None or not child.alive or _local.setup != setup:
        if child is not None:
            child.stop()
        _local.child = child = Child(problem, reveal, overrides, limits.megabytes)
        _local.setup = setup
    return child.ask(task, limits.seconds)
