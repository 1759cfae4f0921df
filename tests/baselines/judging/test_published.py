"""What published results and a measurement say together: limits, symmetry, an oracle, calibration, the catalogue."""

import math
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from advisor.advice.catalogue import catalogue_problems
from advisor.baselines.judging.published import Probabilities, Published, posterior, published_for
from advisor.source.bundled import bundled_folder
from tests.bounds import examples

ROOT = Path(__file__).resolve().parents[3]
EVIDENCE = ROOT.parent / "shared" / "evidence"
FILE = bundled_folder("rules") / "catalogue" / "published.yaml"
ENTRIES = {entry["id"]: entry for entry in yaml.safe_load(FILE.read_text("utf-8"))}
PAGE = ROOT / "docs" / "explanation" / "how-good-it-is.md"
TABLES = published_for("tabular", "deep")

quick = examples(200)
estimates = st.floats(-50, 50)
errors = st.floats(-3, 3).map(lambda power: 10**power)
freedoms = st.sampled_from([1.0, 4.0, 24.0, math.inf])
margins = st.sampled_from([0.0, 0.5, 1.0, 3.0])
priors = st.builds(
    Published,
    structure=st.just("tabular"),
    approach=st.just("deep"),
    location=st.floats(-3, 3),
    scale=st.floats(0.05, 20),
    degrees_of_freedom=st.sampled_from([0.7, 1.5, 5.0, 40.0, math.inf]),
    source=st.just(""),
    data_sets=st.just(100),
)


def student(location, scale, freedom):
    """Return scipy's distribution of a prior or a likelihood."""
    return stats.norm(location, scale) if math.isinf(freedom) else stats.t(freedom, location, scale)


def prior_of(published):
    return student(published.location, published.scale, published.degrees_of_freedom)


def shares(distribution, margin):
    return Probabilities(
        distribution.sf(margin), distribution.cdf(margin) - distribution.cdf(-margin), distribution.cdf(-margin)
    )


# -- the integral -----------------------------------------------------------------------------------------


def log_kernel(location, scale, freedom):
    if math.isinf(freedom):
        return lambda x: -(((x - location) / scale) ** 2) / 2
    return lambda x: -(freedom + 1) / 2 * math.log1p(((x - location) / scale) ** 2 / freedom)


def by_quadrature(published, estimate, error, freedom, margin):
    """Return the same by adaptive quadrature between points that no mode can hide between."""
    prior = log_kernel(published.location, published.scale, published.degrees_of_freedom)
    likelihood = log_kernel(estimate, error, freedom)
    width = min(published.scale, error)
    middle = np.average([estimate, published.location], weights=[error**-2, published.scale**-2])
    steps = width * np.concatenate([[0], np.geomspace(0.1, 1e9, 60)])
    places = np.unique([c + side * steps for c in (estimate, published.location, middle) for side in (-1, 1)])
    top = max(prior(x) + likelihood(x) for x in places)

    def mass(low, high):
        inside = places[(places > low) & (places < high)]
        edges = [max(low, places[0]), *inside, min(high, places[-1])]
        density = lambda x: math.exp(prior(x) + likelihood(x) - top)  # noqa: E731
        return sum(integrate.quad(density, *ends, epsabs=1e-13)[0] for ends in pairwise(edges))

    parts = [mass(margin, math.inf), mass(-margin, margin), mass(-math.inf, -margin)]
    return Probabilities(*(part / sum(parts) for part in parts))


@examples(40)
@given(priors, estimates, errors, freedoms, margins)
def test_the_integral_is_that_of_adaptive_quadrature(published, estimate, error, freedom, margin):
    found = posterior(published, estimate, error, freedom, margin)
    assert found == pytest.approx(by_quadrature(published, estimate, error, freedom, margin), abs=1e-5)


def test_two_normals_have_a_normal_posterior():
    published = Published("tabular", "deep", -1.0, 2.0, math.inf, "", 100)
    for estimate, error in product((-40.0, 0.0, 3.0, 1e4), (1e-3, 0.5, 2.0, 1e3)):
        variance = 1 / (1 / 4 + 1 / error**2)
        exact = stats.norm(variance * (-1 / 4 + estimate / error**2), math.sqrt(variance))
        assert posterior(published, estimate, error, math.inf) == pytest.approx(shares(exact, 1.0), abs=1e-6)


@quick
@given(st.none() | priors, estimates, errors, freedoms, margins)
def test_they_are_probabilities(published, estimate, error, freedom, margin):
    found = posterior(published, estimate, error, freedom, margin)
    assert min(found) >= 0
    assert sum(found) == pytest.approx(1)


