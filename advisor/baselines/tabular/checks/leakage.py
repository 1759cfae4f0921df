"""Detect target leakage: columns that give the target away by value, by blanks or by arithmetic."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from advisor.baselines.tabular.checks.arithmetic import find_formulas
from advisor.baselines.tabular.checks.predictive_power import (
    Target,
    explained_alone,
    explained_together,
    make_folds,
    sample_rows,
)
from advisor.baselines.tabular.column_names import named, words
from advisor.reports.baseline import SEVERITIES

if TYPE_CHECKING:
    import numpy.typing as npt

    from advisor.baselines.tabular.checks.predictive_power import Codes, Floats, Folds

    Mask = npt.NDArray[np.bool_]

NINE_TENTHS = 0.9
NINE_TENTHS_OF_VARIANCE = 1 - (1 - NINE_TENTHS) ** 2  # which leaves a tenth of the standard deviation
EIGHT_TENTHS = 0.8  # of the entropy of classes
_TIMES_LEFT = 3  # how much more of the entropy all other columns have to leave unexplained
_MOST_AT_EIGHT_TENTHS = 3  # with more columns that explain so much, the task is easy
_FEWEST_ROWS = 20  # below which nothing can be said
_FEWEST_EQUAL = 5  # rows without the most frequent value, below which two columns may agree by chance
_IMPROBABLE = -23.0  # natural logarithm of about 1e-10
_MOST_NAMESAKES = 3  # with more, the names only number the columns


class Leak(NamedTuple):
    """Columns that give the target away.

    Attributes
    ----------
    columns : tuple of str
        One column, or several that give it away together.
    severity : str
        error where the columns give the target away, warning where they deserve a look, note where much is explained
        but nothing points to a leak.
    message : str
        A sentence with the figures.
    """

    columns: tuple[str, ...]
    severity: str
    message: str


def find_leaks(
    frame: pd.DataFrame,
    kinds: Mapping[str, str],
    target: Target,
    *,
    groups: "Codes | None" = None,
    in_order: bool = False,
    seed: int = 0,
) -> tuple[Leak, ...]:
    """Return the columns that leak the target, the most certain ones first.

    A column leaks if it repeats the target, if it alone, cross-validated, closes nine tenths of the way from always
    giving the same answer to a perfect one, if its blanks do, or if the target is simple arithmetic on it and a few
    others. A column whose values give so much away is acquitted where the other columns do as well without it:
    then the task is easy, and nothing points to a leak.

    Parameters
    ----------
    frame : pandas.DataFrame
        The columns to look at, without the target; rows without a target left out.
    kinds : mapping of str to str
        The kind of each column.
    target : Target
        The target of the same rows.
    groups : numpy.ndarray of shape (rows,) or None
        Rows with the same number depend on each other: what reveals the group must not pass for revealing the target.
    in_order : bool
        Whether neighbouring rows are alike, so that folds have to be blocks of the file.
    seed : int
        Of the sample of rows and the folds.

    Notes
    -----
    Of classes, nine tenths of the entropy have to be explained. Of values it is nine tenths of the standard deviation,
    which are 0.99 of the variance, of the values as of their ranks, so that neither a few outliers nor an order alone
    suffices; columns that explain 0.9 of the variance, or 0.8 of the entropy, and far more than all others together,
    are worth a warning.
    """
    if target.rows < _FEWEST_ROWS or not len(frame.columns):
        return ()
    sample = sample_rows(target, seed)
    small, less = frame.iloc[sample].reset_index(drop=True), target.take(sample)
    found = [*_repeats(frame, small, kinds, target, less), *_blanks(frame, target)]
    rest = _without(found, small)
    if less.values is not None:
        formulas = find_formulas(small[rest], kinds, less.values, target.name)
        found += [Leak(item.columns, "error" if item.plain else "warning", item.message) for item in formulas]
        rest = _without(found, small)
    units = np.arange(less.rows) if groups is None else pd.factorize(groups[sample])[0]
    folds = make_folds(units, in_order, seed)
    looked_at = [column for column in rest if kinds[column] in ("numeric", "categorical")]
    shares = {column: explained_alone(small[column], less, folds) for column in looked_at}
    suspects = [column for column in looked_at if shares[column] >= NINE_TENTHS]
    others = [column for column in rest if column not in suspects]
    if suspects:
        without = explained_together(small[others], kinds, less, folds, seed) if others else None
        if not others and len(suspects) > 1:
            without = sorted(shares[column] for column in suspects)[-2]
        level = NINE_TENTHS if less.values is None else NINE_TENTHS_OF_VARIANCE
        found += [leak for column in suspects for leak in _suspect(column, shares[column], without, level, target.name)]
    else_known = {column: share for column, share in shares.items() if column not in suspects}
    if less.values is None:
        found += _far_ahead(small[others], kinds, less, folds, seed, else_known)
    warned = {column for leak in found for column in leak.columns}
    found += _namesakes({column: else_known[column] for column in else_known if column not in warned}, target.name)
    return tuple(sorted(found, key=lambda leak: SEVERITIES.index(leak.severity)))


def _without(found: list[Leak], frame: pd.DataFrame) -> list[str]:
    known = {column for leak in found if leak.severity == "error" for column in leak.columns}
    return [column for column in frame.columns if column not in known]


def _suspect(column: str, share: float, without: float | None, level: float, target: str) -> Iterator[Leak]:
    """Yield what a column is that explains `share` of the target, where all columns but such explain `without`."""
    alone = _alone(column, share, target)
    if without is None:
        yield Leak((column,), "warning", f"{alone}, and there is no other column to compare it with")
    elif share >= level and without >= level:
        easy = f"{alone}; the other columns explain {_percent(without)} without it, so the task is easy"
        yield Leak((column,), "note", easy)
    elif 1 - share <= (1 - without) / 2:  # otherwise it may just be the best one of many that go together
        severity = "error" if share >= level else "warning"
        yield Leak((column,), severity, _compared(column, share, without, target))


def _far_ahead(
    frame: pd.DataFrame,
    kinds: Mapping[str, str],
    target: Target,
    folds: "Folds",
    seed: int,
    shares: Mapping[str, float],
) -> Iterator[Leak]:
    """Yield columns that alone explain most of the classes where all others, its recodings aside, leave far more."""
    ahead = [column for column in frame.columns if shares.get(column, 0.0) >= EIGHT_TENTHS]
    if len(ahead) > _MOST_AT_EIGHT_TENTHS:
        return
    codes = {column: pd.factorize(frame[column], use_na_sentinel=False)[0] for column in ahead}
    for column in ahead:
        twins = [other for other in ahead if _one_to_one(codes[column], codes[other])]
        others = [other for other in frame.columns if other != column and other not in twins]
        if others:
            without = explained_together(frame[others], kinds, target, folds, seed)
            if _TIMES_LEFT * (1 - shares[column]) <= 1 - without:
                yield Leak((column,), "warning", _compared(column, shares[column], without, target.name))


def _compared(column: str, share: float, without: float, target: str) -> str:
    return f"{_alone(column, share, target)}, all others together {_percent(max(without, 0))}"


def _alone(column: str, share: float, target: str) -> str:
    return f"{named(column)} alone explains {_percent(share)} of {named(target)} on rows not seen before"


def _percent(share: float) -> str:
    return f"{min(share, 0.999):.1%}" if share > 0.985 else f"{share:.0%}"


def _repeats(
    frame: pd.DataFrame, small: pd.DataFrame, kinds: Mapping[str, str], target: Target, less: Target
) -> Iterator[Leak]:
    """Yield columns that repeat the target; what a sample shows is checked on all rows."""
    for column in frame.columns:
        if kinds[column] == "empty" or not _how_repeated(small[column], less, kinds[column]):
            continue
        how = _how_repeated(frame[column], target, kinds[column])
        if how:
            yield Leak((column,), "error", f"{named(column)} {how}: it repeats the target")


def _how_repeated(values: pd.Series, target: Target, kind: str) -> str:
    """Return how a column repeats the target, as what is said of the column, or nothing."""
    present = values.notna().to_numpy()
    name = named(target.name)
    if present.mean() < 0.5:
        return ""
    codes = pd.factorize(values[present])[0]
    if target.values is None:
        return f"has one value for each class of {name}" if _one_to_one(codes, target.codes()[present]) else ""
    target_values = target.values[present]
    if kind == "numeric":
        numbers = values[present].to_numpy(float)
        same = np.isclose(numbers, target_values, rtol=1e-9, atol=0)
        if _equals_often(same, target.codes()[present]):
            return f"equals {name} in {same.mean():.0%} of the rows"
        if numbers.std() > 0 and target_values.std() > 0 and abs(np.corrcoef(numbers, target_values)[0, 1]) > 1 - 1e-9:
            return f"is {name} in another unit"
        if _same_order(numbers, target_values):
            return f"puts all rows in the order of {name}"
    repeated = int(codes.max()) < len(codes) // 2
    same_rows = repeated and _one_to_one(codes, target.codes()[present])
    return f"has one value for each value of {name}" if same_rows else ""


def _same_order(numbers: "Floats", target_values: "Floats") -> bool:
    """Whether two columns rise together, or one falls as the other rises, equal where the other is equal."""
    if len(np.unique(target_values)) <= _FEWEST_ROWS:
        return False
    order, others = pd.Series(numbers).rank().to_numpy(), pd.Series(target_values).rank().to_numpy()
    return bool((order == others).all() or (order == len(order) + 1 - others).all())


def _equals_often(same: "Mask", codes: "Codes") -> bool:
    """Whether two columns are equal in half of the rows or more, the target's most frequent value, as 0, left aside."""
    counts = np.bincount(codes)
    rarer = codes != counts.argmax()
    return len(counts) > 20 and int(rarer.sum()) >= _FEWEST_ROWS and float(same[rarer].mean()) >= 0.5


