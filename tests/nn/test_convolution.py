"""Convolutions and pooling: what does not fit is refused; gradients, second order."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.check import check_grads
from nn import functional as F

BAD = {
    "channels": (lambda: nn.Conv2d(3, 4, 3)(np.ones((2, 4, 8, 8))), "3 channels"),
    "too few axes": (lambda: nn.Conv2d(3, 4, 3)(np.ones((8, 8))), "3 channels"),
    "a list": (lambda: nn.Conv2d(1, 4, 3)([[1.0]]), "a list"),
    "too small": (lambda: nn.Conv2d(1, 4, 5)(np.ones((1, 3, 3))), "smaller kernel"),
    "stride 0": (lambda: nn.Conv2d(1, 4, 3, stride=0), "stride is a whole number"),
    "stride 1.5": (lambda: nn.Conv2d(1, 4, 3, stride=1.5), "stride is a whole number"),
    "kernel 0": (lambda: nn.Conv1d(1, 4, 0), "kernel_size is a whole number"),
    "padding -1": (lambda: nn.Conv1d(1, 4, 1, padding=-1), "padding is a whole"),
    "padding full": (
        lambda: nn.Conv1d(1, 4, 1, padding="full")(np.ones((1, 1, 3))),
        "'same' or 'valid'",
    ),
    "padding_mode": (lambda: nn.Conv1d(1, 4, 3, padding_mode="edge"), "'replicate'"),
    "same with a stride, reflected": (
        lambda: nn.Conv1d(1, 4, 3, 2, padding="same", padding_mode="reflect")(
            np.ones((1, 1, 3))
        ),
        "stride of 1",
    ),
    "reflected too far": (
        lambda: nn.Conv1d(1, 4, 3, padding=3, padding_mode="reflect")(
            np.ones((1, 1, 3))
        ),
        "reflect",
    ),
    "same with a stride": (
        lambda: nn.Conv1d(1, 4, 3, 2, padding="same")(np.ones((1, 1, 3))),
        "stride of 1",
    ),
    "groups": (lambda: nn.Conv2d(3, 4, 3, groups=2), "multiples of groups"),
    "groups of a weight": (
        lambda: F.conv1d(np.ones((1, 4, 3)), np.ones((3, 2, 1)), groups=2),
        "a multiple of 2, 2",
    ),
    "axes of a kernel": (lambda: nn.Conv3d(1, 1, (2, 2)), "one for each of 3"),
    "output_padding": (
        lambda: nn.ConvTranspose1d(1, 1, 2, output_padding=1)(np.ones((1, 1, 3))),
        "less than stride or dilation",
    ),
    "padding_mode of a transpose": (
        lambda: nn.ConvTranspose1d(1, 1, 2, padding_mode="reflect"),
        "padding_mode='zeros' alone; got 'reflect'",
    ),
    "pool too large": (lambda: F.max_pool2d(np.ones((1, 3, 3)), 4), "smaller kernel"),
    "pool of a matrix": (lambda: F.avg_pool2d(np.ones((3, 3)), 2), "channels"),
    "pool of a list": (lambda: F.avg_pool1d([1.0], 2), "list"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused_and_the_error_says_what_would(name):
    attempt, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        attempt()


def test_output_padding_shows_what_padding_cut_off_and_then_zeros():
    x, weight = np.array([[[1.0, 2.0, 4.0]]]), np.array([[[1.0, 10.0]]])
    options = {"padding": 1, "dilation": 3, "output_padding": 2}
    image = F.conv_transpose1d(x, weight, **options)  # PyTorch 2.13.0 says the same
    assert image.tolist() == [[[2, 4, 10, 20, 40, 0]]]
    check_grads(lambda *args: F.conv_transpose1d(*args, **options), x, weight)


def test_the_size_of_a_transposed_convolution_may_be_said_when_it_is_called():
    layer = nn.ConvTranspose2d(1, 1, 3, stride=(2, 3), padding=1)
    x = np.ones((5, 1, 4, 2))
    assert layer(x).shape == (5, 1, 7, 4)
    assert layer(x, output_size=(8, 6)).shape == (5, 1, 8, 6)
    assert layer(x, (5, 1, 7, 5)).shape == (5, 1, 7, 5)
    for wrong in ((9, 4), (7, 3), (5, 1, 7, 3), 7):
        with pytest.raises(ValueError, match=r"from \[7, 4\] to \[8, 6\] of an input"):
            layer(x, output_size=wrong)
    for wrong in ((7,), (1, 7, 4), (7.0, 4.0), "ab", (True, 4)):
        with pytest.raises(
            ValueError, match="output_size is a whole number of at least"
        ):
            layer(x, output_size=wrong)


def test_the_gradient_of_a_tie_goes_to_the_first():
    x = np.zeros((1, 1, 2, 2))
    gradient = ag.grad(lambda x: F.max_pool2d(x, 2).sum())(x)
    assert gradient.tolist() == [[[[1.0, 0.0], [0.0, 0.0]]]]


def test_nan_is_the_largest_and_gets_the_gradient():
    x = np.array([[[1.0, np.nan, 2.0]]])
    assert np.isnan(ag.max_pool(x, 3)).all()
    gradient = ag.grad(lambda x: ag.max_pool(x, 3).sum())(x)
    assert gradient.tolist() == [[[0.0, 1.0, 0.0]]]


def test_elements_that_no_window_sees_have_no_gradient():
    x = np.ones((1, 1, 5))
    gradient = ag.grad(lambda x: F.conv1d(x, np.ones((1, 1, 2)), stride=3).sum())(x)
    assert gradient.tolist() == [[[1.0, 1.0, 0.0, 1.0, 1.0]]]


def test_an_empty_batch_passes():
    layer = nn.Conv2d(1, 2, 3)
    out = layer(ag.zeros((0, 1, 5, 5)))
    assert out.shape == (0, 2, 3, 3)
    out.sum().backward()
    assert not layer.weight.grad.any()
    assert F.max_pool2d(np.zeros((0, 1, 4, 4)), 2).shape == (0, 1, 2, 2)


@pytest.mark.parametrize(
    ("shape", "filters"),
    [((2, 0, 4), (4, 0, 2)), ((0, 2, 4), (4, 1, 2)), ((2, 2, 4), (0, 1, 2))],
    ids=["no channel", "no image", "no filter"],
)
def test_what_is_empty_has_a_gradient_of_its_shape(shape, filters):
    x = ag.tensor(np.ones(shape), requires_grad=True)
    weight = ag.tensor(np.ones(filters), requires_grad=True)
    y = ag.conv(x, weight, groups=2)
    assert y.shape == (shape[0], filters[0], 3)
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, np.zeros(shape))
    np.testing.assert_array_equal(weight.grad, np.zeros(filters))


def test_half_precision_is_summed_in_single():
    x, weight = np.ones((1, 64, 8), np.float16), np.full((1, 64, 8), 8, np.float16)
    out = ag.conv(x, weight)
    assert out.dtype == np.float16
    assert out.item() == 4096


@pytest.mark.parametrize("batch", [1, 3, 50])
def test_blocks_of_images_are_as_good_as_one(batch, monkeypatch):
    """However many are taken at a time, or lines of one."""
    from autograd.ops import filters, patches

    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(batch, 3, 9, 8)), rng.normal(size=(4, 3, 3, 2))

    def all_three():
        filters._kept.cache_clear()
        return ag.value_and_grad(lambda x, w: ag.sum(ag.conv(x, w, 2) ** 2), (0, 1))(
            x, weight
        )

    value, gradients = all_three()
    monkeypatch.setattr(patches, "CACHE", 1)
    other, others = all_three()
    filters._kept.cache_clear()
    np.testing.assert_allclose(value, other)
    for one, two in zip(gradients, others):
        np.testing.assert_allclose(one, two)


def in_small_parts(monkeypatch):
    from autograd.ops import columns, filters, patches, pooling

    filters._kept.cache_clear()
    monkeypatch.setattr(patches, "CACHE", 1 << 11)
    monkeypatch.setattr(pooling, "PART", 1 << 8)
    monkeypatch.setattr(columns, "PART", 1 << 8)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("order", ["channels first", "channels last"])
def test_a_network_computes_the_same_by_any_number_of_threads(
    order, stride, monkeypatch
):
    """To the last bit, and what it does in one part but for rounding."""
    from autograd import threads
    from autograd.ops import filters

    rng = np.random.default_rng(0)
    x = rng.normal(size=(6, 2, 9, 8))
    if order == "channels last":
        x = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)
    weight, scale = rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4)

    def loss(x, weight, scale):
        y = F.conv2d(x, weight, scale, stride, 1)
        y = F.batch_norm(y, None, None, scale, scale, training=True)
        return ag.sum(F.max_pool2d(y, 2, padding=1) ** 2)

    def all_of_it():
        filters._kept.cache_clear()
        value, gradients = ag.value_and_grad(loss, (0, 1, 2))(x, weight, scale)
        return [value, *gradients]

    whole = all_of_it()
    in_small_parts(monkeypatch)
    found = []
    for helpers in (0, 3):
        monkeypatch.setattr(threads, "_helpers", threads.Helpers(helpers))
        found.append(all_of_it())
    filters._kept.cache_clear()
    for one, four, at_once in zip(*found, whole):
        np.testing.assert_array_equal(one, four)
        np.testing.assert_allclose(one, at_once, rtol=1e-9, atol=1e-12)


def test_blas_has_its_threads_again_after_products_that_fail():
    from autograd.blas import blas, products_in_parts

    found = blas()
    if found is None:
        pytest.skip("NumPy has no OpenBLAS here")

    def work(part):
        np.matmul(np.ones(2), np.ones(3))

    before = found.threads()
    with pytest.raises(ValueError, match="mismatch"):
        products_in_parts(work, 4, 1)
    assert found.threads() == before


@pytest.mark.parametrize("kernel", [(2, 2), (3, 2)])
@pytest.mark.parametrize("stride", [(2, 2), (1, 2), (3, 1)])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("padding", [0, 1])
def test_a_pool_and_its_gradient_are_those_of_each_window(
    kernel, stride, dilation, padding
):
    """By the definition: the first of the largest, or the first NaN."""
    rng = np.random.default_rng(0)
    x = rng.integers(-2, 3, size=(2, 3, 7, 8)).astype(float)
    x[0, 0, 3, 3] = np.nan
    options = (kernel, stride, padding, dilation)
    y = F.max_pool2d(x, *options)
    g = rng.normal(size=y.shape)
    padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2, constant_values=-np.inf)
    wanted, flowed = np.empty_like(y), np.zeros_like(padded)
    for n, c, i, j in np.ndindex(*y.shape):
        top, left = i * stride[0], j * stride[1]
        taps = [
            (n, c, top + dilation * p, left + dilation * q)
            for p, q in np.ndindex(*kernel)
        ]
        seen = [padded[tap] for tap in taps]
        where = taps[int(np.argmax(seen))]
        wanted[n, c, i, j] = padded[where]
        flowed[where] += g[n, c, i, j]
    np.testing.assert_array_equal(y, wanted)
    pulled = ag.grad(lambda x: ag.sum(ag.max_pool(x, *options) * g))(x)
    inside = slice(padding, -padding or None)
    np.testing.assert_allclose(pulled, flowed[:, :, inside, inside], atol=1e-12)


def test_a_small_network_of_convolutions_learns_where_the_bar_is():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 64)
    x = 0.1 * rng.normal(size=(64, 1, 8, 8)).astype(np.float32)
    for image, label, at in zip(x[:, 0], labels, rng.integers(1, 7, 64)):
        image[(at, slice(None)) if label else (slice(None), at)] += 1
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, generator=0),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 2, generator=0),
    )
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(60):
        loss = F.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.05 < losses[0]


@pytest.mark.parametrize("shape", [(3, 5, 7), (3, 5, 4, 6), (2, 3, 2, 3, 2)])
def test_a_batch_whose_channels_lie_last_is_normalized_as_any_other(shape):
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=shape) + 10, rng.normal(size=shape)
    weight, bias = rng.normal(size=shape[1]), rng.normal(size=shape[1])
    last = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)

    def loss(x, weight, bias):
        y, mean, var = ag.batch_norm(x, weight, bias)
        return ag.sum(y * g) + ag.sum(mean**2) + ag.sum(var**3)

    every = ag.value_and_grad(loss, (0, 1, 2))
    value, gradients = every(x, weight, bias)
    other, others = every(ag.asarray(last), weight, bias)
    np.testing.assert_allclose(other.item(), value)
    for one, two in zip(gradients, others):
        np.testing.assert_allclose(np.asarray(two), one, rtol=1e-9, atol=1e-12)


def test_largest_elements_are_found_within_the_input_where_all_are_infinite():
    x = np.full((1, 1, 3), -np.inf)
    _, indices = F.max_pool1d(x, 2, padding=1, return_indices=True)
    assert np.asarray(indices).tolist() == [[[0, 1]]]


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize(
    ("padding", "widths"), [((1, 2), (2, 2, 1, 1)), ("same", (1, 2, 1, 1)), (0, ())]
)
def test_a_padding_mode_is_that_of_pad_before_the_convolution(mode, padding, widths):
    kernel = {"kernel_size": (3, 4), "generator": 0}
    layer = nn.Conv2d(2, 3, padding=padding, padding_mode=mode, **kernel).double()
    bare = nn.Conv2d(2, 3, **kernel).double()
    x = np.random.default_rng(0).normal(size=(2, 2, 5, 6))

    def padded(x):
        return bare(F.pad(x, widths, "constant" if mode == "zeros" else mode))

    np.testing.assert_allclose(layer(x).data, padded(x).data)
    slopes = [ag.grad(lambda x, f=f: (f(x) ** 2).sum())(x) for f in (layer, padded)]
    np.testing.assert_allclose(slopes[0].data, slopes[1].data)
    assert ("padding_mode" in repr(layer)) == (mode != "zeros")
