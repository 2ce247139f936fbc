"""How fast marking is: one derivation after import, many with warm workers; beside Math-Verify where installed.

python benchmarks/marking.py [COUNT]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from symdl import api  # noqa: E402
from symdl.problem import load_problem  # noqa: E402
from symdl.submissions import Limits, mark_all  # noqa: E402

PROBLEM = r"""
given = ['r = X w - y', 'J = \frac{1}{2} \|r\|^2 + \frac{\lambda}{2} \|w\|^2']
assume = ['\lambda > 0']
derive = ['\nabla_w J', '\nabla_w^2 J']
[symbols]
X = "m n"
w = "n"
y = "m"
'\lambda' = ""
"""
LINES = (
    r"\frac{\partial J}{\partial r} &= r",
    r"\nabla_w J &= X^\top r + \lambda w",
    r"&= X^\top (X w - y) + \lambda w",
    r"&= (X^\top X + \lambda I) w - X^\top y",
    r"\nabla_w^2 J &= X^\top X + \lambda I",
)
SLIPS = ((r"+ \lambda w", r"- \lambda w"), (r"X^\top r", r"2 X^\top r"), (r"- X^\top y", r"+ X^\top y"))


def work(k: int) -> str:
    """A derivation: every fourth is right, the others have one slip."""
    text = "\\begin{align}\n" + " \\\\\n".join(LINES) + "\n\\end{align}\n"
    if k % 4 < 3:
        old, new = SLIPS[k % 4]
        text = text.replace(old, new, 1)
    return f"% {k}\n" + text


def one() -> None:
    model = api.Model(load_problem(PROBLEM))
    for k, what in ((3, "right"), (0, "wrong")):
        start = perf_counter()
        verdict = api.check(work(k), model).verdict
        print(f"one derivation of five lines, {what}: {perf_counter() - start:.2f} s ({verdict}), first of its process")
        start = perf_counter()
        api.check(work(k), model)
        print(f"  again: {perf_counter() - start:.2f} s")


def many(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.toml"
        problem.write_text(PROBLEM)
        names = []
        for k in range(count):
            path = Path(folder) / f"{k:03}.tex"
            path.write_text(work(k))
            names.append(str(path))
        start = perf_counter()
        outcome = mark_all(names, str(problem), Limits(), workers=2, reveal="full")
        seconds = perf_counter() - start
    wrong = sum(m.verdict == "wrong" for m in outcome.marked)
    correct = sum(m.verdict == "correct" for m in outcome.marked)
    print(f"{count} derivations, two workers: {seconds:.1f} s; {wrong} wrong, {correct} correct")


def beside_math_verify() -> None:
    """Math-Verify compares two expressions; it is asked for each step of a right and of a wrong chain."""
    try:
        from math_verify import parse, verify
    except ImportError:
        print("Math-Verify is not installed")
        return
    right, wrong = r"X^\top (X w - y) + \lambda w", r"X^\top (X w + y) + \lambda w"
    simple = [(r"\frac{x^2 - 1}{x - 1}", r"x + 1", True), (r"\frac{x^2 - 1}{x - 1}", r"x - 1", False)]
    for a, b, expected in [(right, LINES[3].lstrip("&= "), True), (wrong, LINES[3].lstrip("&= "), False), *simple]:
        start = perf_counter()
        said = verify(parse(f"${a}$"), parse(f"${b}$"))
        print(f"Math-Verify: {a} against {b}: {said}, is {expected} ({perf_counter() - start:.2f} s)")


if __name__ == "__main__":
    one()
    many(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    beside_math_verify()
