"""Submissions: mark one or many files, each in a worker process, and gather reports, table and exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from symdl import api
from symdl.errors import ReadError, SymdlError, UsageError
from symdl.workers import TIMED_OUT, Failure, run_all

MAX_BYTES = 2_000_000


@dataclass(frozen=True)
class Limits:
    """What one file may take: seconds, and megabytes of memory."""

    seconds: float = 20.0
    megabytes: int = 1024


@dataclass(frozen=True)
class Marked:
    """One submission: its name, its report as data and as text, its exit status, why it could not be marked."""

    name: str
    status: int
    seconds: float
    data: dict[str, Any] | None = None
    text: str = ""
    message: str = ""
    first_wrong_line: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Outcome:
    """All submissions of one call."""

    marked: tuple[Marked, ...]

    @property
    def exit_status(self) -> int:
        """Of many files the gravest: 1, then 2, then 3."""
        statuses = {m.status for m in self.marked}
        return next((s for s in (1, 2, 3) if s in statuses), 0)

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(m.message for m in self.marked if m.message)

    def render(self, fmt: str) -> str | bytes:
        if fmt == "json":
            reports = [m.data for m in self.marked if m.data is not None]
            if len(self.marked) == 1:
                return json.dumps(reports[0], ensure_ascii=False, indent=2) + "\n" if reports else ""
            named = [
                {"file": m.name, **(m.data or {"verdict": "unreadable", "message": m.message})} for m in self.marked
            ]
            return json.dumps(named, ensure_ascii=False, indent=2) + "\n"
        if fmt in ("html", "pdf"):
            from symdl.document.marked import render_marked

            return render_marked(self.marked, fmt)
        return "\n\n".join(m.text for m in self.marked if m.text) + "\n" if any(m.text for m in self.marked) else ""

    def csv(self) -> str:
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["file", "verdict", "first_wrong_line", "kind", "marks", "out_of", "seconds", "message"])
        for m in self.marked:
            data = m.data or {}
            verdict = data.get("verdict", "unreadable")
            marks = data.get("marks", {})
            line = "" if m.first_wrong_line is None else m.first_wrong_line
            total, out_of = marks.get("total", ""), marks.get("out_of", "")
            table.writerow([m.name, verdict, line, m.kind, total, out_of, f"{m.seconds:.2f}", _one_line(m.message)])
        return out.getvalue()


def mark_all(work: Sequence[str], given: str, limits: Limits, *, workers: int | None, reveal: str) -> Outcome:
    """Mark each of `work` (paths, or - for standard input) against the problem `given`.

    Raises:
        UsageError, ProblemError, ReadError: the problem itself can't be used.
    """
    problem = api.model(given)
    _ = problem.program  # a problem that can't be understood is an error of the call, not of a submission
    warm_up(problem)
    tasks, marked = [], {}
    for k, name in enumerate(work):
        try:
            tasks.append((k, name, *_read(name)))
        except SymdlError as error:
            marked[k] = Marked(name, 2, 0.0, message=error.render())
    count = workers or os.cpu_count() or 1
    progress = _progress(len(tasks))
    for number, result in run_all(
        lambda: _marker(problem, reveal), tasks, seconds=limits.seconds, megabytes=limits.megabytes, workers=count
    ):
        k, name = tasks[number][0], tasks[number][1]
        marked[k] = _failed(name, result, limits) if isinstance(result, Failure) else result
        progress()
    return Outcome(tuple(marked[k] for k in sorted(marked)))


def warm_up(problem: api.Model) -> None:
    """Load in the parent what every worker will need, so that a fork has it."""
    import symdl.marking.check
    import symdl.marking.report  # noqa: F401


def _marker(problem: api.Model, reveal: str) -> Callable[[Any], Marked]:
    from symdl.marking.report import as_json, as_text

    def mark(task: tuple[int, str, str, str]) -> Marked:
        _, name, text, kind = task
        start = perf_counter()
        try:
            report = api.check(text, problem, kind=kind)
        except ReadError as error:
            return Marked(name, 2, perf_counter() - start, message=error.at(name, text).render())
        seconds = perf_counter() - start
        status = {"correct": 0, "wrong": 1}.get(report.verdict, 3)
        wrong = next((r for r in report.lines if r.number == report.first_wrong_line), None)
        kind_of_mistake = wrong.mistake.kind if wrong is not None and wrong.mistake is not None else ""
        return Marked(
            name,
            status,
            seconds,
            data=as_json(report, reveal),
            text=as_text(report, reveal, name),
            first_wrong_line=report.first_wrong_line if reveal != "verdict" else None,
            kind=kind_of_mistake if reveal in ("kind", "full") else "",
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
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise UsageError(f"{name} can't be read: {error.strerror or error}") from None
        kind = "tex" if path.suffix.lower() == ".tex" else "md"
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is too long", found="more than 2 MB", expected="a hand derivation of a few pages")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} is not UTF-8 text", found=f"byte {data[error.start]:#04x} at position {error.start}"
        ) from None
    if "\0" in text:
        raise UsageError(f"{name} holds a NUL byte", expected="plain text")
    if name == "-" and "\\begin{document}" not in text and "```" in text:
        kind = "md"
    return text.replace("\r\n", "\n"), kind


def _failed(name: str, failure: Failure, limits: Limits) -> Marked:
    if failure.why == TIMED_OUT:
        why = f"not finished in {limits.seconds:g} seconds"
    else:
        why = f"stopped: {failure.detail or 'out of memory'} (limit {limits.megabytes} MB)"
    data = {"verdict": "unchecked", "first_wrong_line": None, "targets": [], "lines": [], "message": why}
    return Marked(
        name, 3, limits.seconds, data=data, text=f"{name}: unchecked\n  {why}", message=f"symdl: {name}: {why}"
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


def _one_line(text: str) -> str:
    return " ".join(text.split())
