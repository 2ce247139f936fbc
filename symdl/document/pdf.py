"""PDF without TeX: the Typst compiler, in an empty folder, with a fixed date, checked against PDF/UA-1."""

from __future__ import annotations

import tempfile
from pathlib import Path

from symdl.errors import SymdlError

EPOCH = 0  # the creation date in every PDF, so that the same input gives the same bytes


def pdf(source: str) -> bytes:
    """The PDF of a Typst text. It may read nothing: its root is a folder that holds this text alone."""
    import typst

    with tempfile.TemporaryDirectory(prefix="symdl-") as folder:
        # A fixed name and no system fonts: a page looks the same on every machine.
        main = Path(folder) / "document.typ"
        main.write_text(source, encoding="utf-8")
        try:
            out = typst.compile(
                str(main),
                root=folder,
                format="pdf",
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=EPOCH,
                package_path=folder,
                package_cache_path=folder,
            )
        except typst.TypstError as error:
            raise SymdlError(
                "the page can't be set",
                found=getattr(error, "message", str(error)),
                cure="the source of the page is what  -o FILE.typ  writes",
            ) from error
    return bytes(out)
