"""Fit the prior of rules/catalogue/published.yaml: `python tests/benchmarks/published_differences.py FOLDER`.

The folder holds the files that the README of the evidence describes. Printed are the figures of the catalogue, what
they would be under other assumptions, and how well they foretell the differences of a benchmark that took no part.

A difference is the error of the best classical model minus that of the best network, in units of the ROPE that
`advisor baseline` uses for the same metric: errors of classification are shares of wrong answers, and the ROPE of
accuracy is 0.01; that of RMSE is 1% of the RMSE of a constant answer, which TALENT states and the others do not, so
that their regressions are left out. Best classical is the best of three boosted trees, a random forest and a linear
model, best network the best of three; for series of MiniRocket, MultiRocket-Hydra and QUANT, and of three
InceptionTimes.

What was published is the true difference plus the noise of a finite test set. Its variance is taken as NOISE times
that of one model's error: NOISE e (1 - e) / n of a share e of wrong answers in n, NOISE r² / n of an RMSE r. Two models
that err independently would have 2, models that err on the same rows near 0. Boosted trees against the mean of three
plain networks, five folds of 200 to 2,000 rows, had a median of 0.9 on six real sets with classes (0.7 to 1.2) and 0.6
on six with numbers (0.2 to 7), trees against a forest 0.6 and 0.3; the marginal likelihood is highest near 0.4 on
TALENT, whose results are means over 15 seeds of tuned models, and near 0.9 on TabZilla.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import stdtr
from scipy.stats import norm, t

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]

import evidence  # noqa: E402

from advisor.baselines.judging.metrics import rope  # noqa: E402

NOISE = 0.6
# How much of a table is tested on: TALENT and Yandex hold out a fifth, TabZilla has ten folds; UCR 30 resamples.
TESTED = {"TALENT": 0.2, "TabZilla": 1.0, "Yandex TabR+TabM": 0.2, "TabReD": 0.2}
METRICS = {"1-acc": "accuracy", "1-auc": "roc_auc", "rmse": "rmse"}
CLASSICAL = ("error_best_of_3_gbdt", "error_random_forest", "error_linear")
# The catalogue's prior is as much wider than the fit as the benchmark that took no part allows for this loss in nats.
WIDENINGS, ALLOWED_LOSS = (1, 2, 3, 4), 0.05
STEPS = np.linspace(-6, 6, 301)
STEP_WEIGHTS = norm.pdf(STEPS) / norm.pdf(STEPS).sum()


class Difference(NamedTuple):
    """One published difference; `noise` is its standard error, `family` what near-copies share."""

    benchmark: str
    metric: str
    family: str
    value: float
    noise: float


class Fit(NamedTuple):
    """Student's t of the true differences."""

    location: float
    scale: float
    degrees_of_freedom: float

    def widened(self, factor: float) -> "Fit":
        return self._replace(scale=self.scale * factor)

    def shares(self) -> tuple[float, float, float]:
        """Return how many true differences are above 1, within, and below -1."""
        yes, no = (stdtr(self.degrees_of_freedom, (side * self.location - 1) / self.scale) for side in (1, -1))
        return float(yes), float(1 - yes - no), float(no)


def tables(folder: Path, noise: float = NOISE) -> list[Difference]:
    """Return the differences on tables."""
    rows = [row for row in evidence.read(folder / "tabular_results.csv") if row["margin_neural_over_gbdt"]]
    known: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if row["rows"]:
            known.setdefault((row["source"], row["metric"]), []).append(float(row["rows"]))
    found = []
    for row in rows:
        name, metric = evidence.family(row["dataset"]), row["metric"]
        if name == evidence.CORRUPT or (metric == "rmse" and not row["error_dummy"]):
            continue
        # where the number of rows is not published, that of the benchmark's middle set with this metric stands in
        count = float(row["rows"] or np.median(known[row["source"], metric]))
        classical = min(float(row[column]) for column in CLASSICAL if row[column])
        errors = classical, float(row["error_best_of_3_neural"])
        unit = rope(METRICS[metric], float(row["error_dummy"] or "nan"), int(count))
        noise_of = spread(metric, errors, count * TESTED[row["source"]], noise) / unit
        found.append(Difference(row["source"], metric, name, (classical - errors[1]) / unit, noise_of))
    return found


