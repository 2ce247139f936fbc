"""Where a result goes: to a file, whole or not at all, or to standard output; and in which format."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from symdl.errors import UsageError

FORMATS = ("tex", "pdf", "html", "md", "json", "txt", "typ")


def format_of(output: Path | None, fmt: str | None, default: str) -> str:
    """The format asked for, or the one that the file's suffix says."""
    if fmt is not None:
        return fmt
    if output is None or str(output) == "-":
        return default
    suffix = output.suffix.lstrip(".").lower()
    if suffix not in FORMATS:
        raise UsageError(
            f"no format goes with the name {output.name!r}",
            expected="a name that ends in " + ", ".join("." + f for f in FORMATS),
            cure="or say --format",
        )
    return suffix


def check_format(output: Path | None, fmt: str | None) -> str:
    if fmt is not None:
        return fmt
    by_suffix = {"json": "json", "html": "html", "pdf": "pdf", "txt": "text"}
    return "text" if output is None else by_suffix.get(output.suffix.lstrip(".").lower(), "text")


def emit(result: str | bytes, output: Path | None) -> None:
    """To the file, whole or not at all, or to standard output."""
    if output is not None and str(output) != "-":
        write_whole(output, result)
    elif isinstance(result, bytes):
        sys.stdout.buffer.write(result)
    elif result:
        click.echo(result, nl=not result.endswith("\n"))


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the place, then move there: a reader never sees half a file."""
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        if temporary.parent.is_dir():
            temporary.unlink(missing_ok=True)
        cure = "nothing was written"
        if not path.parent.exists():
            cure += f"; make the folder first:  mkdir -p {path.parent}"
        raise UsageError(f"{path} can't be written: {error.strerror or error}", cure=cure) from None
