"""LaTeX names as Python identifiers: `\\hat{y}` ⇒ y_hat, `h_{t-1}` ⇒ h_t_minus_1, `\\lambda` ⇒ lambda_."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping

from symdl.errors import UsageError

_ACCENTS = {"hat", "bar", "tilde", "dot", "vec", "overline", "widehat", "widetilde", "ddot", "underline"}
_FONTS = {
    "mathbf",
    "mathrm",
    "mathcal",
    "mathbb",
    "boldsymbol",
    "bm",
    "mathsf",
    "operatorname",
    "text",
    "mathit",
    "left",
    "right",
}
_WORDS = {
    "-": "_minus_",
    "+": "_plus_",
    "'": "_prime",
    "*": "_star",
    ",": "_",
    "(": "_",
    ")": "",
    "[": "_",
    "]": "",
    "/": "_over_",
}
_POWERS = {"2": "sq", "3": "cubed"}
_RESERVED = {"np", "forward", "gradients", "sizes", "values", "math"}
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)


def identifier(latex: str) -> str:
    """A Python identifier that a reader of the formula recognises; a keyword or built-in name gets a trailing `_`."""
    raw = _spell(_TOKEN.findall(latex))
    name = re.sub(r"_+", "_", raw).strip("_") or "symbol"
    if name[0].isdigit():
        name = "v" + name
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _RESERVED or hasattr(builtins, name):
        name += "_"
    return name


def _spell(tokens: list[str]) -> str:
    out, i = "", 0
    while i < len(tokens):
        t = tokens[i]
        if t in "_^" and len(t) == 1:
            inner, i = _group(tokens, i + 1)
            text = _spell(inner).strip("_")
            index = inner[:1] in (["["], ["("])  # W^{[2]} is the second W, no square
            out += "_" + (_POWERS.get(text, text) if t == "^" and not index else text)
            continue
        i += 1
        if t.startswith("\\") and t[1:].isalpha():
            word = t[1:]
            if word in _ACCENTS:
                inner, i = _group(tokens, i)
                out += f"{_spell(inner)}_{word}"
            elif word in _FONTS:
                pass
            elif word in ("star", "ast", "prime", "dagger"):
                out += "_" + word
            else:
                out += ("_" if out and out[-1] != "_" and out[-1].isalnum() else "") + word
        elif t in "{}" or t.isspace() or t.startswith("\\"):
            continue
        elif t.isalnum() and t.isascii():
            out += t
        elif t in _WORDS:
            out += _WORDS[t]
        else:
            out += "_" + re.sub(r"\W+", "_", unicodedata.name(t, "sign").lower())
    return out


def _group(tokens: list[str], i: int) -> tuple[list[str], int]:
    """The tokens of the next group (or the next token), and where they end."""
    while i < len(tokens) and tokens[i].isspace():
        i += 1
    if i >= len(tokens):
        return [], i
    if tokens[i] != "{":
        return [tokens[i]], i + 1
    depth, j = 1, i + 1
    while j < len(tokens) and depth:
        depth += (tokens[j] == "{") - (tokens[j] == "}")
        j += 1
    return tokens[i + 1 : j - 1], j


def identifiers(names: Iterable[str], sizes: Iterable[str] = (), defined: Iterable[str] = ()) -> Mapping[str, str]:
    """Identifiers for all names and sizes of a program; `defined` are the names that stand for what is computed.

    Raises:
        UsageError: two names become one identifier; it names both.
    """
    sizes = list(sizes)
    for name in defined:
        if name in sizes:
            raise UsageError(
                "a quantity has the name of a size",
                found=f"{name}, which both define",
                cure="rename one of them in the derivation file",
            )
    out: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name in (*names, *sizes):
        if name in out:
            continue
        spelled = identifier(name)
        if spelled in taken:
            raise UsageError(
                "two names become one identifier in code",
                found=f"{taken[spelled]} and {name} both become {spelled}",
                cure="rename one of them in the derivation file",
            )
        taken[spelled] = name
        out[name] = spelled
    return out


def gradient_name(of: str, by: tuple[str, ...]) -> str:
    """dL_dW, dp_dz, d2L_dw2, d2L_dx_dy: from identifiers."""
    parts = [p.rstrip("_") or p for p in (of, *by)]
    if len(by) == 1:
        return f"d{parts[0]}_d{parts[1]}"
    if len(set(by)) == 1:
        return f"d{len(by)}{parts[0]}_d{parts[1]}{len(by)}"
    return f"d{len(by)}{parts[0]}_" + "_".join(f"d{p}" for p in parts[1:])