def series(folder: Path, noise: float = NOISE) -> list[Difference]:
    """Return the differences on series."""
    found = []
    for row in evidence.read(folder / "time_series_classification.csv"):
        network, classical = (
            1 - max(float(row[name]) for name in evidence.SERIES[side] if row[name]) for side in ("deep", "classical")
        )
        tested = float(row["train_series"]) + float(row["test_series"])
        unit = rope("accuracy", float("nan"), int(tested))
        noise_of = spread("1-acc", (classical, network), tested, noise) / unit
        found.append(Difference("UCR", "1-acc", row["dataset"], (classical - network) / unit, noise_of))
    return found


def spread(metric: str, errors: tuple[float, float], tested: float, noise: float) -> float:
    """Return the standard error of a difference between two errors."""
    middle = sum(errors) / 2
    if metric == "rmse":
        return float(np.sqrt(noise / tested) * middle)
    return float(np.sqrt(noise * max(middle * (1 - middle), 1 / tested) / tested))


def weights(differences: Sequence[Difference]) -> np.ndarray:
    """Return one vote for each family of near-copies."""
    counts = Counter(difference.family for difference in differences)
    return np.array([1 / counts[difference.family] for difference in differences])


def log_densities(differences: Sequence[Difference], fit: Fit) -> np.ndarray:
    """Return how likely each published difference was: the true one's distribution, with the noise on top."""
    values, noises = (np.array([getattr(one, name) for one in differences])[:, None] for name in ("value", "noise"))
    at = (values - noises * STEPS - fit.location) / fit.scale
    return np.log(t.pdf(at, fit.degrees_of_freedom) @ STEP_WEIGHTS / fit.scale)


def fitted(differences: Sequence[Difference]) -> Fit:
    """Return the distribution of the true differences with the greatest marginal likelihood."""
    votes = weights(differences)

    def loss(parameters: np.ndarray) -> float:
        location, log_scale, log_freedom = parameters
        fit = Fit(location, float(np.exp(log_scale)), float(np.exp(log_freedom)))
        return -float(votes @ log_densities(differences, fit))

    best = min(
        (minimize(loss, (0, start, 0.3), method="Nelder-Mead", options={"xatol": 1e-4}) for start in (-1.0, 0.5)),
        key=lambda result: result.fun,
    )
    location, log_scale, log_freedom = best.x
    return Fit(round(float(location), 2), round(float(np.exp(log_scale)), 2), round(float(np.exp(log_freedom)), 2))


def log_score(differences: Sequence[Difference], fit: Fit) -> float:
    """Return the mean log density of a data set."""
    return float(np.average(log_densities(differences, fit), weights=weights(differences)))


def published_shares(differences: Sequence[Difference]) -> tuple[float, float, float]:
    """Return how many published differences are above 1, within, and below -1."""
    values, votes = np.array([one.value for one in differences]), weights(differences)
    yes, no = (float(np.average(side * values > 1, weights=votes)) for side in (1, -1))
    return yes, 1 - yes - no, no


def foretold_shares(differences: Sequence[Difference], fit: Fit) -> tuple[float, float, float]:
    """Return the same as the distribution foretells it, noise on top."""
    noises, votes = np.array([one.noise for one in differences])[:, None], weights(differences)
    yes, no = (
        float(
            np.average(
                stdtr(fit.degrees_of_freedom, (side * fit.location + noises * STEPS - 1) / fit.scale) @ STEP_WEIGHTS,
                weights=votes,
            )
        )
        for side in (1, -1)
    )
    return yes, 1 - yes - no, no


class Judged(NamedTuple):
    """What was fitted on, what it was judged on, and how wide the prior may be."""

    fitted_on: list[Difference]
    judged_on: list[Difference]
    fit: Fit
    widening: int


def judged(fitted_on: list[Difference], judged_on: list[Difference]) -> Judged:
    """Fit on some data sets, and widen as far as the others allow."""
    fit = fitted(fitted_on)
    least = log_score(judged_on, fit) - ALLOWED_LOSS
    widening = max(factor for factor in WIDENINGS if log_score(judged_on, fit.widened(factor)) >= least)
    return Judged(fitted_on, judged_on, fit, widening)


