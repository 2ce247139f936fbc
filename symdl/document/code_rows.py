"""Rows of Python that fit a page: a long one is broken where people break it, an operand or an argument a row.

a = f(x) + g(y)   ⇒   a = (
                          f(x)
                          + g(y)
                      )
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

WIDTH = 92  # letters in a row of a page
STEP = 4
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}
_LEVELS = ((ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.MatMult))


def wrapped(row: str, width: int = WIDTH) -> Iterator[str]:
    """The row itself where it fits or can't be broken, else rows that say the same."""
    indent = len(row) - len(row.lstrip())
    code, comment = (*row[indent:].split("  # ", 1), "")[:2]
    if len(row) <= width:
        yield row
        return
    if comment:
        yield " " * indent + "# " + comment
    rows = _Rows(width)
    if code.startswith("def "):
        yield from rows.signature(code, indent)
        return
    try:
        (statement,) = ast.parse(code).body
    except (SyntaxError, ValueError):
        yield " " * indent + code
        return
    if isinstance(statement, ast.Assign):
        yield from rows.right(statement.value, " = ".join(_text(t) for t in statement.targets) + " = ", indent)
    elif isinstance(statement, ast.AugAssign):
        yield from rows.right(
            statement.value, f"{_text(statement.target)} {_SIGNS.get(type(statement.op), '+')}= ", indent
        )
    elif isinstance(statement, ast.Return) and statement.value is not None:
        yield from rows.right(statement.value, "return ", indent)
    else:
        yield " " * indent + code


def _text(node: ast.AST) -> str:
    """The node as code, texts in double quotes."""
    text = ast.unparse(node)
    return text if '"' in text else text.replace("'", '"')


