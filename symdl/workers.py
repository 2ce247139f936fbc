"""Workers: preloaded processes that run one task each at a time, killed and replaced at a time or memory limit.

An in-process time-out can't stop a computation that never returns to Python, and a submission may be hostile; so each
is marked in a process of its own, which the parent kills.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any

TIMED_OUT, DIED, FAULT = "timed out", "died", "fault"


@dataclass(frozen=True)
class Failure:
    """A task that gave no result: why is `timed out`, `died` (out of memory) or `fault` (of ours); after how long."""

    why: str
    detail: str = ""
    seconds: float = 0.0


def limit_memory(megabytes: int) -> None:
    """Bound what this process may allocate beyond what it holds now (where the system can)."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    held = 0
    if sys.platform == "linux":
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            held = int(statm.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(kind)
    wanted = held + megabytes * 2**20
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    try:
        resource.setrlimit(kind, (wanted, hard))
    except (ValueError, OSError):
        return


def _serve(pipe: Connection, prepare: Callable[[], Any], megabytes: int) -> None:
    work = prepare()
    limit_memory(megabytes)
    pipe.send(("ready", None))
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        if task is None:
            return
        pipe.send(answered(work, task))


def answered(work: Callable[[Any], Any], task: Any) -> tuple[str, Any]:
    """What a task gives: `done` and its result, or the kind of failure and a word on it."""
    try:
        return "done", work(task)
    except MemoryError:
        return DIED, "out of memory"
    except RecursionError:
        return DIED, "nested too deeply"
    except Exception as error:
        return FAULT, f"{type(error).__name__}: {error}"


class _Worker:
    def __init__(self, prepare: Callable[[], Any], megabytes: int) -> None:
        # fork shares what the parent has loaded; elsewhere each worker loads for itself
        method = "fork" if sys.platform == "linux" else "spawn"
        context = multiprocessing.get_context(method)
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, prepare, megabytes), daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        theirs.close()
        self.task: int | None = None
        self.started, self.deadline = monotonic(), monotonic() + 60.0
        self.ready = False

    def failure(self, why: str, detail: str) -> Failure:
        return Failure(why, detail, monotonic() - self.started)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run_all(
    prepare: Callable[[], Callable[[Any], Any]],
    tasks: Sequence[Any],
    *,
    seconds: float,
    megabytes: int,
    workers: int,
) -> Iterator[tuple[int, Any]]:
    """Run `prepare()(task)` for each task; yields (task number, result or Failure) as they end, in any order.

    Args:
        prepare: makes the working function once in each worker; its time does not count.
        seconds, megabytes: the limits of one task.
        workers: how many processes at most.
    """
    todo = list(range(len(tasks)))[::-1]
    pool: list[_Worker] = []
    try:
        while todo or any(w.task is not None for w in pool):
            busy_or_needed = min(workers, len(todo) + sum(w.task is not None for w in pool))
            while len(pool) < busy_or_needed:
                pool.append(_Worker(prepare, megabytes))
            nearest_deadline = min(w.deadline for w in pool)
            wait([w.pipe for w in pool], timeout=max(0.0, nearest_deadline - monotonic()))
            for w in list(pool):
                yield from _collect(w)
                if not w.process.is_alive() or monotonic() > w.deadline:
                    late = monotonic() > w.deadline
                    if w.task is None and not w.ready and not late:
                        raise RuntimeError("a worker process could not start")
                    if w.task is not None:
                        yield w.task, w.failure(TIMED_OUT if late else DIED, "" if late else "the process ended")
                    w.stop()
                    pool.remove(w)
                elif w.ready and w.task is None and todo:
                    w.task = todo.pop()
                    w.started, w.deadline = monotonic(), monotonic() + seconds
                    w.pipe.send(tasks[w.task])
                elif w.ready and w.task is None:
                    w.deadline = float("inf")
                    w.stop()
                    pool.remove(w)
    finally:
        for w in pool:
            w.stop()


def _collect(w: _Worker) -> Iterator[tuple[int, Any]]:
    try:
        while w.pipe.poll():
            kind, value = w.pipe.recv()
            if kind == "ready":
                w.ready = True
                w.deadline = float("inf")
            elif w.task is not None:
                yield w.task, value if kind == "done" else w.failure(kind, value)
                w.task = None
                w.deadline = float("inf")
    except (EOFError, OSError):
        return
