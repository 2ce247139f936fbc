"""A tree in one line, for tables of readings: products in ⟨⟩, sums in (), every range and size shown."""

from __future__ import annotations

from dataclasses import fields

from symdl.language import syntax as s


def short(n: object) -> str:
    """`<Xᵀ (P + -Y)>`, `sum{i=1..n}[x[i]]`, `∂(L / W)`."""
    match n:
        case s.Symbol():
            return n.name + (f"{{{_all(n.members)}}}" if n.members else "")
        case s.IndexVar():
            return n.name
        case s.Size():
            return f"#{n.size}"
        case s.Number():
            return str(n.value)
        case s.Constant():
            return f"@{n.name}"
        case s.Ones() | s.Zeros():
            return f"{type(n).__name__}({'x'.join(str(a.size) for a in n.axes)})"
        case s.Identity():
            return f"I({n.axis.size})"
        case s.Add():
            return f"({_all(n.terms, ' + ')})"
        case s.Neg():
            return f"-{short(n.body)}"
        case s.Product():
            return f"<{_all(n.factors, ' ')}>"
        case s.Quotient():
            return f"({short(n.numerator)}/{short(n.denominator)})"
        case s.Hadamard():
            return f"({_all(n.factors, ' ⊙ ')})"
        case s.Power():
            return f"{short(n.base)}^{short(n.exponent)}"
        case s.Transpose():
            return f"{short(n.body)}ᵀ"
        case s.Inverse():
            return f"{short(n.body)}⁻¹"
        case s.Function():
            return f"{n.name}({_all(n.args)})"
        case s.AxisFunction():
            return f"{n.name}[{n.axis}]({short(n.body)})"
        case s.MatrixFunction():
            return f"{n.name}({short(n.body)})"
        case s.Norm():
            return f"‖{short(n.body)}‖{n.kind}"
        case s.Entry():
            return f"{short(n.base)}[{_all(n.indices)}]"
        case s.Slice():
            return ":"
        case s.Reduce():
            binders = ", ".join(f"{b.name}={b.range}{'!' if b.written else ''}" for b in n.binders)
            return f"{n.op}{{{binders}{f' | {short(n.condition)}' if n.condition else ''}}}[{short(n.body)}]"
        case s.Derivative():
            marks = ("" if n.total else "local") + ("T" if n.transposed else "") + ("D" if n.diagonal else "")
            return f"∂{marks}({short(n.of)} / {_all(n.by)})"
        case s.ChainProduct():
            return f"Chain<{_all(n.factors)}; {'x'.join(str(a.size) for a in n.axes)}>"
        case s.Differential():
            return f"d({short(n.body)})"
        case s.Compare():
            return f"{short(n.left)} {n.op} {short(n.right)}"
        case s.Relation():
            out = short(n.sides[0])
            for op, side in zip(n.ops, n.sides[1:], strict=True):
                out += f" {op} {short(side)}"
            return out + (f" in {short(n.note)}" if n.note else "")
        case s.Apply():
            return f"{n.name}{_primes(n)}({_all(n.args)})"
        case s.Node():
            values = [_value(getattr(n, f.name)) for f in fields(n)]
            return f"{type(n).__name__}({'; '.join(v for v in values if v)})"
    return str(n)


def _primes(n: s.Apply) -> str:
    return f"{list(n.orders)}" if n.orders else ""


def _all(nodes: tuple[s.Node, ...], by: str = ", ") -> str:
    return by.join(short(x) for x in nodes)


def _value(v: object) -> str:
    if isinstance(v, tuple):
        return "(" + ", ".join(_value(x) for x in v) + ")" if v else ""
    return "" if v is None or v is False or v == "" else short(v)
