"""Write the winner to a folder: the fitted pipeline, its versions, and a short script that predicts with it."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.baselines.digest import file_digest
from advisor.baselines.errors import DataError
from advisor.baselines.model_files import SKOPS, file_name
from advisor.reports.selection import advised_model

if TYPE_CHECKING:
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import Prepared
    from advisor.baselines.running.race import Race
    from advisor.reports.baseline import BaselineResult

UNFINISHED, ABOUT, SCRIPT, REQUIREMENTS = ".model", "model.json", "predict.py", "requirements.txt"


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
        raise DataError(f"--save {folder}: cannot create the folder: {error.strerror or error}") from None
    if not os.access(path, os.W_OK):
        raise DataError(f"--save {folder}: the folder cannot be written to")


def winner(result: "BaselineResult") -> str | None:
    """Return the id of the model to be used: that of the preferred family, else of one that has any."""
    found = (advised_model(result, family) for family in (result.prefer, "ml", "dl"))
    return next((row.id for row in found if row is not None), None)


def save_winner(prepared: "Prepared", race: "Race", result: "BaselineResult", options: "Options") -> str:
    """Fit the winner on all rows at hand and write it; return why nothing was saved, or an empty string."""
    folder = Path(str(options.save))
    model = winner(result)
    if model is None:
        return "nothing was saved: no model of either family finished"
    unfinished, whole = folder / UNFINISHED, False
    try:
        outcome = race.save(model, str(unfinished))
        if outcome.status != "ok":
            return f"{model} was not saved: {outcome.note}"
        name, sha256 = file_name(unfinished), file_digest(unfinished)
        about = _about(model, prepared, race, options) | {"file": {"name": name, "sha256": sha256}}
        if name == SKOPS:
            about["versions"] |= _versions(["skops"])
        (folder / ABOUT).write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / REQUIREMENTS).write_text(_requirements(about["versions"]), encoding="utf-8")
        (folder / SCRIPT).write_text(prepared.structure.predict_source(), encoding="utf-8")
        unfinished.replace(folder / name)
        whole = True
    except OSError as error:
        return f"{model} was not saved: cannot write to {folder}: {error.strerror or error}"
    finally:
        for part in (UNFINISHED, *(() if whole else (ABOUT, REQUIREMENTS, SCRIPT))):
            with suppress(OSError):
                (folder / part).unlink(missing_ok=True)
    return ""


def saved_file(folder: str) -> tuple[str, str]:
    """Return the name and the sha256 of a saved model."""
    file = json.loads((Path(folder) / ABOUT).read_text(encoding="utf-8"))["file"]
    return file["name"], file["sha256"]


def _about(model: str, prepared: "Prepared", race: "Race", options: "Options") -> dict[str, Any]:
    own = dict(prepared.structure.saved(prepared.source, prepared.dataset, options))
    decisions = own.pop("decisions", {})
    return {
        "model": model,
        "title": prepared.models[model].title,
        "task": prepared.dataset.task,
        "target": options.target,
        "labels": list(prepared.dataset.labels),
        **own,
        "data": {"sha256": prepared.described.sha256, "rows_fitted": len(race.folds.rows), "decisions": decisions},
        "versions": _versions((*prepared.structure.packages, *prepared.models[model].packages)),
    }


def _versions(packages: Iterable[str]) -> dict[str, str]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from advisor.version import __version__

    found = {"python": platform.python_version(), "model-selection-advisor": __version__}
    for name in packages:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _requirements(versions: dict[str, str]) -> str:
    local = {name: number.partition("+")[0] for name, number in versions.items() if name != "python"}
    return "".join(f"{name}=={number}\n" for name, number in local.items())
