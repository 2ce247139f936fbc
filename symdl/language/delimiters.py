"""Delimiters: which bracket closes which, and what each bare bar `|` is.

A bar opens, closes, conditions (`p(x | z)`) or evaluates (`f|_{x=0}`). Within one level of brackets and one stretch
without relations and commas, all assignments that balance are tried; where two differ, the formula is ambiguous.
"""

from __future__ import annotations

from symdl.errors import ReadError, Span
from symdl.language.tokens import Token

MAX_DEPTH = 100
MAX_BARS = 60

NAMES = {
    "(": "( )",
    "[": "[ ]",
    "{": "\\{ \\}",
    "<": "\\langle \\rangle",
    "|": "| |",
    "‖": "\\| \\|",
    "floor": "\\lfloor \\rfloor",
    "ceil": "\\lceil \\rceil",
    ".": "\\left. \\right|",
    "group": "{ }",
}
# Intervals may be half open.
MIXED = {("[", "("), ("(", "[")}

_BEFORE = frozenset(
    ("rel", "logic", "add", "mul", "open", "mid", "dmid", ",", ";", ":", "sep", "cell", "row", "{", "begin", "word")
)
_AFTER = frozenset(
    (
        "rel",
        "logic",
        "add",
        "mul",
        "close",
        "mid",
        "dmid",
        ",",
        ";",
        ":",
        "sep",
        "cell",
        "row",
        "}",
        "end",
        "^",
        "_",
        "'",
        "!",
        ".",
    )
)
_BREAKS = frozenset(("rel", "logic", ",", ";", "sep", "cell", "row"))


def pair(tokens: list[Token]) -> tuple[list[Token], list[int]]:
    """The tokens with each bar's role decided, and for each opening one the position of the closing one.

    Raises:
        ReadError: brackets that do not match, too deep a nest, bars that can be paired in two ways.
    """
    tokens = _paired_mids(_placeholders(tokens))
    partner = [-1] * len(tokens)
    stack: list[tuple[str, int, list[int]]] = []
    bars: list[int] = []  # the bars of the current stretch
    groups: list[list[int]] = []
    for i, token in enumerate(tokens):
        kind = token.kind
        if kind == "bar":
            bars.append(i)
        elif kind in ("open", "{", "begin"):
            name = "group" if kind == "{" else token.text
            stack.append((name, i, bars))
            bars = []
            if len(stack) > MAX_DEPTH:
                raise ReadError("too deep a nest of brackets", span=token.span, expected=f"at most {MAX_DEPTH}")
        elif kind in ("close", "}", "end"):
            if bars:
                groups.append(bars)
            bars = _close(tokens, i, stack, partner)
        elif kind in _BREAKS and bars:
            groups.append(bars)
            bars = []
    if stack:
        opened = tokens[stack[-1][1]]
        raise ReadError("a bracket that is not closed", span=opened.span, found=_shown(opened), expected="its partner")
    if bars:
        groups.append(bars)
    if groups:
        for group in groups:
            _resolve(tokens, group, partner)
    return tokens, partner


def _placeholders(tokens: list[Token]) -> list[Token]:
    """`f(\\cdot, y)`: a dot alone between delimiters is a letter, no operator."""
    edges = ("open", "close", ",", ";", "bar", "mid", "dmid")
    return [
        t._replace(kind="letter", text="\\cdot")
        if t.kind == "mul"
        and t.text == "cdot"
        and 0 < i < len(tokens) - 1
        and tokens[i - 1].kind in edges
        and tokens[i + 1].kind in edges
        and (tokens[i - 1].kind, tokens[i + 1].kind) != ("close", "open")
        else t
        for i, t in enumerate(tokens)
    ]


def _paired_mids(tokens: list[Token]) -> list[Token]:
    """`\\mid x \\mid`: two condition bars side by side would say nothing, so these are bars like any other."""
    stretches: list[list[int]] = []
    stack: list[list[int]] = []
    here: list[int] = []
    for i, token in enumerate(tokens):
        if token.kind == "mid":
            here.append(i)
        elif token.kind in ("open", "{", "begin"):
            stack.append(here)
            here = []
        elif token.kind in ("close", "}", "end") and stack:
            stretches.append(here)
            here = stack.pop()
        elif token.kind in _BREAKS:
            stretches.append(here)
            here = []
    paired = {i for stretch in (*stretches, here) if len(stretch) > 1 for i in stretch}
    return [t._replace(kind="bar", text="|") if i in paired else t for i, t in enumerate(tokens)] if paired else tokens


def _shown(token: Token) -> str:
    name = "group" if token.kind in "{}" else token.text
    if token.kind in ("begin", "end"):
        return f"\\{token.kind}{{{token.text}}}"
    sides = NAMES.get(name, name).split()
    return sides[0] if token.kind in ("open", "{") else sides[-1]


