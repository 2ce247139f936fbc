"""The wiring: load, read, derive, check, compile, handout, verify. The only module that knows every room.

Nothing leaves it that the judge has not seen: `derive` attaches evidence to every step and result, and refuses to hand
out a formula that is refuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from symdl.catalogue import Entry, find
from symdl.errors import SymdlError
from symdl.judging import barred, claim, judged
from symdl.problem import Problem, load_problem


class Model:
    """A problem together with what it means: read once, elaborated once, when first asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def understanding(self) -> Any:
        from symdl.language.declare import understand

        return understand(self.problem)

    @cached_property
    def program(self) -> Any:
        from symdl.tensor.build import build_program

        return build_program(self.understanding)

    @cached_property
    def sampler(self) -> Any:
        """Samples that all lines of the problem share."""
        import secrets

        from symdl.judge.sample import Sampler

        return Sampler(self.program, secrets.randbelow(2**32))


def load(source: str | Path | Problem) -> Problem:
    """A problem by catalogue id or by path; a Problem is handed through.

    Raises:
        UsageError: neither an id nor a file; the nearest id is named.
        ProblemError: the file breaks a rule of derivation files.
    """
    if isinstance(source, Problem):
        return source
    return load_problem(Path(source)) if is_path(source) else named(str(source))


def is_path(source: str | Path) -> bool:
    """Does a SOURCE name a file, not an entry of the catalogue?"""
    text = str(source)
    return isinstance(source, Path) or text.endswith(".toml") or "/" in text or "\\" in text


def named(name: str) -> Problem:
    """A problem by its id: a derivation of the catalogue, or an entry of the library, stated as a problem."""
    from symdl.catalogue import entries
    from symdl.library import entries as library

    if not any(e.id == name for e in entries()):
        for e in library():
            if e.name == name:
                from symdl.layer_problem import problem_of

                return problem_of(e)
    return load_problem(find(name, (e.name for e in library())).path)


def model(source: str | Path | Problem | Model) -> Model:
    if isinstance(source, Model):
        return source
    if hasattr(source, "as_problem"):  # a Sequential is a problem: gradients of its loss in every parameter
        return Model(source.as_problem())
    return Model(load(source))


def derive(
    source: str | Path | Problem | Model,
    *targets: str,
    detail: str = "steps",
    adjoints: str = "partial",
    judge: bool = True,
) -> Any:
    """Derive the targets (LaTeX; default: the problem's own `derive`), each step and result judged.

    Args:
        detail: `result` (no steps), `steps` or `full`.
        adjoints: how derivatives on the way are written: `partial` (`∂L/∂Z`) or `bar` (a bar over Z).

    Returns:
        a Solution: `.results` with matrix and index form, `.steps`, `.evidence`, `.lines` (authored).

    Raises:
        UnsupportedError: a rule is missing; it says which.
        UsageError: a target names nothing, or there is none.
    """
    from symdl.engine import derive as engine_derive
    from symdl.language.reader import read_line
    from symdl.solution.barred import check_adjoints
    from symdl.solution.step import Solution

    check_adjoints(adjoints)
    m = model(source)
    understanding = m.understanding
    if targets:
        lines = []
        for t in targets:
            try:
                lines.append(read_line(t, understanding.scope, role="target"))
            except SymdlError as error:
                raise error.at("target", t) from None
        understanding = replace(understanding, targets=tuple(lines))
    authored = authored_lines(m) if judge and not targets else ()
    shown = claims_shown(m, authored) if judge and not targets else ()
    if understanding.targets or not authored:
        solution = engine_derive(understanding, m.program, detail=detail)
    else:  # nothing to differentiate: the author's lines are the derivation
        solution = Solution("")
    title = str(m.problem.title or "")
    solution = replace(solution, title=title, problem=m.problem, program=m.program, lines=authored or solution.lines)
    solution = replace(solution, claims=shown)
    solution = judged(solution, m) if judge else solution
    return barred(solution, m) if adjoints == "bar" else solution


def authored_lines(source: str | Path | Problem | Model) -> tuple[Any, ...]:
    """The problem's `[[step]]` lines as steps with evidence, judged in order like a hand derivation."""
    from symdl.marking.authored import rule_authored

    m = model(source)
    return rule_authored(m.understanding, m.program)


def claims_shown(source: str | Path | Problem | Model, lines: Sequence[Any]) -> tuple[Any, ...]:
    """What the problem says it shows (`show`), as steps with evidence; `lines` are its authored ones, judged."""
    from symdl.marking.authored import rule_claims

    m = model(source)
    return rule_claims(m.understanding, m.program, lines)


def check(
    work: str,
    source: str | Path | Problem | Model,
    *,
    kind: str = "tex",
    name: str = "",
    overrides: Sequence[Any] = (),
) -> Any:
    """Mark a hand derivation (the text of a `.tex` or Markdown file).

    Args:
        work: the text.
        source: the problem, by id, path or as loaded.
        kind: tex or md.
        name: the file's name, which overrides may speak of.
        overrides: a person's word on single lines (`symdl.marking.overrides.load_overrides`).

    Returns:
        a Report: `.verdict`, `.first_wrong_line`, `.lines`, `.targets`, `.marks`.
    """
    from symdl.marking.check import check as run

    m = model(source)
    understanding, marks = m.understanding, m.problem.marks
    return run(work, understanding, m.program, kind=kind, name=name, overrides=overrides, marks=marks)


