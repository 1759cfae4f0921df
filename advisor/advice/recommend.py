"""The whole answer to one profile, before or after a measurement on its data."""

from typing import TYPE_CHECKING

from advisor.advice.knowledge import Knowledge, bundled_knowledge
from advisor.advice.recommendation.assemble import assemble
from advisor.profile.reader import Profile
from advisor.reports.recommendation import Recommendation

if TYPE_CHECKING:
    from advisor.reports.baseline import BaselineResult


def recommend(
    profile: Profile,
    knowledge: Knowledge | None = None,
    baseline: "BaselineResult | None" = None,
    *,
    sensitivity: bool = True,
) -> Recommendation:
    """Return the whole answer to one profile.

    Parameters
    ----------
    profile : Profile
        From `load_profile` or `read_profile`.
    knowledge : Knowledge, optional
        From `load_knowledge`; the bundled rules and catalogue if not given.
    baseline : BaselineResult, optional
        A measurement on the project's data, from `run_baseline` or `read_results`. Then the answer is the one after
        it, and says whether the one before was confirmed; see `advisor.advice.confirmation.confirm.confirm`.
    sensitivity : bool, optional
        Whether to look for what would change the answer and for the unknown fields that matter (`counterfactuals`,
        `missing`), which takes most of the time. The answer and its probability are the same without.

    Returns
    -------
    Recommendation
        `probability`, `stability`, `scores` and the approaches' probabilities are from 0 to 1, points are tenths of
        decimal log-odds, costs are ranges in US dollars and kilowatt-hours, estimates are in hours, milliseconds and
        megabytes. `approach` is None where the limits leave none.

    Examples
    --------
    >>> from advisor import read_profile
    >>> profile = read_profile(b"task: classification\\ndata: {structure: tabular, labelled: 900}", "p.yaml")
    >>> answer = recommend(profile)
    >>> answer.approach, answer.verdict, len(answer.approaches)
    ('classical', 'ml', 5)
    """
    known = bundled_knowledge() if knowledge is None else knowledge
    if baseline is None:
        return assemble(profile, known, sensitivity=sensitivity)
    from advisor.advice.confirmation.confirm import confirm

    return confirm(profile, known, baseline, sensitivity=sensitivity)
