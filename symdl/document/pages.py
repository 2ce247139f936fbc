"""A handout becomes a document: its head, then a section for each part of its spec, each with numbers of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symdl.document import tree
from symdl.document.build import Part, part_blocks, part_reader, part_title, question_blocks
from symdl.document.mapping import in_part, mapped
from symdl.document.prose import blocks, inline, no_reader, plain


@dataclass(frozen=True)
class Shown:
    """One section, ready to be put in its place."""

    title: tree.Prose
    blocks: tuple[tree.Block, ...]


def alone(spec: Any) -> bool:
    """Is it one problem, whose title is that of the page?"""
    first = spec.sections[0]
    return len(spec.sections) == 1 and first.source is not None and not spec.title and not first.heading


def show(section: Any, part: Part | None, level: int) -> Shown:
    """A section of a spec (see `symdl.handout_spec.Section`); `part` is its problem, None where it has prose alone."""
    style = section.style
    read = part_reader(part) if part is not None else no_reader
    prose = blocks(section.prose, read)
    title = inline(section.heading, read)
    if part is None:
        space = () if style.solutions or not section.answer else (tree.Answer(style.space),)
        return Shown(title, (*prose, *space))
    title = title or part_title(part)
    if not style.solutions:
        return Shown(title, (*prose, *question_blocks(part, level, style.space)))
    return Shown(title, (*prose, *part_blocks(part, style.detail, style.notation, level, figure=style.figure)))


def handout(spec: Any, sections: Sequence[Shown]) -> tree.Document:
    """The document of a spec (see `symdl.handout_spec.Spec`)."""
    head = {"course": spec.course, "author": spec.author, "date": spec.date}
    intro = blocks(spec.intro)
    if alone(spec):
        title = sections[0].title
        return tree.Document(title, plain(title), (*intro, *sections[0].blocks), **head)
    out: list[tree.Block] = [*intro]
    for k, shown in enumerate(sections, 1):
        if shown.title:
            out.append(tree.Heading(1, shown.title))
        out += mapped(shown.blocks, in_part(k))
    title = inline(spec.title or "Worked derivations")
    return tree.Document(title, plain(title), tuple(out), **head)