@quick
@given(st.none() | priors, estimates, errors, freedoms, margins)
def test_exchanging_the_families_exchanges_the_answers(published, estimate, error, freedom, margin):
    mirrored = published and published._replace(location=-published.location)
    found = posterior(published, estimate, error, freedom, margin)
    assert posterior(mirrored, -estimate, error, freedom, margin) == pytest.approx(found[::-1], abs=1e-9)


@quick
@given(st.none() | priors, estimates, st.floats(0.01, 20), errors, margins)
def test_a_larger_estimate_never_speaks_against_the_network(published, estimate, more, error, margin):
    # with normal noise; under Student's t a far estimate counts as an outlier, and rightly says less
    before, after = (posterior(published, at, error, math.inf, margin) for at in (estimate, estimate + more))
    assert after.network >= before.network - 1e-9
    assert after.classical <= before.classical + 1e-9


# -- its limits -------------------------------------------------------------------------------------------


@quick
@given(estimates, errors, freedoms, margins)
def test_without_a_prior_the_data_speak_alone(estimate, error, freedom, margin):
    expected = shares(student(estimate, error, freedom), margin)
    assert posterior(None, estimate, error, freedom, margin) == pytest.approx(expected, abs=1e-9)


@quick
@given(st.floats(-3, 3), st.floats(0.1, 5), freedoms, margins)
def test_a_prior_flatter_and_flatter_leaves_what_the_data_say(estimate, error, freedom, margin):
    flat = Published("tabular", "deep", 0.0, 1e7, 1.0, "", 100)
    alone = posterior(None, estimate, error, freedom, margin)
    assert posterior(flat, estimate, error, freedom, margin) == pytest.approx(alone, abs=1e-4)


@quick
@given(priors, st.sampled_from([-30.0, -1.1, -0.9, 0.0, 0.9, 1.1, 30.0]), freedoms)
def test_exact_data_win(published, estimate, freedom):
    certain = Probabilities(float(estimate > 1), float(abs(estimate) < 1), float(estimate < -1))
    assert posterior(published, estimate, 0.0, freedom) == certain
    if not math.isinf(published.degrees_of_freedom):  # a normal prior may hold a distant estimate to be impossible
        assert posterior(published, estimate, 1e-6, math.inf) == pytest.approx(certain, abs=1e-4)


@quick
@given(priors, st.floats(-3, 3), freedoms, margins)
def test_data_that_say_nothing_leave_the_prior(published, estimate, freedom, margin):
    expected = shares(prior_of(published), margin)
    assert posterior(published, estimate, math.inf, freedom, margin) == pytest.approx(expected, abs=1e-9)
    if published.degrees_of_freedom > 1:
        assert posterior(published, estimate, 1e7, freedom, margin) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("freedom", [1.0, 24.0, math.inf])
@pytest.mark.parametrize(("estimate", "error"), [(1e200, 1e-3), (1e300, 1e3), (1e15, 1e-3), (40.0, 1e-300)])
def test_extremes_neither_overflow_nor_vanish(estimate, error, freedom):
    with np.errstate(all="raise", under="ignore"):
        found = posterior(TABLES, estimate, error, freedom)
        other = posterior(TABLES, -estimate, error, freedom)
    assert found.network == pytest.approx(1, abs=1e-6) or freedom == 1.0
    assert other.classical == pytest.approx(1, abs=1e-6) or freedom == 1.0
    assert (sum(found), sum(other)) == pytest.approx((1, 1))


def test_an_estimate_lost_in_its_own_noise_leaves_the_prior():
    expected = shares(prior_of(TABLES), 1.0)
    assert posterior(TABLES, 1e200, 1e200, 5) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((math.nan, 1.0, 4.0), "the estimate must be a finite number, not nan"),
        ((0.0, math.nan, 4.0), "the standard error must be at least 0, not nan"),
        ((0.0, -1.0, 4.0), "the standard error must be at least 0, not -1.0"),
        ((0.0, 1.0, 0.0), "the degrees of freedom must be above 0, not 0.0"),
        ((0.0, 1.0, 4.0, -1.0), "the margin must be finite and at least 0, not -1.0"),
    ],
)
def test_what_is_no_measurement_is_refused(arguments, problem):
    with pytest.raises(ValueError, match=problem):
        posterior(TABLES, *arguments)


def test_neither_prior_nor_data_is_refused():
    with pytest.raises(ValueError, match="nothing is known"):
        posterior(None, 0.0, math.inf, 4.0)


# -- do the probabilities mean what they say? -------------------------------------------------------------


