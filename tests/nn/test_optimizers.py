"""Optimizers: PyTorch's numbers, flat buffers that stay honest, and no growth."""

import copy
import gc
import pickle
import tracemalloc

import numpy as np
import pytest
from numpy.lib.array_utils import byte_bounds

import autograd as ag
import nn
from autograd import Value
from nn import optim
from nn.optim import SGD, Adam, Optimizer, elementwise

# Five steps from (1, -2, 3) on Σx⁴/4 + x₀x₁, as PyTorch 2.13 takes them in float64.
TRAJECTORIES = [
    (SGD, {"lr": 0.02}, [1.0671187297813223, -1.5338349350083138, 1.6909760984280349]),
    (
        SGD,
        {"lr": 0.02, "momentum": 0.9},
        [1.1557062720184872, -0.8243631793336462, -0.5162264865850921],
    ),
    (
        SGD,
        {"lr": 0.02, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        [1.1208328075517249, -0.9471779616777342, -0.20433316041899818],
    ),
    (
        SGD,
        {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.1, "nesterov": True},
        [1.1038440072148685, -0.7937461014921561, -0.34586732833648415],
    ),
    (Adam, {"lr": 0.1}, [1.3231008434915157, -1.517763272505402, 2.5067418354272526]),
    (
        Adam,
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1},
        [1.260922032203543, -1.5225049847358314, 2.5094688340923574],
    ),
]


