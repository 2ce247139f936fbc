"""Long lines of Python broken as people break them: at the commas and operators of the outermost brackets.

x = f(a, …) + g(b, …)   ⇒   x = (
f(a, …)
+ g(b, …)
)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

WIDTH = 100  # of a module
_INDENT = "    "
_MUCH = 16  # characters between brackets: fewer are an index or the arguments of transpose
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_ASSIGNED = re.compile(r"^(?:\w+(?:\[[^=]*?\])? (?:[-+*/@]?=) |return |assert )")
_OPERATOR = re.compile(r"(?:else|if|and|or|[-+*/@]) ")
_LEVELS = ((" for ",), (" if ", " else "), (" and ", " or "), (" + ", " - "), (" * ", " / ", " @ "))


def wrapped(lines: Iterable[str], width: int = WIDTH) -> list[str]:
    """The lines, those that are too long broken; a comment at the end of such a line goes above it."""
    out: list[str] = []
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        code, comment = _comment(line.strip())
        if len(line) <= width or not code:
            out.append(line)
            continue
        if comment:
            out.append(f"{indent}{comment}")
        out += [indent + x for x in _broken(code, width - len(indent))]
    return out


def _comment(line: str) -> tuple[str, str]:
    """The code of a line, and the comment after it."""
    at = next((k for k in _outside_strings(line) if line[k] == "#"), None)
    return (line, "") if at is None else (line[:at].rstrip(), line[at:])


def _broken(code: str, width: int) -> list[str]:
    if len(code) <= width:
        return [code]
    head = _ASSIGNED.match(code)
    if head is not None and (value := code[head.end() :]) and not _one_bracket(value):
        body = _split(value, width - len(_INDENT))
        if body is not None:
            return [code[: head.end()] + "(", *(_INDENT + x for x in body), ")"]
    return _exploded(code, width)


def _one_bracket(code: str) -> bool:
    """Is it one call or literal, whose own brackets can be opened?"""
    pair = _last_pair(code)
    return pair is not None and not _pieces(code[: pair[0]]) and not _pieces("x" + code[pair[1] + 1 :])


def _exploded(code: str, width: int) -> list[str]:
    """The last outermost pair of brackets opened, its content on lines of its own."""
    pair = _last_pair(code) if len(code) > width else None
    if pair is None or not code[pair[0] + 1 : pair[1]].strip():
        return [code]
    start, stop = pair
    body = _items(code[start + 1 : stop], width - len(_INDENT))
    return [code[: start + 1], *(_INDENT + x for x in body), code[stop:]]


def _items(body: str, width: int) -> list[str]:
    """What stands between brackets: all on one line, or an item a line, numbers as many as fit."""
    comprehension = any(body.startswith(" for ", k) for k in _outermost(body))
    items = [body.strip()] if comprehension else [x.strip() for x in _at(body, ",")]
    items = items[:-1] if items and not items[-1] else items
    if len(items) == 1:
        if len(body) <= width:
            return [body.strip()]
        return _split(body, width) or _exploded(body, width)
    if all(re.fullmatch(r"[-\d.e]+", x) for x in items):
        return _filled(items, width)
    broken = [_broken_item(x, width - 1) for x in items]
    return [line for lines in broken for line in (*lines[:-1], f"{lines[-1]},")]


def _broken_item(item: str, width: int) -> list[str]:
    if len(item) <= width:
        return [item]
    keyword = re.match(r"\w+=(?!=)", item)
    value = item[keyword.end() :] if keyword else item
    if _one_bracket(value):
        return _exploded(item, width)
    return _split(item, width) or _exploded(item, width) if keyword is None else _exploded(item, width)


def _filled(items: list[str], width: int) -> list[str]:
    out, line = [], ""
    for x in items:
        if line and len(line) + len(x) + 2 > width:
            out.append(line)
            line = ""
        line += f"{' ' if line else ''}{x},"
    return [*out, line]


def _split(code: str, width: int) -> list[str] | None:
    """Pieces at the operators that bind least, each line but the first beginning with one; None without any."""
    if len(code) <= width:
        return [code]
    pieces = _pieces(code)
    if not pieces:
        return None
    return [line for p in pieces for line in _piece(p, width)]


def _piece(code: str, width: int) -> list[str]:
    """An operator and its operand: in brackets of its own where it is too long."""
    head = _OPERATOR.match(code)
    value = code[head.end() :] if head else code
    if len(code) <= width or _one_bracket(value):
        return [code] if len(code) <= width else _exploded(code, width)
    if code.startswith("for "):  # of a comprehension: its conditions need no brackets
        pieces = _pieces(code)
        return [line for p in pieces for line in _exploded(p, width)] if len(pieces) > 1 else _exploded(code, width)
    body = _split(value, width - len(_INDENT))
    if body is None:
        return _exploded(code, width)
    return [f"{head[0] if head else ''}(", *(_INDENT + x for x in body), ")"]


def _pieces(code: str) -> list[str]:
    for operators in _LEVELS:
        cuts = [k for k in _outermost(code) for op in operators if k and code.startswith(op, k)]
        if cuts:
            ends = [*cuts, len(code)]
            return [code[: ends[0]], *(code[a + 1 : b] for a, b in zip(cuts, ends[1:], strict=True))]
    return []


def _at(code: str, sign: str) -> list[str]:
    cuts = [k for k in _outermost(code) if code[k] == sign]
    starts = [0, *(k + 1 for k in cuts)]
    return [code[a:b] for a, b in zip(starts, [*cuts, len(code)], strict=True)]


def _last_pair(code: str) -> tuple[int, int] | None:
    """Where the last outermost pair of brackets with much in it opens and closes; else the last pair."""
    depth, start, found = 0, 0, None
    for k in _outside_strings(code):
        if code[k] in _PAIRS:
            start = k if depth == 0 else start
            depth += 1
        elif code[k] in _PAIRS.values():
            depth -= 1
            if depth == 0 and (found is None or k - start > _MUCH):
                found = (start, k)
    return found


def _outermost(code: str) -> Iterator[int]:
    """Positions outside brackets and strings."""
    depth = 0
    for k in _outside_strings(code):
        if code[k] in _PAIRS:
            depth += 1
        elif code[k] in _PAIRS.values():
            depth -= 1
        elif depth == 0:
            yield k


def _outside_strings(code: str) -> Iterator[int]:
    quote = ""
    for k, c in enumerate(code):
        if quote:
            quote = "" if c == quote and code[k - 1] != "\\" else quote
        elif c in "\"'":
            quote = c
        else:
            yield k
