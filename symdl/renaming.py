"""Rename symbols: the same problem with other letters, stated anew and so read, derived and judged anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from symdl.errors import UsageError, nearest
from symdl.problem import Problem
from symdl.problem_data import AuthoredStep, Text

# words in a formula that are no names: their braces are copied as they stand
_WORDS = re.compile(r"\\(?:text|operatorname|begin|end|label|tag)\*?\{[^{}]*\}")
_MATH = re.compile(r"(\$+)((?:[^$\\]|\\.)+)(\$+)", re.DOTALL)


def renamed(problem: Problem, names: Mapping[str, str], known: Iterable[str]) -> Problem:
    """The problem with names changed in every formula, prose included.

    Args:
        problem: a problem that was read without an error.
        names: old LaTeX name to new one.
        known: the canonical names that the problem declares or defines; the longest one at a place is the name.

    Raises:
        UsageError: nothing has the old name.
    """
    from symdl.language.names import canonical

    declared = sorted({canonical(n) for n in known}, key=len, reverse=True)
    new = {}
    for old, name in names.items():
        if canonical(old) not in declared:
            raise UsageError(
                "rename: nothing has this name", found=old, expected=", ".join(sorted(declared)),
                cure=nearest(canonical(old), declared),
            )  # fmt: skip
        new[canonical(old)] = name
    if not new:
        return problem
    pattern = re.compile("|".join(_spelled(n) for n in declared)) if declared else None

    def formula(text: str) -> str:
        out, at = "", 0
        while at < len(text):
            words = _WORDS.match(text, at)
            found = pattern.match(text, at) if pattern and not words else None
            if words:
                out, at = out + words[0], words.end()
            elif found:
                name = canonical(found[0])
                out, at = out + (_beside(out, new[name]) if name in new else found[0]), found.end()
            else:
                command = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL).match(text, at)
                assert command is not None
                out, at = out + command[0], command.end()
        return out

    def prose(text: str) -> str:
        return _MATH.sub(lambda m: m[1] + formula(m[2]) + m[3], text)

    lists = ("given", "assume", "random", "derive", "show")
    changes: dict[str, Any] = {key: tuple(formula(str(t)) for t in getattr(problem, key)) for key in lists}
    for key in ("symbols", "values", "marks"):
        changes[key] = {new.get(canonical(k), k): v for k, v in getattr(problem, key).items()}
    changes["symbols"] = {k: str(v) for k, v in changes["symbols"].items()}
    changes["aliases"] = {k: new.get(canonical(str(v)), str(v)) for k, v in problem.aliases.items()}
    changes["intro"] = prose(str(problem.intro or ""))
    changes["title"] = prose(str(problem.title or ""))
    changes["steps"] = tuple(_step(s, formula, prose) for s in problem.steps)
    return problem.replace(**changes)


def _step(step: AuthoredStep, formula: Callable[[str], str], prose: Callable[[str], str]) -> AuthoredStep:
    def text(old: Text) -> Text:
        value = formula(str(old))
        return Text(value, old.label, value, 0)

    suppose = tuple(text(s) for s in step.suppose)
    return replace(step, line=text(step.line), because=prose(step.because), suppose=suppose)


def _spelled(name: str) -> str:
    """The ways in which a name may be written: with braces around one sign or without, with spaces."""
    out, at = "", 0
    while at < len(name):
        script = re.compile(r"([_^])(?:\{([^{}])\}|([^\\{}]))").match(name, at)
        command = re.compile(r"\\[A-Za-z]+").match(name, at)
        if script:
            sign = re.escape(script[2] or script[3])
            out, at = out + rf"\{script[1]}\s*(?:\{{\s*{sign}\s*\}}|{sign})", script.end()
        elif command:
            out, at = out + re.escape(command[0]) + r"(?![A-Za-z])\s*", command.end()
        else:
            out, at = out + re.escape(name[at]), at + 1
    return f"(?:{out})"


def _beside(before: str, name: str) -> str:
    r"""A letter must not run into a command before it: `\log` and `x` make `\log x`."""
    return f" {name}" if re.search(r"\\[A-Za-z]+$", before) and name[:1].isalpha() else name
