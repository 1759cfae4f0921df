"""What an encoder makes of inputs, computed once for all the fits of a run."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TIMED = 32  # inputs that show how long all will take
Encode = Callable[[Sequence[str]], "np.ndarray"]

_fresh = ContextVar("_fresh", default=False)


@contextmanager
def nothing_remembered() -> Iterator[None]:
    """Encode everything anew within the block, as somebody does who has one new input."""
    token = _fresh.set(True)
    try:
        yield
    finally:
        _fresh.reset(token)


def embedded(inputs: Sequence[str], encode: Encode, folder: str, limit_s: float | None) -> "np.ndarray":
    """Return the embedding of each input, shape (inputs, dimensions); those that a fit of this run made are read.

    Parameters
    ----------
    inputs : sequence of str
        Texts, or what else an encoder takes that a string stands for.
    encode : callable
        The encoder.
    folder : str
        Where the embeddings of this run are kept; nothing is kept where it is empty.
    limit_s : float or None
        Seconds that there are.

    Raises
    ------
    TimeoutError
        If the first inputs show that all of them would take longer.
    """
    import numpy as np

    remembers = bool(folder) and not _fresh.get()
    known = _known(Path(folder)) if remembers else {}
    keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in inputs]
    missing = list(dict.fromkeys(key for key in keys if key not in known))
    if missing:
        text_of = dict(zip(keys, inputs, strict=True))
        made = _timed([text_of[key] for key in missing], encode, limit_s)
        known |= dict(zip(missing, made, strict=True))
        if remembers:
            _keep(Path(folder), missing, made)
    return np.stack([known[key] for key in keys])


def _timed(inputs: Sequence[str], encode: Encode, limit_s: float | None) -> "np.ndarray":
    import numpy as np

    began = monotonic()
    first = encode(inputs[:TIMED])
    each = (monotonic() - began) / min(len(inputs), TIMED)
    rest = inputs[TIMED:]
    if limit_s is not None and each * len(rest) > limit_s:
        message = f"{len(inputs):,} inputs would take {each * len(inputs) / 60:.0f} minutes at {1e3 * each:.0f} ms each"
        raise TimeoutError(message)
    return np.concatenate([first, encode(rest)]) if rest else first


def _known(folder: Path) -> dict[bytes, "np.ndarray"]:
    import numpy as np

    found: dict[bytes, np.ndarray] = {}
    for path in folder.glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            found |= dict(zip((key.tobytes() for key in arrays["keys"]), arrays["values"], strict=True))
    return found


def _keep(folder: Path, keys: Sequence[bytes], values: "np.ndarray") -> None:
    """Write embeddings to a file of their own, which appears whole or not at all."""
    import numpy as np

    with suppress(OSError):  # a full disk costs time only, and a saved model finds the folder of its run gone
        handle, name = tempfile.mkstemp(dir=folder, suffix=".unfinished")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, keys=np.array([np.frombuffer(key, dtype=np.uint8) for key in keys]), values=values)
        Path(name).rename(Path(name).with_suffix(".npz"))
