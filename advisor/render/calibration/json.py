"""JSON of `advisor rules calibrate`, each key with its schema."""

from advisor.render.layout.json_keys import (
    COUNT,
    FLAG,
    NAMES,
    NUMBER,
    RULES,
    SHARE,
    TEXT,
    TOOL,
    Schema,
    as_read,
    constant,
    enum,
    json_text,
    key,
    nullable,
    record,
    rows,
    serialise,
)
from advisor.render.view import View
from advisor.reports.calibration import Calibration
from advisor.reports.recommendation import APPROACHES

CALIBRATION_SCHEMA_VERSION = "1.0"


def render(result: Calibration, view: View) -> str:
    """Return one object."""
    del view  # JSON has no width
    return json_text(serialise(CALIBRATION, result))


_PAIR: Schema = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
_FIGURE = tuple(key(name, nullable(NUMBER)) for name in ("value", "low", "high"))
_SCORES = (
    key("forecaster", TEXT),
    record("log_loss", _FIGURE, "nats, with a 95% interval by bootstrap over data sets"),
    record("brier", _FIGURE, "mean squared error of the probability"),
    record("calibration_error", _FIGURE, "expected calibration error over ten bins of equal width"),
    record("auc", _FIGURE, "among rows judged by the same fit; null without wins or losses"),
)
_BIN = (
    key("forecast", SHARE, "mean forecast of the refit"),
    key("happened", SHARE, "share of votes that came true"),
    key("votes", NUMBER),
)
_VALIDATION = "benchmarks: one is left out at a time; else folds by data set"
_JUDGED = (
    key("validation", TEXT, _VALIDATION),
    key("rows", COUNT),
    key("datasets", COUNT),
    key("won", SHARE, "share of votes for the side that is asked about"),
    rows("scores", _SCORES, "the refit first, then what stood, then what both have to beat"),
    rows("reliability", _BIN, "of the refit, empty bins left out"),
)
_CURVE = (
    key("id", TEXT),
    key("question", TEXT),
    key("fact", TEXT),
    key("at", NUMBER, "the fact at the middle of the curve"),
    key("rows", COUNT),
    key("datasets", COUNT),
    key("benchmarks", COUNT),
    key("intercept", _PAIR, "before and after"),
    key("per_doubling", _PAIR, "before and after"),
    key("chance", _PAIR, "at the middle, before and after"),
    key("interval", {**_PAIR, "type": ["array", "null"]}, "95% interval of the chance after"),
    record("judged", _JUDGED, "on rows that the fit had not seen", optional=True),
    key("kept", TEXT, "why it was not refitted, else empty"),
)
_CHANGE = (
    key("rule", TEXT),
    key("title", TEXT),
    key("datasets", COUNT, "on which the rule fires"),
    key("knot", nullable(NUMBER), "place on the fact of a graded rule"),
    key("approach", enum(*APPROACHES)),
    key("before", NUMBER),
    key("after", NUMBER),
)
_BENCHMARK = (as_read("name", TEXT, "as the table has it"), key("rows", COUNT), key("datasets", COUNT))
CALIBRATION = (
    constant("schema_version", CALIBRATION_SCHEMA_VERSION, TEXT, "of this format"),
    record("tool", TOOL, "the program"),
    record("rules", RULES, "that were refitted"),
    as_read("file", TEXT, "the table"),
    key("date", TEXT, "of the results, where it was given"),
    key("anew", FLAG, "whether the curves were fitted from this table alone"),
    key("sd", NUMBER, "standard deviation of the prior on the difference of two approaches, in points"),
    key("rows", COUNT),
    key("datasets", COUNT),
    rows("benchmarks", _BENCHMARK, "parts of the table"),
    key("validation", TEXT, _VALIDATION),
    rows("curves", _CURVE, "curves of the gain"),
    record("points", _JUDGED, "points of the rules: whether the heavier approach wins"),
    key("fired", COUNT, "success rules that fire on the table"),
    rows("changes", _CHANGE, "points that moved, by rule"),
    key("files", NAMES, "of the overlay, by their path in it"),
)
