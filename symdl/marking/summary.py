"""A summary of many submissions: those with the same mistake on the same line stand together, for one feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outline:
    """What the summary needs of one submission."""

    name: str
    verdict: str
    line: int | None = None
    kind: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Grouped:
    """Submissions with one mistake in common."""

    title: str
    names: tuple[str, ...]
    explanation: str = ""


def grouped(outlines: Sequence[Outline]) -> tuple[Grouped, ...]:
    """Groups by (line, mistake), the largest first; then those without a mistake, by verdict."""
    wrong: dict[tuple[int, str, str], list[str]] = {}
    others: dict[str, list[str]] = {}
    for o in outlines:
        if o.verdict == "wrong" and o.line is not None:
            wrong.setdefault((o.line, o.kind, o.explanation), []).append(o.name)
        else:
            others.setdefault(o.verdict, []).append(o.name)
    groups = [
        Grouped(f"wrong on line {line}" + (f" ({kind})" if kind else ""), tuple(names), words)
        for (line, kind, words), names in wrong.items()
    ]
    groups.sort(key=lambda g: -len(g.names))
    return (*groups, *(Grouped(v, tuple(names)) for v, names in sorted(others.items())))


def as_text(groups: Sequence[Grouped]) -> str:
    rows = ["summary"]
    for g in groups:
        rows.append(f"  {len(g.names):>3}  {g.title}: {', '.join(g.names)}")
        if g.explanation:
            rows.append(f"       {g.explanation.replace('$', '')}")
    return "\n".join(rows)
