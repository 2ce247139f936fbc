"""A problem as data: what a derivation file states, or what a caller states in Python, checked but not yet read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from symdl.errors import ProblemError, Span, SymdlError, nearest

AREAS = ("linear-algebra", "calculus", "probability", "numerics", "geometry")
LAYOUTS = ("denominator", "numerator")
EXAMPLES = ("rows", "columns")
FORMULA_LISTS = ("given", "assume", "random", "derive", "show")
TABLES = ("symbols", "aliases", "values", "marks")


@dataclass(frozen=True)
class Text:
    """A piece of a problem and where it stands, so that an error inside it gets a caret in the file.

    Args:
        value: the text itself; label: `mine.toml, given line 2`.
        text: the whole file; offset: where `value` begins in it, or None where escapes make positions inexact.
        key: the name it belongs to, for entries of `[symbols]` and the like (as written), with its own offset.
    """

    value: str
    label: str = ""
    text: str = field(default="", repr=False, compare=False)
    offset: int | None = field(default=None, repr=False, compare=False)
    key: str = ""
    key_offset: int | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return self.value

    def locate(self, error: SymdlError) -> SymdlError:
        """Say where an error inside this text stands; its span counts from the first character of `value`."""
        if self.offset is None or not self.text:
            return error.at(self.label, self.value)
        return error.at(self.label, self.text, self.offset)

    def locate_key(self, error: SymdlError) -> SymdlError:
        """The same for an error inside the name this text belongs to."""
        if self.key_offset is None or not self.text:
            return error.at(self.label, self.key)
        return error.at(self.label, self.text, self.key_offset)


@dataclass(frozen=True)
class AuthoredStep:
    """A `[[step]]`: its line, its reason, the lemma it is by, the lines it rests on, what it supposes."""

    line: Text
    because: str = ""
    by: str = ""
    using: tuple[int, ...] | None = None
    suppose: tuple[Text, ...] = ()
    tight: bool = False


@dataclass(frozen=True)
class Problem:
    """What is given, what is declared and what is asked.

    Plain strings are taken for every text, lists for tuples, numbers or their text for `values` and `marks`:
    `Problem(symbols={"X": "B n"}, given=[...], derive=[...])`. `given` also takes SymPy equations; they declare the
    matrix symbols and indexed names they use.
    """

    title: str = ""
    area: str = ""
    sources: tuple[str, ...] = ()
    intro: Text = field(default_factory=lambda: Text(""))
    given: tuple[Text, ...] = ()
    assume: tuple[Text, ...] = ()
    random: tuple[Text, ...] = ()
    derive: tuple[Text, ...] = ()
    show: tuple[Text, ...] = ()
    layout: str = "denominator"
    examples: str = "rows"
    tight: bool = False
    symbols: Mapping[str, Text] = field(default_factory=dict)
    aliases: Mapping[str, Text] = field(default_factory=dict)
    values: Mapping[str, Fraction] = field(default_factory=dict)
    steps: tuple[AuthoredStep, ...] = ()
    marks: Mapping[str, Fraction] = field(default_factory=dict)
    label: str = ""  # the file it comes from
    objects: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)  # SymPy's, by LaTeX name

    def __post_init__(self) -> None:
        self._state_sympy()
        coerced: dict[str, Any] = {
            "intro": _text(self.intro, "intro"),
            "sources": tuple(_string(s, "sources") for s in _listed(self.sources, "sources")),
            "steps": tuple(_step(s, n) for n, s in enumerate(_listed(self.steps, "steps"), 1)),
        }
        for name in FORMULA_LISTS:
            rows = _listed(getattr(self, name), name)
            coerced[name] = tuple(_text(r, f"{name} line {n}") for n, r in enumerate(rows, 1))
        for name in ("symbols", "aliases"):
            entries = _table(getattr(self, name), name).items()
            coerced[name] = {_string(k, name): _text(v, f"[{name}] {k}", k) for k, v in entries}
        for name in ("values", "marks"):
            entries = _table(getattr(self, name), name).items()
            coerced[name] = {_string(k, name): exact(v, f"[{name}] {k}") for k, v in entries}
        for name, value in coerced.items():
            object.__setattr__(self, name, value)
        for name in ("title", "label"):
            _string(getattr(self, name), name)
        if not isinstance(self.tight, bool):
            raise ProblemError("`tight` has a wrong value", found=repr(self.tight), expected="true or false")
        one_of(self.area, ("", *AREAS), "area")
        one_of(self.layout, LAYOUTS, "layout")
        one_of(self.examples, EXAMPLES, "examples")
        _check_names(self)
        for name in self.values:
            _check_mentioned(name, self, "values")

    def _state_sympy(self) -> None:
        """SymPy equations in `given` become lines, and declare what they use."""
        rows = _listed(self.given, "given")
        if any(_is_sympy(r) for r in rows):
            from symdl.exchange.sympy_in import state

            symbols = _table(self.symbols, "symbols")
            stated = state(rows, symbols)
            object.__setattr__(self, "given", stated.given)
            object.__setattr__(self, "symbols", {**stated.symbols, **symbols})
            object.__setattr__(self, "objects", {**self.objects, **stated.objects})

    def replace(self, **changes: Any) -> Problem:
        """The same problem with some parts changed."""
        return Problem(**{**{f.name: getattr(self, f.name) for f in fields(self)}, **changes})


# ---------------------------------------------------------------------------------------------------- coercion


def _is_sympy(row: object) -> bool:
    """Is this an object of SymPy? It is not imported to find out."""
    return any((kind.__module__ or "").partition(".")[0] == "sympy" for kind in type(row).__mro__)


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ProblemError(f"`{where}` has a wrong type", found=type(value).__name__, expected="text")
    return value


def _text(value: object, label: str, key: str = "") -> Text:
    if isinstance(value, Text):
        return value
    written = _string(value, label)
    return Text(written, label, written, 0, key)


def _listed(value: object, where: str) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ProblemError(f"`{where}` has a wrong type", found=type(value).__name__, expected="a list")
    return tuple(value)


def _table(value: object, where: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ProblemError(f"`{where}` has a wrong type", found=type(value).__name__, expected="names with values")
    return value


def _step(value: object, number: int) -> AuthoredStep:
    """A step as such, as a dictionary with the keys of `[[step]]`, or as its line alone."""
    if isinstance(value, AuthoredStep):
        value = {f.name: getattr(value, f.name) for f in fields(AuthoredStep)}
    parts: dict[Any, Any] = dict(value) if isinstance(value, Mapping) else {"line": value}
    known = [f.name for f in fields(AuthoredStep)]
    for key in parts:
        if key not in known:
            raise ProblemError(f"unknown key `{key}` in step {number}", cure=nearest(str(key), known))
    if "line" not in parts:
        raise ProblemError(f"step {number} has no line", expected="a key `line`")
    using: Any = parts.get("using")
    suppose = _listed(parts.get("suppose", ()), f"step {number} suppose")
    for n in () if using is None else _listed(using, f"step {number} using"):
        if isinstance(n, bool) or not isinstance(n, int):
            raise ProblemError(
                f"`step {number} using` has a wrong type", found=repr(n), expected="the number of a line"
            )
        if not 1 <= n < number:
            raise ProblemError(f"step {number} rests on a line that does not come before it", found=str(n))
    by = _string(parts.get("by", ""), f"step {number} by")
    if by:
        from symdl.library.lemma_names import lemma_names, others

        if by not in lemma_names():
            expected, near = others(by)
            raise ProblemError(f"unknown lemma in step {number}", found=by, expected=expected, cure=near)
    return AuthoredStep(
        _text(parts["line"], f"step {number}"),
        _string(parts.get("because", ""), f"step {number} because"),
        by,
        None if using is None else tuple(int(n) for n in using),
        tuple(_text(s, f"step {number} suppose") for s in suppose),
        bool(parts.get("tight", False)),
    )


_NUMBER = re.compile(r"[+-]?[0-9_]*\.?[0-9_]+(?:[eE][+-]?[0-9]{1,4})?")


def exact(value: object, where: str) -> Fraction:
    """A number exactly as written: 1e-5 is 1/100000, not the nearest double.

    Raises:
        ProblemError: it is no finite number, or one with an absurd exponent.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ProblemError(f"{where} is not a number", found=type(value).__name__, expected="a number")
    written = value if isinstance(value, str) else repr(value)
    if not _NUMBER.fullmatch(written) or len(written) > 1000:
        shown = written if len(written) <= 40 else written[:40] + "…"
        raise ProblemError(f"{where} is not a number", found=shown, expected="a finite decimal number")
    return Fraction(written.replace("_", ""))


