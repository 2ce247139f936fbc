"""Find what a reader would trip over: ink past the margin, glyphs that are missing, pages that scroll sideways.

    python scripts/check_pages.py [ID…] [--html] [--detail full]

Every catalogue entry, or those named: the PDF by Typst is looked at as it is set, page by page; with --html also the
web page, in Chromium, on a wide and on a narrow screen. Prints what is wrong; exit status 1 where something is.
"""

from __future__ import annotations

import argparse
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import typst

PPI = 36.0
PAGE_WIDTH, MARGIN, HANGING = 210.0, 26.0, 1.6  # in millimetres; punctuation may hang over the edge of the text
# what a font draws for a sign that it lacks: a box in a box
_MISSING = re.compile(r'd="M 0 0m ([\d.]+) 0h ([\d.]+)v ([\d.]+)h -\2Z m \1 \1v ([\d.]+)h ([\d.]+)v -\4Z *"')
_PROBE = """
<script>
const wide = [...document.querySelectorAll("main *")].filter(e => {
  if (e.closest("details:not([open])")) return false;
  const style = getComputedStyle(e);
  return e.scrollWidth > e.clientWidth + 2 && ["auto", "scroll"].includes(style.overflowX);
}).map(e => e.className || e.tagName);
const broken = document.querySelectorAll("merror").length + (document.body.textContent.includes("\\ufffd") ? 1 : 0);
const out = document.createElement("pre");
out.id = "probe";
out.textContent = [document.documentElement.scrollWidth - innerWidth, broken, wide.join(",")].join(";");
document.body.append(out);
</script></body>"""
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=4000")  # fmt: skip


def set_pages(source: str, form: str) -> list[bytes]:
    """The pages of a Typst text as SVG or PNG, in the fonts that a PDF has."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "page.typ"
        file.write_text(source, encoding="utf-8")
        out = typst.compile(str(file), root=name, format=form, ppi=PPI, ignore_system_fonts=True)  # type: ignore[call-overload]
    return out if isinstance(out, list) else [out]


def missing_glyphs(source: str) -> int:
    """How many different signs of a page no font has."""
    return sum(len(_MISSING.findall(page.decode())) for page in set_pages(source, "svg"))


def past_margin(source: str) -> list[int]:
    """The pages of a Typst text on which ink stands past the left or the right margin."""
    out = []
    for number, page in enumerate(set_pages(source, "png"), 1):
        width, rows = pixels(page)
        left, right = ((MARGIN - HANGING) / PAGE_WIDTH, 1 - (MARGIN - HANGING) / PAGE_WIDTH)
        first, last = int(left * width), int(right * width) + 1
        if any(min(row[: first * 4]) < 250 or min(row[last * 4 :]) < 250 for row in rows):
            out.append(number)
    return out


def pixels(png: bytes) -> tuple[int, list[bytes]]:
    """Width and rows of an 8-bit RGBA picture."""
    width, at, data = 0, 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack(">IIBB", body[:10])
            if (depth, colour) != (8, 6):
                raise ValueError("a picture of another kind")
        if kind == b"IDAT":
            data += body
        at += 12 + length
    raw, stride = zlib.decompress(data), 4 * width
    rows, before = [], bytes(stride)
    for k in range(0, len(raw), stride + 1):
        before = bytes(_unfiltered(raw[k], raw[k + 1 : k + 1 + stride], before))
        rows.append(before)
    return width, rows


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytearray:
    out = bytearray(row)
    if kind == 2:
        return bytearray((a + b) & 255 for a, b in zip(row, above, strict=True))
    for k in range(len(out)) if kind else ():
        left, corner = (out[k - 4], above[k - 4]) if k > 3 else (0, 0)
        up = above[k]
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            p = left + up - corner
            a, b, c = abs(p - left), abs(p - up), abs(p - corner)
            guess = left if a <= b and a <= c else up if b <= c else corner
        out[k] = (out[k] + guess) & 255
    return out


def wide_in_browser(page: str, width: int) -> str:
    """What is wrong with a web page on a screen this wide: it scrolls sideways, or a formula failed or, on a wide
    screen, scrolls in its own frame."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page.replace("</body>", _PROBE), encoding="utf-8")
        command = ["chromium", *FLAGS, f"--user-data-dir={folder}/profile", f"--window-size={width},1400", "--dump-dom"]
        done = subprocess.run([*command, file.as_uri()], capture_output=True, text=True, timeout=60, check=True)
    found = re.search(r'<pre id="probe">(-?\d+);(\d+);([^<]*)</pre>', done.stdout)
    if found is None:
        return "the browser gave no report"
    wrong = [f"the page scrolls sideways by {found[1]} px"] if int(found[1]) > 0 else []
    wrong += [f"{found[2]} formulas failed"] if found[2] != "0" else []
    wrong += [f"too wide: {found[3]}"] if found[3] and width >= 1000 else []
    return "; ".join(wrong)


def faults(name: str, detail: str, html: bool) -> Iterator[str]:
    """What is wrong with the pages of one entry."""
    from symdl.handout import handout

    source = str(handout([name], "typ", detail=detail))
    if count := missing_glyphs(source):
        yield f"{count} glyphs are missing"
    for page in past_margin(source):
        yield f"ink past the margin on page {page}"
    for width in (1000, 500) if html else ():
        if wrong := wide_in_browser(str(handout([name], "html", detail=detail)), width):
            yield f"at {width} px: {wrong}"


def main() -> int:
    from symdl.catalogue import entries

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--html", action="store_true")
    parser.add_argument("--detail", default="steps", choices=["result", "steps", "full"])
    given = parser.parse_args()
    found = 0
    for name in given.ids or [e.id for e in entries()]:
        for fault in faults(name, given.detail, given.html):
            found += 1
            print(f"{name}: {fault}", flush=True)
    print(f"{found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
