"""Compiled functions: the results and effects of the function, at every call."""

import copy
import os
import signal
import threading
import warnings
from collections import deque
from dataclasses import dataclass
from threading import Lock
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd.core.node import TraceError

A = np.array


def calls(f, *given, backend="steps"):
    """What the function and its program return, call by call."""
    g = ag.compile(f, backend=backend)
    return [f(*each) for each in given], [g(*each) for each in given]


def assert_same(one, two):
    for x, y in zip(one, two, strict=True):
        np.testing.assert_allclose(raw(x), raw(y), rtol=1e-13)
        assert type(x) is type(y), (type(x), type(y))


def raw(x):
    return x.detach().data if isinstance(x, ag.Tensor) else x


def after_two(f, *args, **kwargs):
    """The compiled function, with a program for such arguments."""
    g = ag.compile(f, backend="steps", **kwargs)
    g(*args)
    g(*args)
    return g


FUNCTIONS = {
    "a function": lambda x: np.sin(x) * x,
    "a number": lambda x: np.sum(x * x),
    "a gradient": ag.grad(lambda x: np.sum(x**3)),
    "a gradient that is linear": ag.grad(lambda x: np.sum(2 * x)),
    "a second derivative": ag.grad(
        lambda x: np.sum(ag.grad(lambda y: (y**3).sum())(x))
    ),
    "a product with a Hessian": lambda x: ag.hvp(lambda y: (y**4).sum(), (x,), (x,)),
    "a derivative along": lambda x: ag.jvp(np.sin, (x,), (x,))[1],
    "where": lambda x: np.where(x > 1, x, -x),
    "a loop": lambda x: sum(x**i for i in range(4)),
    "an index": lambda x: x[1:] * x[:1],
    "several outputs": lambda x: np.split(x, 3)[1] * 2,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", ["arrays", "Tensors"])
def test_a_program_gives_what_the_function_gives_at_other_numbers(name, kind):
    given = [(A([1.0, 2.0, 3.0]) * (-1) ** i + i,) for i in range(5)]
    if kind == "Tensors":
        given = [(ag.tensor(x),) for (x,) in given]
    assert_same(*calls(FUNCTIONS[name], *given))


def test_containers_and_keywords_keep_their_structure():
    def f(pair, *, scale, names):
        return {names[0]: pair[0] * scale["by"], "rest": [pair[1], 7, "text", None]}

    g = ag.compile(f, backend="steps")
    for i in range(4):
        x, y = np.ones(2) * i, np.ones(3) * i
        found = g((x, y), scale={"by": A(2.0)}, names=("a",))
        assert found["a"].tolist() == [2.0 * i] * 2
        assert found["rest"][0].tolist() == [i] * 3
        assert found["rest"][1:] == [7, "text", None]
    assert repr(g) == "compiled(f, 1 program)"


def test_numbers_shapes_and_dtypes_are_part_of_what_is_compiled():
    g = ag.compile(lambda x, n: x**n, backend="steps")
    for x in (A([1.0, 2.0]), A([3.0]), A([3.0], np.float32), A([3])):
        for n in (2, 3, 2.0, True):
            for _ in range(3):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = g(x, n)
                assert found.dtype == (x**n).dtype
                assert (found == x**n).all()
    assert repr(g) == "compiled(<lambda>, 16 programs)"


@pytest.mark.parametrize("x", [0.0, -0.0, float("nan")])
def test_numbers_that_are_equal_or_not_have_programs_of_their_own(x):
    g = ag.compile(lambda y, x: np.copysign(y, x), backend="steps")
    g(A([1.0]), 0.0), g(A([1.0]), 0.0)
    for _ in range(3):
        assert g(A([1.0]), x) == np.copysign(1.0, x)
    assert len(g._families) == 1 + (str(x) != "0.0")


def test_many_programs_of_one_function_are_told_of_once():
    g = ag.compile(lambda x, n: x * n, backend="steps")
    for n in range(8):
        g(A([1.0]), float(n))
    with pytest.warns(UserWarning, match=r"9th kind .* as arrays"):
        g(A([1.0]), 8.0)
    g(A([1.0]), 9.0)


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_arrays_in_the_other_byte_order_are_the_same_numbers(backend):
    swapped = np.arange(6.0).reshape(2, 3).astype(">f8")
    w = ag.Tensor.leaf(np.arange(3.0).astype(">f8"))

    def f(x):
        w.data -= x[0]
        return x[::-1], x * 2, x.T, np.sort(x), x.sum(), x + swapped

    g = ag.compile(f, backend=backend)
    for i in range(4):
        for y, z in zip(g(swapped), f(swapped), strict=True):
            np.testing.assert_array_equal(y, z)
        np.testing.assert_array_equal(w.data, np.arange(3.0) * (-1 - 2 * i))


def test_a_complex_infinity_times_one_is_what_it_is_without_compiling():
    z = A([complex(np.inf, 0), 1j, np.nan])
    for f in (lambda x: x * 1, lambda x: True * x, lambda x: x / 1):
        g = ag.compile(f, backend="numpy")
        with np.errstate(all="ignore"):
            for _ in range(4):
                np.testing.assert_array_equal(g(z), f(z))


def test_a_function_of_numpy_without_a_derivative_is_recorded_alike_each_time():
    g = ag.compile(lambda x: np.isclose(x, 1.0).all(), backend="steps")
    assert [bool(g(np.ones(3) + i % 2)) for i in range(4)] == [True, False] * 2


def test_arguments_without_a_hash_are_known_by_what_they_are_now():
    names, masked = {"a"}, np.ma.array([1.0, 2.0])
    g = ag.compile(lambda x, s, m: x * len(s) + m.sum(), backend="steps")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i in range(9):
            if i % 3 == 2:
                names.add(str(i))
                masked[0] = i
            assert g(A([1.0]), names, masked)[0] == len(names) + masked.sum()


class Plain:
    """An object without a hash of its own, with others in it, and itself."""

    def __init__(self, *parts):
        self.number, self.names, self.parts, self.me = 2.0, ["a"], parts, self
        self.weight = ag.tensor([1.0])


class Slotted:
    __slots__ = ("__dict__", "number")


def test_attributes_of_objects_among_the_arguments_are_what_they_are_now():
    inner, deep = Plain(), Plain()
    for _ in range(3000):
        deep = Plain(deep)
    plain, slotted = Plain(inner, deep), Slotted()
    slotted.number, slotted.other = np.float64(2), 1.0

    def f(x, plain, slotted):
        x = x * plain.number * len(plain.names) * plain.weight
        return x * plain.parts[0].number * slotted.number * slotted.other

    def changes():
        for object_, name in ((plain, "number"), (inner, "number"), (slotted, "other")):
            yield lambda o=object_, n=name: setattr(o, n, getattr(o, n) + 1)
        yield lambda: setattr(slotted, "number", np.float64(5))
        yield lambda: plain.names.append("b")
        yield lambda: setattr(plain, "weight", ag.tensor([7.0]))
        yield lambda: plain.weight.data.fill(3.0)

    g = ag.compile(f, backend="steps")
    for change in changes():
        for _ in range(4):
            assert g(A([2.0]), plain, slotted) == f(A([2.0]), plain, slotted)
        change()
    assert g(A([2.0]), plain, slotted) == f(A([2.0]), plain, slotted)


class Table:
    """Data without a hash, whose comparison has no truth."""

    def __init__(self, raises=ValueError):
        self.numbers, self.raises = np.ones(3), raises

    def __eq__(self, other):
        raise self.raises("of a comparison")


@dataclass
class Held:
    part: object
    number: float = 2.0


@pytest.mark.parametrize(
    "part",
    [
        Table(),
        Table(RuntimeError),
        Lock(),
        np.ones(3),
        deque([np.ones(2)] * 5),
        {"a", "b"},
        {*range(3000)},
        [[0.0] * 900] * 9,
    ],
    ids=lambda part: type(part).__name__,
)
def test_data_in_objects_is_neither_compared_nor_copied(part):
    holder = SimpleNamespace(part=part, number=2.0)
    plain = Plain(holder)
    g = ag.compile(lambda x, p: x * p.parts[0].number, backend="steps")
    for number in (2.0, 2.0, 2.0, 5.0, 5.0, 5.0):
        holder.number = number
        assert g(A([3.0]), plain) == 3 * number
    assert repr(g).endswith("2 programs)")


def test_objects_with_much_in_them_are_the_same_in_the_next_call():
    parts = [Slotted() for _ in range(1500)]
    for part in parts:
        part.number, part.other = 2.0, 3.0
    for plain in (Plain(*parts[:600]), Plain(parts[:900], parts[900:])):
        g = ag.compile(lambda x, p: x * p.number, backend="steps")
        for _ in range(4):
            assert g(A([3.0]), plain) == 6.0
        assert repr(g).endswith("1 program)")


def test_arguments_that_cannot_be_copied_are_known_by_their_attributes():
    held = Held(Lock())
    g = ag.compile(lambda x, held: x * held.number, backend="steps")
    for number in (2.0, 2.0, 2.0, 5.0, 5.0, 5.0):
        held.number = number
        assert g(A([3.0]), held) == 3 * number
    assert repr(g).endswith("2 programs)")


# What cannot be compiled ----------------------------------------------------------------

LEAKS = {
    "bool": lambda x: x if x.sum() > 0 else -x,
    "float": lambda x: x * float(x.sum()),
    "item": lambda x: x * x.sum().item(),
    "an array": lambda x: x * np.asarray(x.sum()),
    "an index": lambda x: range(10)[x.astype(int)[0]] * x,
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_number_that_leaves_the_graph_is_refused_where_it_does(name):
    with pytest.raises(TraceError, match=r"(?s)leaves the graph, at .*test_compile.py"):
        ag.compile(LEAKS[name])(A([1.0, 2.0]))


def test_what_differs_between_two_runs_is_refused_with_its_line():
    count = iter(range(10))
    varying = {
        "has": lambda x: x * next(count),
        "random numbers": lambda x: x + np.random.default_rng().normal(size=2),
        "steps": lambda x: x if next(count) % 2 else x * 2,
        "called": lambda x: np.sin(x) if next(count) % 2 else np.cos(x),
        "returned": lambda x: (x, next(count)),
    }
    for f in varying.values():
        g = ag.compile(f)
        g(A([1.0, 2.0]))
        with pytest.raises(TraceError, match=r"two recordings .* must be an argument"):
            g(A([1.0, 2.0]))
    large = ag.constant(lambda x: x[x > 1], name="large")
    g = ag.compile(large)
    g(A([1.0, 2.0]))
    told = r"large \(at .*test_compile.py:\d+\) was float64 \(1,\), and then .* \(2,\)"
    with pytest.raises(TraceError, match=told):
        g(A([3.0, 2.0]))
    g = ag.compile(varying["called"])
    g(A([1.0]))
    with pytest.raises(TraceError, match=r"\(at .*test_compile.py:\d+\)"):
        g(A([1.0]))


@pytest.mark.parametrize("bad", [3, int, "text", None])
def test_compile_needs_a_function(bad):
    if bad is None:
        assert callable(ag.compile(bad))
        return
    with pytest.raises(TypeError, match="needs a function"):
        ag.compile(bad)


def test_generators_and_coroutines_are_refused():
    def steps(x):
        yield x

    async def later(x):
        return x

    for f in (steps, later):
        with pytest.raises(TypeError, match="returns at once"):
            ag.compile(f)
    with pytest.raises(ValueError, match="backend must be 'auto'"):
        ag.compile(np.sin, backend="cuda")


def test_what_is_no_number_is_not_returned():
    with pytest.raises(TraceError, match="returns Tensors, arrays and numbers"):
        ag.compile(lambda x: {x.sum()})(A([1.0]))


def test_it_has_no_program_before_its_third_call():
    g = ag.compile(lambda x: x * 2)
    with pytest.raises(ValueError, match="no program yet"):
        g.program


def test_its_program_is_read_and_drawn():
    import viz

    g = after_two(lambda x: np.exp(x) * 2, A([1.0, 2.0]))
    g(A([1.0, 2.0]))
    assert "np.exp(x0)" in g.source
    assert len(g.program.steps) == 2
    assert "exp" in viz.draw(g.program.graph()).dot


# Captured Tensors and their effects -----------------------------------------------------


def test_captured_tensors_are_read_at_each_call_and_arrays_are_constants():
    w, c = ag.tensor([1.0, 2.0]), A([1.0, 1.0])
    g = after_two(lambda x: w * x + c, A([1.0, 1.0]))
    w.data *= 2
    c[:] = 100
    assert g(A([1.0, 1.0])).tolist() == [3.0, 5.0]
    w.data = A([7.0, 7.0])
    assert g(A([1.0, 1.0])).tolist() == [8.0, 8.0]


def trained(compiles, f, calls=6):
    """A Tensor after some calls of ``f``, and all that was seen meanwhile."""
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    other = ag.tensor([0.5, 0.5])
    step = (lambda x: f(w, other, x)) if not compiles else None
    step = step or ag.compile(lambda x: f(w, other, x), backend="steps")
    seen = []
    for i in range(calls):
        y = step(A([1.0, 3.0]) + 0.1 * i)
        grad = None if w.grad is None else w.grad.copy()
        seen.append((raw(y).copy(), w.data.copy(), other.data.copy(), grad))
    return seen


def descends(w, other, x):
    w.grad = None
    loss = ((w * x) ** 2).sum()
    loss.backward()
    w.data -= 0.01 * w.grad
    return loss


def rebinds(w, other, x):
    w.data = w.data * 0.9
    return (w * x).sum()


def accumulates(w, other, x):
    loss = ((w * x) ** 2).sum()
    loss.backward()
    return loss


def sweeps_twice(w, other, x):
    w.grad = None
    ((w * x) ** 2).sum().backward()
    (w * x).sum().backward()
    return w * 1.0


def steps_twice(w, other, x):
    for _ in range(2):
        descends(w, other, x)
    return w.detach()


def averages(w, other, x):
    other.data = 0.9 * other.data + 0.1 * x
    loss = ((w * other) ** 2).sum()
    w.grad = None
    loss.backward()
    return other + 0.0


def forgets(w, other, x):
    loss = ((w * x) ** 2).sum()
    loss.backward()
    w.data -= 0.01 * w.grad
    w.grad = None
    return loss


def starts_at_zero(w, other, x):
    w.grad = np.zeros(2)
    ((w * x) ** 2).sum().backward()
    return w.detach()


def swaps(w, other, x):
    w.data, other.data = other.data, w.data
    return w * x


EFFECTS = [
    descends,
    rebinds,
    accumulates,
    sweeps_twice,
    steps_twice,
    averages,
    forgets,
    starts_at_zero,
    swaps,
]


@pytest.mark.parametrize("f", EFFECTS, ids=lambda f: f.__name__)
def test_effects_take_place_at_each_call_as_they_do_without_compiling(f):
    for one, two in zip(trained(False, f), trained(True, f), strict=True):
        for x, y in zip(one, two, strict=True):
            assert (x is None) == (y is None)
            if x is not None:
                np.testing.assert_allclose(x, y, rtol=1e-13)


def test_updates_are_in_place_and_new_data_are_new_arrays():
    w = ag.tensor([1.0, 2.0])

    def update(x):
        w.data -= x

    def replace(x):
        w.data = w.data - x

    for f, same in ((update, True), (replace, False)):
        g = ag.compile(f, backend="steps")
        for _ in range(4):
            before = w.data
            g(A([1.0, 1.0]))
            assert (w.data is before) is same


def test_gradients_that_are_there_or_not_have_programs_of_their_own():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    g = ag.compile(lambda x: (w * x).sum().backward(), backend="steps")
    for i in range(12):
        if i % 3 == 0:
            w.grad = None
        g(A([1.0, 1.0]))
        assert w.grad.tolist() == [i % 3 + 1.0] * 2


def test_a_gradient_that_is_set_to_zero_is_no_number_of_the_data():
    w = ag.tensor([1.0, -2.0, 3.0], requires_grad=True)
    optimizer = nn.optim.SGD([w], lr=1.0)
    w.grad = np.ones(3)

    def f(x):
        optimizer.zero_grad(set_to_none=False)
        (w * x).sum().backward()
        optimizer.step()

    g = ag.compile(f, backend="steps")
    for x in A([[2.0, -4.0, 1.0], [0.0, 0.0, np.inf], [-2.0, 1.0, 1.0], [1.0] * 3]):
        g(x)
        assert w.grad.tolist() == x.tolist()


def test_an_error_changes_nothing():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    w.grad = A([5.0, 5.0])
    fails = [False]

    def f(x, i):
        w.data -= x
        w.data = w.data * 2
        w.grad = None
        (w * x).sum().backward()
        if fails[0]:
            raise RuntimeError("here")
        return w[i]

    g = ag.compile(f, backend="steps")
    fails[0] = True
    with pytest.raises(RuntimeError, match="here"):
        g(A([1.0, 1.0]), A(0))
    assert w.data.tolist() == [1.0, 2.0]
    assert w.grad.tolist() == [5.0, 5.0]
    fails[0] = False
    for _ in range(4):
        g(A([0.0, 0.0]), A(0))
    before, grad = w.data.copy(), w.grad.copy()
    with pytest.raises(IndexError):
        g(A([1.0, 1.0]), A(7))
    assert (w.data == before).all()
    assert (w.grad == grad).all()


def test_a_graph_of_before_notices_what_a_program_writes():
    w = ag.tensor([1.0, 2.0], requires_grad=True)

    def update(x):
        w.data -= x

    def replace(x):
        w.data = w.data - x

    for f in (update, replace):
        g = after_two(f, A([1.0, 1.0]))
        y = (w * w).sum()
        g(A([1.0, 1.0]))
        with pytest.raises(ag.StaleWriteError):
            y.backward()


def test_flags_of_captured_tensors_are_looked_at():
    v, w = (ag.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))

    def f(x):
        v.grad = w.grad = None
        (v * w * x).sum().backward()

    g = after_two(f, A([1.0, 1.0]))
    g(A([1.0, 1.0]))
    w.requires_grad = False
    for _ in range(3):
        w.grad = None
        g(A([1.0, 1.0]))
        assert w.grad is None
        assert v.grad is not None
    w.requires_grad = True
    g(A([1.0, 1.0]))
    assert w.grad.tolist() == [1.0, 2.0]


def test_arguments_and_results_are_not_written():
    for f in (lambda x: setattr(x, "data", x.data * 2), lambda x: x.__setitem__(0, 1)):
        with pytest.raises(TypeError):
            ag.compile(f)(ag.tensor([1.0]))
    w = ag.tensor([1.0])
    g = after_two(lambda: w)
    found = g()
    found.data += 1
    assert w.data.tolist() == [1.0]


# Differentiation around -----------------------------------------------------------------


def test_what_is_returned_is_differentiable_by_what_is_captured():
    w = ag.tensor([1.0, 2.0], requires_grad=True)

    def f(x):
        return (w * w.detach() * x).sum(), np.exp(w), 2.0 * x

    g = ag.compile(f, backend="steps")
    for _ in range(4):
        for each in (f, g):
            w.grad = None
            one, two, three = each(A([1.0, 3.0]))
            (one * 2 + two.sum()).backward()
            np.testing.assert_allclose(w.grad, [2 + np.e, 12 + np.e**2])
            assert not isinstance(three, ag.Tensor)


def test_after_a_write_it_is_not():
    w = ag.tensor([1.0, 2.0], requires_grad=True)

    def f(x):
        loss = (w * w * x).sum()
        w.data -= x
        return loss

    g = ag.compile(f, backend="steps")
    for _ in range(4):
        loss = g(A([1.0, 1.0]))
        with pytest.raises(ag.StaleWriteError):
            loss.backward()


def test_tracked_arguments_and_transforms_run_the_function_as_it_is():
    g = after_two(lambda x: np.sum(x**3), A([1.0, 2.0]))
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    g(x).backward()
    assert x.grad.tolist() == [3.0, 12.0]
    assert ag.grad(g)(A([1.0, 2.0])).tolist() == [3.0, 12.0]
    assert ag.grad(ag.grad(g))(2.0) == 12.0
    inside = ag.compile(lambda x: g(x) * 2, backend="steps")
    assert [inside(A([1.0, 2.0])) for _ in range(3)] == [18.0] * 3
    graph = ag.record(g, A([1.0, 2.0]))
    assert len(graph.nodes) > 1


def test_without_gradients_there_are_none():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    g = ag.compile(lambda x: w * x, backend="steps")
    for _ in range(4):
        with ag.no_grad():
            assert not g(A([1.0, 1.0])).requires_grad
        assert g(A([1.0, 1.0])).requires_grad


def test_values_are_right_as_a_program_and_as_they_are():
    v = Value(2.0)
    f = ag.compile(lambda x: x * v)
    for i in range(4):
        x = Value(float(i))
        y = f(x)
        y.backward()
        assert (y.data, x.grad) == (2.0 * i, 2.0)

    def step():
        v.grad = None
        (v * v).backward()
        v.data -= 0.1 * v.grad

    g, numbers = ag.compile(step), []
    for _ in range(4):
        g()
        numbers.append(v.data)
    np.testing.assert_allclose(numbers, 2.0 * 0.8 ** np.arange(1, 5))


def test_eight_threads_call_one_program():
    w = ag.tensor(np.zeros(50))

    def f(x):
        w.data += x
        return np.exp(-((x[:, None] - x) ** 2)).sum()

    g = ag.compile(f, backend="steps")
    inputs = [np.linspace(0, i, 50) for i in range(8)]
    expected = [np.exp(-((x[:, None] - x) ** 2)).sum() for x in inputs]
    wrong = []

    def work(i):
        for _ in range(20):
            if abs(g(inputs[i]) - expected[i]) > 1e-9 * expected[i]:
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    np.testing.assert_allclose(w.data, 20 * sum(inputs))


def test_methods_are_compiled():
    class Scale:
        def __init__(self, factor):
            self.factor = factor

        @ag.compile
        def __call__(self, x):
            return x * self.factor

        @ag.compile(backend="steps")
        def twice(self, x):
            """Two times."""
            return 2 * x * self.factor

    two, three = Scale(2), Scale(3)
    for _ in range(4):
        assert two(A([1.0])) == 2
        assert three(A([1.0])) == 3
        assert three.twice(A([1.0])) == 6
    assert Scale.twice.__doc__ == "Two times."


def test_numbers_for_which_a_rule_does_something_else_run_the_function():
    labels = A([0, 1, 2])
    g = after_two(
        lambda x: x[labels] + ag.cross_entropy(x[None], x[:1].astype(int)),
        A([0.0, 1.0, 2.0]),
    )
    with pytest.raises(ValueError, match="label 7"):
        g(A([7.0, 1.0, 2.0]))


@pytest.mark.parametrize("backend", ["steps", "numpy", "c"])
@pytest.mark.filterwarnings("ignore:.* runs without C")
def test_a_shape_that_depends_on_the_numbers_is_that_of_each_call(backend):
    large = ag.constant(lambda x: x[x > 1], name="large")

    def f(x):
        return np.mean(large(x) * 2), large(x)

    g = ag.compile(f, backend=backend)
    for x in A([[1.0, 2.0, 3.0], [4.0, 0.5, 2.0], [5.0, 2.0, 9.0], [0.0, 7.0, 0.0]]):
        for y, z in zip(g(x), f(x), strict=True):
            np.testing.assert_allclose(y, z)


def test_a_zero_stays_zero_where_a_slope_is_infinite():
    def f(x):
        return np.sum(np.where(x > 0, np.sqrt(x), 0.0))

    g = after_two(ag.grad(f), A([1.0, 4.0]))
    assert g(A([0.0, 4.0])).tolist() == ag.grad(f)(A([0.0, 4.0])).tolist() == [0, 0.25]


def test_memory_that_is_shared_with_what_is_written_is_no_matter_of_a_program():
    def run(compiles):
        v, w = ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])

        def f(x):
            w.data -= x
            return v * x

        f, seen = ag.compile(f, backend="steps") if compiles else f, []
        for i in range(8):
            if i == 4:
                v.data = w.data
            seen.append(f(w.data if i > 5 else A([1.0, 2.0])).tolist())
        return seen

    assert run(True) == run(False)


