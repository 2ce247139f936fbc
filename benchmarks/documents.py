"""How long pages take: one problem's handout, and a handout of ten sections, each in a fresh process, as users meet it.

    python benchmarks/documents.py [--format pdf] [--runs 3]

Prints the best of the runs in seconds and the share of each part: derive and judge, code, instance and slip, setting.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEN = (
    "mlp-classifier", "softmax-ce-grad", "softmax-jacobian", "dense-backward", "layernorm-backward",
    "quadratic-form-grad", "gaussian-kl-univariate", "bias-variance", "stable-bce", "cosine-similarity-grad",
)  # fmt: skip
LIMITS = {"one section": 3.0, "ten sections": 5.0}


def once(ids: tuple[str, ...], fmt: str) -> float:
    """Seconds of wall time for one call of the command."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "symdl", "handout", *ids, "-o", str(Path(folder) / f"out.{fmt}")]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start


def parts(ids: tuple[str, ...], fmt: str) -> dict[str, float]:
    """Where the time goes, within one process."""
    from symdl import api
    from symdl.document import pages, write
    from symdl.handout import read_spec, section

    spent = {"derive and judge": 0.0, "code, instance, slip": 0.0}
    spec, made = read_spec(ids), []
    for what in spec.sections:
        start = time.perf_counter()
        api.derive(api.model(what.source))
        middle = time.perf_counter()
        made.append(section(what, 2))
        spent["derive and judge"] += middle - start
        spent["code, instance, slip"] += time.perf_counter() - middle - (middle - start)
    start = time.perf_counter()
    write(pages.handout(spec, made), fmt)
    spent["setting"] = time.perf_counter() - start
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", default="pdf", choices=["pdf", "html", "tex", "md", "txt"])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    for name, ids in (("one section", TEN[:1]), ("ten sections", TEN)):
        best = min(once(ids, given.format) for _ in range(given.runs))
        print(f"{name}: {best:.2f} s (aim: {LIMITS[name]:g} s)")
    for name, seconds in parts(TEN, given.format).items():
        print(f"  of ten sections, {name}: {max(seconds, 0.0):.2f} s")


if __name__ == "__main__":
    main()
