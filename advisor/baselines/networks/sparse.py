"""Sparse rows as networks read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse


class Bag(NamedTuple):
    """Some rows: the columns of all their entries one after the other, where each row begins, and the entries."""

    columns: Tensor
    offsets: Tensor
    values: Tensor


class SparseRows:
    """Rows of a sparse matrix, of which a network takes some at a time.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix of shape (rows, columns)
        The rows.
    device : torch.device
        Where the network is.
    """

    def __init__(self, matrix: sparse.csr_matrix, device: torch.device) -> None:
        self.matrix = matrix
        self.device = device
        self.width = matrix.shape[1]

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    def __getitem__(self, rows: Tensor) -> SparseRows:
        """Return some rows."""
        return SparseRows(self.matrix[rows.cpu().numpy()], self.device)

    def split(self, size: int) -> Sequence[SparseRows]:
        """Return all rows in chunks, in order."""
        return [SparseRows(self.matrix[start : start + size], self.device) for start in range(0, len(self), size)]

    def bag(self) -> Bag:
        """Return the rows as an embedding takes them."""
        return Bag(
            torch.from_numpy(self.matrix.indices.astype(np.int64)).to(self.device),
            torch.from_numpy(self.matrix.indptr[:-1].astype(np.int64)).to(self.device),
            torch.from_numpy(self.matrix.data.astype(np.float32)).to(self.device),
        )
