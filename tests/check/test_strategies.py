"""What the public strategies draw, and the properties that are made of them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor
from autograd.check import GradientError, Program, check_program, gradient_property
from autograd.check.random_programs import suitable
from autograd.check.strategies import (
    arrays,
    axes,
    broadcastable,
    indices,
    matrices,
    modules,
    programs,
    shapes,
    tensors,
)
from autograd.core.program import Ref

SEARCH = settings(
    max_examples=3000, database=None, derandomize=True, phases=[Phase.generate]
)


# Tensors --------------------------------------------------------------------------------


@given(tensors(domain=(0, 1), values=("lattice", "normals"), dtype=np.float32))
def test_tensors_are_of_the_domain_and_the_dtype(x: Tensor) -> None:
    assert isinstance(x, Tensor)
    assert x.dtype == np.float32
    assert ((x.data > 0) & (x.data < 1)).all()


@pytest.mark.parametrize("layout", ["strided", "reversed", "transposed", "stride 0"])
def test_tensors_come_in_the_layout_that_is_asked_for(layout: str) -> None:
    x = find(tensors((3, 4), layout=layout), lambda x: True, settings=SEARCH).data
    assert not x.flags.c_contiguous


def test_tensors_of_a_pool_have_its_values_only() -> None:
    @given(tensors(values=("lattice",), dtype=float))
    def check(x: Tensor) -> None:
        assert set(x.data.ravel().tolist()) <= {0, 0.5, -0.5, 1, -1, 2, -2, 3}

    check()


@given(broadcastable(3))
def test_broadcastable_shapes_broadcast(found: Any) -> None:
    assert len(found) == 3
    np.broadcast_shapes(*found)


@given(st.data())
def test_axes_and_indices_fit_the_shape(data: Any) -> None:
    shape = data.draw(shapes())
    x = data.draw(arrays(shape))
    np.sum(x, axis=data.draw(axes(x.ndim)))
    x[data.draw(indices(shape))]


# Matrices -------------------------------------------------------------------------------


@given(st.data())
def test_matrices_are_what_they_are_called(data: Any) -> None:
    a = data.draw(matrices("spd")).data
    np.testing.assert_allclose(a, np.swapaxes(a, -1, -2), atol=1e-14)
    assert (np.linalg.eigvalsh(a) > 0.99).all()
    q = data.draw(matrices("orthogonal")).data
    eye = np.broadcast_to(np.eye(q.shape[-1]), q.shape)
    np.testing.assert_allclose(q @ np.swapaxes(q, -1, -2), eye, atol=1e-14)
    lower = data.draw(matrices("triangular", size=3)).data
    np.testing.assert_array_equal(lower, np.tril(lower))
    well = data.draw(matrices(batch=(2,), dtype=np.float32)).data
    assert well.shape[0] == 2
    assert well.dtype == np.float32
    assert (np.linalg.cond(well) < 3.01).all()


def test_an_unknown_kind_of_matrix_is_an_error() -> None:
    with pytest.raises(ValueError, match="'sparse'"):
        find(matrices("sparse"), lambda x: True)


# Modules --------------------------------------------------------------------------------


def test_modules_are_drawn_with_all_their_numbers() -> None:
    drawn = modules(lambda n: nn.MLP(2, [n, 1]), st.integers(1, 3))
    model = find(drawn, lambda m: np.all(m.layers[0].weight.data != 0), settings=SEARCH)
    assert model.layers[0].weight.dtype == np.float32
    zeros = find(drawn, lambda m: not m.layers[0].weight.data.all(), settings=SEARCH)
    assert zeros is not model


def test_networks_of_values_are_drawn_too() -> None:
    neuron = find(modules(lambda: nn.scalar.Neuron(2)), lambda m: m.w[0].data == 3)
    assert neuron.w[0].data == 3.0


# Programs -------------------------------------------------------------------------------

WANTED = {
    "a repeated operand": lambda p: any(
        len(refs := [x for x in step.operands if isinstance(x, Ref)]) > len(set(refs))
        for step in p.steps
    ),
    "a diamond": lambda p: _uses(p).count(len(p.leaves)) > 1,
    "several leaves": lambda p: len(p.leaves) > 2,
    "several outputs": lambda p: any(step.op.name == "item" for step in p.steps),
    "a sum of products": lambda p: any(
        step.op.name == "sum" and _maker(p, step.operands[0]) == "multiply"
        for step in p.steps
    ),
    "indexing": lambda p: "getitem" in _names(p),
    "a matrix product": lambda p: "matmul" in _names(p),
    "ten operations": lambda p: len(p.steps) >= 10,
    "one operation": lambda p: len(p.steps) == 1,
}


def _names(program: Program) -> list[str]:
    return [step.op.name for step in program.steps]


def _maker(program: Program, x: Any) -> str:
    place = x.position - len(program.leaves) if hasattr(x, "position") else -1
    return program.steps[place].op.name if place >= 0 else ""


def _uses(program: Program) -> list[int]:
    return [
        x.position
        for step in program.steps
        for x in step.operands
        if hasattr(x, "position")
    ]


@pytest.mark.parametrize("what", WANTED)
def test_programs_reach(what: str) -> None:
    assert find(programs(), WANTED[what], settings=SEARCH)


def test_programs_use_every_primitive_there_is() -> None:
    missing = {op.name for op in suitable()}

    def is_last_of_them(program: Program) -> bool:
        missing.difference_update(_names(program))
        return len(missing) <= 4

    assert find(programs(), is_last_of_them, settings=SEARCH), missing


@given(programs([ag.exp, ag.multiply], max_nodes=3))
def test_programs_may_be_of_chosen_primitives(program: Program) -> None:
    chosen = {"exp", "multiply"}
    assert set(_names(program)) <= chosen | {"sum", "add"}  # these join loose ends
    assert sum(name in chosen for name in _names(program)) <= 3


def test_a_primitive_that_cannot_be_drawn_is_an_error_in_a_program() -> None:
    op = ag.general(lambda x: x, lambda g: g, name="planted")
    with pytest.raises(ValueError, match=r"planted.*cannot be sampled"):
        find(programs([op]), lambda p: True)


# Properties -----------------------------------------------------------------------------


@pytest.fixture
def unshrunk() -> Iterator[None]:
    """For what fails in any case: that it is shrunk is tested once."""
    name = settings.get_current_profile_name()
    settings.register_profile("unshrunk", phases=[Phase.generate])
    settings.load_profile("unshrunk")
    yield
    settings.load_profile(name)


def bad_cube() -> Any:
    return ag.elementwise(lambda x: x**3, lambda x: 2 * x**2, name="bad cube")


test_a_function_is_a_property_in_one_line = gradient_property(
    lambda x, y: ag.sum(ag.tanh(x) * y), tensors((3,)), tensors((3,))
)


@gradient_property(tensors(shapes(least=1, nonempty=True)), order=1)
def test_a_decorated_function_is_a_property(x: Any) -> Any:
    return ag.logsumexp(x, axis=-1)


@gradient_property(
    modules(lambda: nn.Linear(2, 3)), tensors((4, 2), values=("normals",)), order=1
)
def test_a_layer_is_a_property_with_its_parameters(layer: Any, x: Any) -> Any:
    return layer(x)


def test_a_primitive_alone_is_drawn_as_it_says() -> None:
    gradient_property(ag.registry["var"])()
    test = gradient_property(bad_cube())
    assert test.__name__ == "test_bad_cube"
    with pytest.raises(GradientError):
        test()


@pytest.mark.usefixtures("unshrunk")
def test_a_wrong_layer_is_found() -> None:
    cube = bad_cube()

    class Layer(nn.Module):
        def __init__(self) -> None:
            self.weight = nn.Parameter(np.ones(3))

        def forward(self, x: Any) -> Any:
            return cube(self.weight) * x

    test = gradient_property(lambda layer, x: layer(x), modules(Layer), tensors((3,)))
    with pytest.raises(GradientError) as caught:
        test()
    assert caught.value.argument == "args[0].parameters['weight']"


def test_what_a_sample_makes_itself_is_differentiated_in_programs() -> None:
    op = ag.elementwise(
        np.log, lambda x: 1 / x, sample={"x": lambda c: np.exp(c.array((2,)))}
    )

    @given(programs([op], max_nodes=2))
    def check(program: Program) -> None:
        assert program.leaves
        check_program(program)

    check()


def test_an_example_of_a_property_may_take_as_long_as_it_needs() -> None:
    name = settings.get_current_profile_name()
    settings.register_profile("hasty", settings(deadline=0.001, max_examples=3))
    settings.load_profile("hasty")
    try:
        gradient_property(np.exp, tensors((2,)))()
    finally:
        settings.load_profile(name)


def test_a_property_that_proves_nothing_fails() -> None:
    test = gradient_property(lambda x: np.exp(x + 2000.0), tensors((2,)), order=1)
    with pytest.raises(ValueError, match="inconclusive"):
        test()


@pytest.mark.usefixtures("unshrunk")
def test_wrong_uses_of_a_property_say_what_is_needed() -> None:
    with pytest.raises(TypeError, match="needs a function, or strategies"):
        gradient_property()
    with pytest.raises(TypeError, match="needs a strategy for each argument"):
        gradient_property(np.sin)
    with pytest.raises(TypeError, match=r"got float 1.0.*just"):
        gradient_property(np.sin, 1.0)

    for f in (lambda x, y: x * y, lambda: 1.0, TestMethods.scaled):
        with pytest.raises(TypeError, match=r"each argument of .*\(.*; got 1"):
            gradient_property(f, tensors((2,)))()


few = partial(gradient_property, max_examples=3)


class TestMethods:
    """A property may be a method, of either kind, and use what its object has."""

    power = 3

    def scaled(self, x: Any) -> Any:
        return x**self.power

    test_what_has_no_self = few(np.sin, tensors((2,)))
    test_what_takes_more = few(np.sum, tensors((2,)))
    test_a_primitive = few(ag.exp)

    @few(tensors((2,)))
    def test_a_method(self, x: Any) -> Any:
        return x**self.power

    @few(tensors((2,)), tensors((2,)))
    def test_self_by_another_name(here, x: Any, y: Any) -> Any:
        return x**here.power * y

    @classmethod
    @few(tensors((2,)))
    def test_a_class_method(cls, x: Any) -> Any:
        return x**cls.power

    @staticmethod
    @few(tensors((2,)))
    def test_a_static_method(x: Any) -> Any:
        return x**3

    @few(tensors((2,)))
    @staticmethod
    def test_a_static_method_below(x: Any) -> Any:
        return x**3

    @few(tensors((2,)))
    @classmethod
    def test_a_class_method_below(cls, x: Any) -> Any:
        return x**cls.power

    def test_a_bound_method(self) -> None:
        few(self.scaled, tensors((2,)))()

    @pytest.mark.usefixtures("unshrunk")
    def test_a_method_that_is_wrong_fails(self) -> None:
        bad = ag.elementwise(np.sin, lambda x: 2 * np.cos(x), name="bad")

        class Test:
            @few(tensors((2,)))
            def test(self, x: Any) -> Any:
                return bad(x)

        with pytest.raises(GradientError):
            Test().test()
