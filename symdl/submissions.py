"""Submissions: mark one or many files, each in a worker process, and gather reports, table and exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from symdl import api
from symdl.errors import ReadError, SymdlError, UsageError
from symdl.submission_table import Limits, Marked, Outcome, read_table
from symdl.workers import FAULT, TIMED_OUT, Failure, run_all

MAX_BYTES = 2_000_000

__all__ = ["Limits", "Marked", "Outcome", "mark_all"]


def mark_all(
    work: Sequence[str],
    given: str,
    limits: Limits,
    *,
    workers: str | int | None,
    reveal: str,
    overrides: Path | None = None,
    table: Path | None = None,
    resume: bool = False,
    finished: Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:
    """Mark each of `work` (paths, or - for standard input) against the problem `given`.

    Args:
        work: the files.
        given: the problem.
        limits: what one file may take.
        workers: how many processes (default: one a core), or the address of a Dask scheduler.
        reveal: how much reports give away.
        overrides: a file with a person's word on single lines.
        table: the CSV file, of which `resume` keeps the rows of files that are marked already.
        resume: whether to keep them.
        finished: told after each file what there is so far.

    Raises:
        UsageError, ProblemError, ReadError: the call or the problem itself can't be used.
    """
    problem = api.model(given)
    _ = problem.program  # a problem that can't be understood is an error of the call, not of a submission
    warm_up(problem)
    accepted: tuple[Any, ...] = ()
    if overrides is not None:
        from symdl.marking.overrides import load_overrides

        accepted = load_overrides(overrides)
    if resume and table is None:
        raise UsageError("--resume needs the table of what is marked already", cure="say --csv FILE too")
    done = read_table(table) if resume and table is not None and table.exists() else {}
    tasks: list[tuple[int, str, str, str]] = []
    marked: dict[int, Marked] = {}
    for k, name in enumerate(work):
        if name in done:
            marked[k] = done[name]
            continue
        try:
            tasks.append((k, name, *_read(name)))
        except SymdlError as error:
            marked[k] = Marked(name, 2, 0.0, message=error.render())

    def so_far() -> Outcome:
        return Outcome(tuple(marked[k] for k in sorted(marked)))

    progress = _progress(len(tasks))
    for number, result in _run(problem, tasks, limits, workers, reveal, accepted):
        k, name = tasks[number][0], tasks[number][1]
        marked[k] = _failed(name, result, limits) if isinstance(result, Failure) else result
        progress()
        finished(so_far())
    return so_far()


def _run(
    problem: api.Model,
    tasks: list[tuple[int, str, str, str]],
    limits: Limits,
    workers: str | int | None,
    reveal: str,
    accepted: tuple[Any, ...],
) -> Any:
    address = str(workers or "")
    if address and not address.isdigit():
        from symdl.dask_workers import run_on_dask

        return run_on_dask(address, problem.problem, tasks, reveal, accepted, limits)
    count = int(address) if address else os.cpu_count() or 1
    return run_all(
        lambda: marker(problem, reveal, accepted),
        tasks,
        seconds=limits.seconds,
        megabytes=limits.megabytes,
        workers=max(1, count),
    )


def check_workers(workers: str | None) -> None:
    """A number of processes, or the address of a scheduler; anything else is an error of the call."""
    if workers is None or (workers.isdigit() and int(workers) > 0) or ":" in workers:
        return
    raise UsageError("--workers takes a number of processes", found=workers, expected="1, 2, … or tcp://host:port")


def warm_up(problem: api.Model) -> None:
    """Load in the parent what every worker will need, so that a fork has it."""
    import symdl.marking.check
    import symdl.marking.report  # noqa: F401


def marker(problem: api.Model, reveal: str, overrides: tuple[Any, ...]) -> Callable[[Any], Marked]:
    """What a worker does with one file."""
    from symdl.marking.page import page_of
    from symdl.marking.report import as_json, as_text, sentence

    def mark(task: tuple[int, str, str, str]) -> Marked:
        _, name, text, kind = task
        start = perf_counter()
        try:
            report = api.check(text, problem, kind=kind, name=name, overrides=overrides)
        except ReadError as error:
            return Marked(name, 2, perf_counter() - start, message=error.at(name, text).render())
        seconds = perf_counter() - start
        status = {"correct": 0, "wrong": 1}.get(report.verdict, 3)
        wrong = next((r for r in report.lines if r.number == report.first_wrong_line), None)
        mistake = wrong.mistake if wrong is not None else None
        return Marked(
            name,
            status,
            seconds,
            data=as_json(report, reveal),
            text=as_text(report, reveal, name),
            first_wrong_line=report.first_wrong_line if reveal != "verdict" else None,
            kind=mistake.kind if mistake is not None and reveal in ("kind", "full") else "",
            explanation=mistake.explanation if mistake is not None and reveal == "full" else "",
            page=page_of(report, reveal),
            remark=sentence(report, reveal),
        )

    return mark


def _read(name: str) -> tuple[str, str]:
    """The text of a submission and its kind (tex or md). Only this one file is opened."""
    if name == "-":
        data, kind = sys.stdin.buffer.read(MAX_BYTES + 1), "tex"
    else:
        path = Path(name)
        if path.suffix.lower() not in (".tex", ".md", ".markdown"):
            raise UsageError(f"{name} is no work to mark", expected="a .tex or .md file, or - for standard input")
        try:
            if path.exists() and not path.is_file():
                raise UsageError(f"{name} is no file")
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            raise UsageError(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from None
        kind = "tex" if path.suffix.lower() == ".tex" else "md"
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is too long", found="more than 2 MB", expected="a hand derivation of a few pages")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} is not UTF-8 text", found=f"byte {data[error.start]:#04x} at position {error.start}"
        ) from None
    if "\0" in text:
        raise UsageError(f"{name} holds a NUL byte", expected="plain text")
    if name == "-" and "\\begin{document}" not in text and "```" in text:
        kind = "md"
    return text.replace("\r\n", "\n").replace("\r", "\n"), kind


def _failed(name: str, failure: Failure, limits: Limits) -> Marked:
    if failure.why == TIMED_OUT:
        why = f"not finished in {limits.seconds:g} seconds"
    elif failure.why == FAULT:
        why = f"a fault in symdl itself ({failure.detail}); please report it"
    else:
        why = f"stopped: {failure.detail or 'out of memory'} (limit {limits.megabytes} MB)"
    data: dict[str, Any] = {
        "verdict": "unchecked",
        "first_wrong_line": None,
        "targets": [],
        "lines": [],
        "message": why,
    }
    return Marked(
        name, 3, failure.seconds, data=data, text=f"{name}: unchecked\n  {why}", message=f"symdl: {name}: {why}"
    )


def _progress(count: int) -> Callable[[], None]:
    """A progress bar on a terminal, and nothing in a pipe."""
    if count < 2 or not sys.stderr.isatty():
        return lambda: None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("marking", total=count)
    bar.start()

    def advance() -> None:
        bar.advance(task)
        if bar.finished:
            bar.stop()

    return advance
