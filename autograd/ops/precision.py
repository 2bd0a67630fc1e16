"""Functions of real numbers: what they refuse, and the dtype that layers compute in."""

import numpy as np


def of_reals(x):
    """``x``, if it is of real numbers."""
    dtype = np.asarray(x).dtype
    if dtype.kind not in "fiub":
        raise TypeError(
            f"a function of real numbers got {dtype}; of complex ones, apply it to the "
            "real part, the imaginary part, or np.abs"
        )
    return x


def in_working_dtype(name, *arrays):
    """The dtype of the result, and the arrays in that of the work: half in single."""
    dtype = np.result_type(*arrays)
    if dtype.kind == "c":
        raise TypeError(
            f"{name} takes real numbers; got {dtype}. Apply it to the real and to the "
            "imaginary part, or to np.abs"
        )
    dtype = np.result_type(dtype, np.float16)
    work = np.result_type(dtype, np.float32)
    return dtype, [np.asarray(x, work) for x in arrays]
