"""What marking gives: one submission's outcome, all of a call, as text, JSON, pages and a table to be read back."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symdl.errors import UsageError

COLUMNS = ("file", "verdict", "first_wrong_line", "kind", "marks", "out_of", "seconds", "message")


@dataclass(frozen=True)
class Limits:
    """What one file may take: seconds, and megabytes of memory."""

    seconds: float = 20.0
    megabytes: int = 1024


@dataclass(frozen=True)
class Marked:
    """One submission: its name, its report as data, text and page, its exit status, why it could not be marked."""

    name: str
    status: int
    seconds: float
    data: dict[str, Any] | None = None
    text: str = ""
    message: str = ""
    first_wrong_line: int | None = None
    kind: str = ""
    explanation: str = ""
    page: Any = None
    remark: str = ""  # one sentence for the table
    row: tuple[str, ...] = ()  # its row of a table that was read back

    @property
    def verdict(self) -> str:
        return str((self.data or {}).get("verdict", "unreadable"))


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
        return tuple(m.message for m in self.marked if m.message and not m.row)

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

            return render_marked(self.marked, fmt, self.groups() if len(self.marked) > 1 else ())
        texts = [m.text for m in self.marked if m.text]
        if len(self.marked) > 1:
            from symdl.marking.summary import as_text

            texts.append(as_text(self.groups()))
        return "\n\n".join(texts) + "\n" if texts else ""

    def groups(self) -> tuple[Any, ...]:
        """Submissions with the same mistake on the same line, together."""
        from symdl.marking.summary import Outline, grouped

        return grouped([Outline(m.name, m.verdict, m.first_wrong_line, m.kind, m.explanation) for m in self.marked])

    def csv(self) -> str:
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS)
        for m in self.marked:
            table.writerow(m.row or _row(m))
        return out.getvalue()


def _row(m: Marked) -> tuple[str, ...]:
    marks = (m.data or {}).get("marks", {})
    line = "" if m.first_wrong_line is None else str(m.first_wrong_line)
    total, out_of = str(marks.get("total", "")), str(marks.get("out_of", ""))
    message = _plain(" ".join((m.message or m.remark).split()))
    return (_plain(m.name), m.verdict, line, m.kind, total, out_of, f"{m.seconds:.2f}", message)


def _plain(text: str) -> str:
    """Text that a spreadsheet takes for text: no cell begins like a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text != "-" else text


def read_table(path: Path) -> dict[str, Marked]:
    """The submissions of a table written before, by file.

    Raises:
        UsageError: it is no such table.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} can't be read: {error}") from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise UsageError(f"{path} is no table of marks", expected=",".join(COLUMNS))
    statuses = {"correct": 0, "wrong": 1, "unreadable": 2}
    out = {}
    for row in rows[1:]:
        if len(row) != len(COLUMNS):
            continue
        name = row[0].removeprefix("'")
        line = int(row[2]) if row[2].isdigit() else None
        data: dict[str, Any] = {"verdict": row[1], "first_wrong_line": line}
        if row[4]:
            data["marks"] = {"total": float(row[4]), "out_of": float(row[5] or 0)}
        text = f"{name}: {row[1]} (marked before)"
        out[name] = Marked(
            name, statuses.get(row[1], 3), 0.0, data, text, row[7], line, row[3], row=tuple(row)
        )  # an unreadable file is tried again: it may have been put right
        if row[1] == "unreadable":
            del out[name]
    return out
