"""Remarks: words beside a statement that give a reason (`by the chain rule`, `hence`) and claim nothing.

Words that restrict a claim (`for i > 0`, `if …`, `where …`) are never left out.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.language.surface import Commas, Group, Prose, Related, Surface

RESTRICTING = frozenset(
    """for if when whenever where with unless except provided assuming assume suppose as only such s.t. otherwise almost
    iff under given in at on up and or not is are be constant const const. let all any every each until while
    whence""".split()
)
CONNECTING = frozenset(
    """therefore hence thus so then now since because clearly similarly finally likewise consequently recall note
    by from using via we this that it due see use which yields gives thanks""".split()
)
# words that qualify what they stand beside, wherever they stand
QUALIFYING = frozenset(
    """if unless only provided nonzero non-zero positive negative nonnegative non-negative small large sufficiently
    enough approximately approx roughly almost symmetric invertible orthogonal definite constant independent
    asymptotically a.s generic fixed valid false wrong not binary convex""".split()
)


def without_remarks(s: Surface) -> tuple[Surface, tuple[str, ...]]:
    """A line without its remarks, and these: whole parts of words set apart by a comma, a wide space or `&&`."""
    if not isinstance(s, Commas):
        return s, ()
    parts, remarks = list(s.parts), []
    for k, p in enumerate(s.parts):
        words = p.body if isinstance(p, Group) and p.kind in ("()", "[]") else p
        if isinstance(words, Prose) and _is_remark(words.text, last=k == len(s.parts) - 1, first=k == 0):
            parts.remove(p)
            remarks.append(words.text.strip())
    if not remarks or not any(isinstance(p, Related) for p in parts):
        return s, ()
    return (parts[0] if len(parts) == 1 else replace(s, parts=tuple(parts))), tuple(remarks)


def _is_remark(text: str, last: bool, first: bool) -> bool:
    words = text.lower().strip(" .,:;()[]").split()
    if not words:
        return last
    head, spoken = words[0].strip(",:"), {w.strip(",:.()") for w in words}
    if head in CONNECTING:  # a reason, whose truth is a matter of its own
        return not {"if", "unless", "only", "provided"} & spoken
    return last and not first and head not in RESTRICTING and not QUALIFYING & spoken