def compile(source: str | Path | Problem | Model, backend: str = "numpy") -> Callable[..., Any]:
    """Generated gradients as a callable: `gradients(**inputs)` gives a dict of every target.

    The source is verified against the judge's interpreter before it is used.
    """
    namespace = loaded(code(source, backend))
    gradients: Callable[..., Any] = namespace.get("gradients", lambda **_: {})  # no target: forward alone
    gradients.__dict__["forward"] = namespace["forward"]
    return gradients


def loaded(text: str) -> dict[str, Any]:
    """The names that a generated module defines."""
    namespace: dict[str, Any] = {"__name__": "symdl_generated"}
    exec(builtins_compile(text), namespace)  # our own generated source, never a user's
    return namespace


def builtins_compile(text: str) -> Any:
    import builtins

    return builtins.compile(text, "<symdl generated>", "exec")


def code(
    source: str | Path | Problem | Model,
    backend: str = "numpy",
    solution: Any = None,
    templates: str | Path | None = None,
) -> str:
    """The source of a module with `forward` and `gradients`, verified before it is returned.

    `solution`, where the caller has it, is what `derive` gave for the same source; `templates` is a folder with a
    `code/module.py.jinja` of your own.
    """
    from symdl.code.backends import backend as backend_named
    from symdl.code.module import module
    from symdl.code.verify import verified
    from symdl.solution.step import Solution

    spelling = backend_named(backend)
    m = model(source)
    if solution is None and m.understanding.targets:
        solution = derive(m, judge=False)  # the module is verified as a whole
    elif solution is None:  # forward alone
        solution = Solution(str(m.problem.title or ""), problem=m.problem)
    text = module(m.understanding, m.program, solution, spelling, Path(templates) if templates is not None else None)
    return verified(text, m.understanding, m.program, solution, backend)


def render(
    source: str | Path | Problem | Model, fmt: str, *, targets: Iterable[str] = (), **options: Any
) -> str | bytes:
    """A worked solution as `tex`, `pdf`, `html`, `md`, `typ`, `txt` or `json`.

    Raises:
        WrongLine: a line of the author's is refuted; its `report` is the JSON record, where that was asked for.
    """
    m = model(source)
    detail, adjoints = options.pop("detail", "steps"), options.pop("adjoints", "partial")
    solution = derive(m, *targets, detail=detail, adjoints=adjoints)
    if fmt == "json":
        import json

        from symdl.errors import WrongLine
        from symdl.solution.export import as_json
        from symdl.solution.refusal import refuse_wrong_lines

        record = json.dumps(as_json(solution), ensure_ascii=False, indent=2) + "\n"
        try:
            refuse_wrong_lines(solution)
        except WrongLine as error:  # a record says `refuted`, and why; a page would print the formula
            error.report = record
            raise
        return record
    from symdl.document import render as render_document

    options |= {"detail": detail, "problem": m.problem, "understanding": m.understanding}
    return render_document(solution, fmt, **options)


def show(source: str) -> str:
    """A derivation for the terminal; where nothing is to be derived, what the problem states."""
    m = model(source)
    p = m.problem
    if p.derive or p.show or p.steps:
        return str(render(m, "txt"))
    from symdl.reading_report import report

    return report(m)


@dataclass(frozen=True)
class Verified:
    """What `verify` says of one catalogue entry: (label, latex, evidence) for each line, results included."""

    entry: Entry
    lines: tuple[tuple[str, str, Any], ...]
    error: str = ""

    @property
    def status(self) -> str:
        kinds = {e.status for _, _, e in self.lines}
        if self.error or "refuted" in kinds:
            return "refuted"
        return "unchecked" if "unchecked" in kinds or not self.lines else "holds"


def verify(entry: Entry) -> Verified:
    """Judge every line of one catalogue entry again: authored lines, the engine's steps, results."""
    from symdl.language.print_latex import latex

    try:
        m = model(Path(entry.path))
        authored = authored_lines(m)
        rows = [(f"line {k}", latex(s.line), s.evidence) for k, s in enumerate(authored, 1)]
        stated = {s.line for s in authored}
        shown = (s for s in claims_shown(m, authored) if s.line not in stated)
        rows += [(f"claim {s.number}", latex(s.line), s.evidence) for s in shown]
        if m.understanding.targets:
            solution = derive(m)
            for r in solution.results:
                rows += [(f"step {s.rule}", latex(s.line), s.evidence) for s in r.steps]
                rows.append(("result", latex(claim(r, r.matrix or r.index)), r.evidence))
        return Verified(entry, tuple(rows))
    except SymdlError as error:
        return Verified(entry, (), error.render())