class _Rows:
    def __init__(self, width: int) -> None:
        self.width = width

    def signature(self, code: str, indent: int) -> Iterator[str]:
        head, inside = code.split("(", 1)
        yield " " * indent + head + "("
        row = ""
        for part in inside.removesuffix("):").split(", "):
            if row and indent + STEP + len(row) + len(part) + 2 > self.width:
                yield " " * (indent + STEP) + row
                row = ""
            row += (" " if row else "") + part + ","
        yield " " * (indent + STEP) + row
        yield " " * indent + "):"

    def right(self, node: ast.expr, prefix: str, indent: int) -> Iterator[str]:
        """A right side: what is no bracket of its own gets one."""
        if isinstance(node, ast.BinOp | ast.IfExp | ast.BoolOp | ast.Compare):
            yield " " * indent + prefix + "("
            yield from self.rows(node, "", "", indent + STEP)
            yield " " * indent + ")"
        else:
            yield from self.rows(node, prefix, "", indent)

    def rows(self, node: ast.expr, prefix: str, suffix: str, indent: int) -> Iterator[str]:
        """An expression between a prefix and a suffix, inside some bracket."""
        whole = prefix + _text(node) + suffix
        if indent + len(whole) <= self.width:
            yield " " * indent + whole
        elif isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            yield from self._operands(node, prefix, suffix, indent)
        elif isinstance(node, ast.IfExp):
            yield from self._bracketed(
                prefix, suffix, indent, ((node.body, ""), (node.test, "if "), (node.orelse, "else "))
            )
        elif isinstance(node, ast.Call):
            yield from self._call(node, prefix, suffix, indent)
        elif isinstance(node, ast.Subscript):
            access = _text(ast.Subscript(ast.Name("_"), node.slice))[1:]
            yield from self._inner(node.value, prefix, access + suffix, indent)
        elif isinstance(node, ast.Attribute):
            yield from self._inner(node.value, prefix, f".{node.attr}{suffix}", indent)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield from self._inner(node.operand, prefix + "-", suffix, indent)
        elif isinstance(node, ast.List):
            yield " " * indent + prefix + "["
            for one in node.elts:
                yield from self.rows(one, "", ",", indent + STEP)
            yield " " * indent + "]" + suffix
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            left, right = "[]" if isinstance(node, ast.ListComp) else "()"
            yield " " * indent + prefix + left
            yield from self.rows(node.elt, "", "", indent + STEP)
            for g in node.generators:
                yield " " * (indent + STEP) + f"for {_text(g.target)} in {_text(g.iter)}"
            yield " " * indent + right + suffix
        else:
            yield " " * indent + whole

    def _operands(self, node: ast.BinOp, prefix: str, suffix: str, indent: int) -> Iterator[str]:
        level = next(types for types in _LEVELS if isinstance(node.op, types))
        parts: list[tuple[str, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, level):
            parts.append((_SIGNS[type(left.op)] + " ", left.right))
            left = left.left
        parts.append(("", left))
        parts.reverse()
        rows: list[str] = []
        for k, (sign, part) in enumerate(parts):
            before, behind = (prefix if not k else "") + sign, suffix if k == len(parts) - 1 else ""
            new = list(self._operand(part, before, behind, indent, level, bool(k)))
            joined = rows[-1] + " " + new[0].lstrip() if rows else ""
            # short factors share a row; terms have one each
            if rows and level == _LEVELS[1] and len(joined) <= self.width and not rows[-1].lstrip().startswith(")"):
                rows[-1:] = [joined, *new[1:]]
            else:
                rows += new
        yield from rows

    def _operand(
        self, part: ast.expr, prefix: str, suffix: str, indent: int, level: tuple[type[ast.operator], ...], right: bool
    ) -> Iterator[str]:
        looser = (
            isinstance(part, ast.BinOp)
            and (level == _LEVELS[1] or right)
            and isinstance(part.op, _LEVELS[0] if not right else level + _LEVELS[0])
        )
        if looser or isinstance(part, ast.IfExp | ast.BoolOp | ast.Compare):
            yield from self._bracketed(prefix, suffix, indent, ((part, ""),))
        else:
            yield from self.rows(part, prefix, suffix, indent)

    def _bracketed(
        self, prefix: str, suffix: str, indent: int, parts: tuple[tuple[ast.expr, str], ...]
    ) -> Iterator[str]:
        if len(parts) == 1:
            only = parts[0][0]
            if isinstance(only, ast.IfExp):
                parts = ((only.body, ""), (only.test, "if "), (only.orelse, "else "))
            whole = f"{prefix}({_text(only)}){suffix}"
            if indent + len(whole) <= self.width:
                yield " " * indent + whole
                return
        yield " " * indent + prefix + "("
        for node, word in parts:
            yield from self.rows(node, word, "", indent + STEP)
        yield " " * indent + ")" + suffix

    def _inner(self, node: ast.expr, prefix: str, suffix: str, indent: int) -> Iterator[str]:
        """The value of an attribute, an access or a sign: in brackets unless it is a name or a call."""
        if isinstance(node, ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.ListComp):
            yield from self.rows(node, prefix, suffix, indent)
        else:
            yield from self._bracketed(prefix, suffix, indent, ((node, ""),))

    def _call(self, node: ast.Call, prefix: str, suffix: str, indent: int) -> Iterator[str]:
        called = _text(node.func)
        arguments = ", ".join([*map(ast.unparse, node.args), *(f"{k.arg}={_text(k.value)}" for k in node.keywords)])
        if isinstance(node.func, ast.Attribute) and len(arguments) < 24 and len(called) > 30:
            yield from self._inner(node.func.value, prefix, f".{node.func.attr}({arguments}){suffix}", indent)
            return
        yield " " * indent + prefix + called + "("
        if indent + STEP + len(arguments) <= self.width:
            yield " " * (indent + STEP) + arguments
        else:
            simple = all(isinstance(a, ast.Name) for a in (*node.args, *(k.value for k in node.keywords)))
            if simple:  # many names: as many a row as fit
                row = ""
                for part in re.split(r"(?<=,) ", arguments + ","):
                    if row and indent + STEP + len(row) + len(part) + 1 > self.width:
                        yield " " * (indent + STEP) + row
                        row = ""
                    row += (" " if row else "") + part
                yield " " * (indent + STEP) + row
            else:
                for a in node.args:
                    yield from self.rows(a, "", ",", indent + STEP)
                for k in node.keywords:
                    yield from self.rows(k.value, f"{k.arg}=", ",", indent + STEP)
        yield " " * indent + ")" + suffix