def descend(optimizer, loss, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()


@pytest.mark.parametrize(("kind", "settings", "expected"), TRAJECTORIES)
def test_tensors_take_the_steps_that_pytorch_takes(kind, settings, expected):
    x = ag.tensor([1.0, -2.0, 3.0], requires_grad=True)
    optimizer = kind([x], **settings)
    descend(optimizer, lambda: (x**4).sum() / 4 + x[0] * x[1], 5)
    assert np.allclose(x.data, expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize(("kind", "settings", "expected"), TRAJECTORIES)
def test_values_take_the_steps_that_pytorch_takes(kind, settings, expected):
    x = [Value(1.0), Value(-2.0), Value(3.0)]
    optimizer = kind(x, **settings)
    descend(optimizer, lambda: sum(v**4 for v in x) / 4 + x[0] * x[1], 5)
    assert np.allclose([v.data for v in x], expected, rtol=1e-13, atol=0)
    assert all(type(v.data) is float for v in x)


def test_one_optimizer_takes_values_and_tensors_of_several_dtypes():
    parameters = [
        Value(1.0),
        ag.tensor(1.0, requires_grad=True),
        ag.tensor([[1.0]], dtype=np.float32, requires_grad=True),
        Value(1.0),
    ]
    for p in parameters:
        (p * p if isinstance(p, Value) else (p * p).sum()).backward()
    SGD(parameters, lr=0.25).step()
    assert [np.asarray(p.data).tolist() for p in parameters] == [0.5, 0.5, [[0.5]], 0.5]
    assert parameters[2].data.dtype == np.float32


def test_a_parameter_without_a_gradient_keeps_its_value_and_its_state():
    p, q = (ag.tensor([x], requires_grad=True) for x in (1.0, 2.0))
    optimizer = Adam([p, q], lr=0.1)
    for i in range(4):
        optimizer.zero_grad()
        loss = (p**2).sum()
        (loss if i == 1 else loss + (q**3).sum()).backward()
        before = q.data.item()
        optimizer.step()
        assert (q.data.item() == before) == (i == 1)
    assert np.isclose(p.data[0], 0.6039390605737459, rtol=1e-13, atol=0)
    assert np.isclose(q.data[0], 1.7014877284518328, rtol=1e-13, atol=0)


def test_a_parameter_that_joins_late_begins_its_own_momentum():
    p, q = Value(1.0), Value(2.0)
    optimizer = SGD([p, q], lr=0.1, momentum=0.9, dampening=0.5)
    for i in range(4):
        optimizer.zero_grad()
        (p**2 if i < 2 else p**2 + q**3).backward()
        optimizer.step()
    assert np.isclose(p.data, -0.0324, rtol=1e-12, atol=0)
    assert np.isclose(q.data, -0.376, rtol=1e-12, atol=0)


def test_complex_parameters_are_updated_as_pairs_of_reals():
    z = ag.tensor([1 + 2j], requires_grad=True)

    def loss():
        return (ag.real(z) ** 2 + 3 * ag.imag(z) ** 2).sum()

    descend(Adam([z], lr=0.1), loss, 3)
    expected = 0.7015862729460302 + 1.7006233915360325j
    assert np.isclose(z.data[0], expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_a_large_parameter_is_updated_to_its_last_element(kind):
    x = ag.tensor(np.ones(150_000), requires_grad=True)
    descend(kind([x], lr=0.25), lambda: (x * x).sum(), 1)
    assert x.data.max() < 0.76
    assert np.array_equal(x.data, np.full(150_000, x.data[0]))


def test_the_learning_rate_may_change_between_steps():
    x = Value(1.0)
    optimizer = SGD([x], lr=0.0)
    descend(optimizer, lambda: x * x, 1)
    assert x.data == 1.0
    optimizer.lr = 0.5
    descend(optimizer, lambda: x * x, 1)
    assert x.data == 0.0


def test_a_numpy_learning_rate_leaves_float32_alone():
    x = nn.Parameter([1.0, 2.0])
    descend(Adam([x], lr=np.float64(0.1)), lambda: (x * x).sum(), 2)
    assert x.data.dtype == np.float32


def test_a_parameter_given_twice_is_updated_once():
    x = Value(1.0)
    descend(SGD([x, x], lr=0.25), lambda: x * x, 1)
    assert x.data == 0.5


# Settings that change between steps -------------------------------------------------


def test_a_momentum_that_is_set_later_counts_from_then_on():
    x = Value(1.0)
    optimizer = SGD([x], lr=0.1)
    descend(optimizer, lambda: x * x, 2)
    optimizer.momentum = 0.9
    descend(optimizer, lambda: x * x, 2)
    # 1 → 0.8 → 0.64, then v = 1.28, x = 0.512, then v = 0.9·1.28 + 1.024 = 2.176
    assert np.isclose(x.data, 0.512 - 0.2176, rtol=1e-14, atol=0)


def test_a_dampening_that_is_set_later_counts_from_then_on():
    x = Value(1.0)
    optimizer = SGD([x], lr=0.1, momentum=0.5)
    descend(optimizer, lambda: x * x, 1)
    optimizer.dampening = 0.5
    descend(optimizer, lambda: x * x, 1)  # v = 0.5·2 + 0.5·1.6
    assert np.isclose(x.data, 0.8 - 0.18, rtol=1e-14, atol=0)


@pytest.mark.parametrize("later", [(0.5, 0.9), (0.0, 0.99), (0.99, 0.0)])
def test_betas_that_change_give_the_steps_of_pytorch(later):
    """There means are kept, and corrected by the present betas alone."""
    x = ag.tensor([1.0, -2.0], requires_grad=True)
    optimizer = Adam([x], lr=0.1, eps=1e-3)
    expected, m, v = x.data.copy(), np.zeros(2), np.zeros(2)
    for step in range(1, 8):
        if step == 4:
            optimizer.betas = later
        beta1, beta2 = optimizer.betas
        g = 2 * expected
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        root = np.sqrt(v) / np.sqrt(1 - beta2**step)
        expected -= 0.1 / (1 - beta1**step) * m / (root + 1e-3)
        descend(optimizer, lambda: (x * x).sum(), 1)
        assert np.allclose(x.data, expected, rtol=1e-13, atol=0), step


@pytest.mark.parametrize(
    ("dtype", "gradient"), [(np.float16, 9.0), (np.float16, 200.0), (np.float32, 1e19)]
)
def test_adam_goes_on_as_long_as_squares_are_finite(dtype, gradient):
    x = ag.tensor(np.zeros(3, dtype), requires_grad=True)
    optimizer = Adam([x], lr=0.125)
    for _ in range(3000):
        before = x.data.copy()
        x.grad = np.full(3, gradient, dtype)
        optimizer.step()
        if abs(before[0]) > 60:  # beyond, float16 has too few digits for the step
            break
        assert ((before - x.data) > 0.1).all()


# Rules of one's own -----------------------------------------------------------------


class Lamb(Optimizer):
    """Adam's step, as long as the parameter's norm says. You et al., arXiv:1904.00962."""

    lr, decay = 0.1, 0.01

    def update(self, p, g, state):
        step = state["step"]
        m = state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
        v = state["v"] = 0.999 * state.get("v", 0) + 0.001 * g * g
        change = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + 1e-6)
        change = change + self.decay * p
        p -= self.lr * np.linalg.norm(p) / np.linalg.norm(change) * change


class Muon(Optimizer):
    """Momentum, made orthogonal by Newton and Schulz. Jordan et al. (2024)."""

    lr = 0.1

    def update(self, p, g, state):
        m = state["m"] = 0.95 * state.get("m", 0) + g
        x = m / np.linalg.norm(m)
        for _ in range(30):
            x = 1.5 * x - 0.5 * x @ x.T @ x
        p -= self.lr * x


def test_a_rule_may_need_the_norm_of_its_parameter():
    p, q = nn.Parameter(np.array([[3.0, 4.0]])), nn.Parameter(np.array([8.0, 15.0]))
    p.grad, q.grad = np.array([[1.0, -2.0]]), np.array([0.5, 0.5])
    Lamb([p, q]).step()
    signs = np.array([1.0, -1.0]) / (1 + 1e-6 / np.array([1.0, 2.0]))
    change = signs + 0.01 * np.array([3.0, 4.0])
    change *= 0.1 * 5.0 / np.sqrt((change**2).sum())
    assert np.allclose(p.data, [[3.0, 4.0] - change], rtol=1e-13)
    change = 1 / (1 + 2e-6) + 0.01 * np.array([8.0, 15.0])
    change *= 0.1 * 17.0 / np.sqrt((change**2).sum())
    assert np.allclose(q.data, [8.0, 15.0] - change, rtol=1e-13)


def test_a_rule_may_need_the_matrix():
    before = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    p, q = nn.Parameter(before), nn.Parameter(before.T)
    p.grad, q.grad = np.cos(before), np.cos(before.T)
    Muon([p, q]).step()
    u, _, vt = np.linalg.svd(np.cos(before), full_matrices=False)
    assert np.allclose(p.data, before - 0.1 * u @ vt, rtol=1e-12)
    assert np.allclose(q.data, before.T - 0.1 * (u @ vt).T, rtol=1e-12)


def test_each_parameter_has_its_own_shape_and_state_also_values():
    seen = []

    class Recorder(Optimizer):
        def update(self, p, g, state):
            seen.append((p.shape, g.shape, p.dtype, dict(state)))
            state["sum"] = state.get("sum", 0.0) + g.sum()
            p -= g

    parameters = [Value(1.0), nn.Parameter(np.ones((2, 3), np.float32)), Value(2.0)]
    parameters += [ag.tensor([1 + 1j], requires_grad=True), nn.Parameter(np.ones(()))]
    optimizer = Recorder(parameters)
    for grads in (
        [1.0, np.ones((2, 3)), None, np.array([2j]), 3.0],
        [1.0] + [None] * 4,
    ):
        for p, grad in zip(parameters, grads):
            p.grad = grad
        optimizer.step()
    assert seen == [
        ((), (), np.float64, {"step": 1}),
        ((2, 3), (2, 3), np.float32, {"step": 1}),
        ((1,), (1,), np.complex128, {"step": 1}),
        ((), (), np.float64, {"step": 1}),
        ((), (), np.float64, {"step": 2, "sum": 1.0}),
    ]
    assert [p.data for p in parameters if isinstance(p, Value)] == [-1.0, 2.0]
    assert parameters[1].data.tolist() == [[0.0] * 3] * 2
    assert (parameters[3].data[0], parameters[4].data) == (1 - 1j, -2.0)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (SGD, {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
        (SGD, {"momentum": 0.9, "nesterov": True}),
        (Adam, {"weight_decay": 0.1, "amsgrad": True}),
        (optim.AdamW, {}),
        (optim.Adamax, {"weight_decay": 0.1}),
        (optim.NAdam, {}),
        (optim.RAdam, {"betas": (0.5, 0.6)}),
        (optim.Adagrad, {"weight_decay": 0.1}),
        (optim.Adadelta, {"weight_decay": 0.1}),
        (optim.RMSprop, {"centered": True, "momentum": 0.5}),
        (optim.Rprop, {}),
        (optim.ASGD, {"lambd": 0.1, "t0": 2}),
        (optim.Lion, {"weight_decay": 0.1}),
    ],
)
def test_flat_and_single_updates_give_the_same_bits(kind, settings):
    """Also where gradients are missing, a different set of them in every step."""
    shapes = [(3, 2), (), (300, 300), (0, 2), (7,), (5, 1), (70_000,), (2,)]

    class Each(kind):
        """An overridden rule is no longer said to be elementwise."""

        def update(self, p, g, state, **settings):
            super().update(p, g, state, **settings)

    def run(kind):
        rng = np.random.default_rng(0)
        parameters = [
            nn.Parameter(rng.normal(size=shape).astype(dtype))
            for dtype in (np.float32, np.float64)
            for shape in shapes
        ] + [Value(x) for x in rng.normal(size=5)]
        optimizer = kind(parameters, lr=0.1, **settings)
        for i in range(8):
            for p in parameters:
                p.grad = rng.normal(size=np.shape(p.data))
                p.grad = p.grad.item() if isinstance(p, Value) else p.grad
                if i > 1 and rng.random() < 0.3:
                    p.grad = None
            optimizer.step()
        return [np.array(p.data) for p in parameters]

    for flat, single in zip(run(kind), run(Each)):
        assert np.array_equal(flat, single)


def test_an_elementwise_rule_is_called_a_few_times_however_many_parameters_there_are():
    calls = []

    class Descent(Optimizer):
        @elementwise
        def update(self, p, g, state):
            calls.append(p.shape)
            p -= g

    parameters = [nn.Parameter(np.ones((3, 2))) for _ in range(50)]
    parameters += [Value(1.0) for _ in range(20)]
    for p in parameters:
        p.grad = 1.0 if isinstance(p, Value) else np.ones((3, 2))
    Descent(parameters).step()
    assert calls == [(300,), (20,)]
    assert all(np.all(np.asarray(p.data) == 0) for p in parameters)


# The flat buffer ------------------------------------------------------------------


def pair():
    p = nn.Parameter(np.array([1.0, 2.0]))
    q = nn.Parameter(np.array([[3.0], [4.0]]))
    return p, q


def test_making_an_optimizer_changes_nothing():
    p, q = pair()
    before = p.data
    loss = (p * p).sum()
    SGD([p, q], lr=1.0)
    assert p.data is before
    loss.backward()
    assert p.grad.tolist() == [2.0, 4.0]


def test_parameters_become_views_into_one_array_and_keep_shape_and_dtype():
    p, q = pair()
    descend(SGD([p, q], lr=0.1), lambda: (p * p).sum() + (q * q).sum(), 2)
    assert p.data.base is q.data.base
    assert byte_bounds(p.data)[1] == byte_bounds(q.data)[0]
    assert (p.size, q.shape, q.dtype) == (2, (2, 1), np.float64)


@pytest.mark.parametrize("replace", ["assign", "in place", "load"])
def test_data_that_was_replaced_between_steps_is_what_is_updated(replace):
    p, q = pair()
    module = nn.Module()
    module.p, module.q = p, q
    optimizer = SGD([p, q], lr=0.25)
    loss = lambda: (p * p).sum() + (q * q).sum()  # noqa: E731
    descend(optimizer, loss, 1)
    if replace == "assign":
        p.data = np.array([10.0, 20.0])
    elif replace == "in place":
        p.data[...] = [10.0, 20.0]
        p.written()
    else:
        state = module.state_dict()
        module.load_state_dict({**state, "p": np.array([10.0, 20.0])})
    descend(optimizer, loss, 1)
    assert p.data.tolist() == [5.0, 10.0]
    assert q.data.tolist() == [[0.75], [1.0]]


def test_two_optimizers_may_share_a_parameter():
    p, q = pair()
    one, other = SGD([p], lr=0.25), SGD([q, p], lr=0.25)
    for optimizer in (one, other, one):
        descend(optimizer, lambda: (p * p).sum() + (q * q).sum(), 1)
    assert p.data.tolist() == [0.125, 0.25]


MAKERS = {
    "itself": lambda p: (p * p).sum(),
    "a transpose": lambda p: (p.T * p.T).sum(),
    "a reshape": lambda p: (p.reshape(4) * p.reshape(4)).sum(),
    "a part": lambda p: (p[0] * p[0]).sum(),
    "detached": lambda p: (p * p.detach()).sum(),
    "a matmul": lambda p: (p @ p).sum(),
    "an affine map": lambda p: ag.affine(p, p, p[0]).sum(),
    "nothing of it": lambda p: (p + p).sum(),
    "its output": lambda p: np.exp(p).sum(),
}


@pytest.mark.parametrize("steps_before", [0, 1])
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_backward_over_a_step_is_right_or_refused(make, steps_before):
    def parameter():
        return nn.Parameter(np.array([[1.0, 2.0], [3.0, 4.0]]))

    p, other = parameter(), nn.Parameter(np.ones(3))
    optimizer = SGD([p, other], lr=0.1)
    descend(optimizer, lambda: (p * p).sum() + other.sum(), steps_before)
    optimizer.zero_grad()
    make(p).backward()
    first = p.grad
    optimizer.zero_grad()
    loss = make(p)
    p.grad, other.grad = np.ones((2, 2)), np.ones(3)
    optimizer.step()
    optimizer.zero_grad()
    try:
        loss.backward()
    except ag.StaleWriteError:
        assert p.grad is None
    else:
        assert np.array_equal(p.grad, first)


def test_a_backward_that_reads_a_stepped_parameter_is_refused():
    p, q = pair()
    loss = (p * p).sum() + (q * q).sum()
    loss.backward()
    optimizer = SGD([p, q], lr=0.1)
    optimizer.step()
    with pytest.raises(ag.StaleWriteError, match="test_optimizers"):
        loss.backward()
    (p * p).sum().backward()


def test_a_stepped_value_is_refused_as_well():
    x = Value(2.0)
    loss = x * x
    loss.backward()
    SGD([x], lr=0.1).step()
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


def test_a_skipped_parameter_leaves_its_graphs_usable():
    p, q = pair()
    optimizer = SGD([p, q], lr=0.1)
    descend(optimizer, lambda: (p * p).sum() + (q * q).sum(), 1)
    optimizer.zero_grad()
    loss = (q * q).sum()
    (p * p).sum().backward()
    optimizer.step()
    loss.backward()
    assert np.array_equal(q.grad, 2 * q.data)


def test_a_write_before_the_first_step_is_not_forgotten():
    p, q = pair()
    loss = (p * p).sum()
    p.data -= 1
    optimizer = SGD([p, q], lr=0.1)
    q.grad = np.ones((2, 1))
    optimizer.step()
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))]
)
def test_a_copied_model_and_optimizer_go_on_alone_and_alike(copied):
    model = nn.MLP(2, [3, 1], generator=0)
    optimizer = Adam(model.parameters(), lr=0.1)
    x = np.ones((4, 2), np.float32)
    descend(optimizer, lambda: (model(x) ** 2).sum(), 2)
    before = model.state_dict()
    twin, twins_optimizer = copied((model, optimizer))
    descend(twins_optimizer, lambda: (twin(x) ** 2).sum(), 3)
    assert np.array_equal(model.state_dict()["layers.0.bias"], before["layers.0.bias"])
    descend(optimizer, lambda: (model(x) ** 2).sum(), 3)
    for name, array in model.state_dict().items():
        assert np.array_equal(array, twin.state_dict()[name]), name


