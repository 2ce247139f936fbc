"""Handouts: several worked problems in one document, from a spec file or from ids and paths.

Each problem is derived once, with other names where the spec renames, and brings what its page shows: code, a worked
instance, a common slip. A part that can't be had (code for a form that has none yet) is left out, never guessed.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from symdl import api
from symdl.errors import SymdlError, UnsupportedError, UsageError
from symdl.handout_spec import Section, Spec, Style, is_spec, load_spec

MANY = 3  # sections from which workers pay


def handout(
    sources: Sequence[str],
    fmt: str,
    *,
    engine: str = "typst",
    solutions: bool | None = None,
    detail: str | None = None,
    notation: str | None = None,
    adjoints: str | None = None,
    templates: Path | None = None,
) -> str | bytes:
    """A handout in one format.

    Args:
        sources: one spec file, or catalogue ids and derivation files, a section each.
        fmt: pdf, tex, html, md, typ or txt.
        engine: what sets a PDF, typst or latex.
        solutions: False leaves room for answers instead; None is what the spec says.
        detail, notation, adjoints: over what the spec says.
        templates: a folder of one's own templates.
    """
    if fmt == "json":
        raise UsageError(
            "a handout has no JSON form", expected="pdf, tex, html, md, typ or txt", cure="symdl derive has one"
        )
    overrides = {"solutions": solutions, "detail": detail, "notation": notation, "adjoints": adjoints}
    return set_spec(read_spec(sources, **overrides), fmt, engine=engine, templates=templates)


def read_spec(sources: Sequence[str], **overrides: Any) -> Spec:
    """The spec file, or one made of ids and paths."""
    specs = [s for s in sources if s.endswith(".toml") and is_spec(Path(s))]
    if specs and len(sources) > 1:
        raise UsageError(
            "a spec file stands for a whole handout", found=f"{len(sources)} sources", expected=f"{specs[0]} alone"
        )
    if specs:
        return load_spec(Path(specs[0]), **overrides)
    style = Style(**{k: v for k, v in overrides.items() if v is not None})
    return Spec(tuple(Section(s, style=style) for s in sources))


def set_spec(spec: Spec, fmt: str, *, engine: str = "typst", templates: Path | None = None) -> str | bytes:
    """The document of a spec."""
    from symdl.document import check, pages, write

    check(fmt, "steps", "matrix", engine)
    return write(pages.handout(spec, shown(spec)), fmt, engine=engine, templates=templates)


def shown(spec: Spec) -> list[Any]:
    """Every section: side by side on several cores where a process can be forked, else one by one.

    A forked worker starts with everything loaded; elsewhere a new process would take longer than it saves.
    """
    from symdl.document.pages import alone

    one = partial(section, level=1 if alone(spec) else 2)
    workers = min(os.cpu_count() or 1, len(spec.sections))
    if not sys.platform.startswith("linux") or workers < 2 or len(spec.sections) < MANY:
        return [one(s) for s in spec.sections]
    _load()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the idle threads of a BLAS is safe here
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            return list(pool.map(one, spec.sections))


def section(what: Section, level: int) -> Any:
    """One section, derived and put into words."""
    from symdl.document.pages import show

    return show(what, part(what), level)


def _load() -> None:
    """Import what every section needs, once, before workers are forked."""
    for name in ("engine", "judge.verdict", "code.module", "code.verify", "document.build", "marking.authored"):
        import_module(f"symdl.{name}")


def part(section: Section) -> Any:
    """What a section shows; of prose alone, nothing."""
    from symdl.document.build import Part

    if section.source is None:
        return None
    model = _model(section)
    style = section.style
    plain = api.derive(model, detail=style.detail)
    solution = api.barred(plain, model) if style.adjoints == "bar" else plain
    text = None
    if style.solutions and (style.code or style.example) and solution.results:
        try:
            text = api.code(model, solution=solution)
        except UnsupportedError:
            text = None
    return Part(
        solution,
        model.problem,
        model.understanding,
        text if style.code else None,
        _instance(model, solution, text) if style.example and text is not None else None,
        _slip(model, plain, solution) if style.slip and style.solutions else None,
    )


def _model(section: Section) -> api.Model:
    model = api.model(section.source)  # type: ignore[arg-type]
    if not section.style.rename:
        return model
    from symdl.renaming import renamed

    try:
        known = [d.name for d in model.understanding.scope.names.values() if d.origin != "builtin"]
        return api.Model(renamed(model.problem, section.style.rename, known))
    except SymdlError as error:
        if error.place is None:
            error.place = section.place
        raise


def _instance(model: api.Model, solution: Any, text: str) -> Any:
    from symdl.instances import instance

    try:
        return instance(model, solution, text)
    except UnsupportedError:
        return None


def _slip(model: api.Model, plain: Any, shown: Any) -> Any:
    """The slip, judged without bars and shown as the rest of the page is."""
    from symdl.slips import slip

    try:
        found = slip(model, plain)
    except UnsupportedError:
        return None
    return found if found is None or shown.bars is None else found.mapped(shown.bars.claim)