def test_flags_are_not_switched_within():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TraceError, match="requires_grad is set in a compiled function"):
        ag.compile(lambda: setattr(w, "requires_grad", False))()
    assert w.requires_grad


def test_a_copy_is_recorded_anew():
    class Steps:
        def __init__(self):
            self.w = ag.tensor([1.0, 2.0])
            self.step = ag.compile(self.take, backend="steps")

        def take(self, x):
            self.w.data -= x

    one = Steps()
    for _ in range(3):
        one.step(A([1.0, 1.0]))
    two = copy.deepcopy(one)
    for _ in range(3):
        two.step(A([1.0, 1.0]))
    assert one.w.tolist() == [-2.0, -1.0]
    assert two.w.tolist() == [-5.0, -4.0]


def test_threads_with_other_shapes_record_at_once():
    w = ag.tensor([2.0], requires_grad=True)
    w.grad = A([1.0])
    g, wrong = ag.compile(lambda x: w.detach() * x, backend="steps"), []

    def work(n):
        for _ in range(6):
            if (g(np.ones(n)) != 2).any():
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert w.grad.tolist() == [1.0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_of_fork_finds_functions_that_others_were_running_unlocked():
    def f(x):
        entered.set()
        leave.wait(60)
        return x * 2

    compiled, x = ag.compile(f), np.ones(2)
    entered, leave = threading.Event(), threading.Event()
    thread = threading.Thread(target=compiled, args=(x,))
    thread.start()
    entered.wait(60)
    child = os.fork()
    if not child:
        leave = threading.Event()
        leave.set()
        signal.alarm(30)  # which ends a child that waits
        os._exit(int(compiled(x).tolist() != [2, 2]))
    leave.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("backend", ["steps", "numpy", "c"])
@pytest.mark.filterwarnings("ignore:.* runs without C")
def test_a_batch_may_be_written_before_the_gradient_is_asked_for(backend):
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = ag.compile(lambda x: np.sum(w * x), backend=backend)
    batch, of_tensor = np.zeros(2), ag.tensor([0.0, 0.0])
    for i in range(4):
        batch[:] = i, i + 1
        found = loss(batch)
        batch[:] = -100
        w.grad = None
        found.backward()
        assert w.grad.tolist() == [i, i + 1]
        of_tensor.data = np.array([i, 2.0])
        found = loss(of_tensor)
        of_tensor.data -= 7
        w.grad = None
        found.backward()
        assert w.grad.tolist() == [i, 2]


@pytest.mark.parametrize(
    "change",
    [
        lambda x, d: d.update(y=x * 2),
        lambda x, d: d["list"].append(x),
        lambda x, d: d["list"].reverse(),
        lambda x, d: d.pop("flag"),
        lambda x, d: d.update(flags=d.pop("flag")),
        lambda x, d: d.update(empty=None),
        lambda x, d: d["list"].append([]),
    ],
)
def test_containers_among_the_arguments_are_not_changed_within(change):
    def f(x, d):
        change(x, d)
        return x * 2

    given = {"list": [A([1.0]), A([2.0])], "flag": True}
    with pytest.raises(TraceError, match="dictionary among the arguments was changed"):
        ag.compile(f)(A([1.0, 2.0]), given)
    assert list(given) == ["list", "flag"]
    assert len(given["list"]) == 2


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_whose_product_is_another_is_refused():
    with pytest.raises(TypeError, match=r"function got an np\.matrix"):
        ag.compile(lambda x: x * x)(np.matrix([[1.0, 2.0]]))


def test_a_masked_array_keeps_its_mask():
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    g = ag.compile(lambda x, m: (x * 2, m * 2), backend="steps")
    for _ in range(4):
        assert g(A([1.0]), masked)[1].tolist() == [2.0, None]
