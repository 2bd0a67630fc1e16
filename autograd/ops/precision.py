"""In which dtype functions of layers compute: half precision is summed in single."""

import numpy as np


def in_working_dtype(name, *arrays):
    """The dtype of the result, of real numbers; and the arrays in that of the work."""
    dtype = np.result_type(*arrays)
    if dtype.kind == "c":
        raise TypeError(
            f"{name} takes real numbers; got {dtype}. Apply it to the real and to the "
            "imaginary part, or to np.abs"
        )
    dtype = np.result_type(dtype, np.float16)
    work = np.result_type(dtype, np.float32)
    return dtype, [np.asarray(x, work) for x in arrays]
