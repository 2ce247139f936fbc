"""The corpus of hand derivations: for each problem right ones, and wrong ones made from them by planned slips."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symdl.catalogue import find

FOLDER = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Work:
    """One derivation with what marking must say of it. `line` is None for a right one; `kinds` are all that fit.

    `values` are NumPy claims, one a line of a right derivation; of a wrong one the claim of its first wrong line.
    `shape` says that the wrong line may not even type-check, so that its claim need not evaluate. `model` computes what
    the claims speak of; where it is empty, `verify_corpus` knows the problem. `batch` tells the sets apart that were
    written one after another: each met the marker blind once.
    """

    name: str
    problem: str
    area: str
    text: str
    format: str
    line: int | None
    kinds: tuple[str, ...]
    values: tuple[str, ...]
    shape: bool = False
    model: str = ""
    batch: int = 0


def corpus(folder: Path = FOLDER) -> Iterator[Work]:
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text())
        rights, model, batch = data["right"], data.get("model", ""), data.get("batch", 0)
        problem = data["problem"] if "problem" in data else find(data["catalogue"]).path.read_text()
        for k, r in enumerate(rights):
            name = f"{path.stem}/right-{k}"
            yield Work(
                name,
                problem,
                data["area"],
                r["text"],
                r.get("kind", "tex"),
                None,
                (),
                tuple(r["values"]),
                False,
                model,
                batch,
            )
        for k, w in enumerate(data.get("wrong", [])):
            name, right = f"{path.stem}/wrong-{k}", rights[w.get("of", 0)]
            text = right["text"]
            for old, new in w["swap"]:
                if text.count(old) != 1:
                    raise ValueError(f"{name}: {old!r} stands {text.count(old)} times")
                text = text.replace(old, new)
            kinds = (w["kind"],) if isinstance(w["kind"], str) else tuple(w["kind"])
            form = right.get("kind", "tex")
            values = (w["values"],)
            shape, at = w.get("shape", False), w["line"]
            yield Work(name, problem, data["area"], text, form, at, kinds, values, shape, model, batch)
