"""Write a fitted pipeline to a file, and load it again if it is the file that was written.

A pickle runs whatever it holds when it is loaded. skops writes what the classical models are made of as data and
arrays, and loads only types that are named; those named here are this package's own and those of the libraries that it
builds its models with. Tensors it cannot write: networks are pickles, and so are estimators of the user's own.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from advisor.baselines.digest import file_digest
from advisor.baselines.errors import DataError

SKOPS, PICKLE = "model.skops", "model.joblib"
FILES = (SKOPS, PICKLE)
_OWN = "advisor."
# Beyond what skops trusts by itself.
_KNOWN = frozenset(
    [
        *("collections.OrderedDict", "sklearn.tree._tree.Tree"),
        *("lightgbm.basic.Booster", "lightgbm.sklearn.LGBMClassifier", "lightgbm.sklearn.LGBMRegressor"),
        *("xgboost.core.Booster", "xgboost.sklearn.XGBClassifier", "xgboost.sklearn.XGBRegressor"),
    ]
)


def write_model(pipeline: Any, path: Path) -> None:
    """Write a pipeline as skops if that is installed and can hold it, else as a pickle; `file_name` tells which."""
    content = _as_skops(pipeline)
    if content is not None:
        path.write_bytes(content)
        return
    import joblib

    joblib.dump(pipeline, path, compress=3)


def file_name(path: Path) -> str:
    """Return the name that a written model has by its format."""
    with path.open("rb") as file:
        return SKOPS if file.read(4) == b"PK\x03\x04" else PICKLE


def load_model(folder: Path, about: Mapping[str, Any]) -> Any:
    """Return the pipeline of a saved folder.

    Parameters
    ----------
    folder : Path
        Where the model lies.
    about : mapping
        The content of its model.json.

    Raises
    ------
    DataError
        If the file is not the one that was saved, or holds a type that no saved model has.
    """
    name, expected = about["file"]["name"], about["file"]["sha256"]
    if name not in FILES:
        raise DataError(f"{folder}: {name!r} is not the name of a saved model")
    path = folder / name
    found = file_digest(path)
    if found != expected:
        raise DataError(
            f"{path} is not the file that was saved: its sha256 begins with {found[:12]}, that in model.json with "
            f"{expected[:12]}; do not use it, save the model again"
        )
    if name == PICKLE:
        import joblib

        return joblib.load(path)
    from skops.io import get_untrusted_types, load

    types = get_untrusted_types(file=path)
    if strange := [one for one in types if not _is_known(one)]:
        raise DataError(f"{path} holds types that no saved model has, and is not loaded: {', '.join(strange)}")
    return load(path, trusted=types)


def _as_skops(pipeline: Any) -> bytes | None:
    """Return the pipeline as skops writes it, None where it cannot or is not installed."""
    try:
        from skops.io import dumps, get_untrusted_types
    except ImportError:
        return None
    try:
        content: bytes = dumps(pipeline)
        types = get_untrusted_types(data=content)
    except Exception:  # noqa: BLE001 - whatever it is, a pickle is left
        return None
    return content if all(map(_is_known, types)) else None


def _is_known(name: str) -> bool:
    return name in _KNOWN or name.startswith(_OWN)
