"""A handout becomes a document: its head, then a section for each part of its spec, each with numbers of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symdl.document import tree
from symdl.document.build import Part, part_blocks, part_reader, part_title, question_blocks
from symdl.document.mapping import in_part, mapped
from symdl.document.prose import blocks, inline, no_reader, plain


def handout(spec: Any, parts: Sequence[Part | None]) -> tree.Document:
    """The document of a spec (see `symdl.handout_spec.Spec`); `parts` are what its sections show, None for prose."""
    head = {"course": spec.course, "author": spec.author, "date": spec.date}
    if len(parts) == 1 and parts[0] is not None and not spec.title and not spec.sections[0].heading:
        title = part_title(parts[0])
        body = _section(spec.sections[0], parts[0], 1)
        return tree.Document(title, plain(title), (*blocks(spec.intro), *body), **head)
    out: list[tree.Block] = [*blocks(spec.intro)]
    for k, (section, part) in enumerate(zip(spec.sections, parts, strict=True), 1):
        if section.heading or part is not None:
            read = part_reader(part) if part is not None else no_reader
            title = inline(section.heading, read) if section.heading else part_title(part)  # type: ignore[arg-type]
            out.append(tree.Heading(1, title))
        out += mapped(_section(section, part, 2), in_part(k))
    title = inline(spec.title or "Worked derivations")
    return tree.Document(title, plain(title), tuple(out), **head)


def _section(section: Any, part: Part | None, level: int) -> tuple[tree.Block, ...]:
    style = section.style
    if part is None:
        space = () if style.solutions or not section.answer else (tree.Answer(style.space),)
        return (*blocks(section.prose), *space)
    prose = blocks(section.prose, part_reader(part))
    if not style.solutions:
        return (*prose, *question_blocks(part, level, style.space))
    return (*prose, *part_blocks(part, style.detail, style.notation, level, figure=style.figure))
