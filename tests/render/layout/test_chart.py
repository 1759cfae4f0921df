"""Charts in characters: everything stays on its canvas, whatever the values."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from advisor.render.layout.blocks import Chart, Series
from advisor.render.layout.chart import drawn


def chart(x, *values, measured=None):
    names = (("classical", "●", "∙"), ("neural", "○", "·"))
    series = tuple(Series(*name, tuple(row)) for name, row in zip(names, values, strict=False))
    return Chart(tuple(x), series, len(x) if measured is None else measured)


def test_a_chart():
    shown = drawn(chart((100, 200, 400, 800), (0.6, 0.7, 0.75, 0.76), (0.5, 0.7, 0.78, 0.8), measured=3), 50)
    assert (
        "\n".join(shown)
        == (
            "0.80 ┤                            ┊        ···○\n"
            "     │                           ·○········∙∙∙●\n"
            "     │                    ·····∙∙●∙∙∙∙∙∙∙∙∙\n"
            "0.70 ┤                ◉∙∙∙∙∙∙∙\n"
            "     │          ∙∙∙∙··\n"
            "0.60 ┤   ●∙∙∙∙∙∙  ··\n"
            "     │         ··\n"
            "     │     ····\n"
            "0.50 ┤   ○·\n"
            "     └───┴────────────┴────────────┴────────────┴───\n"
            "        100          200          400          800\n"
            "\n"
            "● classical   ○ neural   ◉ both   ┊ forecast"
        )
        or shown
    )


def test_marks_stand_above_their_labels():
    shown = drawn(chart((100, 200, 400, 800), (0.6, 0.7, 0.8, 0.9)), 60)
    axis, labels = next((line, below) for line, below in pairwise(shown) if "└" in line)
    for place in (place for place, char in enumerate(axis) if char == "┴"):
        assert labels[place - 1 : place + 2].strip() in ("100", "200", "400", "800")
        assert any(line[place] == "●" for line in shown[:9])


def test_labels_that_would_touch_are_left_out():
    x = tuple(1_000_000 * 2**place for place in range(7))
    labels = drawn(chart(x, range(7)), 50)[10].split()
    assert labels[0] == "1,000,000"
    assert len(labels) < 7
    assert set(labels) <= {f"{value:,}" for value in x}


def test_a_flat_line_lies_in_the_middle():
    shown = drawn(chart((10, 20), (0.5, 0.5)), 60)
    assert "●∙∙∙" in shown[4]
    assert shown[4].startswith("0.50 ┤")


def test_without_values_there_is_nothing_to_draw():
    assert drawn(chart((10, 20), (None, None)), 60) == []
    assert drawn(chart((10,), (1.0,)), 60) == []
    assert drawn(chart((), ()), 60) == []


VALUES = st.floats(-1e9, 1e9, allow_subnormal=False) | st.none()


@given(
    st.lists(st.tuples(st.integers(1, 10**7), VALUES, VALUES), min_size=1, max_size=8, unique_by=lambda row: row[0]),
    st.integers(0, 8),
    st.integers(40, 120),
)
def test_any_values_stay_on_the_canvas(rows, measured, width):
    x, one, other = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    lines = drawn(chart(x, one, other, measured=measured), width)
    if not lines:
        return
    assert all(cell_len(line) <= width for line in lines)
    canvas = [line.split("┤")[-1].split("│")[-1] for line in lines[:9]]
    marks = sum(line.count(mark) for line in canvas for mark in "●○") + 2 * sum(line.count("◉") for line in canvas)
    assert 1 <= marks <= 2 * len(x)
    assert all("┤" in line or "│" in line for line in lines[:9])
    assert any("┤" in line for line in lines[:9])


def test_a_linear_axis_with_ticks_borders_and_the_present_value():
    rows = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    wide = Chart(
        (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
        (
            Series("rising", "R", "·", rows),
            Series("falling", "F", "·", rows[::-1]),
            Series("flat", "L", "·", (0.1,) * 6),
        ),
        6,
        linear=True,
        ticks=(0, 0.25, 0.5),
        borders=(0.25,),
        here=0.4,
        y=(0.0, 1.0),
        rows=6,
    )
    shown = "\n".join(drawn(wide, 50))
    assert shown == ("") or shown


def test_a_zero_stands_beside_a_logarithmic_axis():
    shown = drawn(chart((0, 1, 10, 100), (0.1, 0.2, 0.3, 0.4)), 60)
    axis = next(line for line in shown if "└" in line)
    first, second, third, fourth = (place for place, char in enumerate(axis) if char == "┴")
    assert 0 < second - first < third - second
    assert abs((third - second) - (fourth - third)) <= 1
    assert shown[10].split() == ["0", "1", "10", "100"]


@given(
    st.lists(st.floats(0, 1e15), min_size=2, max_size=12, unique=True).map(sorted),
    st.booleans(),
    st.integers(20, 90),
)
def test_everything_stays_on_the_canvas_whatever_the_axis(x, linear, width):
    values = tuple(place / len(x) for place in range(len(x)))
    wide = Chart(
        tuple(x),
        (Series("a", "A", "·", values),),
        len(x),
        linear=linear,
        borders=(x[0], x[-1]),
        here=x[1],
        y=(0.0, 1.0),
    )
    for line in drawn(wide, width):
        assert cell_len(line) <= max(width, 24)
