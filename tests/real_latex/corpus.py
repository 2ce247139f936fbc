"""The formulas with their declarations, values drawn for them, and what symdl makes of both."""

from __future__ import annotations

import inspect
import keyword
import re
import tomllib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from symdl.errors import SymdlError
from symdl.language import syntax as s
from symdl.language.declare import understand
from symdl.language.displays import read_document
from symdl.language.reader import read_expression, read_line
from symdl.language.scope import Scope
from symdl.language.understanding import Line
from symdl.problem import Problem
from symdl.tensor.build import add_definition, build_program
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.elaborate_base import letters_of
from symdl.tensor.expr import Bind
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Goal, Program
from symdl.tensor.sequents import goals_of
from tests.real_latex import blind_values, values

RIGHT, REFUSED, WRONG = "right", "refused", "wrong"
SIZES = (3, 4, 5, 6, 2)
SEEDS = (1, 2)


@dataclass(frozen=True)
class Formula:
    """A display as its notes have it. `judged` is false where the notes state a condition, not a truth."""

    id: str
    page: str
    latex: str
    source: str
    licence: str
    symbols: Mapping[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    random: tuple[str, ...] = ()
    draw: Mapping[str, str] = field(default_factory=dict)
    layout: str = "denominator"
    macros: str = ""
    judged: bool = True

    @cached_property
    def value(self) -> Any:
        return getattr(values, self.id, None) or getattr(blind_values, self.id)

    @property
    def blind(self) -> bool:
        """Was its value written before the reader met it, and after the reader was made?"""
        return hasattr(blind_values, self.id)


def formulas() -> Iterator[Formula]:
    for path in sorted((Path(__file__).parent / "formulas").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        common = {k: table[k] for k in ("source", "licence", "macros") if k in table}
        pages = {page["on"]: page for page in table.get("page", ())}
        for row in table["formula"]:
            merged = {**common, **pages.get(row.get("on", ""), {}), **row}
            yield Formula(**{k: v for k, v in merged.items() if k != "on"})


# ------------------------------------------------------------------------------------------------ drawn values


def identifier(name: str) -> str:
    plain = re.sub(r"\\(mathbf|boldsymbol|bm|mathrm|textrm|text)\b", "", name).replace(r"\mathcal", "cal")
    plain = plain.replace("+", "plus").replace("-", "minus")
    plain = re.sub(r"[^0-9A-Za-z]+", "_", plain).strip("_")
    return plain + "_" if keyword.iskeyword(plain) else plain


def size_names(shape: str) -> list[str]:
    return re.findall(r"[A-Za-z]\w*(?:\{\w+\})?", shape)


def extent(text: str, sizes: Mapping[str, int]) -> int:
    """The number of entries of `n`, `2*N` or `0..d-1`."""
    ends = [eval(re.sub(r"[{}]", "", e), {}, dict(sizes)) for e in text.split("..")]
    return ends[0] if len(ends) == 1 else ends[1] - ends[0] + 1


def shape_of(text: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    own, _, members = text.partition(" for ")
    over = [m.split(" in ")[1] for m in members.split(",")] if members else []
    return tuple(extent(t, sizes) for t in (*over, *own.split()))


@dataclass(frozen=True)
class Point:
    sizes: dict[str, int]
    leaves: dict[str, Any]

    def expected(self, formula: Formula) -> Any:
        known = {**self.sizes, **{identifier(k): v for k, v in self.leaves.items()}}
        return formula.value(**{p: known[p] for p in inspect.signature(formula.value).parameters})


def drawn(formula: Formula, seed: int) -> Point:
    rng = np.random.default_rng(seed)
    shapes = [*formula.symbols.values(), *(k.partition(":")[2] for k in formula.draw.values())]
    written = (n for t in shapes for n in size_names(t) if n not in ("for", "in"))
    names = dict.fromkeys(n.replace("{", "").replace("}", "") for n in written)
    letters = {m.split(" in ")[0].strip() for t in shapes if " for " in t for m in t.partition(" for ")[2].split(",")}
    free = [n for n in names if n not in letters]
    sizes = {n: SIZES[(k + seed) % len(SIZES)] for k, n in enumerate(free)}
    leaves = {
        name: _draw(formula.draw.get(name, "normal"), shape_of(text, sizes), sizes, rng)
        for name, text in formula.symbols.items()
    }
    return Point(sizes, leaves)


def _draw(kind: str, shape: tuple[int, ...], sizes: Mapping[str, int], rng: np.random.Generator) -> Any:
    kind, _, of = kind.partition(":")
    match kind:
        case "normal":
            return rng.normal(size=shape)
        case "positive":
            return rng.uniform(0.4, 2.0, size=shape)
        case "unit":
            return rng.uniform(0.1, 0.9, size=shape)
        case "exponent":
            return rng.uniform(1.5, 3.0, size=shape)
        case "simplex":
            return rng.dirichlet(np.full(shape[-1], 2.0), size=shape[:-1])
        case "bit":
            return rng.integers(0, 2, size=shape).astype(float)
        case "set":
            chosen = rng.integers(0, 2, size=shape)
            chosen[0] = 1
            return chosen
        case "sign":
            return 2.0 * rng.integers(0, 2, size=shape) - 1
        case "label":
            return rng.integers(1, sizes[of] + 1, size=shape)
        case "spd":
            a = rng.normal(size=shape)
            return a @ a.T + np.eye(shape[0])
    raise ValueError(kind)


# ---------------------------------------------------------------------------------------------- symdl's reading


@dataclass(frozen=True)
class Read:
    """A display in its problem's scope: lines with the program each stands in."""

    rows: tuple[tuple[Line, Scope, Program], ...]
    rest: tuple[s.Node, ...] = ()


def read(formula: Formula) -> Read:
    """Every row of the display.

    Raises:
        SymdlError: the problem or a row is refused.
    """
    u = understand(
        Problem(
            symbols=formula.symbols,
            given=formula.given,
            assume=formula.assume,
            random=formula.random,
            layout=formula.layout,
        )
    )
    scope, program = u.scope, build_program(u)
    latex = formula.latex.strip()
    if not re.match(r"\\begin\{(align|eqnarray|equation|gather|multline)", latex):
        latex = f"\\[{latex}\\]"
    document = read_document(f"{formula.macros}\n{latex}\n", "tex")
    out: list[tuple[Line, Scope, Program]] = []
    for row in document.lines:
        if not row.relation:
            node = read_expression(row.latex, scope, macros=document.macros)
            out.append((Line(node, row.latex, {}), scope, program))
            continue
        line = read_line(row.latex, scope, "work", out[-1][0] if out else None, document.macros)
        for definition in line.definitions:
            program, scope = add_definition(program, scope, definition)
        out.append((line, scope, program))
    return Read(tuple(out))


def sides(node: s.Node) -> list[s.Node]:
    """The relations of a line, in the order they are written."""
    if isinstance(node, s.Junction):
        return [r for p in node.parts for r in sides(p)]
    if isinstance(node, s.Implication):
        return [*sides(node.left), *sides(node.right)]
    return [node]


def evaluated(line: Line, scope: Scope, program: Program, point: Point) -> list[Any]:
    """The values of the sides of a line, free letters first."""
    by_identifier = {identifier(k): v for k, v in point.leaves.items()}
    sizes = {n: point.sizes[identifier(n)] for n in program.sizes if identifier(n) in point.sizes}
    leaves = {n: by_identifier[identifier(n)] for n in program.leaves if identifier(n) in by_identifier}
    valuation = Valuation(program, sizes, leaves)
    el = Elaborator(scope, program)
    out: list[Any] = []
    for relation in sides(line.node):
        if isinstance(relation, s.Within):
            relation = relation.element
        if not isinstance(relation, s.Relation | s.Compare):
            binders = el.bind_axes(relation.shape)
            pairs = [(el.entry(relation, letters_of(binders)), None, binders)]
        else:
            if isinstance(relation, s.Relation):  # an update claims nothing, yet both its sides have values
                relation = replace(relation, ops=tuple("=" if op == "←" else op for op in relation.ops))
            goals = goals_of(el, relation, line.letters)
            pairs = [(g.left, g.right, _own(g, line.letters.keys())) for g in goals]
        for k, (left, right, binders) in enumerate(pairs):
            for e in ([left] if k == 0 else []) + ([right] if right is not None else []):
                (array,), _, _ = evaluate_box((e,), valuation, binders)
                out.append(_sorted(array, [b.name for b in binders], set(line.letters)))
    return out


def _own(goal: Goal, letters: Set[str]) -> tuple[Bind, ...]:
    """The binders of a relation without the letters that only other relations of its line use."""
    used = goal.left.free | goal.right.free
    return tuple(b for b in goal.binders if b.name in used or b.name not in letters)


def _sorted(array: Any, letters: list[str], free: set[str]) -> Any:
    mine = [k for k, n in enumerate(letters) if n in free]
    rest = [k for k in range(len(letters)) if k not in mine]
    return np.transpose(array, [*sorted(mine, key=lambda k: letters[k]), *rest])


def agrees(found: Any, expected: Any) -> bool:
    a, b = np.asarray(found, float), np.asarray(expected, float)
    if b.ndim == 0:
        b = np.broadcast_to(b, a.shape)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-8, atol=1e-9))


def outcome(formula: Formula) -> tuple[str, str]:
    """right, refused or wrong, and why."""
    try:
        known = read(formula)
        found = {}
        for seed in SEEDS:
            point = drawn(formula, seed)
            found[seed] = point, [evaluated(*row, point) for row in known.rows]
    except SymdlError as error:
        return REFUSED, f"{error.what} [{error.found}] {getattr(error, 'latex', '')}"
    for point, rows in found.values():
        expected = point.expected(formula)
        if expected is None:
            return WRONG, "read, though its meaning can't be declared"
        per_row = expected if isinstance(expected, list) else [expected] * len(rows)
        if len(per_row) != len(rows):
            return WRONG, f"{len(rows)} rows"
        for k, (row, value) in enumerate(zip(rows, per_row, strict=True), 1):
            wanted = value if isinstance(value, tuple) else (value,) * len(row)
            if len(wanted) != len(row):
                return WRONG, f"row {k} has {len(row)} sides"
            for n, (a, b) in enumerate(zip(row, wanted, strict=True), 1):
                if b is not None and not agrees(a, b):
                    return WRONG, f"row {k}, side {n}: {np.round(a, 4).tolist()} for {np.round(b, 4).tolist()}"
    return RIGHT, ""
