"""What the report of `advisor rules calibrate` says, as sections of plain blocks."""

from collections.abc import Iterator

from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Block, Chart, Document, Paragraph, Section, Series, Table
from advisor.render.view import View
from advisor.reports.calibration import Calibration, Curve, HeldOutScores, PointChange, ScoreWithInterval

MOST_CHANGES = 12  # shown, the largest first
_LONGEST_NAME = 40
_ONE_BENCHMARK = "There is only one benchmark: judged in {} on data sets that the fit had not seen"
_HEADER = ("", "Log loss", "Brier", "Calibration", "AUC")


def document(result: Calibration, view: View) -> Document:
    """Return the whole report."""
    del view  # it has no more to explain
    footer = say.origin(result.tool, result.rules)
    return Document(headline(result), tuple(opening(result)), tuple(sections(result)), footer)


def headline(result: Calibration) -> str:
    """Return what was refitted on what, as one sentence."""
    curves = [curve for curve in result.curves if not curve.kept]
    rules = len({change.rule for change in result.changes})
    done = f"Refitted {say.counted(len(curves), 'gain curve')} and the points of {say.counted(rules, 'rule')}"
    return f"{done} on {say.counted(result.datasets, 'data set')}."


def opening(result: Calibration) -> list[Paragraph]:
    """Return what comes below the headline: the table, how it was judged, what to do with the overlay."""
    table = f"{_name(result.file)}: {say.counted(result.rows, 'row')}, {say.counted(result.datasets, 'data set')}"
    named = [f"{_name(one.name) or 'unnamed'} {one.datasets}" for one in result.benchmarks]
    judged = (
        "Judged on one held-out benchmark after another, whose data sets were left out everywhere"
        if result.validation == "benchmarks"
        else _ONE_BENCHMARK.format(result.validation)
    )
    blocks = [
        Paragraph(
            f"{table} in {say.counted(len(named), 'benchmark')}{f' ({say.joined(named)})' if len(named) > 1 else ''}."
        ),
        Paragraph(
            f"{judged}. A data set has one vote; a tie counts as a loss of the network in the curves, as half a win "
            "for either side in the points. A forecaster that is always sure counts as 99% sure. Each figure has its "
            "95% interval by bootstrap over data sets beside it; lower is better, except for AUC."
        ),
    ]
    if result.anew:
        blocks.append(
            Paragraph(
                "The curves were fitted from this table alone; the current curves may have been fitted on the "
                "same results."
            )
        )
    return blocks


def sections(result: Calibration) -> list[Section]:
    """Return the sections below the opening."""
    found = [
        Section(_title(curve), tuple(_curve(curve, result)), name=curve.id) for curve in result.curves if curve.rows
    ]
    found.append(Section("Points of the rules", tuple(_points(result))))
    if result.changes:
        found.append(Section("Largest changes", tuple(_changes(result))))
    return found


_NOISE = 0.005  # in log loss: less is no difference


def _title(curve: Curve) -> str:
    return say.plain(curve.id.replace("-", " ").capitalize())


def _curve(curve: Curve, result: Calibration) -> Iterator[Block]:
    size = (
        f"{say.counted(curve.rows, 'row')}, {say.counted(curve.datasets, 'data set')}, "
        f"{say.counted(curve.benchmarks, 'benchmark')}"
    )
    if curve.kept:
        yield Paragraph(f"{say.plain(curve.question)}: unchanged. {say.sentence(curve.kept)} {size}.")
        return
    low, high = curve.interval or (curve.chance[1], curve.chance[1])
    yield Paragraph(
        f"{say.plain(curve.question)}, at {curve.fact} {curve.at:,g}: {say.chance(curve.chance[1])}, 95% interval "
        f"{low * 100:.0f} to {high * 100:.0f}% (before: {say.chance(curve.chance[0])}); {size}."
    )
    if curve.judged is None:
        yield Paragraph("Every benchmark contains the same data sets, so there is nothing to judge the refit on.", "!")
    else:
        if result.validation == "benchmarks" and curve.judged.validation != result.validation:
            yield Paragraph(_ONE_BENCHMARK.format(curve.judged.validation) + ".")
        yield from _judged(curve.judged)


def _points(result: Calibration) -> Iterator[Block]:
    rules = len({change.rule for change in result.changes})
    yield Paragraph(
        f"The chance that the heavier approach wins, from the points of success rules: {result.fired} of them fire on "
        f"this table, {rules} changed. The experts' points are the prior, with a standard deviation of "
        f"{result.sd:g} points."
    )
    yield from _judged(result.points)


def _judged(judged: HeldOutScores) -> Iterator[Block]:
    rows = tuple(
        (
            one.forecaster,
            *(_with_interval(figure) for figure in (one.log_loss, one.brier, one.calibration_error, one.auc)),
        )
        for one in judged.scores
    )
    yield Table(_HEADER, rows, right=(1, 2, 3, 4))
    refit = judged.scores[0].log_loss.value
    base = next((one.log_loss.value for one in judged.scores if one.forecaster == "base rate"), None)
    if refit is not None and base is not None and refit - base > _NOISE:
        yield Paragraph("The refit does worse than the base rate: do not rely on it for these results.", "!")
    if judged.reliability:
        yield _diagram(judged)


def _diagram(judged: HeldOutScores) -> Chart:
    """Return forecasts against what happened, over the diagonal on which both are equal."""
    places = (0.0, *(one.forecast for one in judged.reliability), 1.0)
    happened = (None, *(one.happened for one in judged.reliability), None)
    series = (
        Series("perfectly calibrated", "·", "·", places),
        Series("observed, by forecast of the refit", "●", " ", happened),
    )
    return Chart(places, series, len(places), linear=True, ticks=(0, 0.25, 0.5, 0.75, 1), y=(0.0, 1.0), rows=9)


def _with_interval(figure: ScoreWithInterval) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "-"
    return f"{figure.value:.3f} {_bound(figure.low)}-{_bound(figure.high)}"


def _bound(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value < 1 else f"{value:.1f}"


def _changes(result: Calibration) -> Iterator[Block]:
    largest = sorted(
        result.changes, key=lambda one: (-abs(one.after - one.before), one.rule, one.knot or 0, one.approach)
    )
    rows = tuple(_change(one) for one in largest[:MOST_CHANGES])
    yield Table(("Rule", "At", "Approach", "Before", "After", "Data sets"), rows, right=(1, 3, 4, 5))
    rest = len(largest) - len(rows)
    if rest > 0:
        yield Paragraph(f"And {say.counted(rest, 'smaller change')}; `--format json` lists them all.")


def _change(one: PointChange) -> tuple[str, ...]:
    at = "" if one.knot is None else f"{one.knot:,g}"
    return one.rule, at, one.approach, f"{one.before:+g}", f"{one.after:+g}", f"{one.datasets:,}"


def _name(text: str) -> str:
    """Return a user's own name within a sentence."""
    return say.clipped(text.replace("`", "'"), _LONGEST_NAME)