# Errors ---------------------------------------------------------------------------


def test_a_gradient_of_another_shape_is_refused_and_nothing_changes():
    p, q = pair()
    p.grad, q.grad = np.ones(2), np.ones((1, 2))
    optimizer = SGD([p, q], lr=0.1)
    with pytest.raises(
        ValueError, match=r"shape \(2, 1\) has a .grad of shape \(1, 2\)"
    ):
        optimizer.step()
    assert (p.data.tolist(), q.data.tolist()) == ([1.0, 2.0], [[3.0], [4.0]])


def test_a_wrong_gradient_of_one_dtype_leaves_the_others_as_they_were():
    p, q = Value(1.0), nn.Parameter(np.ones(2))
    optimizer = Adam([p, q], lr=0.5)
    p.grad, q.grad = 1.0, np.ones(3)
    with pytest.raises(ValueError, match="set it to None"):
        optimizer.step()
    assert p.data == 1.0
    q.grad = np.ones(2)
    optimizer.step()
    assert np.allclose([p.data, *q.data], 0.5)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ([], "no parameters"),
        ([1.0], "leaf Tensors and Values; got float"),
        ([Value(1.0) * 2], "the result of multiply"),
        ([("weight", Value(1.0))], "got tuple.*without names"),
    ],
)
def test_what_cannot_be_optimized_is_refused(params, error):
    with pytest.raises((TypeError, ValueError), match=error):
        SGD(params)


