"""Results as text, JSON, Markdown and HTML: pure functions to a string."""

from advisor.render.formats import FORMATS as FORMATS
from advisor.render.formats import render as render
from advisor.render.view import View as View
