"""Pooling, windows as columns, and resizing: what does not fit is refused."""

import re

import numpy as np
import pytest

import autograd as ag
import nn
from nn import functional as F

IMAGE = np.ones((1, 2, 4, 4))
BAD = {
    "padding over half": (lambda: F.max_pool2d(IMAGE, 2, padding=2), "most half of"),
    "padding of means": (lambda: F.avg_pool1d(IMAGE[0], 2, padding=2), "most half of"),
    "adaptive size 0": (lambda: F.adaptive_avg_pool2d(IMAGE, 0), "output_size is a"),
    "adaptive sizes": (lambda: F.adaptive_max_pool2d(IMAGE, (2, 2, 2)), "each of 2"),
    "divisor 0": (lambda: F.avg_pool2d(IMAGE, 2, divisor_override=0), "other than 0"),
    "adaptive of a matrix": (lambda: F.adaptive_avg_pool2d(IMAGE[0, 0], 1), "(4, 4)"),
    "norm 0": (lambda: F.lp_pool1d(IMAGE[0], 0, 2), "positive, finite number; got 0"),
    "norm inf": (lambda: nn.LPPool2d(np.inf, 2)(IMAGE), "finite number; got inf"),
    "indices of another shape": (
        lambda: F.max_unpool2d(IMAGE, np.zeros((1, 2, 2, 2), int), 2),
        "integers of the input's shape (1, 2, 4, 4)",
    ),
    "indices that are floats": (lambda: F.max_unpool2d(IMAGE, IMAGE, 2), "float64"),
    "indices beyond": (
        lambda: F.max_unpool2d(IMAGE, np.full(IMAGE.shape, 64), 2),
        "lie between 0 and 63; got 64 to 64",
    ),
    "size not pooled to this": (
        lambda: nn.MaxUnpool2d(2)(IMAGE, np.zeros(IMAGE.shape, int), (10, 8)),
        "differs from (8, 8) by less than the stride (2, 2); got (10, 8)",
    ),
    "unfold too large": (lambda: F.unfold(IMAGE, 5), "smaller kernel"),
    "unfold of a vector": (lambda: F.unfold(np.ones(3), 1), "(3,)"),
    "fold of other rows": (
        lambda: F.fold(np.ones((1, 7, 9)), (4, 4), 2),
        "(n, a multiple of 4, 9); got (1, 7, 9)",
    ),
    "fold of other columns": (
        lambda: nn.Fold(4, 2)(np.ones((1, 8, 8))),
        "(n, a multiple of 4, 9); got (1, 8, 8)",
    ),
    "fold of an image": (lambda: F.fold(IMAGE, 4, 2), "(1, 2, 4, 4)"),
    "size and factor": (lambda: F.interpolate(IMAGE, 2, 2), "one of them"),
    "neither": (lambda: nn.Upsample()(IMAGE), "one of them"),
    "size 0": (lambda: F.interpolate(IMAGE, 0), "size is a whole number"),
    "factor -1": (lambda: F.interpolate(IMAGE, None, -1.0), "positive number"),
    "factors": (lambda: F.interpolate(IMAGE, None, (1, 2, 3)), "each of 2 axes"),
    "factor too small": (lambda: F.interpolate(IMAGE, None, 0.1), "leaves nothing"),
    "no such mode": (lambda: F.interpolate(IMAGE, 2, mode="cubic"), "bicubic; got"),
    "mode of other axes": (
        lambda: F.interpolate(IMAGE, 2, mode="linear"),
        "of 3 axes; got shape (1, 2, 4, 4)",
    ),
    "many of nearest": (
        lambda: F.interpolate(IMAGE, 2, antialias=True),
        "bilinear and bicubic; got mode='nearest'",
    ),
    "corners of nearest": (
        lambda: F.interpolate(IMAGE, 2, align_corners=True),
        "linear and cubic modes",
    ),
    "a list": (lambda: F.interpolate([1.0], 2), "got a list"),
    "shuffle": (lambda: F.pixel_shuffle(IMAGE, 2), "multiple of 4 channels; got 2"),
    "unshuffle": (lambda: nn.PixelUnshuffle(3)(IMAGE), "it divides; got 4 and 4"),
    "shuffle of a matrix": (lambda: F.pixel_shuffle(IMAGE[0, 0], 2), "(4, 4)"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused_and_the_error_says_what_would(name):
    attempt, message = BAD[name]
    with pytest.raises(ValueError, match=re.escape(message)):
        attempt()


def test_where_a_sum_of_powers_is_zero_so_is_the_gradient():
    gradient = ag.grad(lambda x: F.lp_pool1d(x, 2, 2).sum())(np.zeros((1, 1, 4)))
    assert gradient.tolist() == [[[0.0, 0.0, 0.0, 0.0]]]


@pytest.mark.parametrize(
    ("least", "among"),
    [(-np.inf, np.nan), (-np.inf, 0.0), (np.int8(-128), np.int8(-128))],
    ids=["beside NaN", "float", "integer"],
)
def test_padding_is_never_the_largest(least, among):
    x = np.full((2, 1, 2, 2), least)
    x[1] = among
    places = ag.argmax_pool(x, 3, 1, 1)
    np.testing.assert_array_equal(places, 0)
    if x.dtype.kind == "f":
        x = ag.tensor(x, requires_grad=True)
        ag.max_pool(x, 3, 1, 1).backward(np.ones((2, 1, 2, 2)))
        np.testing.assert_array_equal(x.grad[..., 0, 0], 4)


def test_with_ceil_mode_a_window_may_be_larger_than_what_there_is():
    x = ag.tensor([[[3.0, -1.0]]], requires_grad=True)
    assert F.max_pool1d(x, 5, ceil_mode=True).tolist() == [[[3]]]
    assert F.avg_pool1d(x, 4, ceil_mode=True).tolist() == [[[1]]]
    F.max_pool1d(x, 5, ceil_mode=True).sum().backward()
    assert x.grad.tolist() == [[[1, 0]]]
    with pytest.raises(ValueError, match="smaller kernel"):
        F.max_pool1d(x, 5, stride=3, ceil_mode=True)


def test_which_of_two_a_point_on_their_border_takes_is_that_of_single_precision():
    x = ag.arange(6.0).reshape(1, 1, 6)
    nearest = F.interpolate(x, 37, mode="nearest-exact")[0, 0]
    assert nearest[18].item() == 2  # as PyTorch 2.13.0 has it; 18.5 · 6/37 is 3
    assert nearest[19].item() == 3


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.longdouble])
@pytest.mark.parametrize("stride", [1, 2])
def test_an_infinite_cotangent_goes_to_the_largest_only(dtype, stride):
    x = ag.tensor(np.arange(4, dtype=dtype).reshape(1, 1, 4), requires_grad=True)
    y = ag.max_pool(x, 2, stride)
    g = np.full(y.shape, np.inf, dtype)
    y.backward(g)
    expected = {1: [0, np.inf, np.inf, np.inf], 2: [0, np.inf, 0, np.inf]}[stride]
    np.testing.assert_array_equal(x.grad[0, 0], expected)