@pytest.mark.parametrize("params", [nn.Linear(1, 1), nn.Parameter([1.0]), {}, 3])
def test_what_is_no_list_of_parameters_is_refused(params):
    with pytest.raises(TypeError, match=r"model.parameters\(\)"):
        SGD(params)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (SGD, {"lr": -1.0}),
        (SGD, {"lr": float("nan")}),
        (SGD, {"momentum": -0.1}),
        (SGD, {"weight_decay": -0.1}),
        (SGD, {"nesterov": True}),
        (SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}),
        (Adam, {"lr": -1.0}),
        (Adam, {"betas": (1.0, 0.9)}),
        (Adam, {"eps": -1.0}),
    ],
)
def test_settings_out_of_range_are_refused(kind, settings):
    with pytest.raises(ValueError, match="got"):
        kind([Value(1.0)], **settings)


def test_the_repr_shows_the_settings():
    assert repr(SGD([Value(1.0)], lr=0.1)).startswith("SGD(lr=0.1, momentum=0.0")


# Memory ---------------------------------------------------------------------------


def tensor_training():
    model = nn.MLP(2, [4, 1], generator=0)
    optimizer = Adam(model.parameters(), lr=0.01)
    x, y = np.ones((8, 2), np.float32), np.ones((8, 1), np.float32)
    return lambda: descend(optimizer, lambda: nn.MSELoss()(model(x), y), 1)