@cache
def on_tables(folder: Path, noise: float = NOISE) -> Judged:
    """Fit on TALENT, whose networks are of today, and judge on the data sets of the others that TALENT lacks."""
    every = tables(folder, noise)
    talent = [one for one in every if one.benchmark == "TALENT"]
    families = {one.family for one in talent}
    return judged(talent, [one for one in every if one.benchmark != "TALENT" and one.family not in families])


@cache
def on_series(folder: Path, noise: float = NOISE) -> Judged:
    """Fit on every second data set of the one benchmark there is, and judge on the others."""
    every = series(folder, noise)
    return judged(every[::2], every[1::2])


FITS = {"networks-on-tables": on_tables, "networks-on-series": on_series}
TITLES = {
    "networks-on-tables": "tables: fitted on TALENT, judged on the data sets that only others have",
    "networks-on-series": "series: fitted on one half of UCR, judged on the other",
}


def entry(found: Judged) -> dict[str, object]:
    """Return the figures of the catalogue."""
    yes, equal, no = (round(share, 2) for share in published_shares(found.fitted_on))
    return {
        "location": found.fit.location,
        "scale": found.fit.scale,
        "degrees_of_freedom": found.fit.degrees_of_freedom,
        "widening": found.widening,
        "n": {"data_sets": len(found.fitted_on), "distinct": round(float(weights(found.fitted_on).sum()))},
        "shares": {"yes": yes, "equal": equal, "no": no},
    }


def rows(folder: Path) -> Iterator[str]:
    """Yield how well the priors foretell what they were not fitted on, as Markdown."""
    yield "| prior | location, scale, degrees of freedom | log score | yes, equal, no |"
    yield "|---|---|---|---|"
    for name, fit_of in FITS.items():
        found = fit_of(folder)
        others, count = found.judged_on, round(float(weights(found.judged_on).sum()))
        yield f"| **{TITLES[name]}** ({count}) | | | published {_shares(published_shares(others))} |"
        priors = {
            "as shipped": found.fit.widened(found.widening),
            "as fitted": found.fit,
            "fitted on these very sets": fitted(others),
            "a normal distribution": normal(found.fitted_on),
        }
        for title, prior in priors.items():
            figures = f"{prior.location:.2f}, {prior.scale:.2f}, {_freedom(prior)}"
            shares = _shares(foretold_shares(others, prior))
            yield f"| {title} | {figures} | {log_score(others, prior):.2f} | {shares} |"


def normal(differences: Sequence[Difference]) -> Fit:
    """Return the normal distribution of the same mean and variance, less the noise."""
    values, votes = np.array([one.value for one in differences]), weights(differences)
    mean = np.average(values, weights=votes)
    variance = np.average((values - mean) ** 2 - np.array([one.noise for one in differences]) ** 2, weights=votes)
    return Fit(float(mean), float(np.sqrt(variance)), 1e6)


def _shares(shares: tuple[float, float, float]) -> str:
    return ", ".join(f"{share:.0%}" for share in shares)


def _freedom(fit: Fit) -> str:
    return "infinite" if fit.degrees_of_freedom > 1000 else f"{fit.degrees_of_freedom:.2f}"


def main() -> None:
    folder = Path(sys.argv[1])
    print("\n".join(rows(folder)))
    for name, fit_of in FITS.items():
        found = fit_of(folder)
        print(f"\n{name}")
        for key, value in entry(found).items():
            print(f"  {key}: {value}")
        print(f"  true shares, as shipped: {_shares(found.fit.widened(found.widening).shares())}")
        print(f"  true shares, as fitted: {_shares(found.fit.shares())}")
        for noise in (0.0, 0.3, 0.9):
            other = fit_of(folder, max(noise, 1e-6))
            print(f"  with a noise of {noise}: {tuple(other.fit)}, widened by {other.widening}")
    every = tables(folder)
    for benchmark in TESTED:
        for metric in METRICS:
            part = [one for one in every if (one.benchmark, one.metric) == (benchmark, metric)]
            if len(part) >= 10:
                shares = _shares(published_shares(part))
                print(f"\n{benchmark}, {metric}: {len(part)} sets, {shares}, {tuple(fitted(part))}")


if __name__ == "__main__":
    main()
