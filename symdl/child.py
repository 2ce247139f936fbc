"""A child: a preloaded process that marks one file at a time, spoken to through its pipes, killed at its limits.

A worker of a cluster may not fork (it runs threads, and is often a daemon itself), so it starts this module anew. What
goes through the pipes are pickles of ours: a submission is text in them, never code.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import threading
from time import monotonic
from typing import IO, Any

from symdl.workers import DIED, TIMED_OUT, Failure, answered, limit_memory

LENGTH = struct.Struct("!Q")
START_SECONDS = 120.0


def send(pipe: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value)
    pipe.write(LENGTH.pack(len(data)) + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next value; EOFError where there is none."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    size = LENGTH.unpack(head)[0]
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


class Child:
    """One such process, as its parent sees it.

    Args:
        problem, reveal, overrides: what it marks against, and how much its reports give away.
        megabytes: what one file may allocate.
    """

    def __init__(self, problem: Any, reveal: str, overrides: tuple[Any, ...], megabytes: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "symdl.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.problem = problem
        ready = self.ask((problem, reveal, overrides, megabytes), START_SECONDS)
        if isinstance(ready, Failure):
            raise RuntimeError(f"a process to mark in could not start: {ready.why}")

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, value: Any, seconds: float) -> Any:
        """The answer to a task, or a Failure; after a failure of time or memory the process is gone."""
        started = monotonic()
        answers: list[Any] = []

        def talk() -> None:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            try:
                send(self.process.stdin, value)
                answers.append(receive(self.process.stdout))
            except (EOFError, OSError, pickle.UnpicklingError):
                return

        talker = threading.Thread(target=talk, daemon=True)
        talker.start()
        talker.join(seconds)
        late = talker.is_alive()
        if late or not answers:
            self.stop()
            why, detail = (TIMED_OUT, "") if late else (DIED, "the process ended")
            return Failure(why, detail, monotonic() - started)
        kind, result = answers[0]
        return result if kind == "done" else Failure(kind, result, monotonic() - started)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was still to be written has no reader any more


def main() -> None:
    """The child's own life: the problem first, then a file at a time until the pipe is closed."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing but answers goes out
    try:
        problem, reveal, overrides, megabytes = receive(sys.stdin.buffer)
        from symdl import api
        from symdl.submissions import marker, warm_up

        model = api.Model(problem)
        _ = model.program
        warm_up(model)
        mark = marker(model, reveal, overrides)
        limit_memory(megabytes)
        send(out, ("done", "ready"))
        while True:
            send(out, answered(mark, receive(sys.stdin.buffer)))
    except EOFError:
        return


if __name__ == "__main__":
    main()
