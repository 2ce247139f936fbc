"""The listing of a page: the two functions of the generated module, with the helpers they call, ready to run.

What only guards the inputs is left out: sizes come from shapes. A row that is too long for a page is broken.
"""

from __future__ import annotations

import ast
import re

from symdl.document.logical_rows import joined
from symdl.python_rows import wrapped

WIDTH = 92  # letters in a row of a page
_GUARDS = ("_input", "_family", "_size", "_dtype", "_in_range")


def listing(code: str) -> tuple[str, ...]:
    """The functions of a module as they stand on a page, imports first; of a text without any, all of it."""
    code = joined(code)
    module = ast.parse(code)
    rows = code.splitlines()
    functions = {f.name: f for f in module.body if isinstance(f, ast.FunctionDef)}
    main = [_main(f, rows) for name, f in functions.items() if not name.startswith("_")]
    if not main:
        return (code.rstrip() + "\n",)
    helpers = [_helper(functions[name], rows) for name in _called("\n".join(main), functions, rows)]
    parts = [*helpers, *main]
    used = "\n".join(parts)
    imports = [rows[n.lineno - 1] for n in module.body if isinstance(n, ast.Import | ast.ImportFrom)]
    needed = [i for i in imports if re.search(rf"\b{i.split()[-1]}\.", used)]
    if needed:
        parts[0] = "\n".join([*needed, "", parts[0]])
    return tuple("\n".join(wrapped(part.split("\n"), WIDTH)) + "\n" for part in parts)


def _called(text: str, functions: dict[str, ast.FunctionDef], rows: list[str]) -> list[str]:
    """The helpers that a text calls, and those that they call, in the order of the module."""
    found: set[str] = set()
    todo = [text]
    while todo:
        names = set(re.findall(r"\b(_\w+)\(", todo.pop())) & set(functions) - found
        found |= names
        todo += ["\n".join(_body(functions[n], rows)) for n in names]
    return [n for n in functions if n in found]


def _helper(f: ast.FunctionDef, rows: list[str]) -> str:
    return "\n".join([*rows[f.lineno - 1 : f.body[0].lineno - 1], *_body(f, rows)])


def _body(f: ast.FunctionDef, rows: list[str]) -> list[str]:
    """The rows of a function below its docstring."""
    first = f.body[0]
    documented = isinstance(first, ast.Expr) and len(f.body) > 1
    return rows[((first.end_lineno or first.lineno) if documented else first.lineno - 1) : f.end_lineno]


def _main(f: ast.FunctionDef, rows: list[str]) -> str:
    """`forward` or `gradients` without the checks of its inputs."""
    return "\n".join([*rows[f.lineno - 1 : f.body[0].lineno - 1], *_without_checks(_body(f, rows))])


def _without_checks(rows: list[str]) -> list[str]:
    """The rows without guards: each size from the shape that tells it, the number type where it is used."""
    sizes: dict[str, str] = {}
    out: list[str] = []
    for row in rows:
        call = re.match(r"^ *(?:(?P<left>[\w\[\]\", ]+) = )?(?P<name>_\w+)\((?P<inside>.*)\)$", row)
        if call is None or call["name"] not in _GUARDS:
            if re.match(r"^ *sizes = \{", row):  # sizes that are inputs themselves
                sizes.update({f'"{k}"': v for k, v in re.findall(r'"(\w+)": (\w+)', row)})
            else:
                out.append(_sized(row, sizes))
        elif call["name"] == "_dtype":
            out.append(row.replace("_dtype", "np.result_type"))
        else:
            guard = ast.parse(f"{call['name']}({call['inside']})", mode="eval").body
            assert isinstance(guard, ast.Call)
            _told(call["name"], call["left"] or "", guard.args, sizes)
    out = [r for r in out if r.strip()]
    typed = any(re.search(r"\bdtype\b", r) for r in out if "dtype = np.result_type(" not in r)
    return out if typed else [r for r in out if "dtype = np.result_type(" not in r]


def _told(guard: str, left: str, args: list[ast.expr], sizes: dict[str, str]) -> None:
    """What the inputs' shapes tell of the sizes: `w = _input("w", w, ("O", "C"), …)` says O = w.shape[0]."""
    if guard == "_size":  # sizes["m"] = _size("x", 2, x.shape[1], factor, offset, …)
        length, factor, offset = (_sized(ast.unparse(a).replace("'", '"'), sizes) for a in args[2:5])
        if offset != "0":
            length += " - " + (f"({offset})" if " " in offset else offset)
        sizes[left[len("sizes[") : -1]] = length if factor == "1" else f"({length}) // {factor}"
    elif guard == "_input" and len(args) > 2 and isinstance(args[2], ast.Tuple):
        for k, axis in enumerate(args[2].elts):
            if isinstance(axis, ast.Constant) and isinstance(axis.value, str):
                sizes.setdefault(f'"{axis.value}"', f"{ast.unparse(args[1])}.shape[{k}]")
    elif guard == "_family" and len(args) > 3 and isinstance(args[3], ast.Constant):
        length, first = f"len({ast.unparse(args[1])})", ast.unparse(args[2])
        last = length if first == "1" else f"{length} - 1" if first == "0" else f"{length} + {first} - 1"
        sizes.setdefault(f'"{ast.literal_eval(args[3])}"', last)


def _sized(row: str, sizes: dict[str, str]) -> str:
    """A row with the shapes in place of the guards' table of sizes; nothing where it says what is known already."""
    row = re.sub(r"sizes\[(\"\w+\")\]", lambda m: sizes.get(m[1], m[0]), row)
    pair = re.match(r"^(?P<indent> *)(?P<left>\w+(?:, \w+)*) = (?P<right>.+)$", row)
    if pair and "(" not in pair["left"]:
        names, values = pair["left"].split(", "), _top_level(pair["right"])
        if len(names) == len(values):
            kept = [(n, v) for n, v in zip(names, values, strict=True) if n != v]
            if len(kept) < len(names):
                return (
                    f"{pair['indent']}{', '.join(n for n, _ in kept)} = {', '.join(v for _, v in kept)}" if kept else ""
                )
    return row


def _top_level(text: str) -> list[str]:
    """The parts between commas that no bracket holds."""
    parts, depth, start = [], 0, 0
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth:
            parts.append(text[start:k].strip())
            start = k + 1
    return [*parts, text[start:].strip()]
