"""Programs that are replayed give what they gave when they were recorded."""

import linecache

import numpy as np
import pytest
from hypothesis import given
from random_flats import difference, differences

import autograd as ag
from autograd.check.random_programs import programs
from autograd.compiler.flat import Flat
from autograd.compiler.passes.simplify import simplified
from autograd.compiler.replay import built, grouping
from autograd.compiler.tracing import traced
from autograd.core.node import raw

A = np.array
SEEDS = [range(i, i + 20) for i in range(0, 120, 20)]


def replayed(f, *args):
    """What a program gives for other numbers, and what it should."""
    flat, _ = traced(f, args)
    others = [np.asarray(x * 0.75).astype(x.dtype) for x in flat.leaves]
    want = Flat.__call__(flat, *others)
    return want if isinstance(want, tuple) else (want,), built(flat)(*others)


# Random programs ----------------------------------------------------------------------


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_programs_are_replayed_as_they_are(seeds):
    found = {seed: differences(built, seed) for seed in seeds}
    assert {seed: told for seed, told in found.items() if told} == {}


@pytest.mark.parametrize("seeds", SEEDS[:3], ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_programs_run_by_blocks_of_few_elements(seeds, monkeypatch):
    for name, value in {"LARGE": 1, "BLOCK": 4, "FEWEST": 2}.items():
        monkeypatch.setattr(grouping, name, value)
    found = {seed: differences(built, seed) for seed in seeds}
    assert {seed: told for seed, told in found.items() if told} == {}


@given(programs(max_nodes=5))
@pytest.mark.filterwarnings("ignore")
def test_programs_of_all_primitives_are_replayed_as_they_are(program):
    leaves = [np.asarray(raw(x)) for x in program.leaves]
    floats = tuple([i for i, x in enumerate(leaves) if x.dtype.kind == "f"])

    def f(*xs):
        gradients = ag.grad(lambda *ys: np.sum(program(*ys) ** 2), floats)(*xs)
        return program(*xs), gradients

    flat, _ = traced(f, tuple(leaves))
    others = [x * 0.97 if i in floats else x for i, x in enumerate(leaves)]
    with np.errstate(all="ignore"):
        want = Flat.__call__(flat, *others)
    for value, result in zip(want, built(flat)(*others), strict=True):
        apart = difference(np.asarray(value), result)
        assert apart == "" if isinstance(apart, str) else apart < 1e-9


# Kinds --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", "ebhilFDdfH")
@pytest.mark.filterwarnings("ignore:Casting complex values")
@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * 2 + 1,
        lambda x: np.sum(x, axis=0) - 0,
        lambda x: np.mean(x),
        lambda x: x @ x.T,
        lambda x: np.where(x != 0, x, 0) + x**2,
        lambda x: np.broadcast_to(x, (2, 2, 3)).sum(),
        lambda x: ag.astype(ag.astype(x, "float64"), "float32"),
        lambda x: np.max(x, axis=1, keepdims=True) * x,
        lambda x: np.conj(x) * np.real(x),
    ],
)
def test_results_have_the_dtypes_and_shapes_they_had(f, dtype):
    x = np.arange(6).reshape(2, 3).astype(dtype)
    flat, out = traced(f, (x,))
    for value in (built(flat)(x)[0], simplified(flat)(x)):
        assert (value.dtype, value.shape) == (out.dtype, out.shape)
        np.testing.assert_allclose(value, out._raw, rtol=1e-3)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_arrays_may_have_no_elements(shape):
    def f(x):
        return (
            np.sum(x, 0),
            x @ x.T,
            np.reshape(x.T, -1),
            np.sum(np.exp(x) * 2),
            x[:, :0],
        )

    want, got = replayed(f, np.ones(shape))
    for value, result in zip(want, got, strict=True):
        assert difference(np.asarray(value), result) == 0


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.qr(x),
        lambda x: np.linalg.slogdet(x @ x.T + np.eye(2)),
        lambda x: np.split(x, 3, axis=1),
        lambda x: (x, x, x.T, x[0, 0], x),
        lambda x: [np.sin(x)] * 2,
        lambda x: ag.ones((2, 3)) * x**0,
        lambda x: np.unstack(x)[1],
        lambda x: np.sort(x, axis=-1)[..., ::-1],
        lambda x: ag.grad(lambda y: np.sum(np.linalg.svd(y)[1]))(x),
    ],
)
def test_several_results_are_arrays_of_their_own(f):
    x = A([[0.5, 2.0, -1.0], [3.0, 0.25, 1.0]])
    want, got = replayed(f, x)
    for value, result in zip(want, got, strict=True):
        assert type(result) is np.ndarray
        assert difference(np.asarray(value), result) < 1e-12
        result += 1  # which is no other's, and can be written
    assert not any(
        np.may_share_memory(result, other)
        for i, result in enumerate(got)
        for other in got[i + 1 :]
    )


def test_a_persons_primitive_may_return_its_operand_or_what_it_holds():
    held = np.ones(3)
    itself = ag.linear(lambda x: x, lambda g: g, name="2x, by class")
    holds = ag.constant(lambda x: held, name="holds")
    flat, _ = traced(lambda x: (itself(x), holds(x), itself(x) * 2), (np.ones(3),))
    x = A([1.0, 2.0, 3.0])
    for out, want in zip(built(flat)(x), ([1, 2, 3], [1, 1, 1], [2, 4, 6])):
        assert out.tolist() == want
        assert not np.may_share_memory(out, x)
        assert not np.may_share_memory(out, held)


