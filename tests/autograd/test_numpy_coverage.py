"""NumPy's public functions, one by one: each is taken, or refused with a reason."""

import functools

import numpy as np
import pytest

import autograd as ag
from autograd.core.declare import NUMPY
from autograd.protocols.refusals import REASONS, WITHOUT_DERIVATIVE
from autograd.protocols.ufuncs import function_of

MODULES = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft}


def public(kind):
    """The public names of NumPy for what is of a kind, by their paths."""
    found = {}
    for path, module in MODULES.items():
        for name in sorted(module.__all__):
            value = getattr(module, name, None)
            if value is not None and kind(value):
                found.setdefault(value, f"{path}.{name}")
    return {path: value for value, path in found.items()}


DISPATCHED = public(lambda f: hasattr(f, "_implementation"))
UFUNCS = public(lambda f: isinstance(f, np.ufunc))
OTHERS = public(
    lambda f: callable(f) and not isinstance(f, (type, np.ufunc))
    and not hasattr(f, "_implementation")
)  # fmt: skip


def test_there_are_as_many_functions_as_numpy_has():
    assert len(DISPATCHED) > 230
    assert len(UFUNCS) >= 80


@pytest.mark.parametrize("path", DISPATCHED)
def test_every_function_is_taken_or_refused_with_a_reason(path):
    function = DISPATCHED[path]
    places = [
        function in NUMPY,
        function in WITHOUT_DERIVATIVE,
        function in REASONS,
    ]
    assert sum(places) == 1


@pytest.mark.parametrize("path", UFUNCS)
def test_every_ufunc_is_taken_or_refused_with_a_reason(path):
    ufunc = UFUNCS[path]
    assert (function_of(ufunc) is not None) != (ufunc in REASONS)


@pytest.mark.parametrize("function", REASONS, ids=lambda f: f.__name__)
def test_a_refusal_names_the_function_and_gives_its_reason(function):
    x = ag.tensor([0.5, 0.25], requires_grad=True)
    if isinstance(function, np.ufunc):
        call = function
    else:
        call = functools.partial(x.__array_function__, function, (ag.Tensor,), (x,))
    kwargs = {} if isinstance(function, np.ufunc) else {"kwargs": {}}
    operands = [x] * function.nin if isinstance(function, np.ufunc) else []
    with pytest.raises(TypeError) as raised:
        call(*operands, **kwargs)
    assert function.__name__ in str(raised.value)
    assert REASONS[function] in str(raised.value)


@pytest.mark.parametrize("path", OTHERS)
def test_what_numpy_does_not_hand_over_loses_no_history(path):
    """No object array, and no array of the data alone: it raises, or is no array."""
    x = ag.tensor([0.5, 0.25], requires_grad=True)
    harmless = {"np.isscalar", "np.iterable", "np.info", "np.typename"}
    if path in harmless or "save" in path or path in ("np.test", "np.linalg.test"):
        return
    try:
        out = OTHERS[path](x)
    except Exception:  # of whatever kind: nothing was lost
        return
    assert not isinstance(out, np.ndarray) or not out.size
