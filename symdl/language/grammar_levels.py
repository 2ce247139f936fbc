"""Precedence: a level's operands and operators become a tree, from the loosest operator to the tightest.

From loosest to tightest: ⟹ ⟺ (right to left); commas, `\\quad` and clause words such as `\\text{for}`; chains of
relations; `\\mid` and `:`; `+ − ±`; `· × / ⊙ ∘ ⊗ ⊘` (one level, left to right); things side by side. Inside
brackets a condition bar, a divergence bar, a `;` and a `:` before a relation are looser than commas:
`p(x, y | z)` is one condition, `\\{x : x > 0\\}` one description, while `X_{i, 1:t}` holds a slice.
"""

from __future__ import annotations

from itertools import pairwise

from symdl.errors import ReadError, Span
from symdl.language.surface import Commas, Infix, Letter, Logic, Prefix, Related, Seq, Surface

MAX_CHAIN = 200  # operators on one level

# An element of a level: an operand, or an operator with its kind and name.
Element = tuple[str, str, Surface]

_LOOSE = (":", "dmid", "mid", ";")  # loosest first


class Precedence:
    """Splits elements by their operators; the context is `top cell brace script` or a delimiter's kind."""

    def logic(self, elements: list[Element], context: str, empty: Seq) -> Surface:
        cuts = [i for i, e in enumerate(elements) if e[0] == "logic"]
        if not cuts:
            return self.loose(elements, context, empty)
        self.count(elements, cuts)
        parts = [self.loose(p, context, empty) for p in _split(elements, cuts)]
        out = parts[-1]
        if isinstance(out, Seq) and not out.items:
            raise _missing(elements[cuts[-1]], "after")
        for cut, left in zip(reversed(cuts), reversed(parts[:-1]), strict=True):
            if isinstance(left, Seq) and not left.items and cut != 0:
                raise _missing(elements[cut], "before")
            out = Logic(
                elements[cut][2].span.join(left.span if _written(left) else out.span).join(out.span),
                elements[cut][1],
                left,
                out,
            )
        return out

    def loose(self, elements: list[Element], context: str, empty: Seq) -> Surface:
        """Inside brackets, `: || | ;` separate before commas do; elsewhere a `:` before a relation."""
        for kind in _LOOSE:
            cuts = [i for i, e in enumerate(elements) if e[0] == kind]
            if kind == ":":
                cuts = cuts[:1] if self.describes(elements, cuts, context) else []
            elif context in ("top", "cell", "script", "brace") and not (kind == ";" and context == "script"):
                continue
            if not cuts:
                continue
            if len(cuts) > 1 and kind != ";":
                raise ReadError("two condition bars on one level", span=elements[cuts[1]][2].span, cure="use brackets")
            parts = [
                self.commas(p, context, empty) if kind == ";" else self.loose(p, context, empty)
                for p in _split(elements, cuts)
            ]
            out = parts[0]
            for cut, part in zip(cuts, parts[1:], strict=True):
                out = self.infix(elements[cut], out, part)
            return out
        return self.commas(elements, context, empty)

    def describes(self, elements: list[Element], cuts: list[int], context: str) -> bool:
        """Is the `:` looser than commas (`i, j : i \\neq j`), and no slice (`1:t, j`)?"""
        if not cuts or cuts[0] == 0:
            return False
        return any(e[0] == "rel" for e in elements[cuts[0] :]) or (context in ("{", "top") and len(cuts) == 1)

    def commas(self, elements: list[Element], context: str, empty: Seq) -> Surface:
        parts: list[Surface] = []
        stretch: list[Element] = []
        open_comma: Element | None = None
        for i, element in enumerate(elements):
            kind = element[0]
            if kind not in (",", ";", "sep", "clause"):
                stretch.append(element)
                continue
            if kind == "sep" and self.dangling(stretch, elements[i + 1 : i + 2]):
                continue
            if stretch:
                parts.append(self.related(stretch, context, empty))
                stretch, open_comma = [], None
            elif kind in (",", ";") and (open_comma is not None or not parts):
                raise _missing(element, "before")
            if kind in (",", ";"):
                open_comma = element
            elif kind == "clause":
                parts.append(element[2])
                open_comma = None
        if stretch:
            parts.append(self.related(stretch, context, empty))
        elif open_comma is not None and context not in ("top", "cell"):
            raise _missing(open_comma, "after")
        if not parts:
            return empty
        if len(parts) == 1:
            return parts[0]
        return Commas(parts[0].span.join(parts[-1].span), tuple(parts))

    def dangling(self, before: list[Element], after: list[Element]) -> bool:
        """Does a space such as \\quad stand beside an operator, where it separates nothing?"""
        return bool(
            (before and before[-1][0] in ("rel", "add", "mul", "mid", "dmid", ":"))
            or (after and after[0][0] in ("rel", "mul", "mid", "dmid"))
            or (after and after[0][0] == "add" and before)
        )

    def related(self, elements: list[Element], context: str, empty: Seq) -> Surface:
        cuts = [i for i, e in enumerate(elements) if e[0] == "rel"]
        if not cuts:
            return self.conditions(elements, context, empty)
        self.count(elements, cuts)
        if len(elements) == 1 and context == "script":
            return elements[0][2]
        stretches = _split(elements, cuts)
        if cuts[-1] == len(elements) - 1:
            raise _missing(elements[-1], "after")
        parts: list[Surface] = []
        for n, stretch in enumerate(stretches):
            if not stretch:
                if n > 0 or context not in ("top", "cell", "script", "brace"):
                    raise _missing(elements[cuts[max(0, n - 1)]], "after" if n else "before")
                start = elements[0][2].span.start
                parts.append(Seq(Span(start, start), ()))
            else:
                parts.append(self.conditions(stretch, context, empty))
        span = elements[0][2].span.join(parts[0].span).join(parts[-1].span)
        return Related(span, tuple(parts), tuple(elements[i][1] for i in cuts))

    def conditions(self, elements: list[Element], context: str, empty: Seq) -> Surface:
        """`\\mid` outside brackets, and the slice `1:t`; a `:` with a side missing is the letter `:`."""
        for kind in ("dmid", "mid", ":"):
            cuts = [i for i, e in enumerate(elements) if e[0] == kind]
            if not cuts:
                continue
            if kind == ":" and (len(cuts) > 1 or cuts[0] in (0, len(elements) - 1)):
                colons = [("item", "", e[2]) if e[0] == ":" else e for e in elements]
                return self.sums(colons, context, empty)
            if len(cuts) > 1:
                raise ReadError("two condition bars on one level", span=elements[cuts[1]][2].span, cure="use brackets")
            before, after = _split(elements, cuts)
            if not before or not after:
                raise _missing(elements[cuts[0]], "after" if before else "before")
            left, right = self.conditions(before, context, empty), self.conditions(after, context, empty)
            return self.infix(elements[cuts[0]], left, right)
        return self.sums(elements, context, empty)

    def sums(self, elements: list[Element], context: str, empty: Seq) -> Surface:
        if len(elements) == 1 and elements[0][0] in ("add", "mul"):
            if context not in ("top", "cell"):
                return _lone(elements[0])
            raise _missing(elements[0], "after")
        if context == "script" and all(e[0] == "add" for e in elements) and elements:
            return Seq(elements[0][2].span.join(elements[-1][2].span), tuple(_lone(e) for e in elements))
        terms: list[tuple[Element | None, list[Element], list[Element]]] = [(None, [], [])]  # operator, signs, factors
        for element in elements:
            _, signs, factors = terms[-1]
            if element[0] != "add":
                factors.append(element)
            elif factors and factors[-1][0] == "mul":
                factors.append(("sign", element[1], element[2]))
            elif factors:
                terms.append((element, [], []))
            else:
                signs.append(element)
        self.count(elements, list(range(len(terms))))
        out: Surface | None = None
        for operator, signs, factors in terms:
            if not factors:
                raise _missing(signs[-1] if signs else operator or elements[0], "after")
            term = self.products(factors, context)
            if len(signs) > 3:
                raise ReadError("a row of signs", span=signs[0][2].span, cure="use brackets")
            for sign in reversed(signs):
                if sign[1] not in ("+", "-", "pm", "mp"):
                    raise _missing(sign, "before")
                term = Prefix(sign[2].span.join(term.span), sign[1], term)
            out = term if out is None or operator is None else self.infix(operator, out, term)
        assert out is not None
        return out

    def products(self, elements: list[Element], context: str) -> Surface:
        cuts = [i for i, e in enumerate(elements) if e[0] == "mul"]
        self.count(elements, cuts)
        stretches = _split(elements, cuts)
        out: Surface | None = None
        for n, stretch in enumerate(stretches):
            if not stretch:
                if n == 0 and context == "script":  # A^{\odot 2}
                    start = elements[0][2].span.start
                    out = Seq(Span(start, start), ())
                    continue
                if n == len(stretches) - 1 and context == "script" and len(elements) > 1:
                    raise _missing(elements[-1], "after")
                raise _missing(elements[cuts[max(0, n - 1)]], "after" if n else "before")
            signs = [e for e in stretch if e[0] == "sign"]
            factor = self.side_by_side(
                [e[2] for e in stretch if e[0] != "sign"], elements[cuts[max(0, n - 1)]] if cuts else stretch[0]
            )
            for sign in reversed(signs):
                factor = Prefix(sign[2].span.join(factor.span), sign[1], factor)
            out = factor if out is None else self.infix(elements[cuts[n - 1]], out, factor)
        assert out is not None
        return out

    def side_by_side(self, items: list[Surface], near: Element) -> Surface:
        if not items:
            raise _missing(near, "after")
        if len(items) == 1:
            return items[0]
        return Seq(items[0].span.join(items[-1].span), tuple(items))

    def infix(self, operator: Element, left: Surface, right: Surface) -> Infix:
        for side, where in ((left, "before"), (right, "after")):
            if isinstance(side, Seq) and not side.items and not (operator[0] == "mul" and where == "before"):
                raise _missing(operator, where)
        span = operator[2].span.join(right.span)
        return Infix(span.join(left.span) if _written(left) else span, operator[1], left, right)

    def count(self, elements: list[Element], cuts: list[int]) -> None:
        if len(cuts) > MAX_CHAIN:
            raise ReadError(
                "too long a formula", span=elements[0][2].span, found=f"{len(cuts)} operators", cure="split it"
            )


def _split(elements: list[Element], cuts: list[int]) -> list[list[Element]]:
    bounds = [-1, *cuts, len(elements)]
    return [elements[a + 1 : b] for a, b in pairwise(bounds)]


def _written(side: Surface) -> bool:
    return not (isinstance(side, Seq) and not side.items)


def _lone(element: Element) -> Letter:
    """An operator that stands alone as a mark: `x_+`, `w^*`, `f(\\cdot)`."""
    text = {"cdot": "\\cdot", "ast": "*", "circ": "\\circ"}.get(element[1], element[1])
    return Letter(element[2].span, text if len(text) == 1 or text[0] == "\\" else "\\" + text)


def _missing(element: Element, where: str) -> ReadError:
    names: dict[str, str] = {"cdot": "\\cdot", "mid": "|"}
    text = names.get(element[1], element[1])
    return ReadError(f"nothing stands {where} {text}", span=element[2].span, expected="a term")
