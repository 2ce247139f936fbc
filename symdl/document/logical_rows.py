"""Python with each statement on one row, as it stood before it was broken."""

from __future__ import annotations

import ast
import io
import tokenize


def joined(code: str) -> str:
    """The same code, statements that span several rows on one; strings that do stay as they are."""
    rows = code.splitlines()
    out: list[str] = []
    done = 0
    first = 0
    whole = False
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
            continue
        first = first or token.start[0]
        whole = whole or (token.type == tokenize.STRING and token.start[0] != token.end[0])
        if token.type == tokenize.NEWLINE:
            out += rows[done : first - 1]
            statement = rows[first - 1 : token.end[0]]
            out += statement if whole or len(statement) == 1 else [_one_row(statement)]
            done, first, whole = token.end[0], 0, False
    return "\n".join([*out, *rows[done:]]) + "\n"


def _one_row(rows: list[str]) -> str:
    """The rows of a statement as one; the comma that ends a list stays where it makes a tuple."""
    out = rows[0].rstrip()
    with_commas = out
    for row in (r.strip() for r in rows[1:]):
        closes, opens = row[0] in ")]}", out[-1] in "([{"
        out = out.removesuffix(",") + row if closes else out + ("" if opens else " ") + row
        with_commas += ("" if closes or opens else " ") + row
    return out if _same(out, with_commas) else with_commas


def _same(a: str, b: str) -> bool:
    """Do two rows say the same? The head of a block gets a body to be read."""

    def tree(row: str) -> str:
        row = row.strip()
        return ast.dump(ast.parse(f"{row} pass" if row.endswith(":") else row))

    try:
        return tree(a) == tree(b)
    except SyntaxError:
        return False
