"""How fast marking is: one derivation after import, many with warm workers; beside Math-Verify where installed.

python benchmarks/marking.py [COUNT]
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from symdl import api  # noqa: E402
from symdl.errors import SymdlError  # noqa: E402
from symdl.language.displays import read_document  # noqa: E402
from symdl.language.parse import parse  # noqa: E402
from symdl.language.surface import Related  # noqa: E402
from symdl.problem import load_problem  # noqa: E402
from symdl.submissions import Limits, mark_all  # noqa: E402
from tests.marking.corpus_files import Work, corpus  # noqa: E402

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
        start, before = perf_counter(), _work()
        outcome = mark_all(names, str(problem), Limits(), workers=2, reveal="full")
        seconds, worked = perf_counter() - start, _work() - before
    wrong = sum(m.verdict == "wrong" for m in outcome.marked)
    correct = sum(m.verdict == "correct" for m in outcome.marked)
    print(
        f"{count} derivations, two workers: {seconds:.1f} s ({worked:.1f} s of work); {wrong} wrong, {correct} correct"
    )


def _work() -> float:
    """Seconds that processors have worked for this process and its children, however busy the machine is."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def steps(work: Work) -> Iterator[tuple[int, str, str, bool]]:
    """The steps of a derivation of the corpus that compare two expressions: line, left, right, whether it is right.

    What stands under a derivative is left out: an expression comparer does not know what it is of.
    """
    above = ""
    document = read_document(work.text, work.format)
    for line in document.lines:
        if work.line is not None and line.number > work.line:
            return
        try:
            surface = parse(line.latex, macros=document.macros)
        except SymdlError:
            continue
        if not isinstance(surface, Related) or set(surface.ops) != {"="}:
            above = ""
            continue
        texts = [line.latex[p.span.start : p.span.end].strip(" .,") for p in surface.parts]
        texts[0] = texts[0] or above
        above = texts[-1]
        if work.line == line.number and len(texts) > 2:
            return  # which of its steps is wrong is not written down
        for left, right in pairwise(texts):
            if left and not any(sign in left + right for sign in (r"\partial", r"\nabla", r"\mathrm{d}")):
                yield line.number, left, right, work.line != line.number


def beside_math_verify(most: int = 400) -> None:
    """The steps of the corpus that Math-Verify can read: how many each rules on rightly, and how long a line takes."""
    try:
        from math_verify import parse as read
        from math_verify import verify
    except ImportError:
        print("Math-Verify is not installed: pip install 'math-verify[antlr4_13_2]'")
        return
    ours = theirs = count = seen = accepted = refused = 0
    our_time = their_time = 0.0
    for work in corpus(ROOT / "tests" / "marking" / "corpus"):
        found = list(steps(work))
        if not found or count >= most:
            continue
        start = perf_counter()
        report = api.check(work.text, model(work.problem), kind=work.format)
        a_line = (perf_counter() - start) / max(1, len(report.lines))
        for number, left, right, is_right in found:
            seen += 1
            start = perf_counter()
            a, b = read(f"${left}$"), read(f"${right}$")
            if not all(any(not isinstance(x, str) for x in side) for side in (a, b)):
                continue  # it has nothing to compare but text
            said = bool(verify(a, b))
            their_time += perf_counter() - start
            count += 1
            our_time += a_line
            step = next(r for r in report.lines if r.number == number).step
            theirs += said == is_right
            ours += step.holds == is_right and step.status != "unchecked"
            accepted += said and not is_right
            refused += is_right and not said
    print(f"{seen} steps of the corpus compare two expressions; Math-Verify reads both sides of {count}:")
    print(
        f"  ruled rightly: symdl {ours} of {count}, Math-Verify {theirs} of {count} (ratio {ours / max(1, theirs):.2f})"
    )
    print(f"  Math-Verify accepts {accepted} wrong steps and refuses {refused} right ones")
    each = our_time / max(1, count), their_time / max(1, count)
    print(
        f"  time a line: symdl {1000 * each[0]:.0f} ms, Math-Verify {1000 * each[1]:.0f} ms"
        f" (ratio {each[0] / max(each[1], 1e-9):.1f})"
    )


@cache
def model(problem: str) -> api.Model:
    return api.Model(load_problem(problem))


if __name__ == "__main__":
    one()
    many(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    beside_math_verify()
