"""Reading back: what is printed must mean, in the problem's own scope, what the judge has seen.

A printer knows no scope: where an author declares a name that notation uses (`I`, `\\Phi`, `e_k`), a right tree can
print as LaTeX that reads as something else. So each printed line is read again, as a user would read it.
"""

from __future__ import annotations

from typing import Any

from symdl.errors import SymdlError


def check_reading(node: Any, scope: Any, holds: Any) -> None:
    """Nothing, if the printed line reads as the same tree, or as another that the judge accepts too.

    Args:
        node: the line as a tree.
        scope: of the problem.
        holds: says whether the judge accepts a line as read.

    Raises:
        SymdlError: the printed line can't be read, or says something else.
    """
    from symdl.language.print_latex import latex
    from symdl.language.reader import read_line

    text = latex(node)
    try:
        line = read_line(text, scope)
    except SymdlError as error:
        raise unprintable(text, "it can't be read back: " + error.what) from error
    if line.node != node and not holds(line):
        raise unprintable(text, "read back in this problem, it says something else")


def check_bars(solution: Any, judged: Any) -> None:
    """Nothing, if each line with bars reads as the judged line without: the same tree, for the same letters.

    Raises:
        SymdlError: a line can't be read with the bars that `where` defines, or says something else.
    """
    from symdl.language.print_latex import latex
    from symdl.language.reader import read_line
    from symdl.solution.barred import lines

    bars = solution.bars
    known = set(lines(judged))
    for node in lines(solution):
        text, plain = latex(node), bars.plain(node)
        if plain not in known:
            raise unprintable(text, "it is not the line that was judged")
        if plain == node:
            continue
        try:
            line, before = read_line(text, bars.scope), read_line(latex(plain), bars.scope)
        except SymdlError as error:
            raise unprintable(text, "it can't be read back: " + error.what) from error
        if bars.plain(line.node) != bars.plain(before.node) or line.letters != before.letters:
            raise unprintable(text, "read back in this problem, it says something else")


class Unprintable(SymdlError):
    """A right line for which the language has no words in this problem."""


def unprintable(text: str, why: str) -> Unprintable:
    return Unprintable(
        "a line of the derivation has no unambiguous print in this problem, so nothing is printed",
        found=f"{text}   ({why})",
        cure="if a name of the problem clashes with standard notation (I, e_k), rename it; else please report it",
    )
