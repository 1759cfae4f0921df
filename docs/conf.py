"""Sphinx: the pages of this folder as a site that needs no network. Build it with `sphinx-build -W docs build/docs`."""

import shutil
from pathlib import Path
from typing import Any

project = "advisor"
extensions = ["myst_parser"]
html_extra_path = ["llms.txt"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_title = "advisor"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "friendly"


def setup(app: Any) -> None:
    """Lay the source of each page beside it, for the readers of llms.txt."""
    app.connect("build-finished", _lay_sources)


def _lay_sources(app: Any, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        for name in app.env.found_docs:
            page = Path(app.srcdir, f"{name}.md")
            shutil.copyfile(page, Path(app.outdir, f"{name}.md"))
