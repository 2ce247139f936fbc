"""The words a user types. No mathematics: each command calls `api` and says what came of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from symdl import __version__
from symdl.command_examples import Commands
from symdl.errors import ShapeError, SymdlError, UsageError, WrongLine
from symdl.output import FORMATS, check_format, emit, format_of, write_whole

EXIT_DONE, EXIT_WRONG, EXIT_UNUSABLE, EXIT_OPEN = 0, 1, 2, 3
ADJOINTS = "How derivatives on the way are written: ∂L/∂Z, or a bar over Z."
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)  # a folder that is not there would be passed over


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="symdl")
def cli() -> None:
    """Derive the mathematics of deep learning, prove and test every line, mark hand derivations.

    SOURCE is a catalogue id (symdl list) or the path of a derivation file (symdl new).
    """


@cli.command("list")
@click.option("--area", help="Only this area: linear-algebra, calculus, probability, numerics or geometry.")
@click.option("--layers", is_flag=True, help="List layers and losses instead of derivations.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(area: str | None, layers: bool, as_json: bool) -> None:
    """The catalogue: id, title, area, what is derived."""
    from symdl.catalogue import AREAS, entries

    if area is not None and area not in AREAS:
        from symdl.errors import nearest

        raise UsageError(f"there is no area {area!r}", expected=", ".join(AREAS), cure=nearest(area, AREAS))
    if layers:
        from symdl.library import entries as library_entries

        rows = [{"id": e.name, "title": e.title, "area": e.kind, "derives": list(e.given)} for e in library_entries()]
    else:
        rows = [
            {"id": e.id, "title": e.title, "area": e.area, "derives": list(e.derives)}
            for e in entries()
            if area in (None, e.area)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max((len(str(r["id"])) for r in rows), default=0)
    for r in rows:
        click.echo(f"{r['id']:<{width}}  {r['title']}  [{r['area']}]")
        for d in r["derives"]:
            click.echo(f"{'':<{width}}    {d}")


@cli.command()
@click.argument("id_", metavar="ID")
def show(id_: str) -> None:
    """A derivation or a layer in the terminal."""
    from symdl import api

    click.echo(api.show(id_), nl=False)


@cli.command()
@click.argument("source")
def read(source: str) -> None:
    """What was understood: every line in symdl's own notation, with shapes, ranges and assumptions."""
    from symdl import api
    from symdl.reading_report import report

    click.echo(report(api.model(source)), nl=False)


@cli.command()
@click.argument("source")
@click.option("--target", "targets", multiple=True, help="What to derive, in LaTeX; may be given more than once.")
@click.option("--notation", type=click.Choice(["matrix", "index", "both"]), default="matrix", show_default=True)
@click.option("--detail", type=click.Choice(["result", "steps", "full"]), default="steps", show_default=True)
@click.option("--adjoints", type=click.Choice(["partial", "bar"]), default="partial", help=ADJOINTS)
@click.option("--format", "fmt", type=click.Choice(FORMATS), help="Default: by the suffix of FILE, else text.")
@click.option("--engine", type=click.Choice(["typst", "latex"]), default="typst", help="What sets a PDF.")
@click.option("-o", "--output", "output", type=click.Path(path_type=Path), help="Where to write.")
def derive(
    source: str,
    targets: tuple[str, ...],
    notation: str,
    detail: str,
    adjoints: str,
    fmt: str | None,
    engine: str,
    output: Path | None,
) -> None:
    """A worked solution."""
    from symdl import api

    chosen = format_of(output, fmt, "txt")
    options = {"notation": notation, "detail": detail, "adjoints": adjoints}
    options |= {"engine": engine} if chosen == "pdf" else {}
    try:
        emit(api.render(source, chosen, targets=targets, **options), output)
    except WrongLine as error:
        if error.report:
            emit(error.report, output)
        raise


@cli.command()
@click.argument("expression")
@click.option("--wrt", "variables", multiple=True, required=True, help="Differentiate by this name; repeatable.")
@click.option("--shape", "shapes", multiple=True, help="""A declaration such as 'X="n d"'; repeatable.""")
@click.option("--assume", "assume", multiple=True, help="An assumption, in LaTeX; repeatable.")
@click.option("--notation", type=click.Choice(["matrix", "index", "both"]), default="matrix", show_default=True)
@click.option("--detail", type=click.Choice(["result", "steps", "full"]), default="steps", show_default=True)
@click.option("--adjoints", type=click.Choice(["partial", "bar"]), default="partial", help=ADJOINTS)
@click.option("--format", "fmt", type=click.Choice(FORMATS))
@click.option("-o", "--output", "output", type=click.Path(path_type=Path))
def grad(
    expression: str,
    variables: tuple[str, ...],
    shapes: tuple[str, ...],
    assume: tuple[str, ...],
    notation: str,
    detail: str,
    adjoints: str,
    fmt: str | None,
    output: Path | None,
) -> None:
    """The derivative of one formula, without a file."""
    from symdl import api
    from symdl.quick import problem_for

    problem = problem_for(expression, variables, shapes, assume)
    chosen = format_of(output, fmt, "txt")
    emit(api.render(problem, chosen, notation=notation, detail=detail, adjoints=adjoints), output)