@pytest.mark.parametrize("layout", ["C", "F", "strided", "reversed", "read-only"])
def test_leaves_may_lie_in_memory_as_they_like(layout):
    flat, _ = traced(
        lambda x: (np.tanh(x) @ x.T, np.reshape(x.T, 12)), (np.ones((3, 4)),)
    )
    x = np.random.default_rng(0).standard_normal((3, 4))
    given = {
        "C": x,
        "F": np.asfortranarray(x),
        "strided": np.repeat(x, 2, axis=1)[:, ::2],
        "reversed": x[::-1].copy()[::-1],
        "read-only": x.copy(),
    }[layout]
    given.flags.writeable = layout != "read-only"
    product, flattened = built(flat)(given)
    np.testing.assert_allclose(product, np.tanh(x) @ x.T, rtol=1e-14)
    assert (flattened == x.T.reshape(-1)).all()


# Targets ------------------------------------------------------------------------------


def step(p, m, g):
    m = 0.9 * m + g
    return p - 0.1 * np.tanh(m), m, np.sum(p)


@pytest.mark.parametrize("blocks", [False, True])
def test_targets_are_written_in_place_after_all_that_reads_them(blocks, monkeypatch):
    if blocks:
        monkeypatch.setattr(grouping, "LARGE", 1)
        monkeypatch.setattr(grouping, "BLOCK", 2)
    start = [A([1.0, 2.0, 3.0]), np.zeros(3), A([0.5, -1.0, 2.0])]
    flat, _ = traced(step, tuple(start))
    flat.targets = {0: 0, 1: 1}
    run = built(flat)
    assert ("for s," in run.source) == blocks
    p, m, g = [x.copy() for x in start]
    want = [x.copy() for x in start]
    for _ in range(3):
        nothing, none, total = run(p, m, g)
        want[0], want[1], sum_before = step(*want)
        assert nothing is None
        assert none is None
        assert total == sum_before
        np.testing.assert_allclose([p, m], want[:2], rtol=1e-15)
        assert (g == start[2]).all()


def test_targets_may_exchange_their_contents():
    flat, _ = traced(
        lambda x, y: (y, x, x.T, y * 1), (np.ones((2, 2)), np.ones((2, 2)))
    )
    flat.targets = {0: 0, 1: 1}
    x, y = A([[1.0, 2.0], [3.0, 4.0]]), A([[5.0, 6.0], [7.0, 8.0]])
    before = x.copy(), y.copy()
    _, _, turned, same = built(flat)(x, y)
    assert (x == before[1]).all()
    assert (y == before[0]).all()
    assert (turned == before[0].T).all()
    assert (same == before[1]).all()


def test_arrays_that_share_memory_are_read_before_one_is_written():
    whole = np.arange(6.0)
    part = whole[1:5]
    flat, _ = traced(lambda x, y: (x * 2, np.sum(y), x[:4] + y), (whole, part))
    flat.targets = {0: 0}
    _, total, both = built(flat)(whole, part)
    assert whole.tolist() == [0, 2, 4, 6, 8, 10]
    assert total == 10
    assert both.tolist() == [1, 3, 5, 7]


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(
    ("f", "good", "bad"),
    [
        (lambda p, y: ag.cross_entropy(p, y), A([0, 1]), A([0, 7])),
        (lambda p, y: np.sum(y**y), A([2, 3]), A([2, -3])),
        (lambda p, y: p[0][y], A([0, 1]), A([0, 9])),
        (lambda p, y: np.linalg.inv(np.diag(y)), A([1.0, 2.0]), A([1.0, 0.0])),
    ],
)
def test_an_error_leaves_all_targets_as_they_were(f, good, bad, last):
    def both(p, y):
        new = p * 0.5
        return (new, f(p, y)) if last else (f(p, y), new)

    flat, _ = traced(both, (np.ones((2, 3)), good))
    flat.targets = {0 if last else 1: 0}
    run, p = built(flat), np.ones((2, 3))
    with pytest.raises((ValueError, IndexError)):
        run(p, bad)
    assert (p == 1).all()
    run(p, good)
    assert (p == 0.5).all()


# Text ---------------------------------------------------------------------------------


def test_the_source_has_a_commented_line_for_each_step():
    flat, _ = traced(lambda x: np.sum(np.exp(x) / 3, axis=0), (np.ones((4, 2), "f"),))
    assert built(flat).source.splitlines() == [
        "# c0 = 3.0 float32",
        "def run(x0):",
        "    with errstate(all='ignore'):",
        "        exp(x0, out=v1)                           # (4, 2) float32 exp",
        "        divide(v1, c0, out=v2)                    # (4, 2) float32 divide",
        "        v3 = sum_over(v2, 0)                      # (2,) float32 sum",
        "        return v3,",
    ]


def test_errors_show_the_line_of_the_program():
    flat, _ = traced(lambda x, y: ag.cross_entropy(x, y), (np.ones((2, 3)), A([0, 1])))
    with pytest.raises(ValueError, match="label 9") as caught:
        built(flat)(np.ones((2, 3)), A([0, 9]))
    assert any("f_cross_entropy(x0, x1)" in str(entry) for entry in caught.traceback)


def test_the_text_of_a_program_is_forgotten_with_it():
    run = built(traced(np.exp, (np.ones(2),))[0])
    place = run.__code__.co_filename
    assert place in linecache.cache
    del run
    assert place not in linecache.cache


def test_memory_is_used_for_one_value_after_another():
    def f(x):
        for _ in range(50):
            x = np.tanh(x @ x)
        return np.sum(x)

    run = built(traced(f, (np.ones((32, 32)),))[0])
    assert run.size < 4 * 32 * 32 * 8
