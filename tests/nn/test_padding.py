"""Padding and the order of channels: what is refused, and what costs nothing."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn import functional as F

X = ag.tensor(np.arange(6.0).reshape(1, 2, 3))

REFUSED = [
    (lambda: F.pad(X, (1,)), r"pair of whole numbers .*\(1, 2, 3\).*got \(1,\)"),
    (lambda: F.pad(X, 1), "last one first; got 1"),
    (lambda: F.pad(X, (0.5, 1)), r"got \(0.5, 1\)"),
    (lambda: F.pad(X, (1, 1), mode=["wrap"]), "mode is one of .*'wrap'"),
    (lambda: F.pad(X, (True, 1)), r"got \(True, 1\)"),
    (lambda: F.pad(X, (1,) * 8), r"last axes of \(1, 2, 3\)"),
    (lambda: F.pad(X, (-2, -2)), r"cuts \(-2, -2\) off axis 2 .*3 long"),
    (lambda: F.pad(X, (3, 0), mode="reflect"), r"2 elements at most .* axis 2 .*\(3, 0\)"),
    (lambda: F.pad(X, (0, 4), mode="circular"), r"3 elements at most .*\(0, 4\)"),
    (lambda: F.pad(ag.zeros((1, 0)), (1, 0), mode="replicate"), "0 elements at most"),
    (lambda: F.pad(X, (1, 1), mode="edge"), "'replicate', 'circular'.; got 'edge'"),
    (lambda: F.pad(X, (1, 1), mode="reflect", value=1.0), 'value=1.0 is for mode="con'),
    (lambda: nn.ReflectionPad2d((1, 2)), r"one number, or of 4; got \(1, 2\)"),
    (lambda: nn.ZeroPad1d(1)(X[0, 0]), r"ZeroPad1d needs .*got the shape \(3,\)"),
    (lambda: nn.CircularPad3d(1)(X), r"CircularPad3d needs .*got the shape \(1, 2, 3\)"),
    (lambda: F.channel_shuffle(X, 3), r"got the shape \(1, 2, 3\) and 3 groups"),
    (lambda: F.channel_shuffle(X[0], 1), r"got the shape \(2, 3\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_what_came(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_the_widths_are_those_of_the_last_axis_first():
    assert F.pad(X, (1, 2, 3, 4, 5, 6)).shape == (12, 9, 6)
    assert F.pad(X, ()).shape == X.shape


def test_what_is_reflected_or_repeated_is_cut_off_only_afterwards():
    x = np.arange(1.0, 6.0)[None]
    assert F.pad(x, (2, -4), mode="reflect").tolist() == [[3, 2, 1]]
    assert F.pad(x, (-4, 4), mode="reflect").tolist() == [[5, 4, 3, 2, 1]]
    assert F.pad(x, (5, -5), mode="replicate").tolist() == [[1] * 5]


def test_what_goes_round_is_what_was_left():
    x = np.arange(1.0, 6.0)[None]
    assert F.pad(x, (2, -1), mode="circular", value=0).tolist() == [[3, 4, 1, 2, 3, 4]]
    with pytest.raises(ValueError, match="1 elements at most"):
        F.pad(x, (-4, 2), mode="circular")


def test_what_is_cut_off_has_no_gradient():
    x = ag.tensor(np.ones((1, 3)), requires_grad=True)
    F.pad(x, (-1, 2)).sum().backward()
    assert x.grad.tolist() == [[0, 1, 1]]


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_precision_and_plain_arrays_stay_what_they_are(mode):
    array = np.ones((1, 2, 3), np.float32)
    out = F.pad(array, (1, 1), mode=mode)
    assert type(out) is np.ndarray
    assert out.dtype == F.pad(ag.tensor(array), (1, 1), mode=mode).dtype == np.float32


def test_the_repr_says_how_wide():
    assert repr(nn.ReflectionPad2d(1)) == "ReflectionPad2d((1, 1, 1, 1))"
    assert repr(nn.ConstantPad1d(2, 0.5)) == "ConstantPad1d(padding=(2, 2), value=0.5)"
