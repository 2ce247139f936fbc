"""Mark the whole corpus and print what differs from what was expected:

python -m tests.marking.run_corpus [batch=N] [NAME…]
"""

from __future__ import annotations

import sys
from time import perf_counter

from symdl import api
from symdl.errors import SymdlError
from symdl.problem import load_problem
from tests.marking.corpus_files import Work, corpus


def mark(work: Work, models: dict[str, api.Model]) -> object:
    if work.problem not in models:
        models[work.problem] = api.Model(load_problem(work.problem))
    return api.check(work.text, models[work.problem], kind=work.format)


def main(names: list[str]) -> int:
    models: dict[str, api.Model] = {}
    right = wrong = accepted = rejected = unchecked = place = kind = 0
    slowest: list[tuple[float, str]] = []
    batches = {int(n[6:]) for n in names if n.startswith("batch=")}
    names = [n for n in names if not n.startswith("batch=")]
    verbose = bool(names)
    lines = open_lines = 0
    for work in corpus():
        if names and not any(n in work.name for n in names):
            continue
        if batches and work.batch not in batches:
            continue
        start = perf_counter()
        try:
            report = mark(work, models)
        except SymdlError as error:
            print(f"{work.name}: ERROR\n{error.render()}")
            unchecked += 1
            continue
        seconds = perf_counter() - start
        slowest.append((seconds, work.name))
        first = report.first_wrong_line
        lines += len(report.lines)
        open_lines += sum("unchecked" in (r.step.status, r.truth.status) for r in report.lines)
        found = next((r for r in report.lines if r.number == first), None)
        found_kind = found.mistake.kind if found is not None and found.mistake is not None else ""
        said = found.mistake.explanation + "  ->  " + str(found.mistake.correction) if found_kind else ""
        note = ""
        if work.line is None:
            right += 1
            rejected += report.verdict == "wrong"
            unchecked += report.verdict == "unchecked"
            note = "" if report.verdict == "correct" else f"expected correct, is {report.verdict} at line {first}"
        else:
            wrong += 1
            accepted += report.verdict in ("correct", "incomplete")
            unchecked += report.verdict == "unchecked"
            place += first == work.line
            kind += found_kind in work.kinds
            if report.verdict != "wrong" or first != work.line or found_kind not in work.kinds:
                note = f"expected {work.line} {'|'.join(work.kinds)}, is {report.verdict} {first} {found_kind}"
        if note or verbose:
            print(f"{work.name} ({seconds:.1f} s): {note}")
            if said:
                print(f"    {said}")
            for r in report.lines:
                if r.step.status == "unchecked" or (work.line is None and r.step.status == "refuted") or verbose:
                    print(f"    {r.number} {r.step.status}/{r.truth.status} {' '.join(r.work.latex.split())[:110]}")
                    print(f"      {r.step.how[:230]}")
                    if r.step.status in ("unchecked", "refuted") and r.line is None:
                        print("      " + r.message.replace("\n", "\n      "))
            for t in report.targets:
                if not t.reached:
                    from symdl.language.print_latex import latex

                    print(f"    target {latex(t.target.node)}: {t.status}")
        sys.stdout.flush()
    print(
        f"right {right}: rejected {rejected}; wrong {wrong}: accepted {accepted}, place {place}, kind {kind}; "
        f"unchecked {unchecked}, lines {open_lines} of {lines}"
    )
    slowest.sort(reverse=True)
    print("slowest:", ", ".join(f"{n} {s:.1f} s" for s, n in slowest[:6]), f"total {sum(s for s, _ in slowest):.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