def _close(tokens: list[Token], i: int, stack: list[tuple[str, int, list[int]]], partner: list[int]) -> list[int]:
    token = tokens[i]
    if not stack:
        raise ReadError("a bracket that was never opened", span=token.span, found=_shown(token))
    name, start, bars = stack.pop()
    closing = "group" if token.kind == "}" else token.text
    if closing == "left.":
        closing = "."
    if name != closing and (name, closing) not in MIXED:
        opened = tokens[start]
        raise ReadError(
            "brackets that do not match",
            span=Span(min(opened.start, token.start), max(opened.end, token.end)),
            found=f"{_shown(opened)} … {_shown(token)}",
            expected=f"the partner of {_shown(opened)}",
        )
    partner[start] = i
    return bars


def _resolve(tokens: list[Token], bars: list[int], partner: list[int]) -> None:
    if len(bars) > MAX_BARS:
        raise ReadError("too many bars to pair", span=tokens[bars[0]].span, cure="write \\lvert … \\rvert")
    found: list[list[str]] = []
    choices = [_choices(tokens, b) for b in bars]
    for evaluation in (False, True):
        _search(tokens, bars, choices, [], [], 0, evaluation, found, set())
        if found:
            break
    span = Span(min(tokens[b].start for b in bars), max(tokens[b].end for b in bars))
    if not found:
        raise ReadError("bars that do not pair", span=span, cure="write \\left| … \\right|, or \\mid for a condition")
    if len(found) > 1:
        raise ReadError(
            "bars that pair in two ways",
            span=span,
            cure="write \\left| … \\right| (or \\lvert … \\rvert), and \\mid for a condition",
        )
    opened: list[int] = []
    for b, role in zip(bars, found[0], strict=True):
        token = tokens[b]
        match role:
            case "open":
                opened.append(b)
                tokens[b] = token._replace(kind="open")
            case "close":
                partner[opened.pop()] = b
                tokens[b] = token._replace(kind="close")
            case "mid" if token.text == "|":
                tokens[b] = token._replace(kind="mid", text="mid")
            case "mid" | "first":
                tokens[b] = token._replace(kind="dmid", text="||")
            case "second":
                tokens[b] = token._replace(kind="skip")
            case _:
                tokens[b] = token._replace(kind="eval")


def _choices(tokens: list[Token], b: int) -> tuple[bool, bool]:
    """Can an operand end just before the bar; can one begin just after it? (`|` beside `|` is decided later.)"""
    before = b > 0 and tokens[b - 1].kind not in _BEFORE
    after = b + 1 < len(tokens) and tokens[b + 1].kind not in _AFTER
    return before, after


def _search(
    tokens: list[Token],
    bars: list[int],
    choices: list[tuple[bool, bool]],
    roles: list[str],
    stack: list[str],
    conditions: int,
    evaluation: bool,
    found: list[list[str]],
    dead: set[tuple[int, tuple[str, ...], int, str]],
) -> None:
    """Depth-first over the bars; stops at the second solution. `dead` remembers states that led nowhere."""
    if len(found) > 1:
        return
    k = len(roles)
    if k == len(bars):
        if not stack:
            found.append(list(roles))
        return
    touching = k > 0 and bars[k - 1] == bars[k] - 1
    state = (k, tuple(stack), conditions, roles[-1] if touching else "")
    if state in dead:
        return
    count = len(found)
    bar = tokens[bars[k]].text
    before, after = choices[k]
    if touching:
        before = roles[-1] == "close"
    next_touches = k + 1 < len(bars) and bars[k + 1] == bars[k] + 1
    sign_after = bars[k] + 1 < len(tokens) and tokens[bars[k] + 1].kind == "add"

    def go(role: str, new_stack: list[str], more: int = 0) -> None:
        roles.append(role)
        _search(tokens, bars, choices, roles, new_stack, conditions + more, evaluation, found, dead)
        roles.pop()

    if touching and roles[-1] == "first":
        if after:
            go("second", stack)
    else:
        if stack and stack[-1] == bar and before:
            go("close", stack[:-1])
        if after or next_touches or (sign_after and not before):
            go("open", [*stack, bar])
        if not stack and before and after and not conditions:
            go("mid", stack, 1)
        if not stack and before and next_touches and bar == "|" and tokens[bars[k + 1]].text == "|" and not conditions:
            go("first", stack, 1)
        if (
            evaluation
            and not stack
            and before
            and tokens[bars[k] + 1 : bars[k] + 2]
            and tokens[bars[k] + 1].kind in "_^"
        ):
            go("eval", stack)
    if len(found) == count:
        dead.add(state)
