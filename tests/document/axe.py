"""Run axe-core over an HTML page in headless Chromium, with no driver: the page reports what it found in itself.

axe-core is npm's; `npm install axe-core` in the project's folder, or SYMDL_AXE names the file axe.min.js.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
_REPORT = """
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const out = document.createElement("pre");
  out.id = "axe-report";
  out.textContent = JSON.stringify(found.violations.map(v => ({id: v.id, nodes: v.nodes.map(n => n.html)})));
  document.body.append(out);
});
"""


def browser() -> str | None:
    return next((b for b in BROWSERS if shutil.which(b)), None)


def axe() -> Path | None:
    places = [os.environ.get("SYMDL_AXE", ""), ROOT / "node_modules" / "axe-core" / "axe.min.js"]
    return next((Path(p) for p in places if str(p) and Path(p).is_file()), None)


def missing() -> str:
    """What is not there; empty where all is."""
    return "no Chromium is installed" if browser() is None else "no axe-core is installed" if axe() is None else ""


def violations(page: str, *, dark: bool = False, width: int = 1000) -> list[dict[str, Any]]:
    """What axe-core finds wrong with a page: rule and elements."""
    source = axe()
    assert source is not None
    scripts = f"<script>{source.read_text(encoding='utf-8')}</script><script>{_REPORT}</script></body>"
    shown = chromium(page.replace("</body>", scripts), "--dump-dom", dark=dark, width=width)
    found = re.search(r'<pre id="axe-report">(.*?)</pre>', shown, re.DOTALL)
    if found is None:
        raise RuntimeError("axe-core gave no report")
    return list(json.loads(html.unescape(found[1])))


def chromium(page: str, *arguments: str, dark: bool = False, width: int = 1000, height: int = 1400) -> str:
    """What Chromium prints of a page."""
    name = browser()
    assert name is not None
    with tempfile.TemporaryDirectory(prefix="symdl-") as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        theme = ["--blink-settings=preferredColorScheme=0"] if dark else []
        size = [f"--window-size={width},{height}", f"--user-data-dir={folder}/profile"]
        command = [name, *FLAGS, *theme, *size, "--virtual-time-budget=8000", *arguments, file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout
