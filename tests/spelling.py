"""A short plain spelling of trees, for comparing forms in tests: `[1 / B] Xᵀ (P - Y)`."""

from __future__ import annotations

from collections.abc import Callable

from symdl.language import syntax as s


def spell(n: s.Node) -> str:
    rule = RULES.get(type(n))
    return rule(n) if rule is not None else str(n)


def _all(sign: str) -> Callable[[tuple[s.Node, ...]], str]:
    return lambda nodes: sign.join(map(spell, nodes))


RULES: dict[type[s.Node], Callable[..., str]] = {
    s.Relation: lambda n: _all(" = ")(n.sides),
    s.Number: lambda n: str(n.value),
    s.Symbol: lambda n: n.name,
    s.IndexVar: lambda n: n.name,
    s.Size: lambda n: str(n.size),
    s.Ones: lambda n: "1",
    s.Zeros: lambda n: "0",
    s.Identity: lambda n: "I",
    s.Delta: lambda n: f"δ[{spell(n.left)}{spell(n.right)}]",
    s.Add: lambda n: "(" + _all(" + ")(n.terms).replace("+ -", "- ") + ")",
    s.Neg: lambda n: "-" + spell(n.body),
    s.Product: lambda n: _all(" ")(n.factors),
    s.Hadamard: lambda n: "(" + _all(" ⊙ ")(n.factors) + ")",
    s.Quotient: lambda n: f"[{spell(n.numerator)} / {spell(n.denominator)}]",
    s.Power: lambda n: f"{spell(n.base)}^{spell(n.exponent)}",
    s.HadamardPower: lambda n: f"{spell(n.base)}^{spell(n.exponent)}",
    s.Transpose: lambda n: spell(n.body) + "ᵀ",
    s.Inverse: lambda n: spell(n.body) + "⁻¹",
    s.Function: lambda n: n.name + "(" + _all(",")(n.args) + ")",
    s.MatrixFunction: lambda n: f"{n.name}({spell(n.body)})",
    s.AxisFunction: lambda n: f"{n.name}({spell(n.body)})",
    s.Entry: lambda n: spell(n.base) + "_{" + _all(",")(n.indices) + "}",
    s.Slice: lambda n: ":",
    s.Reduce: lambda n: f"{n.op}_{{{','.join(b.name for b in n.binders)}}} {spell(n.body)}",
    s.Derivative: lambda n: f"∂{spell(n.of)}/" + "".join("∂" + spell(x) for x in n.by),
    s.Indicator: lambda n: f"𝟙[{spell(n.condition)}]",
    s.Compare: lambda n: spell(n.left) + n.op + spell(n.right),
    s.InnerProduct: lambda n: f"<{spell(n.left)},{spell(n.right)}>",
}
