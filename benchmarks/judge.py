"""How fast the judge rules, beside SymPy's own check of the lines that SymPy can read.

    python benchmarks/judge.py [--json]

Each row rules on all lines of one derivation (reading them included, importing not), best of a few runs in one thread.
SymPy is given the same lines by hand, for sizes fixed at 3 where it needs numbers, and asks whether left − right
simplifies to 0: a check at one size, while the judge speaks of all. The last row is a process: `symdl --help`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import symdl
from symdl import api

RUNS = 5
LIMITS = {"five lines": 0.5, "symdl --help": 0.25}  # seconds

Check = Callable[[], bool]


def ruled(name: str) -> Check:
    """All authored lines of a shipped derivation, read and ruled on anew."""

    def run() -> bool:
        steps = api.authored_lines(symdl.load(name))
        return all(s.evidence is not None and s.evidence.status in ("proved", "supported") for s in steps)

    return run


def sympy_softmax() -> bool:
    """The lines of softmax-jacobian at n = 3, entry by entry."""
    import sympy as sp

    z = sp.symbols("z1:4", real=True)
    S = sum(sp.exp(x) for x in z)
    p = [sp.exp(x) / S for x in z]
    pairs = []
    for i in range(3):
        pairs.append((sp.diff(S, z[i]), sp.exp(z[i])))
        pairs.append((sum(sp.diff(p[i], x) for x in z), 0))
        for j in range(3):
            d = sp.Integer(i == j)
            slope = sp.diff(p[i], z[j])
            pairs.append((slope, (d * sp.exp(z[i]) * S - sp.exp(z[i]) * sp.exp(z[j])) / S**2))
            pairs.append((slope, d * p[i] - p[i] * p[j]))
    return all(sp.simplify(a - b) == 0 for a, b in pairs)


def sympy_quadratic() -> bool:
    """The lines of quadratic-form-grad at n = 3."""
    import sympy as sp

    A, x = sp.Matrix(3, 3, sp.symbols("a:9")), sp.Matrix(sp.symbols("x:3"))
    f = (x.T * A * x)[0]
    gradient = sp.Matrix([sp.diff(f, v) for v in x])
    pairs = [(f, sum(A[i, j] * x[i] * x[j] for i in range(3) for j in range(3)))]
    pairs += list(zip(gradient, A * x + A.T * x, strict=True))
    pairs += list(zip(gradient, (A + A.T) * x, strict=True))
    pairs += [(sp.diff(gradient[i], x[j]), A[i, j] + A[j, i]) for i in range(3) for j in range(3)]
    return all(sp.simplify(a - b) == 0 for a, b in pairs)


def sympy_bce() -> bool:
    """The lines of stable-bce for y = 0 and 1; the one with max and |z| on each side of the kink."""
    import sympy as sp

    z = sp.Symbol("z", real=True)
    p = 1 / (1 + sp.exp(-z))
    pairs = [
        (1 - p, 1 / (1 + sp.exp(z))),
        (sp.log(p), -sp.log(1 + sp.exp(-z))),
        (sp.log(1 - p), -z - sp.log(1 + sp.exp(-z))),
    ]
    for y in (0, 1):
        loss = -y * sp.log(p) - (1 - y) * sp.log(1 - p)
        pairs.append((sp.diff(loss, z), p - y))
    return all(sp.simplify(sp.expand_log(sp.simplify(a - b), force=True)) == 0 for a, b in pairs)


ROWS: dict[str, tuple[str, Check, Check | None]] = {
    "five lines": ("softmax-jacobian", ruled("softmax-jacobian"), sympy_softmax),
    "six lines, symmetric or not": ("quadratic-form-grad", ruled("quadratic-form-grad"), sympy_quadratic),
    "six lines with a kink": ("stable-bce", ruled("stable-bce"), sympy_bce),
    "eight lines of layernorm": ("layernorm-backward", ruled("layernorm-backward"), None),
    "five lines with expectations": ("sample-variance-bias", ruled("sample-variance-bias"), None),
}


def seconds(check: Check) -> tuple[float, bool]:
    """The best time of a few runs, and whether every line was accepted."""
    best, right = float("inf"), True
    for _ in range(RUNS):
        started = time.perf_counter()
        right = check() and right
        best = min(best, time.perf_counter() - started)
    return best, right


def help_seconds() -> float:
    best = float("inf")
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "symdl", "--help"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> int:
    rows: list[dict[str, Any]] = []
    for name, (source, ours, theirs) in ROWS.items():
        mine, accepted = seconds(ours)
        row: dict[str, Any] = {"row": name, "source": source, "symdl": mine, "accepted": accepted}
        if theirs is not None:
            theirs()  # its import and its first use are not counted, as ours are not
            row["sympy"], row["sympy_accepts"] = seconds(theirs)
            row["ratio"] = mine / row["sympy"]
        rows.append(row)
    rows.append({"row": "symdl --help", "symdl": help_seconds(), "accepted": True})
    for row in rows:
        limit = LIMITS.get(row["row"])
        row["within"] = row["accepted"] and (limit is None or row["symdl"] <= limit)
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows, indent=2))
    else:
        for row in rows:
            beside = f"{row['sympy']:8.3f} s  {row['ratio']:6.2f}" if "sympy" in row else ""
            missed = "" if row["within"] else "  above its limit, or not accepted"
            print(f"{row['row']:32}{row['symdl']:8.3f} s  {beside}{missed}")
    return 0 if all(row["within"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
