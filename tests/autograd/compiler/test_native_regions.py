"""Weights in panels, sums of rows, and what threads take through several loops."""

import numpy as np
import pytest

import autograd as ag
from autograd.compiler.native import NoCompiler, built, panels, running
from autograd.compiler.native.cache import library
from autograd.compiler.native.pool import Pool
from autograd.compiler.tracing import traced

try:
    library("int nothing;")
    reason = ""
except NoCompiler as error:
    reason = str(error)
pytestmark = pytest.mark.skipif(bool(reason), reason=reason)

RNG = np.random.default_rng(0)
R = ag.registry
both = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def floats(*shape, dtype=np.float64):
    return RNG.standard_normal(shape).astype(dtype)


def compiled(f, *args):
    flat, _ = traced(f, args)
    return built(flat)


def close(got, expected):
    eps = 500 * np.finfo(expected.dtype).eps
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    finite = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    np.testing.assert_allclose(got, expected, rtol=eps, atol=eps * finite)


@both
def test_rows_meet_a_weight_in_panels_at_all_edges(dtype, monkeypatch):
    monkeypatch.setattr(panels, "has_wider_vectors", lambda: False)
    monkeypatch.setattr(panels, "PACKED", 0)
    monkeypatch.setattr(panels, "ROWS", 1)
    sizes = [(64, 1, 16), (65, 7, 16), (100, 16, 48), (131, 257, 16), (768, 300, 32)]

    def f(*arrays):
        found = []
        for x, w, b in zip(arrays[::3], arrays[1::3], arrays[2::3]):
            apart = np.transpose(np.transpose(w) + 0)
            found += [x @ w, x[::2] @ w if len(x) > 130 else x @ w + b]
            found += [x @ apart, R["affine"](x, np.transpose(w), b)]
            found += [R["affine"](x[None], np.transpose(w), b)]
        return tuple(found)

    arrays = []
    for m, k, n in sizes:
        arrays += [floats(m, k), floats(k, n), floats(n)]
    arrays = [a.astype(dtype) for a in arrays]
    arrays[3][0, 0], arrays[6][5, 3], arrays[11][2] = np.nan, np.inf, -np.inf
    run = compiled(f, *arrays)
    assert run.text.functions.count("by_panels_") > 2 * len(sizes)
    with np.errstate(invalid="ignore"):
        for got, expected in zip(run(*arrays), f(*arrays), strict=True):
            close(got, np.asarray(expected))


@both
def test_a_product_with_ones_is_the_sum_of_rows(dtype):
    def f(x):
        ones = np.ones((1, x.shape[0]), dtype)
        return np.exp(x), ones @ np.exp(x), np.ones(x.shape[0], dtype) @ x

    for shape in [(1, 1), (5, 3), (300, 130), (0, 4), (3, 0)]:
        x = floats(*shape, dtype=dtype)
        run = compiled(f, x)
        assert "product_" not in run.source
        for got, expected in zip(run(x), f(x), strict=True):
            close(got, expected)


def attention(x, w, v):
    """What rows, heads and batches go through, and a sum over all of them."""
    n, length, width = x.shape
    y = np.reshape(x @ w, (n, length, 3, 2, width // 2))
    q, k, u = (np.swapaxes(y[:, :, i], 1, 2) for i in range(3))
    p = R["softmax"](q @ np.swapaxes(k, 2, 3), axis=-1)
    z = np.reshape(np.swapaxes(p @ u, 1, 2), (n, length, width)) + x
    return np.sum(np.tanh(z @ v) * z, axis=(0, 1)), np.max(z)


@both
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_region_gives_the_same_in_any_number_of_threads(dtype, threads, monkeypatch):
    monkeypatch.setattr(panels, "has_wider_vectors", lambda: False)
    monkeypatch.setattr(panels, "PACKED", 0)
    monkeypatch.setattr(panels, "ROWS", 1)
    monkeypatch.setenv("GLASSGRAD_NUM_THREADS", str(threads))
    pool = Pool()
    monkeypatch.setattr(running, "pool", lambda: pool)

    def f(*args):
        loss = lambda *args: np.sum(attention(*args)[0])  # noqa: E731
        return (*attention(*args), *ag.grad(loss, (0, 1, 2))(*args))

    for n in (8, 12):
        args = [floats(n, 40, 32), floats(32, 96), floats(32, 32)]
        args = [(a / 6).astype(dtype) for a in args]  # scores that are not far apart
        run = compiled(f, *args)
        assert "parallel(region_" in run.source
        expected = f(*args)
        for _ in range(3):
            for got, each in zip(run(*args), expected, strict=True):
                close(got, np.asarray(each))


def test_what_meets_other_rows_ends_a_region():
    """A product with all rows, a broadcast first row, rows in another order, a sum."""
    changes = [
        lambda y: np.transpose(y) @ y,
        lambda y: y * y[:1],
        lambda y: y * y[::-1],
        lambda y: y - np.sum(y, axis=0),
        lambda y: (
            np.reshape(np.transpose(np.reshape(y, (16, 40, 128)), (1, 0, 2)), y.shape)
            + y
        ),
    ]

    def f(x, w):
        y = np.exp(np.sin(x) @ w)
        return tuple(np.tanh(change(np.tanh(y)) / 640) for change in changes)

    x, w = floats(640, 64), floats(64, 128) / 8
    run = compiled(f, x, w)
    assert "parallel(region_" in run.source
    for got, expected in zip(run(x, w), f(x, w), strict=True):
        close(got, expected)


def test_threads_wait_once_for_products_that_do_not_read_each_other():
    x, y, z = floats(300, 200), floats(200, 300), floats(200, 300)
    for f, waits in (
        (lambda x, y, z: (x @ y, x @ z), 1),
        (lambda x, y, z: ((x @ y) @ (x @ z),), 2),
    ):
        run = compiled(f, x, y, z)
        assert (
            run.source.count("parallel(") - run.source.count("void parallel(") == waits
        )
        for got, expected in zip(run(x, y, z), f(x, y, z), strict=True):
            close(got, expected)


def test_cheap_steps_are_done_again_whatever_strides_an_axis_of_one_has():
    def centred(x, w):
        doubled = np.reshape(x @ w, (8, 1, 16)) * 2
        return doubled - np.mean(doubled, axis=0, keepdims=True)

    x, w = floats(8, 4), floats(4, 16)
    run = compiled(centred, x, w)
    kept = [run.lines[i].op for i in sorted(run.text.plan.kept)]
    assert kept == ["matmul", "sum", "divide", "subtract"]  # the doubled are not
    close(run(x, w)[0], centred(x, w))


@both
def test_a_sum_of_everything_is_found_where_its_numbers_are_made(dtype):
    def squares(x, w):
        y = np.reshape(x @ w, (8, 1, 4, 4)) + 1
        scaled = np.reshape(y, (8, 1, 1, 16)) * np.mean(y)
        return np.sum(np.reshape(scaled, y.shape) ** 2), np.sum(scaled, axis=0)

    x, w = floats(8, 4, dtype=dtype), floats(4, 16, dtype=dtype)
    run = compiled(squares, x, w)
    assert "multiply" not in [run.lines[i].op for i in run.text.plan.kept]
    for got, expected in zip(run(x, w), squares(x, w)):
        close(np.asarray(got), np.asarray(expected))