# -------------------------------------------------------------------------------------------------- validation


def one_of(value: str, known: tuple[str, ...], what: str) -> None:
    """Refuse a value that is not one of the known words."""
    if value not in known:
        words = [w for w in known if w]
        raise ProblemError(
            f"`{what}` has a wrong value",
            found=repr(value),
            expected=" | ".join(words),
            cure=nearest(str(value), words),
        )


def _check_names(problem: Problem) -> None:
    """Two keys that are one name, a name that is also an alias, an alias of nothing."""
    from symdl.language.names import canonical

    def name_of(text: Text) -> str:
        try:
            return canonical(text.key)
        except SymdlError as error:
            raise text.locate_key(error) from None

    declared: dict[str, Text] = {}
    for table in (problem.symbols, problem.aliases):
        for key, text in table.items():
            text = text if text.key else Text(text.value, text.label, text.text, text.offset, key)
            name = name_of(text)
            if name in declared:
                raise text.locate_key(
                    ProblemError(
                        "a name is declared twice",
                        span=Span(0, len(key)),
                        found=f"{key}, and {declared[name].key} above ({declared[name].label})",
                        expected="one declaration for each name",
                    )
                )
            declared[name] = text
    written = " ".join(t.value for rows in (problem.given, problem.random, problem.assume) for t in rows)
    for text in problem.aliases.values():
        target = canonical(text.value)
        if target in problem.aliases or (target not in declared and _bare(target) not in _bare(written)):
            raise text.locate(
                ProblemError(
                    "an alias of an unknown name",
                    span=Span(0, len(text.value)),
                    found=text.value,
                    expected="a key of [symbols] or a name that `given` defines",
                    cure=nearest(target, declared),
                )
            )


def _check_mentioned(name: str, problem: Problem, table: str) -> None:
    """Refuse a number for a name that stands nowhere in the problem."""
    texts = [t.value for rows in FORMULA_LISTS for t in getattr(problem, rows)]
    texts += [s.line.value for s in problem.steps]
    texts += [*problem.symbols, *problem.aliases, *(t.value for t in problem.symbols.values())]
    if _bare(name) not in _bare(" ".join(texts)):
        raise ProblemError(
            f"[{table}] gives a number to an unknown name",
            span=Span(0, len(name)),
            found=name,
            expected="a name that the problem declares or defines",
            cure=nearest(name, problem.symbols),
        )


def _bare(latex: str) -> str:
    """Without blanks and braces, to look for a name in formulas that nobody has read yet."""
    return re.sub(r"[\s{}]", "", latex)
