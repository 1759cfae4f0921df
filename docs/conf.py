"""Sphinx: the pages of this folder as a site that needs no network. Build it with `sphinx-build -W docs build/docs`."""

project = "advisor"
extensions = ["myst_parser"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_title = "advisor"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "friendly"
