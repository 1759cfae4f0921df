"""What is checked of texts before any model is fitted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.reports.baseline import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from advisor.baselines.tabular.task import Task

CONFLICTS_WARNED = 0.02


def alike(frame: "pd.DataFrame", texts: Sequence[str]) -> "npt.NDArray[np.int64]":
    """Return a number for each row, the same for texts that differ in case, accents, spaces or punctuation only.

    Examples
    --------
    >>> import pandas as pd
    >>> alike(pd.DataFrame({"message": ["Call now!", "call NOW", "later"]}), ["message"]).tolist()
    [0, 0, 1]
    """
    import pandas as pd

    from advisor.baselines.text.models.vectors import joined_texts

    joined = pd.Series(joined_texts(frame, texts), dtype="str").str.normalize("NFKD").str.casefold()
    letters = joined.str.replace(r"[\W_]+", "", regex=True)
    bare = letters.where(letters != "", joined)  # texts of signs alone are told apart by them
    codes: npt.NDArray[np.int64] = pd.factorize(bare)[0].astype("int64")
    return codes


def check_texts(frame: "pd.DataFrame", texts: Sequence[str], target: str, task: "Task") -> tuple[Check, ...]:
    """Return that texts repeat each other, and that the same text has different labels."""
    known = frame[frame[target].notna()]
    codes = alike(known, texts)
    repeats = len(codes) - (int(codes.max(initial=-1)) + 1)
    if not repeats or task.kind == "regression":
        return ()
    labels = known[target].astype(str).to_numpy()
    ceiling = _most_that_can_be_right(codes, labels)
    wrong = len(codes) - ceiling
    if not wrong:
        return ()
    return (
        Check(
            "conflicting-labels",
            "warning" if wrong >= CONFLICTS_WARNED * len(codes) else "note",
            texts[0],
            f"the same text has different labels: no model of the text can be right in more than {ceiling:,} of "
            f"{len(codes):,} rows",
            "look at these rows, and settle how they are to be labelled",
        ),
    )


def _most_that_can_be_right(codes: "npt.NDArray[np.int64]", labels: "npt.NDArray[np.object_]") -> int:
    import pandas as pd

    counts = pd.DataFrame({"text": codes, "label": labels}).value_counts()
    return int(counts.groupby(level="text").max().sum())
