"""NumPy's functions that have no derivative, and those that are not taken, with why."""

from __future__ import annotations

from typing import Any

import numpy as np

# Run on the data alone: their results are untracked.
# Without a derivative, but by the numbers: recorded where everything is.
RECORDED: set[Any] = {
    np.nanargmax,
    np.nanargmin,
    np.argpartition,
    np.lexsort,
    np.digitize,
    np.isin,
    getattr(np, "in1d", np.isin),  # until NumPy 2.3
    np.packbits,
    np.unpackbits,
    np.isclose,
    np.unravel_index,
    np.ravel_multi_index,
}

# Whose result is Python's, or has another shape for other numbers.
DECIDING: set[Any] = {
    np.array_equal,
    np.array_equiv,
    np.min_scalar_type,
    np.allclose,
    np.flatnonzero,
    np.argwhere,
    np.ix_,
}

WITHOUT_DERIVATIVE: set[Any] = (
    RECORDED
    | DECIDING
    | {
        np.shape,
        np.ndim,
        np.size,
        np.zeros_like,
        np.ones_like,
        np.empty_like,
        np.can_cast,
        np.common_type,
        np.may_share_memory,
        np.shares_memory,
        np.diag_indices_from,
        np.tril_indices_from,
        np.triu_indices_from,
        np.result_type,
        np.iscomplexobj,
        np.isrealobj,
        np.array_repr,
        np.array_str,
        np.array2string,
        np.einsum_path,
    }
)

IN_PLACE = "it writes in place, which the graph cannot record. Write "

OF_BINS = (
    "its counts are constant but for jumps, while edges and densities are not. For "
    "counts of weights use np.bincount(np.digitize(x.data, edges), weights)"
)

DATES = "dates have no derivative"
FILES = "a file keeps no history"

REASONS: dict[Any, str] = {
    **dict.fromkeys(
        [np.histogram, np.histogram2d, np.histogramdd, np.histogram_bin_edges], OF_BINS
    ),
    np.sort_complex: "its result is complex. Use np.sort, and then astype(complex)",
    np.isnat: "it is of dates and times, which no Tensor holds",
    **dict.fromkeys(
        [np.busday_count, np.busday_offset, np.datetime_as_string, np.is_busday], DATES
    ),
    **dict.fromkeys([np.save, np.savetxt, np.savez, np.savez_compressed], FILES),
    np.put: IN_PLACE + "x = ag.put(x, indices, values)",
    np.put_along_axis: IN_PLACE + "x = ag.put_along_axis(x, indices, values, axis)",
    np.fill_diagonal: IN_PLACE + "i = np.arange(n); x = x.at[i, i].set(value)",
    np.copyto: IN_PLACE + "x = np.where(mask, new, x), or ag.full(shape, new)",
    np.place: IN_PLACE + "x = x.at[mask].set(values)",
    np.putmask: IN_PLACE + "x = np.where(mask, values, x)",
}