def value_training():
    model = nn.scalar.MLP(2, [3, 1])
    optimizer = SGD(model.parameters(), lr=0.01, momentum=0.9)
    return lambda: descend(optimizer, lambda: (model([1.0, 2.0]) - 1) ** 2, 1)


@pytest.mark.parametrize("make", [tensor_training, value_training])
def test_steps_without_the_collector_do_not_grow_memory(make):
    step = make()
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(10):
            step()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(400):
            step()
        cycles = gc.collect()  # also empties the interpreter's lists of free tuples
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
        gc.enable()
    assert cycles == 0
    assert grown < 32 * 1024


@pytest.mark.parametrize("when", ["before", "between"])
@pytest.mark.parametrize("rule", [nn.optim.SGD, nn.optim.Adam])
def test_memory_shared_on_purpose_remains_shared(rule, when):
    a, b = nn.Parameter(np.ones(3)), nn.Parameter(np.zeros(3))
    other = nn.Parameter(np.ones(2))
    optimizer = rule([a, other], lr=0.1)
    if when == "between":
        (np.sum(a * a) + np.sum(other)).backward()
        optimizer.step()
    b.data = a.data
    view = a.data[1:]
    for _ in range(3):
        optimizer.zero_grad()
        loss = np.sum(a * b) + np.sum(other)
        loss.backward()
        b.grad = None
        optimizer.step()
        assert np.shares_memory(a.data, b.data)
        assert np.array_equal(a.data, b.data)
        assert np.array_equal(view, a.data[1:])
    assert a.data[0] < 1.0