@pytest.mark.parametrize("kernel", [(2, 2), (2, 1), (1, 2), (3, 3)])
def test_a_gradient_that_lies_otherwise_in_memory_goes_to_the_same_elements(kernel):
    generator = np.random.default_rng(0)
    last = generator.integers(0, 3, (3, 6, 6, 5)).astype(np.float32)  # with many equal
    images, g = np.moveaxis(last, -1, 1), None
    grads = []
    for x in (images, np.ascontiguousarray(images)):
        x = ag.tensor(x, requires_grad=True)
        y = ag.max_pool(x, kernel)
        g = generator.random(y.shape, np.float32) if g is None else g
        y.backward(g)
        grads.append(x.grad)
    np.testing.assert_array_equal(*grads)
    places = ag.argmax_pool(images, kernel)
    expected = np.zeros((3, 5, 36), np.float32)
    flat = places.reshape(3, 5, -1)
    np.put_along_axis(expected, flat, g.reshape(flat.shape), axis=-1)
    np.testing.assert_array_equal(grads[0].reshape(3, 5, 36), expected)


def test_adaptive_windows_that_overlap_share_their_elements():
    x = np.array([[[1.0, 3.0, 2.0]]])
    assert F.adaptive_avg_pool1d(x, 2).tolist() == [[[2.0, 2.5]]]
    gradient = ag.grad(lambda x: F.adaptive_max_pool1d(x, 2).sum())(x)
    assert gradient.tolist() == [[[0.0, 2.0, 0.0]]]


def test_integers_are_resized_to_the_nearest():
    x = np.array([[[1, 2, 3]]])
    assert F.interpolate(x, size=2).tolist() == [[[1, 2]]]
    assert F.interpolate(ag.tensor(x), scale_factor=2).dtype == x.dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_dtype_is_kept(dtype):
    x = ag.tensor(IMAGE.astype(dtype), requires_grad=True)
    for y in [
        F.interpolate(x, size=3, mode="bilinear"),
        F.adaptive_avg_pool2d(x, 3),
        F.adaptive_max_pool2d(x, 3),
        F.lp_pool2d(x, 3, 2),
        F.fold(F.unfold(x, 2), 4, 2),
        F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2),
    ]:
        assert y.dtype == dtype
