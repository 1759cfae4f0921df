"""Figures of matplotlib as SVG that takes its colours and its font from the page around it."""

import re
import warnings
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from advisor.render.layout.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 400.0  # units; a phone shows them at four fifths, a wide screen at four thirds of a pixel
TEXT, SMALL = 12.5, 11.0  # sizes of type in the same units

# Drawn as these colours, which stand for the page's: `var(--ink)`, ...
COLORS = {
    name: f"#0a0b{place:02x}"
    for place, name in enumerate(
        (
            "ink",
            "muted",
            "line",
            "paper",
            "shade",
            "none",
            "classical",
            "hybrid",
            "transfer",
            "deep",
        )
    )
}
_VARIABLES = {color: f"var(--{name})" for name, color in COLORS.items()}
_COLOR = re.compile("|".join(_VARIABLES))
_FONT_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class Titled(NamedTuple):
    """What every chart is called in the page: `name` for its ids, title and description for those who do not see it."""

    name: str
    title: str
    description: str


@contextmanager
def canvas(height: float) -> "Iterator[tuple[Figure, Axes]]":
    """Yield an empty figure of `WIDTH` by `height` units and axes over all of it, whatever matplotlib is set to."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that matplotlib's own font lacks is drawn by the browser's
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "advisor",
                "text.parse_math": False,
                "axes.unicode_minus": True,
                "axes.facecolor": "none",
                "font.size": TEXT,
                "text.color": COLORS["ink"],
            }
        )
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        yield figure, axes


def place(axes: "Axes", left: float, bottom: float, right: float, top: float) -> None:
    """Put axes into their figure, so many units from its edges."""
    height = axes.get_figure(root=True).get_size_inches()[1] * 72  # type: ignore[union-attr]
    axes.set_position((left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - bottom - top) / height))


def svg(figure: "Figure", name: str, title: str, description: str) -> str:
    """Return a figure as an SVG element; `name` keeps its ids apart from those of others on the page."""
    output = StringIO()
    figure.savefig(output, format="svg", metadata={"Date": None})
    root = ET.fromstring(output.getvalue())  # noqa: S314 - written by matplotlib a line above
    for child in list(root):
        if child.tag in (f"{_SVG}metadata", f"{_SVG}defs") and child.find(f"{_SVG}clipPath") is None:
            root.remove(child)
    used = {match for node in root.iter() for value in node.attrib.values() for match in _REFERENCE.findall(value)}
    used |= {node.attrib[_LINK][1:] for node in root.iter() if _LINK in node.attrib}
    for node in root.iter():
        _adapt(node, name, used)
    _label(root, name, plain(title), plain(description))
    return ET.tostring(root, encoding="unicode")


def _adapt(node: ET.Element, name: str, used: set[str]) -> None:
    """Replace colours, fonts and ids of one element; inside HTML, its name needs no namespace."""
    node.tag = node.tag.removeprefix(_SVG)
    for key, value in list(node.attrib.items()):
        if key == "id":
            del node.attrib["id"]
            if value in used:
                node.set("id", f"{name}-{value}")
        elif key == _LINK:
            del node.attrib[_LINK]
            node.set("href", f"#{name}-{value[1:]}")
        elif key == "style":
            node.set("style", _COLOR.sub(lambda found: _VARIABLES[found[0]], _FONT_FAMILY.sub("", value)))
        elif "url(#" in value:
            node.set(key, _REFERENCE.sub(rf"url(#{name}-\1)", value))
    if node.tag == "path":
        node.set("d", " ".join(node.attrib["d"].split()))
    if node.text and not node.text.strip():
        node.text = None
    node.tail = None


def _label(root: ET.Element, name: str, title: str, description: str) -> None:
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place_, (tag, text) in enumerate((("title", title), ("desc", description))):
        node = ET.Element(tag, {"id": f"{name}-{tag}"})
        node.text = text
        root.insert(place_, node)