def test_an_array_given_as_data_is_updated_in_place_while_someone_holds_it():
    p, array = nn.Parameter(np.zeros(3)), np.ones(3)
    optimizer = nn.optim.SGD([p], lr=0.5)
    p.data = array
    np.sum(p).backward()
    optimizer.step()
    assert array.tolist() == p.data.tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("part", [slice(None), slice(1, 3)])
def test_two_gradients_for_one_memory_are_refused_and_nothing_changes(part):
    a, b = nn.Parameter(np.ones(3)), nn.Parameter(np.ones(3)[part])
    b.data = a.data[part]
    optimizer = nn.optim.SGD([a, b], lr=0.5)
    (np.sum(a) + np.sum(b)).backward()
    with pytest.raises(ValueError, match="share memory"):
        optimizer.step()
    assert a.data.tolist() == [1.0, 1.0, 1.0]
    b.grad = None
    optimizer.step()
    assert b.data.tolist() == a.data[part].tolist() == [0.5] * b.size


def test_what_is_no_parameter_is_refused_by_what_it_is():
    p = nn.Parameter([1.0])
    for params, what in (
        ([[p]], "list"),
        ([np.ones(2)], "array"),
        ([("weight", p)], "tuple"),
        (["weight"], "str"),
    ):
        with pytest.raises(TypeError, match=what):
            nn.optim.SGD(params, lr=0.1)


def test_a_step_makes_no_graph_stale_but_those_of_its_own_parameters():
    parameters = [nn.Parameter([float(i)]) for i in range(20)]
    optimizers = [SGD([p], lr=0.5) for p in parameters]
    graphs = [p * p for p in parameters]
    for p, optimizer in zip(parameters[::2], optimizers[::2], strict=True):
        p.grad = np.ones_like(p.data)
        optimizer.step()
    for stepped, graph in zip([True, False] * 10, graphs, strict=True):
        if stepped:
            with pytest.raises(ValueError, match="was written"):
                graph.backward()
        else:
            graph.backward()