def _one_to_one(left: "Codes", right: "Codes") -> bool:
    """Whether each value of one has its own value of the other, in more rows than a few chance ones."""
    pairs = len(np.unique(left.astype(np.int64) * (int(right.max()) + 1) + right))
    few = len(right) - int(np.bincount(right).max()) < _FEWEST_EQUAL
    return pairs == len(np.unique(left)) == len(np.unique(right)) and pairs > 1 and not few


def _blanks(frame: pd.DataFrame, target: Target) -> Iterator[Leak]:
    """Yield columns whose blanks predict the target, which blanks do for no natural reason."""
    for column in frame.columns:
        blank = frame[column].isna().to_numpy()
        if not 0 < blank.sum() < len(blank):
            continue
        target_values = target.values
        how = _blanks_of_classes(blank, target) if target_values is None else _blanks_of_values(blank, target_values)
        if how:
            yield Leak((column,), "error", how.format(column=named(column), target=named(target.name)))


def _blanks_of_values(blank: "Mask", target_values: "Floats") -> str:
    if min(int(blank.sum()), int((~blank).sum())) < _FEWEST_ROWS or target_values.var() == 0:
        return ""
    within = sum(float(target_values[side].var()) * float(side.mean()) for side in (blank, ~blank))
    share = 1 - within / float(target_values.var())
    return f"whether {{column}} is blank explains {share:.0%} of {{target}}" if share >= NINE_TENTHS else ""


