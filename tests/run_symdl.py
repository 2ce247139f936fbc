"""Run the command as a user does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


def symdl(*arguments: str, cwd: Path | None = None, stdin: bytes = b"", timeout: float = 60.0) -> Ran:
    """Run `symdl ARGUMENTS`; a traceback anywhere fails the caller's test."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "symdl", *arguments],
        cwd=cwd or ROOT,
        input=stdin,
        capture_output=True,
        timeout=timeout,
        env=environment,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    assert "fault in symdl itself" not in ran.err, ran.err
    return ran
