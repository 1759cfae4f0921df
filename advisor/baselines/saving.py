"""Write the winner to a folder: the fitted pipeline, its versions, and a short script that predicts with it."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError

if TYPE_CHECKING:
    from advisor.baselines.judging.comparison import Judgement
    from advisor.baselines.options import Options
    from advisor.baselines.running.trials import Trials
    from advisor.baselines.tabular.prepared import Prepared

MODEL, ABOUT, SCRIPT, REQUIREMENTS = "model.joblib", "model.json", "predict.py", "requirements.txt"
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "xgboost", "xgboost-cpu", "torch", "tabm", "duckdb", "joblib")

SCRIPT_TEXT = '''\
"""Predict with the saved model: python predict.py NEW_DATA > predictions.csv

NEW_DATA has the columns of the data that the model was fitted on; the target may be missing.
The versions in requirements.txt are those that the model was fitted with.
"""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from advisor.baselines.tabular.reading import ReadOptions, read_table

here = Path(__file__).parent
about = json.loads((here / "model.json").read_text(encoding="utf-8"))
pipeline = joblib.load(here / "model.joblib")

table = read_table(Path(sys.argv[1]), ReadOptions(**about["reading"], needed=tuple(about["features"])))
rows = table.frame[about["features"]]
predictions = pd.DataFrame({"prediction": pipeline.predict(rows)})
if about["labels"]:
    names = [about["labels"][code] for code in pipeline.classes_]
    predictions["prediction"] = [about["labels"][code] for code in predictions["prediction"]]
    if hasattr(pipeline, "predict_proba"):
        shares = pd.DataFrame(pipeline.predict_proba(rows), columns=[f"p({name})" for name in names])
        predictions = predictions.join(shares)
predictions.to_csv(sys.stdout, index=False)
'''


def check_folder(folder: str) -> None:
    """Raise DataError if the winner could not be written there, before anything is fitted."""
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise DataError(f"--save {folder}: it is a file; name a new folder")
    if path.is_dir() and any(path.iterdir()):
        raise DataError(f"--save {folder}: the folder is not empty; name a new one")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"--save {folder}: cannot make the folder: {error.strerror or error}") from None
    if not os.access(path, os.W_OK):
        raise DataError(f"--save {folder}: the folder cannot be written to")


def winner(judgement: "Judgement") -> str | None:
    """Return the id of the model to be used: the best of the family that won or is to be preferred."""
    best = judgement.comparison
    if judgement.verdict == "dl" or judgement.prefer == "dl":
        return best.best_dl or best.best_ml
    return best.best_ml or best.best_dl


def save_winner(prepared: "Prepared", trials: "Trials", judgement: "Judgement | None", options: "Options") -> str:
    """Fit the winner on all rows of the plan and write it; return why nothing was saved, or an empty string."""
    folder = Path(str(options.save))
    model = None if judgement is None else winner(judgement)
    if model is None:
        return "nothing was saved: no model of either family was finished"
    unfinished = folder / f".{MODEL}"
    try:
        outcome = trials.save(model, str(unfinished))
        if outcome.status != "ok":
            return f"{model} was not saved: {outcome.note}"
        about = _about(model, prepared, trials, options)
        (folder / ABOUT).write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / REQUIREMENTS).write_text(_requirements(about["versions"]), encoding="utf-8")
        (folder / SCRIPT).write_text(SCRIPT_TEXT, encoding="utf-8")
        unfinished.replace(folder / MODEL)
    except OSError as error:
        return f"{model} was not saved: cannot write to {folder}: {error.strerror or error}"
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return ""


def _about(model: str, prepared: "Prepared", trials: "Trials", options: "Options") -> dict[str, Any]:
    features = list(prepared.dataset.frame.columns)
    reading = options.reading._asdict()
    del reading["needed"]
    found = {decision.what: decision.value for decision in prepared.table.decisions}
    return {
        "model": model,
        "title": prepared.titles[model],
        "task": prepared.task.kind,
        "target": options.target,
        "labels": list(prepared.dataset.labels),
        "features": features,
        "reading": {**reading, "kinds": {name: prepared.dataset.kinds[name] for name in features}},
        "data": {"sha256": prepared.table.sha256, "rows_fitted": trials.plan.rows, "decisions": found},
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from advisor.version import __version__

    found = {"python": platform.python_version(), "model-selection-advisor": __version__}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _requirements(versions: dict[str, str]) -> str:
    local = {name: number.partition("+")[0] for name, number in versions.items() if name != "python"}
    return "".join(f"{name}=={number}\n" for name, number in local.items())
