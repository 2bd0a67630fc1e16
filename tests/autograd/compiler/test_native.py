"""Programs as C give what the same programs give in NumPy."""

from threading import Thread

import numpy as np
import pytest

import autograd as ag
from autograd.compiler.flat import Flat
from autograd.compiler.native import NoCompiler, built, pool
from autograd.compiler.native.cache import library
from autograd.compiler.tracing import traced
from autograd.ops.held import Presumed, presumed

try:
    library("int nothing;")
    reason = ""
except NoCompiler as error:  # as on machines that only run
    reason = str(error)
pytestmark = pytest.mark.skipif(bool(reason), reason=reason)

RNG = np.random.default_rng(0)
R = ag.registry


def floats(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


def raw(x):
    return np.asarray(getattr(x, "_raw", x))


def several(x):
    return x if isinstance(x, tuple) else (x,)


def close(got, expected, tolerance=None):
    """Equal in kind, and in value to a few units of the last place of the largest."""
    expected = raw(expected)
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    if expected.dtype.kind not in "fc":
        np.testing.assert_array_equal(got, expected)
        return
    finite = np.abs(expected[np.isfinite(expected)])
    eps = tolerance or 200 * np.finfo(expected.dtype).eps
    room = eps * finite.max(initial=0)
    np.testing.assert_allclose(got, expected, rtol=eps, atol=room)


def check(f, *args, tolerance=None, others=None):
    """Compiled from some arrays, run on these and on others."""
    flat, _ = traced(f, args)
    run = built(flat)
    for given in (args, others or [np.roll(x, 1) for x in args]):
        leaves = [*map(np.asarray, given), *map(np.asarray, flat.leaves[len(args) :])]
        expected = several(flat(*leaves))
        for got, each in zip(run(*leaves), expected, strict=True):
            close(got, each, tolerance)
    return run


def python_names(run):
    return {run.lines[i].params[0].name for i in run.text.python}


# Values -------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_elementwise_chain_and_its_sums_are_one_loop(dtype):
    x, y = floats(3, 4, dtype=dtype), floats(4, dtype=dtype)
    run = check(
        lambda x, y: (np.tanh(x * 2 + y).sum(-1), (x - y).sum(), x.max(0)), x, y
    )
    assert len(run.text.plan.units) == 1


def views(x):
    return (
        x[:, ::-1].T * 2,
        np.reshape(x.T, (2, -1)) + 1,
        np.broadcast_to(x[:1], (5, 4))[1:3] * x[:2],
        np.concatenate([x, x[:, 1:2]], axis=1),
        np.stack([x[0], x[1]], -1),
        np.pad(x, ((1, 2), (0, 1))),
        x[::2],
        x,
        x,
    )


def reductions(x):
    return (
        x.mean(0),
        x.var(1),
        x.prod(),
        x.min(1, keepdims=True) + x,
        np.argmax(x, 1),
        np.argmin(x),
        (x > 0).any(0),
        (x > 0).all(1),
        (x > 0).sum(),
        ag.softmax(x, 0),
        ag.log_softmax(x, 1),
        ag.logsumexp(x, 1),
    )


def picks(x):
    index = np.array([[0, -1], [2, 2]])
    return (
        x[index],
        x[:, [1, -1, 1]],
        x[[0, 1], [1, -2]],
        np.take_along_axis(x, np.argmax(x, 1)[:, None], 1),
        ag.grad(lambda x: (x[index] ** 2).sum())(x),
        ag.grad(lambda x: (x[:, [1, -1, 1]] ** 2).sum())(x),
        ag.grad(lambda x: (x[1:] * x[:-1]).sum())(x),
    )


def products(x):
    stack = np.stack([x, 2 * x])
    vector = x[0]
    return (
        x @ x.T,
        stack @ x.T,
        stack @ np.swapaxes(stack, 1, 2),
        x @ vector,
        vector @ x.T,
        x[:, ::2] @ x[:, ::2].T,
        np.zeros((2, 0), x.dtype) @ np.zeros((0, 3), x.dtype) + x[0, 0],
        ag.grad(lambda x: np.tanh(stack @ x.T).sum())(x),
    )


def whole_numbers(x):
    return (x * 10).astype("int32"), (x > 0) + (x < 1)


def not_in_c(x):
    return np.sort(x * 2) + np.cumsum(x, 1), np.abs(np.fft.fft(x)) ** 2


@pytest.mark.parametrize(
    "f",
    [views, reductions, picks, products, whole_numbers, not_in_c],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_are_those_of_the_program(f, dtype):
    check(f, floats(3, 4, dtype=dtype))


def test_dtypes_are_those_of_numpy():
    def of_integers(x):
        parts = x * 2, -x, x // 2, x > 2, x == 3, np.maximum(x, 1), np.sign(x), x.sum(0)
        return (
            *parts,
            x * 1.5,
            x / 2,
            np.abs(x),
            np.max(x, 1),
            x & 3,
            np.where(x > 0, x, 0),
        )

    check(of_integers, np.arange(12).reshape(3, 4) - 5)
    check(
        lambda x: (x * 2, x + x, np.maximum(x, 200)), np.arange(12, dtype=np.uint8) * 30
    )
    check(lambda x: (x & (x ^ True), x | False, x.sum(), x * 2.5, ~x), np.arange(4) > 1)
    check(lambda x: x * np.float64(2) + 1, floats(3))
    check(lambda x: (x * 2).sum(), floats(4).astype(np.float16), tolerance=1e-2)
    check(lambda x: np.real(x * (1 + 2j))[::2].T, floats(4, 4).astype(np.complex64))


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_numbers_are_as_in_numpy(dtype):
    def f(z):
        parts = np.conj(z), np.conj(z)[::2] * z[::2], np.real(z), np.imag(z).T, -z
        return *parts, z.T @ np.conj(z), np.abs(z), np.where(np.real(z) > 0, z, 0)

    z = (floats(4, 4) + 1j * floats(4, 4)[::-1]).astype(dtype)
    check(f, z, tolerance=1e-5)
    check(
        lambda z: ag.grad(lambda y: np.sum(np.abs(np.fft.fft(y)) ** 3))(z),
        z,
        tolerance=1e-4,
    )


EDGES = np.array([0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan, 1e-310, 3e38])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_no_number_and_what_is_infinite_is_so_here(dtype):
    def f(x):
        y = x[::-1]
        pairs = np.maximum(x, y), np.minimum(x, y), np.fmax(x, y), np.fmin(x, y)
        asked = x > y, x == y, np.isnan(x), np.isfinite(x), np.isinf(x), np.signbit(x)
        extremes = (
            x.max(),
            x.min(),
            np.argmax(x),
            np.argmin(x),
            x[:3].max(),
            x[4:6].min(),
        )
        return (
            *pairs,
            *asked,
            *extremes,
            np.sign(x),
            np.abs(x),
            -x,
            np.where(x > 0, x, y),
        )

    with np.errstate(all="ignore"):
        x = EDGES.astype(dtype)
        check(f, x, others=[x[[0, 1, 2, 3, 4, 5, 7, 8, 8]]])
        rows = np.tile(x[:6], (3, 1))
        rows[1, 2] = np.nan
        check(lambda x: (x.max(1), x.min(1), ag.softmax(x, 1)), rows)


# Networks -----------------------------------------------------------------------------


def test_a_training_step_is_as_in_numpy_and_written_in_place():
    x, y = floats(20, 6), RNG.integers(0, 3, 20)

    def step(weight, bias, m):
        def loss(weight, bias):
            return ag.cross_entropy(ag.relu(x @ weight + bias), y)

        value, (dw, db) = ag.value_and_grad(loss, (0, 1))(weight, bias)
        m = 0.9 * m + dw
        return weight - 0.1 * m, bias - 0.1 * db, m, value

    flat, _ = traced(step, (floats(6, 3), floats(3), floats(6, 3)))
    arrays = [np.array(leaf) for leaf in flat.leaves]
    mine = [array.copy() for array in arrays]
    flat.targets = {0: 0, 1: 1, 2: 2}
    run = built(flat)
    for _ in range(20):
        *new, value = flat(*arrays)
        arrays[:3] = map(raw, new)
        results = run(*mine)
        assert results[:3] == (None, None, None)
        close(results[3], value)
    for got, expected in zip(mine, arrays):
        close(got, expected)
    assert set(run.text.direct.values()) == {0, 1, 2}


def of(name, **params):
    """A primitive and its gradients."""

    def f(*args):
        def loss(*args):
            out = R[name](*args, **params)
            return np.sum(np.sin(several(out)[0]))

        out = R[name](*args, **params)
        return (*several(out), *ag.grad(loss, tuple(range(len(args))))(*args))

    return f


FUSED = [
    ("conv", {"padding": 1, "stride": 2, "groups": 2}, [(2, 4, 7, 8), (6, 2, 3, 3)]),
    ("conv", {"padding": 2, "dilation": 2}, [(2, 3, 6, 5), (4, 3, 3, 2)]),
    ("sum_pool", {"kernel": (2, 3), "stride": 1, "padding": 1}, [(2, 3, 6, 5)]),
    ("layer_norm", {}, [(3, 5, 16), (16,), (16,)]),
    ("rms_norm", {}, [(3, 5, 16), (16,)]),
    ("group_norm", {"groups": 2}, [(3, 4, 6), (4,), (4,)]),
    ("batch_norm", {}, [(3, 4, 6), (4,), (4,)]),
    ("affine", {}, [(3, 5, 6), (4, 6), (4,)]),
    ("lstm", {}, [(3, 2, 3), (2, 4), (2, 4), (16, 3), (16, 4), (16,)]),
    ("gru", {}, [(3, 2, 3), (2, 4), (12, 3), (12, 4), (12,), (12,)]),
]


@pytest.mark.parametrize(("name", "params", "shapes"), FUSED, ids=lambda x: str(x)[:12])
def test_fused_primitives_and_their_gradients_are_c(name, params, shapes):
    args = [floats(*shape) for shape in shapes]
    run = check(of(name, **params), *args, tolerance=1e-4)
    assert not run.text.python


def test_a_pool_of_the_largest_is_c():
    for params in ({"kernel": (2, 2)}, {"kernel": (3, 3), "stride": 2, "padding": 1}):
        run = check(
            lambda x, params=params: R["max_pool"](x, **params), floats(2, 3, 7, 8)
        )
        assert not run.text.python


def test_attention_is_c():
    def f(q, k, v):
        def attend(*args):
            return R["attention"](*args, True, True, scale=0.5, causal=True)[0]

        squares = ag.grad(lambda *args: np.sum(attend(*args) ** 2), (0, 1, 2))
        return attend(q, k, v), *squares(q, k, v)

    run = check(f, *[floats(2, 3, 5, 4) for _ in range(3)], tolerance=1e-4)
    assert not run.text.python


# Indices, memory, errors --------------------------------------------------------------


def test_an_index_out_of_range_is_an_error_and_changes_nothing():
    def f(x, i, y):
        return x[i] * 2, y + x[i].sum()

    flat, _ = traced(f, (floats(4, 3), np.array([0, 1]), floats(3)))
    flat.targets = {1: 2}
    run = built(flat)
    x, y = floats(4, 3), floats(3)
    before = y.copy()
    for wrong in (4, -5, 2**62, -(2**62)):
        with pytest.raises(IndexError, match=f"index {wrong} is out of range .* 4"):
            run(x, np.array([0, wrong]), y)
        np.testing.assert_array_equal(y, before)
    got, _ = run(x, np.array([-1, -4]), y)
    close(got, x[[-1, -4]] * 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("either", [False, True])
def test_a_zero_wins_over_infinity_where_it_is_a_cotangent(either, dtype):
    special = np.array([0, -0.0, np.inf, -np.inf, np.nan, 1.5, -2], dtype)
    x, y = special[:, None], special
    run = check(lambda x, y: R["weigh"](x, y, either=either), x, y)
    assert not run.text.python


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("target", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["", "_with_logits"])
def test_a_binary_cross_entropy_is_computed_in_the_wider_dtype(name, target, dtype):
    x = np.linspace(0.0, 1.0, 7, dtype=dtype)
    y = np.linspace(0.2, 0.9, 7, dtype=target)
    loss = R[f"binary_cross_entropy{name}"]
    assert not check(lambda x, y: loss(x, y), x, y).text.python


def test_what_was_presumed_is_asked_in_c_before_anything_is_written():
    def f(x, y):
        return np.exp(presumed(x, y > 0, "all y were positive")), y * 2

    x, y = np.ones(3), np.ones(4)
    flat, _ = traced(f, (x, y))
    targeted = Flat(flat.leaves, flat.steps, flat.outputs, flat.kinds, {1: 1})
    run = built(targeted)
    assert not run.text.python
    np.testing.assert_allclose(run(x, y)[0], np.exp(x))
    y[2] = -1
    before = y.copy()
    with pytest.raises(Presumed, match="all y were positive"):
        run(x, y)
    np.testing.assert_array_equal(y, before)


def test_labels_below_zero_are_an_error():
    flat, _ = traced(ag.cross_entropy, (floats(3, 4), np.array([0, 1, 2])))
    run = built(flat)
    with pytest.raises(IndexError, match="-1"):
        run(floats(3, 4), np.array([0, -1, 2]))


def test_results_have_memory_of_their_own():
    flat, _ = traced(lambda x: (x, x, x.T, np.exp(x), np.exp(x)), (floats(3, 3),))
    run, x = built(flat), floats(3, 3)
    first, second = run(x), run(x)
    arrays = [x, *first, *second]
    for i, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[i + 1 :])


def test_arrays_in_any_order_of_memory_and_of_any_alignment_are_read():
    flat, _ = traced(lambda x, y: x * 2 + y, (floats(3, 4), floats(4)))
    run = built(flat)
    x, y = floats(4, 3).T, floats(8)[::2]
    close(run(x, y)[0], x * 2 + y)
    crooked = np.zeros(3 * 4 * 4 + 1, np.uint8)[1:].view(np.float32).reshape(3, 4)
    crooked[...] = x
    close(run(crooked, y)[0], x * 2 + y)
    loaded = x.astype(np.dtype("<f4"))
    close(run(loaded, y)[0], x * 2 + y)


def test_other_shapes_dtypes_and_counts_are_refused():
    flat, _ = traced(lambda x, y: x * 2 + y, (floats(3, 4), floats(4)))
    run = built(flat)
    for x in (floats(4, 3), floats(3, 4, dtype=np.float64), floats(3), [[1.0]]):
        with pytest.raises(TypeError, match=r"array 0 .* \(3, 4\) and dtype float32"):
            run(x, floats(4))
    with pytest.raises(TypeError, match="2 arrays; got 1"):
        run(floats(3, 4))


def updated(f, *args, targets):
    flat, _ = traced(f, args)
    flat.targets = targets
    return built(flat)


def test_a_target_is_written_after_all_that_reads_it():
    run = updated(
        lambda x, y: (y * 1, x * 1), floats(5), floats(5), targets={0: 0, 1: 1}
    )
    x, y = floats(5), floats(5)
    expected = y.copy(), x.copy()
    assert run(x, y) == (None, None)
    np.testing.assert_array_equal([x, y], expected)

    run = updated(lambda x: (x[::-1] * 2, x.sum()), floats(5), targets={0: 0})
    before = x.copy()
    _, total = run(x)
    close(total, before.sum())
    close(x, before[::-1] * 2)

    run = updated(lambda x: (x + 1, np.sort(x)), floats(5), targets={0: 0})
    before = x.copy()
    close(run(x)[1], np.sort(before))
    close(x, before + 1)


def test_targets_that_overlap_others_or_lie_apart_are_written_right():
    run = updated(lambda x, y: (x + 1, y * 2), floats(4), floats(4), targets={0: 0})
    room = floats(6)
    before = room.copy()
    _, second = run(room[:4], room[2:])
    close(second, before[2:] * 2)
    close(room[:4], before[:4] + 1)
    wide = floats(8)
    before = wide.copy()
    run(wide[::2], floats(4))
    close(wide[::2], before[::2] + 1)
    np.testing.assert_array_equal(wide[1::2], before[1::2])
    wide.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        run(wide[:4], floats(4))


def test_empty_arrays_and_single_numbers_are_arrays():
    check(lambda x: (x.sum(0), x * 2, np.exp(x).sum(), x.reshape(3, 0)), floats(0, 3))
    check(lambda x: (x * 2, np.sum(x), x[None]), np.asarray(floats())[...])


def test_a_result_may_be_a_constant():
    x = floats(3)
    flat = Flat([x], [], [0], [(x.shape, x.dtype)])
    flat, _ = traced(lambda x: (x * 0 + 1, x), (x,))
    close(built(flat)(x)[1], x)


# Speed --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_of_small_matrices_are_right_at_all_edges(dtype):
    sizes = [
        (1, 16, 33),
        (6, 16, 8),
        (7, 19, 33),
        (40, 5, 64),
        (64, 48, 32),
        (33, 8, 9),
    ]
    pairs = [(floats(3, m, k, dtype=dtype), floats(k, n)) for m, n, k in sizes]
    pairs = [(x, y.astype(dtype)) for x, y in pairs]

    def f(*arrays):
        found = []
        for x, y in zip(arrays[::2], arrays[1::2]):
            turned = np.swapaxes(np.swapaxes(x, 1, 2) + 0, 1, 2)
            apart = np.transpose(np.transpose(y) + 0)
            found += [a[i] @ b for a in (x, turned) for b in (y, apart) for i in (0, 2)]
        return tuple(found)

    arrays = [each for pair in pairs for each in pair]
    arrays[1][0, 3], arrays[4][0, 2, 1] = np.nan, np.inf
    flat, _ = traced(f, tuple(arrays))
    run = built(flat)
    assert "tiles_" in run.source
    with np.errstate(invalid="ignore"):
        expected = f(*arrays)
    for got, each in zip(run(*arrays), expected, strict=True):
        np.testing.assert_array_equal(np.isfinite(got), np.isfinite(each))
        close(got, each, 1e-5 if dtype == np.float32 else 1e-13)


@pytest.mark.parametrize("threads", [1, 3])
def test_long_loops_give_the_same_in_any_number_of_threads(threads, monkeypatch):
    from autograd.compiler.native import running
    from autograd.compiler.native.pool import Pool

    def f(x, y):
        return (
            np.exp(x) * y,
            (x * y).sum(),
            (x * y).sum(0),
            np.max(x),
            x.T @ x,
            x.max(1),
        )

    x, y = floats(600, 200), floats(600, 200)
    flat, _ = traced(f, (x, y))
    alone = built(flat)(x, y)
    monkeypatch.setenv("GLASSGRAD_NUM_THREADS", str(threads))
    pool = Pool()
    assert pool.threads == threads
    monkeypatch.setattr(running, "pool", lambda: pool)
    run = built(flat)
    assert "parallel(loop" in run.source
    for _ in range(5):
        for k, (got, expected) in enumerate(zip(run(x, y), alone)):
            if k == 4:
                close(got, expected)
            else:
                np.testing.assert_array_equal(got, expected)
    close(alone[1], np.sum(x.astype(float) * y).astype(np.float32), 1e-5)


def test_the_text_can_be_read():
    flat, _ = traced(lambda x: np.tanh(x * 2).sum(), (floats(4),))
    text = built(flat).source
    for part in ("tanh_f(", "* 2.0f", "int run_0(void **m)"):
        assert part in text


def test_a_large_result_lies_in_the_memory_of_one_that_nobody_holds():
    x = floats(300, 300)
    run = built(traced(lambda x: (x * 2, x.sum(1)), (x,))[0])
    first, _ = run(x)
    part, place = first[10:20], first.ctypes.data
    del first
    second, _ = run(x * 3)
    assert second.ctypes.data != place  # a view of the first is held
    np.testing.assert_array_equal(part, x[10:20] * 2)
    del part
    third, _ = run(x)
    assert third.ctypes.data == place
    np.testing.assert_array_equal(second, x * 3 * 2)


def test_programs_may_run_at_once_in_several_threads():
    x = floats(400, 300)
    flat, _ = traced(lambda x: (np.tanh(x) @ x.T, x.sum(0)), (x,))
    runs = [built(flat) for _ in range(4)]
    expected, found = runs[0](x), []

    def call(run):
        found.extend(run(x) for _ in range(10))

    threads = [Thread(target=call, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    for results in found:
        for got, each in zip(results, expected, strict=True):
            close(got, each, 1e-4)


def test_a_training_step_has_no_python_between_its_loops():
    import nn

    generator = np.random.default_rng(0)
    x = generator.standard_normal((8, 2)).astype(np.float32)
    y = (x[:, :1] > 0).astype(np.float32)
    model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

    @ag.compile(backend="c")
    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(5):
        step(x, y)
    assert step._latest.run.simple


def test_there_is_no_compiler_where_numpys_arrays_lie_otherwise_in_memory(monkeypatch):
    monkeypatch.setattr(pool.Pool, "_reads_arrays", lambda self: False)
    with pytest.raises(NoCompiler, match="NumPy's arrays"):
        pool.Pool()
