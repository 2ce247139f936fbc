"""Render pages as images, to be looked at: every catalogue entry, or those named, as PDF by Typst and as a web page.

    python scripts/render_pages.py [ID…] [--folder pages] [--html] [--picture docs/images/handout.png]

A PNG for each page of the PDF; with --html also one of the web page (Chromium must be installed). --picture writes the
README's picture, the first two pages of a handout side by side, instead.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import typst

from symdl.catalogue import entries
from symdl.handout import handout

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1000,3200")  # fmt: skip
SIDE_BY_SIDE = """
#set page(width: auto, height: auto, margin: 8pt, fill: rgb("#e9edf1"))
#grid(columns: 2, gutter: 8pt, ..("one.png", "two.png").map(f => box(fill: white, image(f, width: 300pt))))
"""


def pages(source: str, ppi: float) -> list[bytes]:
    """The pages of a Typst text as PNG."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "page.typ"
        file.write_text(source, encoding="utf-8")
        out = typst.compile(str(file), root=name, format="png", ppi=ppi, ignore_system_fonts=True)
    return out if isinstance(out, list) else [out]


def picture(where: Path, name: str) -> None:
    """Two pages side by side."""
    first, second, *_ = pages(str(handout([name], "typ")), 110)
    with tempfile.TemporaryDirectory() as folder:
        for file, data in (("one.png", first), ("two.png", second)):
            (Path(folder) / file).write_bytes(data)
        main = Path(folder) / "both.typ"
        main.write_text(SIDE_BY_SIDE, encoding="utf-8")
        out = typst.compile(str(main), root=folder, format="png", ppi=120)
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_bytes(out if isinstance(out, bytes) else out[0])
    print(f"{where}: {where.stat().st_size // 1000} kB")


def web_page(name: str, folder: Path) -> None:
    """A screenshot of the web page."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / f"{name}.html"
        file.write_text(str(handout([name], "html")), encoding="utf-8")
        shot = f"--screenshot={(folder / f'{name}-web.png').resolve()}"
        command = ["chromium", *FLAGS, f"--user-data-dir={scratch}/profile", shot, file.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--folder", type=Path, default=Path("pages"))
    parser.add_argument("--html", action="store_true")
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    if given.picture is not None:
        picture(given.picture, given.ids[0] if given.ids else "mlp-classifier")
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    for name in given.ids or [e.id for e in entries()]:
        for k, data in enumerate(pages(str(handout([name], "typ")), 80), 1):
            (given.folder / f"{name}-{k}.png").write_bytes(data)
        if given.html:
            web_page(name, given.folder)
        print(name)


if __name__ == "__main__":
    main()
