"""What `symdl verify` does: judge every line of the catalogue again and count what is proved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symdl import api
from symdl.catalogue import Entry, entries, find


def run(ids: Sequence[str], as_json: bool) -> tuple[str, int]:
    """The report and the exit status: 0 all hold, 1 one is refuted or an entry fails, 3 one is unchecked.

    `ids` are those of the catalogue, or paths of derivation files; without any, the whole catalogue is judged.

    Shares count non-trivial lines only: definitions, restatements and mere rearrangements are listed but not counted.
    """
    chosen = [_entry(i) for i in ids] if ids else list(entries())
    found = [api.verify(e) for e in chosen]
    counts: Counter[str] = Counter()
    for v in found:
        counts.update(e.status for _, _, e in v.lines if not trivial(e))
    status = 1 if any(v.status == "refuted" for v in found) else 3 if any(v.status == "unchecked" for v in found) else 0
    total = sum(counts.values())
    share = counts["proved"] / total if total else 0.0
    if as_json:
        data = {
            "entries": [
                {
                    "id": v.entry.id,
                    "status": v.status,
                    "error": v.error,
                    "lines": [
                        {"label": label, "line": line, "counted": not trivial(e), **e.as_json()}
                        for label, line, e in v.lines
                    ],
                }
                for v in found
            ],
            "counted": total,
            "counts": dict(counts),
            "proved_share": share,
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n", status
    rows = []
    for v in found:
        rows.append(f"{v.entry.id}: {v.status}")
        rows += [f"  {e.status:<9} {'' if not trivial(e) else '(' + trivial(e) + ') '}{line}" for _, line, e in v.lines]
        rows += [f"  {row}" for row in v.error.splitlines()]
    summary = ", ".join(f"{counts[k]} {k}" for k in ("proved", "supported", "refuted", "unchecked") if counts[k])
    rows += ["", f"{total} non-trivial lines: {summary or 'none'}; {share:.0%} proved"]
    return "\n".join(rows) + "\n", status


def _entry(source: str) -> Entry:
    if not api.is_path(source):
        return find(source)
    problem = api.load(source)  # a file that can't be used is the caller's mistake, not a wrong line
    return Entry(source, str(problem.title or source), str(problem.area or ""), (), Path(source))


def trivial(evidence: Any) -> str:
    """The kind of triviality, or nothing."""
    return str(evidence.details.get("trivial", ""))