def _blanks_of_classes(blank: "Mask", target: Target) -> str:
    classes = target.codes()
    counts = np.bincount(classes)
    table = np.array([np.bincount(classes[side], minlength=len(counts)) for side in (~blank, blank)])
    errors = float(1 - counts.max() / len(classes))  # of always giving the same answer
    closed = 1 - float(1 - table.max(axis=1).sum() / len(classes)) / errors if errors > 0 else 0.0
    if closed >= NINE_TENTHS:
        return (
            f"whether {{column}} is blank predicts {{target}}: that rule makes {closed:.0%} fewer errors than always "
            f"giving the same answer ({int((~blank).sum()):,} rows have a value)"
        )
    side = _pure_side(table, counts) if len(counts) == 2 else None
    if side is None:
        return ""
    return f"all {table[side].sum():,} rows where {{column}} is {('filled', 'blank')[side]} have the same {{target}}"


def _pure_side(table: "Codes", counts: "Codes") -> int | None:
    """Return which side (0 filled, 1 blank) has rows of one class only where chance would not give that."""
    shares = counts / counts.sum()
    for side in (0, 1):
        rows, pure = int(table[side].sum()), int(table[side].argmax())
        improbable = rows * np.log(shares[pure]) < _IMPROBABLE
        if table[side, pure] == rows and improbable and rows >= 0.05 * counts.sum():
            return side
    return None


def _namesakes(shares: Mapping[str, float], target: str) -> Iterator[Leak]:
    """Yield columns named much like the target that alone explain half of it: another record of the same thing."""
    alikes = [column for column in shares if alike(column, target)]
    if len(alikes) > _MOST_NAMESAKES:
        return
    for column in alikes:
        if shares[column] >= 0.5:
            yield Leak(
                (column,),
                "warning",
                f"{named(column)} is named like {named(target)} and alone explains {shares[column]:.0%} of it: is it "
                "known when the prediction is made?",
            )


def alike(name: str, other: str) -> bool:
    """Whether two names share most of their words, or differ by their numbers only.

    Examples
    --------
    >>> alike("G2", "G3"), alike("salary", "salary_in_usd"), alike("item_name", "item_price")
    (True, True, False)
    """
    mine, theirs = set(words(name)), set(words(other))
    if not mine or not theirs:
        return False
    if mine <= theirs or theirs <= mine or 2 * len(mine & theirs) >= len(mine | theirs):
        return True
    return _letters(name) == _letters(other) != ""


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalpha())
