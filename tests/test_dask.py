"""Dask: a real cluster on this machine marks many files; one that hangs or is no text never stops the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from symdl.child import Child
from symdl.problem import load_problem
from symdl.workers import TIMED_OUT, Failure
from tests.run_symdl import ROOT, symdl

needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="dask.distributed is not installed: pip install 'symdl[dask]'"
)

PROBLEM = r"""
given = ['L = \frac{1}{2} (w x - y)^2']
derive = ['\frac{\partial L}{\partial w}']
[symbols]
w = ""
x = ""
y = ""
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with a worker of two threads, started as a department would."""
    folder = tmp_path_factory.mktemp("cluster")
    found = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--scheduler-file", str(found), "--no-dashboard"]
        return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)

    with start("scheduler", "--port", "0") as scheduler, start("worker", "--nthreads", "2") as worker:
        try:
            deadline = time.monotonic() + 60
            while not found.exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            yield json.loads(found.read_text())["address"]
        finally:
            worker.terminate()
            scheduler.terminate()


@needs_dask
def test_a_cluster_marks_many_and_keeps_to_the_limits(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "problem.toml").write_text(PROBLEM)
    names = []
    for k in range(6):
        factor = "2" if k % 2 else ""
        (tmp_path / f"s{k}.tex").write_text(rf"$$\frac{{\partial L}}{{\partial w}} = {factor} (w x - y) x$$")
        names.append(f"s{k}.tex")
    (tmp_path / "broken.tex").write_bytes(b"\xff\xfe$$x$$")
    (tmp_path / "slow.tex").write_text("$$" + "+".join(rf"\sqrt{{w^{{{k}}} + x}}" for k in range(1500)) + " = L$$")
    files = [*names, "broken.tex", "slow.tex"]
    ran = symdl(
        "check", *files, "--given", "problem.toml", "--csv", "t.csv", "--workers", cluster, "--time-limit", "10",
        cwd=tmp_path,
    )  # fmt: skip
    rows = {r.split(",")[0]: r.split(",")[1] for r in (tmp_path / "t.csv").read_text().splitlines()[1:]}
    assert [rows[n] for n in names] == ["correct", "wrong"] * 3
    assert rows["broken.tex"] == "unreadable"
    assert rows["slow.tex"] in ("unchecked", "wrong")
    assert ran.status == 1


def test_a_child_marks_until_it_is_too_slow_and_is_then_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    child = Child(load_problem(PROBLEM), "full", (), 1024)
    right = child.ask((0, "a.tex", r"$$\frac{\partial L}{\partial w} = (w x - y) x$$", "tex"), 60)
    assert right.verdict == "correct"
    late = child.ask((1, "b.tex", r"$$\frac{\partial L}{\partial w} = 2 (w x - y) x$$", "tex"), 0.0001)
    assert isinstance(late, Failure)
    assert late.why == TIMED_OUT
    assert not child.alive
