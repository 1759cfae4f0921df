"""JSON of `advisor baseline`: the contract's keys in the contract's order, each with its schema."""

import math
from collections.abc import Mapping
from typing import Any

from advisor.render.layout.json_keys import (
    AMOUNT,
    COUNT,
    FLAG,
    NAMES,
    NUMBER,
    SHARE,
    TEXT,
    TOOL,
    Key,
    Schema,
    as_read,
    constant,
    enum,
    json_text,
    key,
    nullable,
    record,
    row_schema,
    rows,
    serialise,
)
from advisor.render.view import View
from advisor.reports.baseline import (
    BASELINE_SCHEMA_VERSION,
    BASELINE_VERDICTS,
    CHECKS,
    FAMILIES,
    PAYS_ANSWERS,
    SEVERITIES,
    STATUSES,
    BaselineResult,
)
from advisor.reports.recommendation import APPROACHES, CONFIRMATIONS


def render(result: BaselineResult, view: View) -> str:  # noqa: ARG001 - every format takes the view
    """Return the result as one object."""
    return json_text(content(result))


def content(result: BaselineResult) -> dict[str, Any]:
    """Return the result as plain data."""
    plain: dict[str, Any] = without_nan(serialise(BASELINE, result))
    return plain


def without_nan(value: Any) -> Any:
    """Return plain data with null for what is not a finite number, which JSON cannot say.

    Examples
    --------
    >>> without_nan({"a": [1.5, float("nan"), float("-inf")]})
    {'a': [1.5, None, None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: without_nan(item) for name, item in value.items()}
    return [without_nan(item) for item in value] if isinstance(value, (list, tuple)) else value


def _interval(doc: str) -> Key:
    ends: Schema = {"type": ["array", "null"], "items": nullable(NUMBER), "minItems": 2, "maxItems": 2}
    return key("ci95", ends, doc)


_TEXT_OR_NULL = nullable(TEXT)
_AMOUNT_OR_NULL = nullable(AMOUNT)
_NUMBER_OR_NULL = nullable(NUMBER)
_SHARE_OR_NULL = nullable(SHARE)
_SCORES: Schema = {"type": "array", "items": _NUMBER_OR_NULL}
_STATUS = enum(*STATUSES)

_DECISION_ROW = (
    key("what", TEXT),
    key("value", TEXT),
    key("why", TEXT),
    key("flag", TEXT, "the option that overrides the decision"),
)
_COLUMN_ROW = (
    key("name", TEXT),
    key("kind", enum("numeric", "categorical", "text", "date", "empty")),
    key("role", enum("feature", "target", "group", "time", "weight", "prediction", "left-out")),
    key("why", TEXT),
    key("missing", _SHARE_OR_NULL, "share of rows without a value"),
    key("distinct", COUNT, "different values"),
)
_DATASET = (
    key("path", TEXT),
    key("sha256", TEXT, "of the file"),
    key("rows", COUNT, "in the file"),
    key("rows_used", COUNT, "that the models saw"),
    key("columns", COUNT),
    key("target", TEXT),
    key("task", enum("binary", "multiclass", "regression", "forecasting")),
    key("task_reason", TEXT),
    key("sampled", FLAG, "whether only a part of the file was read, for lack of memory or time"),
    key("classes", NAMES, "empty where amounts are predicted"),
    key("class_shares", {"type": "array", "items": SHARE}, "of the rows used, in the order of the classes"),
    key("positive", _TEXT_OR_NULL, "the positive class of two"),
    rows("decisions", _DECISION_ROW, "what was decided about the file"),
    rows("columns_read", _COLUMN_ROW, "what was decided about each column"),
    key("structure", TEXT, "the kind of data, such as tabular"),
    key("target_reason", TEXT, "why this target was guessed; empty where it was named"),
    key("stopped_after", nullable(COUNT), "rows after which reading stopped, for lack of time; null: all were read"),
)
_CHECK_ROW = (
    key("id", enum(*CHECKS)),
    key("severity", enum(*SEVERITIES)),
    key("column", _TEXT_OR_NULL, "null for the whole set"),
    key("message", TEXT),
    key("suggestion", TEXT, "what to do about it"),
)
_METRIC = (key("name", TEXT), key("greater_is_better", FLAG))
_FIT_ROW = (
    key("model", TEXT),
    key("repeat", COUNT),
    key("fold", COUNT),
    key("rows", nullable(COUNT), "the most training rows it was given; null: the whole fold"),
    key("steps", nullable(COUNT), "optimiser steps after which its time limit stopped it; null: it finished"),
    key("status", _STATUS),
    key(
        "stage",
        enum("outer", "screen", "inner"),
        "what it was for: a test, the choice of champions, a choice in a fold",
    ),
    key("second_fold", nullable(COUNT), "the other fold that an inner fit leaves out"),
)
_PROTOCOL = (
    record("metric", _METRIC, "the metric that decides", closed=False),
    key("folds", COUNT),
    key("repeats", COUNT),
    key("split", TEXT),
    key("seed", {"type": "integer"}),
    key("budget_s", _AMOUNT_OR_NULL, "null where no clock ran"),
    key("rope", _AMOUNT_OR_NULL, "differences up to this count as equal"),
    key("jobs", COUNT, "fits at a time"),
    key("rows", COUNT, "that the models were compared on"),
    as_read("options", {"type": "object"}, "the options of the call"),
    rows("plan", _FIT_ROW, "every fit in its order: what --replay runs again"),
    key("notes", NAMES, "why the plan is not the whole"),
    key("precision", TEXT, "of the arithmetic in networks"),
    key("threads", COUNT, "of each fit"),
    key("screening_rows", COUNT, "that chose the champions; no fold tests them"),
    key("training_rows", nullable(COUNT), "the most that a fit of the comparison was given; null: the whole part"),
    as_read("contenders", {"type": "object", "additionalProperties": NAMES}, "by family, among which was chosen"),
)
_PREDICT = (
    key("p50", _AMOUNT_OR_NULL, "milliseconds for one row, the whole pipeline"),
    key("p95", _AMOUNT_OR_NULL),
    key("batch_per_row", _AMOUNT_OR_NULL, "milliseconds for a row of a batch"),
    key("model_p50", _AMOUNT_OR_NULL, "milliseconds for one row, the model alone"),
    key("model_p95", _AMOUNT_OR_NULL),
)
_APPROACH_OR_EMPTY = enum(*APPROACHES, "")
_MODEL_ROW = (
    key("id", TEXT),
    key("family", enum(*FAMILIES)),
    key("status", _STATUS),
    key("score", _NUMBER_OR_NULL, "mean over folds, in the metric's own unit"),
    _interval("corrected t over folds"),
    key("fold_scores", _SCORES),
    key("fit_s", _AMOUNT_OR_NULL),
    record("predict_ms", _PREDICT, "time to predict", optional=True, closed=False),
    key("size_mb", _AMOUNT_OR_NULL, "on disk"),
    key("peak_rss_mb", _AMOUNT_OR_NULL, "peak resident memory of the fit"),
    key("note", TEXT, "how it ended"),
    key("title", TEXT),
    key("violates", NAMES, "limits of the profile that it breaks"),
    key("approach", _APPROACH_OR_EMPTY, "empty in a result of an older version"),
    key(
        "role",
        enum("constant", "simple", "champion", ""),
        "constant: the same answer for all; simple: needs no learning; champion: speaks for its family",
    ),
    key("rows", COUNT, "that a fold's fit and test used"),
    key("rows_tested", COUNT, "of them scored, each once a repeat"),
    key("folds", COUNT, "fits that were scored"),
)
_PAIR_ROW = (
    key("first", TEXT, "ml, dl or the id of a model"),
    key("second", TEXT, "ml, dl or the id of a model"),
    key("difference", _NUMBER_OR_NULL, "positive where the first is ahead"),
    _interval("of the difference"),
    key("p_first_better", _SHARE_OR_NULL, "by more than the ROPE"),
    key("p_equal", _SHARE_OR_NULL, "within the ROPE"),
    key("p_second_better", _SHARE_OR_NULL, "by more than the ROPE"),
    key("verdict", enum("first", "second", "equal", "undecided")),
    key("stopped", NAMES, "sides that the budget stopped while they were still improving"),
)
_COMPARISON = (
    key("best_ml", _TEXT_OR_NULL, "id of the best classical model"),
    key("best_dl", _TEXT_OR_NULL, "id of the best network"),
    key("difference", _NUMBER_OR_NULL, "positive where classical is ahead"),
    _interval("of the difference"),
    key("p_ml_better", _SHARE_OR_NULL, "by more than the ROPE"),
    key("p_equal", _SHARE_OR_NULL, "within the ROPE"),
    key("p_dl_better", _SHARE_OR_NULL, "by more than the ROPE"),
    key("beats_dummy", nullable(FLAG), "whether either family does"),
    rows("pairs", _PAIR_ROW, "further comparisons on the same folds"),
    key("stopped", NAMES, "networks that the budget stopped while they were still improving"),
    key("advised_ml", _TEXT_OR_NULL, "id of the model that best_ml comes down to on all rows"),
    key("advised_dl", _TEXT_OR_NULL),
)
_MARGIN = (
    key("value", AMOUNT, "in the metric's own unit"),
    key("unit", TEXT),
    key("from", enum("rope", "profile"), attribute="origin"),
)
_PUBLISHED = (
    key("structure", TEXT),
    key("approach", TEXT),
    key("source", TEXT),
    key("data_sets", COUNT),
)
_SETTLES = (
    key("minutes", _AMOUNT_OR_NULL, "more time"),
    key("rows", nullable(COUNT), "more rows"),
)
_PAYS = (
    key("answer", enum(*PAYS_ANSWERS)),
    key("probability", _SHARE_OR_NULL, "of a network better than the best classical model by more than the margin"),
    key("probability_from_data_alone", _SHARE_OR_NULL, "without published differences"),
    record("published", _PUBLISHED, "the published differences taken into account", optional=True, closed=False),
    record("margin", _MARGIN, "the smallest difference that pays", closed=False),
    record("hybrid", (key("probability", SHARE),), "better than both by the margin", optional=True, closed=False),
    key("because", TEXT, "one plain sentence"),
    record("settles", _SETTLES, "what would settle an open answer", optional=True, closed=False),
)
_FORECAST = (
    key("rows", COUNT),
    key("ml", _NUMBER_OR_NULL),
    key("dl", _NUMBER_OR_NULL),
    key("p_flip", _SHARE_OR_NULL, "chance that the other family leads then"),
)
_CURVE = (
    key("sizes", {"type": "array", "items": COUNT}, "training rows"),
    key("ml", _SCORES),
    key("dl", _SCORES),
    key(
        "forecast",
        {"type": ["object", "null"], "additionalProperties": row_schema(_FORECAST)},
        "by multiples of the data, at most 4x",
    ),
    key("note", TEXT, "what the curve means"),
)
_PRETRAINED_ROW = (
    key("path", TEXT, "the folder that --pretrained named"),
    key("kind", TEXT, "such as tabicl"),
    key("title", TEXT),
    key("parameters", COUNT),
    key("licence", TEXT, "of the weights"),
    key("sha256", TEXT, "of the file that was loaded"),
)
_PROFILE_ANSWER = (
    key("profile", TEXT, "its name or file"),
    key("prior_approach", enum(*APPROACHES, None), "recommended before the measurement"),
    key("prior_probability", _SHARE_OR_NULL),
    key("approach", enum(*APPROACHES, None), "recommended after it"),
    key("verdict", TEXT, "as of advisor recommend"),
    key("probability", _SHARE_OR_NULL),
    key("confirmation", enum(*CONFIRMATIONS)),
    key("confirmation_reason", TEXT, "one plain sentence"),
    key("warnings", NAMES, "where profile and data differ"),
    as_read("limits", {"type": "object", "additionalProperties": AMOUNT}, "of the profile, by field"),
    key("path", TEXT, "the file of the profile"),
)

BASELINE: tuple[Key, ...] = (
    constant("schema_version", BASELINE_SCHEMA_VERSION, {"const": BASELINE_SCHEMA_VERSION}, "version of this format"),
    record("tool", TOOL, "the program", closed=False),
    record("dataset", _DATASET, "the file and what was made of it", closed=False),
    rows("checks", _CHECK_ROW, "what to know about the data"),
    record("protocol", _PROTOCOL, "how the models were compared", closed=False),
    rows("models", _MODEL_ROW, "every model that was asked for, however it ended"),
    record("comparison", _COMPARISON, "classical against neural, one champion each", closed=False),
    key("verdict", enum(*BASELINE_VERDICTS)),
    key("verdict_reason", TEXT, "one plain sentence"),
    key("prefer", enum("ml", "dl", "hybrid", "none"), "what to do meanwhile"),
    record("learning_curve", _CURVE, "scores by training rows, where asked for", optional=True, closed=False),
    key("elapsed_s", AMOUNT),
    key("interrupted", FLAG, "whether the user stopped it"),
    key("saved", _TEXT_OR_NULL, "folder with the fitted winner"),
    record("recommendation", _PROFILE_ANSWER, "what --profile recommends", optional=True, closed=False),
    record("pays", _PAYS, "does a network pay here?", optional=True, closed=False),
    rows("pretrained", _PRETRAINED_ROW, "pretrained weights on disk that were measured"),
)
