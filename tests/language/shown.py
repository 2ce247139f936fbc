"""A surface tree on one line, for tests: `(a + [b c])`, sequences in square brackets, relations in `Rel( … )`."""

from __future__ import annotations

from symdl.language import surface as s


def shown(node: s.Surface) -> str:
    match node:
        case s.Digits(text=text) | s.Letter(text=text):
            return text
        case s.Word(text=text):
            return f"<{text}>"
        case s.Styled(style=style, body=body):
            return f"{style}{{{shown(body)}}}"
        case s.Scripts(base=base, sub=sub, sup=sup, primes=primes):
            below = "" if sub is None else f"_{{{shown(sub)}}}"
            above = "" if sup is None else f"^{{{shown(sup)}}}"
            return shown(base) + "'" * primes + below + above
        case s.Group(kind=kind, body=body):
            return f"«{kind} {shown(body)}»"
        case s.Fraction(numerator=above, denominator=below):
            return f"frac({shown(above)}, {shown(below)})"
        case s.Root(body=body, degree=degree):
            return f"root({shown(body)})" if degree is None else f"root({shown(body)}, {shown(degree)})"
        case s.Seq(items=items):
            return "[" + " ".join(map(shown, items)) + "]"
        case s.Infix(op=op, left=left, right=right):
            return f"({shown(left)} {op} {shown(right)})"
        case s.Prefix(op=op, body=body):
            return f"({op} {shown(body)})"
        case s.Commas(parts=parts):
            return "; ".join(map(shown, parts)).join(("{", "}"))
        case s.Related(parts=parts, ops=ops):
            first, *rest = map(shown, parts)
            return "Rel(" + first + "".join(f" {op} {part}" for op, part in zip(ops, rest, strict=True)) + ")"
        case s.Logic(op=op, left=left, right=right):
            return f"Logic({shown(left)} {op} {shown(right)})"
        case s.Grid(kind=kind, rows=rows):
            return f"{kind}(" + " // ".join(" & ".join(map(shown, row)) for row in rows) + ")"
        case s.Prose(text=text):
            return f"‘{text.strip()}’"
        case s.Dots():
            return "…"
    raise AssertionError(f"no surface node: {node}")


def all_nodes(node: object) -> list[s.Surface]:
    """The node and everything below it."""
    out: list[s.Surface] = []
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, s.Surface):
            out.append(top)
            stack.extend(getattr(top, name) for name in top.__dataclass_fields__)
        elif isinstance(top, tuple):
            stack.extend(top)
    return out
