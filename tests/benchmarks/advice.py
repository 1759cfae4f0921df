"""Every table of the page "How good is this advice?": `python tests/benchmarks/advice.py [EVIDENCE]`.

EVIDENCE is the folder of published results (../shared/evidence if not given; without it its rows are left out). What is
printed is Markdown. The simulations of answers are in answers.py and races.py.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]

import estimates  # noqa: E402
import evidence  # noqa: E402
import interview  # noqa: E402
import published_differences  # noqa: E402
import situations  # noqa: E402

from advisor import load_knowledge  # noqa: E402
from advisor.advice.knowledge import load_rules  # noqa: E402
from advisor.calibration.calibration import calibrate  # noqa: E402
from advisor.calibration.table import Case, read_table  # noqa: E402
from advisor.reports.calibration import HeldOutScores, ScoreWithInterval  # noqa: E402

SHARED = ROOT.parent / "shared" / "evidence"
# On small tables both estimate and fact are the minute that no search falls below.
FLOORED = "training on tables, a search of at least a minute"
CURVES = {
    "networks-on-tables": "tables: a network beats boosted trees",
    "networks-on-series": "series: InceptionTime beats MiniRocket",
    "pretrained-networks-on-images": "images: pretrained beats from scratch",
}


def situation_rows() -> Iterator[str]:
    """Yield what the situations say of the answers and of their probabilities."""
    yield "| situations | right (95%) | acceptable | mean probability | log loss | Brier | calibration error |"
    yield "|---|---|---|---|---|---|---|"
    agreed, panel = (situations.cases((name,)) for name in situations.SETS)
    together = [*agreed, *panel]
    for title, part in (("agreed", agreed), ("panel", panel), ("together", together)):
        row = situations.figures(part, together)
        low, high = row.right_interval
        yield (
            f"| {title} | {row.right} of {row.n} ({low:.2f} to {high:.2f}) | {row.acceptable} of {row.n} | "
            f"{row.stated:.2f} | {row.log_loss:.2f} | {row.brier:.2f} | {row.calibration_error:.2f} |"
        )


def gain_rows(folder: Path) -> Iterator[str]:
    """Yield how good the gain's probabilities are on benchmarks or data sets that they were not fitted on."""
    raw = evidence.text_of(evidence.rows(folder)).encode()
    report = calibrate(read_table(raw, "evidence.csv"), "evidence.csv", load_rules(), anew=True).report
    yield "| on what the fit had not seen | log loss (95%) | Brier (95%) | calibration error (95%) |"
    yield "|---|---|---|---|"
    for curve in report.curves:
        if curve.judged is not None:
            yield from _judged(CURVES[curve.id], curve.judged)
    yield f"\nOn tables a network paid on {', '.join(_paid(read_table(raw, 'evidence.csv')))}."


def _paid(cases: list[Case]) -> Iterator[str]:
    tables = [case for case in cases if case.facts["data.structure"] == "tabular"]
    for name in dict.fromkeys(case.benchmark for case in tables):
        won = [case.win == 1 for case in tables if case.benchmark == name]
        yield f"{sum(won) / len(won):.0%} of {len(won)} in {name}"


def _judged(title: str, judged: HeldOutScores) -> Iterator[str]:
    left_out = "one benchmark after another" if judged.validation == "benchmarks" else "one benchmark, in 10 folds"
    yield f"| **{title}**: {judged.rows} rows, {judged.datasets} data sets, {left_out} | | | |"
    for scores in judged.scores:
        if scores.forecaster == "current":
            continue  # fitted on these very rows
        figures = (scores.log_loss, scores.brier, scores.calibration_error)
        yield f"| {scores.forecaster} | {' | '.join(map(_with_interval, figures))} |"


def _with_interval(figure: ScoreWithInterval) -> str:
    if figure.value is None:
        return "-"
    interval = "" if figure.low is None else f" ({figure.low:.3f} to {figure.high:.3f})"
    return f"{figure.value:.3f}{interval}"


def estimator_rows() -> Iterator[str]:
    """Yield by which factor estimates are wrong."""
    yield "| estimate over fact | n | median | 80% lie between | within a factor of 2 | worst |"
    yield "|---|---|---|---|---|---|"
    for name, row in estimates.agreements().items():
        if name == FLOORED:
            continue
        yield (
            f"| {name} | {row.n} | {row.median:.2f} | {row.low:.2f} and {row.high:.2f} | "
            f"{100 * row.within_2:.0f}% | {row.worst:.1f} |"
        )


def interview_rows() -> Iterator[str]:
    """Yield whether the interview reaches the answer of the full profile."""
    from statistics import median

    knowledge = load_knowledge()
    found = [interview.interview(full, knowledge) for full in interview.full_profiles(everything=False).values()]
    reached = sum(row.reached == row.wanted for row in found)
    yield (
        f"The interview reaches the answer of the full profile on {reached} of {len(found)} examples, with "
        f"{median(len(row.asked) for row in found):g} questions at the median."
    )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    print(*situation_rows(), "", *interview_rows(), "", sep="\n")
    if folder.is_dir():
        print(*gain_rows(folder), "", *published_differences.rows(folder), "", sep="\n")
    print(*estimator_rows(), sep="\n")


if __name__ == "__main__":
    main()