@cli.command()
@click.argument("work", nargs=-1, required=True)
@click.option("--given", required=True, help="The problem: a catalogue id or a derivation file.")
@click.option("-o", "--output", "output", type=click.Path(path_type=Path))
@click.option("--format", "fmt", type=click.Choice(["text", "json", "html", "pdf"]))
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="A table of all submissions.")
@click.option("--reveal", type=click.Choice(["verdict", "place", "kind", "full"]), default="full", show_default=True)
@click.option("--time-limit", type=click.FloatRange(min=1), default=20.0, show_default=True, help="Seconds a file.")
@click.option("--memory-limit", type=click.IntRange(min=128), default=1024, show_default=True, help="MB a file.")
@click.option("--workers", help="Processes (default: all cores), or a Dask scheduler's address.")
@click.option("--overrides", type=click.Path(path_type=Path), help="A file of lines and readings that you accept.")
@click.option("--resume", is_flag=True, help="Keep the rows of --csv; mark only the files that have none.")
def check(
    work: tuple[str, ...],
    given: str,
    output: Path | None,
    fmt: str | None,
    csv_file: Path | None,
    reveal: str,
    time_limit: float,
    memory_limit: int,
    workers: str | None,
    overrides: Path | None,
    resume: bool,
) -> None:
    """Mark hand derivations: WORK is a .tex or .md file, or - for standard input."""
    from symdl.submissions import Limits, check_workers, mark_all

    chosen = check_format(output, fmt)
    check_workers(workers)

    def save(so_far: Any) -> None:  # after each file, so that an interrupted call can be resumed
        if csv_file is not None:
            write_whole(csv_file, so_far.csv())

    outcome = mark_all(
        work,
        given,
        Limits(time_limit, memory_limit),
        workers=workers,
        reveal=reveal,
        overrides=overrides,
        table=csv_file,
        resume=resume,
        finished=save,
    )
    save(outcome)
    report = outcome.render(chosen)
    if chosen == "text" and output is None and sys.stdout.isatty():
        from symdl.terminal import show

        show(str(report))
    else:
        emit(report, output)
    for message in outcome.messages:
        click.echo(message, err=True)
    sys.exit(outcome.exit_status)


@cli.command()
@click.argument("source")
@click.option("--backend", type=click.Choice(["numpy", "torch", "jax"]), default="numpy", show_default=True)
@click.option("--templates", type=FOLDER, help="A folder of your own templates.")
@click.option("-o", "--output", "output", type=click.Path(path_type=Path))
def code(source: str, backend: str, templates: Path | None, output: Path | None) -> None:
    """A module with `forward` and `gradients`, verified before it is written."""
    from symdl import api

    emit(api.code(source, backend, templates=templates), output)


@cli.command()
@click.argument("spec", nargs=-1, required=True)
@click.option("--format", "fmt", type=click.Choice(FORMATS))
@click.option("--engine", type=click.Choice(["typst", "latex"]), default="typst", help="What sets a PDF.")
@click.option("--solutions/--no-solutions", default=None, help="Solutions, or room for answers instead.")
@click.option(
    "--detail", type=click.Choice(["result", "steps", "full"]), help="Default: what the spec says, else steps."
)
@click.option("--notation", type=click.Choice(["matrix", "index", "both"]), help="Default: the spec's, else matrix.")
@click.option("--adjoints", type=click.Choice(["partial", "bar"]), help="Default: the spec's, else partial.")
@click.option("--templates", type=FOLDER, help="A folder of your own templates.")
@click.option("-o", "--output", "output", type=click.Path(path_type=Path))
def handout(
    spec: tuple[str, ...],
    fmt: str | None,
    engine: str,
    solutions: bool | None,
    detail: str | None,
    notation: str | None,
    adjoints: str | None,
    templates: Path | None,
    output: Path | None,
) -> None:
    """A handout from a spec file, or from catalogue ids and derivation files."""
    from symdl.handout import handout as make

    chosen = format_of(output, fmt, "txt")
    page = make(
        spec,
        chosen,
        engine=engine,
        solutions=solutions,
        detail=detail,
        notation=notation,
        adjoints=adjoints,
        templates=templates,
    )
    emit(page, output)


@cli.command()
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(ids: tuple[str, ...], as_json: bool) -> None:
    """Judge every line of the catalogue again."""
    from symdl.verification import run

    text, status = run(ids, as_json)
    click.echo(text, nl=False)
    sys.exit(status)


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a commented derivation file NAME.toml to start from."""
    from symdl.problem import TEMPLATE

    path = Path(name if name.endswith(".toml") else name + ".toml")
    if path.exists():
        raise UsageError(f"{path} exists already", cure="choose another name; nothing was written")
    write_whole(path, TEMPLATE)
    click.echo(f"wrote {path}; next:  symdl derive {path}", err=True)


def main(arguments: list[str] | None = None) -> Any:
    """The entry point: every failure is a message and an exit status, never a traceback."""
    try:
        result = cli.main(args=arguments, prog_name="symdl", standalone_mode=False)
        sys.exit(EXIT_DONE if result is None else result)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_UNUSABLE)
    except WrongLine as error:
        click.echo(error.render(), err=True)
        sys.exit(EXIT_WRONG)
    except (SymdlError, ShapeError) as error:
        click.echo(error.render(), err=True)
        sys.exit(EXIT_UNUSABLE)
    except BrokenPipeError:
        sys.exit(EXIT_DONE)
    except RecursionError:
        click.echo("symdl: the input is nested too deeply", err=True)
        sys.exit(EXIT_UNUSABLE)
    except MemoryError:
        click.echo("symdl: the input needs more memory than there is", err=True)
        sys.exit(EXIT_UNUSABLE)
    except Exception as error:
        click.echo(f"symdl: a fault in symdl itself ({type(error).__name__}: {error}); please report it", err=True)
        sys.exit(EXIT_UNUSABLE)
