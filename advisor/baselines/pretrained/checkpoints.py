"""Read what a file of weights holds, without its numbers and without running code from it."""

import json
import math
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from advisor.baselines.errors import DataError

SUFFIXES = (".ckpt", ".pt", ".pth", ".bin", ".safetensors")
LARGEST_HEADER = 100_000_000  # bytes, the limit of the safetensors format
LFS_POINTER = b"version https://git-lfs"


class Checkpoint(NamedTuple):
    """A file of weights.

    Attributes
    ----------
    path : Path
        Absolute.
    content : mapping of str to Any
        What stands beside the weights, such as `config`.
    tensors : mapping of str to tuple of int
        The shape of each tensor by its name.
    """

    path: Path
    content: Mapping[str, Any]
    tensors: Mapping[str, tuple[int, ...]]

    @property
    def config(self) -> Mapping[str, Any]:
        """The configuration of the model, empty where there is none."""
        found = self.content.get("config")
        return found if isinstance(found, Mapping) else {}

    @property
    def parameters(self) -> int:
        """How many numbers the tensors hold."""
        return sum(math.prod(shape) for shape in self.tensors.values())


def read_checkpoint(path: Path) -> Checkpoint:
    """Return what a file of weights holds.

    Raises
    ------
    DataError
        If the file cannot be read, is damaged, or holds Python objects that could run code.
    """
    try:
        with path.open("rb") as file:
            pointer = file.read(len(LFS_POINTER)) == LFS_POINTER
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    if pointer:
        raise DataError(f"{path} is a Git LFS pointer, not the weights; fetch them with git lfs pull")
    return _safetensors(path) if path.suffix == ".safetensors" else _torch(path)


def _safetensors(path: Path) -> Checkpoint:
    """Read the header of a safetensors file: eight bytes of its length, then JSON."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(size, LARGEST_HEADER)))
        metadata = header.pop("__metadata__", {})
        tensors = {str(name): tuple(map(int, entry["shape"])) for name, entry in header.items()}
        needed = 8 + size + max((int(entry["data_offsets"][1]) for entry in header.values()), default=0)
        content = {str(name): _json_or_text(value) for name, value in metadata.items()}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from None
    if path.stat().st_size < needed:
        raise _damaged(path, f"{needed:,} bytes announced, {path.stat().st_size:,} there")
    return Checkpoint(path, content, tensors)


def _json_or_text(value: Any) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _torch(path: Path) -> Checkpoint:
    """Read a file of torch.save; its numbers stay on disk where the format allows that."""
    import torch

    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        if "GLOBAL " in str(error):  # as torch calls the name of a class or function
            raise DataError(
                f"{path} holds Python objects beside its weights, which can run code when they are loaded; it is not "
                "loaded. Save it as a dictionary of config and state_dict, or as safetensors"
            ) from None
        raise _damaged(path, error) from None
    except Exception as error:  # noqa: BLE001 - torch raises whatever its readers meet in a damaged file
        raise _damaged(path, error) from None
    if not isinstance(content, Mapping):
        return Checkpoint(path, {}, {})
    state = content.get("state_dict", content)
    tensors = {str(name): tuple(value.shape) for name, value in dict(state).items() if isinstance(value, torch.Tensor)}
    beside = {str(name): value for name, value in content.items() if not isinstance(value, torch.Tensor)}
    beside.pop("state_dict", None)
    return Checkpoint(path, beside, tensors)


def _damaged(path: Path, why: Exception | str) -> DataError:
    text = " ".join(str(why).split())[:160] or type(why).__name__
    return DataError(f"{path} is damaged, cut short or no file of weights ({text}); fetch it again")