def calibration_error(published, true, error, sets=100_000):
    """Return how far stated probabilities are from frequencies, the mean over tenths, the worse of both winners."""
    rng = np.random.default_rng(0)
    true_differences = true.rvs(sets, random_state=rng)
    measured = true_differences + rng.normal(0, error, sets)
    ends = np.quantile(measured, [1e-5, 1 - 1e-5])
    at = np.unique(np.concatenate([np.linspace(-6, 6, 200) * max(1, error), np.linspace(*ends, 50)]))
    stated = np.array([posterior(published, estimate, error, math.inf) for estimate in at])
    found = []
    for column, happened in ((0, true_differences > 1), (2, true_differences < -1)):
        probability = np.interp(measured, at, stated[:, column])
        tenth = np.minimum((probability * 10).astype(int), 9)
        found.append(np.abs(np.bincount(tenth, probability - happened)).sum() / sets)
    return max(found)


@pytest.mark.slow
@pytest.mark.parametrize("structure", ["tabular", "time-series"])
@pytest.mark.parametrize("error", [0.2, 0.5, 1.0, 3.0])
def test_under_the_prior_the_probabilities_are_calibrated(structure, error):
    published = published_for(structure, "deep")
    assert calibration_error(published, prior_of(published), error) <= 0.03


# A wrong prior matters as much as the data leave to it: in standard errors of so many ROPE it does not matter.
WRONG = {
    "centre up": (lambda prior: prior._replace(location=prior.location + 1), 0.4),
    "centre down": (lambda prior: prior._replace(location=prior.location - 1), 0.4),
    "half as wide": (lambda prior: prior._replace(scale=prior.scale / 2), 1.0),
    "twice as wide": (lambda prior: prior._replace(scale=prior.scale * 2), 1.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("structure", ["tabular", "time-series"])
@pytest.mark.parametrize("name", WRONG)
def test_a_prior_that_is_wrong_costs_little_where_the_data_are_sharp(structure, name):
    moved, sharp = WRONG[name]
    published = published_for(structure, "deep")
    for error in (sharp / 4, sharp / 2, sharp):
        assert calibration_error(published, prior_of(moved(published)), error) <= 0.06
    assert calibration_error(published, prior_of(moved(published)), 5 * sharp) > 0.06  # and no more than that is said


# -- the catalogue ----------------------------------------------------------------------------------------


def test_a_prior_belongs_to_a_structure_an_approach_and_a_task():
    assert TABLES == published_for("tabular", "deep", "binary") == published_for("tabular", "deep", "regression")
    assert TABLES.location == ENTRIES["networks-on-tables"]["location"]
    assert TABLES.scale == pytest.approx(3 * ENTRIES["networks-on-tables"]["scale"])
    assert published_for("sensor", "deep", "multiclass").data_sets == 56
    assert published_for("sensor", "deep", "regression") is None
    for structure, approach in (
        ("tabular", "transfer"),
        ("image", "transfer"),
        ("text", "transfer"),
        ("graph", "deep"),
    ):
        assert published_for(structure, approach) is None


def test_what_is_published_says_how_often_each_answer_is_right():
    yes, equal, no = posterior(TABLES, 0.0, math.inf, 1.0)
    published = ENTRIES["networks-on-tables"]["shares"]
    assert yes == pytest.approx(published["yes"], abs=0.1)
    assert equal == pytest.approx(published["equal"], abs=0.1)
    assert no == pytest.approx(published["no"], abs=0.1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"scale": 0}, "scale must be a number above 0"),
        ({"location": "left"}, "location must be a number"),
        ({"structures": ["tables"]}, "structures: unknown value tables"),
        ({"tasks": "regression"}, "tasks must be a list"),
        ({"network": "neural"}, "network is not one of none, classical, hybrid, transfer, deep"),
        ({"shares": {"yes": 1}}, "shares must give a number for each of equal, no, yes"),
        ({"sources": ["hearsay"]}, "sources: unknown value hearsay"),
        ({"date": 2026}, "date must be text"),
        ({"sd": 1}, "missing [], unknown ['sd']"),
    ],
)
def test_a_mistake_in_an_entry_is_a_finding(change, problem):
    entry = ENTRIES["networks-on-tables"] | change
    source = {"id": "talent-2024", "title": "TALENT", "where": "its files", "year": 2024, "status": "looked-up"}
    found = catalogue_problems({"published": [entry], "sources": [source]})
    assert found == [f"catalogue/published: networks-on-tables: {problem}"]


@pytest.mark.slow  # fits
@pytest.mark.skipif(not EVIDENCE.is_dir(), reason="the published results are not part of the repository")
@pytest.mark.parametrize("name", ENTRIES)
def test_the_figures_are_those_of_the_published_results(name):
    differences = import_module("tests.benchmarks.published_differences")
    computed = differences.entry(differences.FITS[name](EVIDENCE))
    assert computed == {key: ENTRIES[name][key] for key in computed}
    assert set(computed) >= {"location", "scale", "degrees_of_freedom", "widening", "n", "shares"}
