"""Groups of parameters and settings: whose they are, when they count, what they may be."""

import inspect

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from nn import optim
from nn.optim import SGD, Adam, Optimizer

RULES = [
    optim.SGD, optim.ASGD, optim.Rprop, optim.Lion, optim.Adagrad, optim.RMSprop,
    optim.Adadelta, optim.Adam, optim.AdamW, optim.Adamax, optim.NAdam, optim.RAdam,
    optim.LAMB, optim.LBFGS,
]  # fmt: skip


def two():
    return Value(1.0), ag.tensor([1.0], requires_grad=True)


def step(optimizer, *parameters):
    """A step of the loss Σ p."""
    for p in parameters:
        p.grad = 1.0 if isinstance(p, Value) else np.ones_like(p.data)
    optimizer.step()


def numbers(*parameters):
    return [np.asarray(p.data).item() for p in parameters]


# Groups -------------------------------------------------------------------------------


def test_each_group_is_updated_by_its_own_settings():
    x, y = two()
    groups = [{"params": [x]}, {"params": y, "lr": 0.25, "momentum": 0.5}]
    optimizer = SGD(groups, lr=0.5)
    for _ in range(2):
        step(optimizer, x, y)
    assert numbers(x, y) == [0.0, 1 - 0.25 - 0.375]
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.25]
    assert optimizer.parameters == [x, y]


def test_a_setting_of_one_group_may_change():
    x, y = two()
    optimizer = SGD([{"params": [x]}, {"params": [y]}], lr=0.5)
    optimizer.param_groups[1]["lr"] *= 0.5
    for group in optimizer.param_groups:
        group["momentum"] = 0.5
    step(optimizer, x, y)
    assert numbers(x, y) == [0.5, 0.75]


def test_as_an_attribute_a_setting_is_that_of_all_groups():
    x, y = two()
    optimizer = SGD([{"params": [x]}, {"params": [y], "lr": 0.25}], lr=0.5)
    with pytest.raises(
        AttributeError, match=r"differ in lr: 0.5, 0.25; see param_grou"
    ):
        optimizer.lr
    assert optimizer.momentum == 0.0
    optimizer.lr = 0.125
    assert [group["lr"] for group in optimizer.param_groups] == [0.125, 0.125]
    optimizer.add_param_group({"params": [Value(0.0)]})
    assert optimizer.lr == 0.125
    with pytest.raises(AttributeError, match="no attribute 'beta'"):
        optimizer.beta


def test_a_group_that_joins_later_begins_its_own_history():
    x, y = two()
    optimizer = Adam([x], lr=0.5)
    step(optimizer, x)
    optimizer.add_param_group({"params": [y], "lr": 0.25})
    step(optimizer, x, y)
    assert np.allclose(numbers(x, y), [0.0, 0.75], atol=1e-7)


def test_groups_may_hold_tensors_of_several_dtypes_and_gradients_may_be_missing():
    wide, narrow = np.float64, np.float32
    x, y, z = (nn.Parameter(np.ones(2, dtype)) for dtype in (wide, narrow, wide))
    optimizer = SGD([{"params": [x, y]}, {"params": [z], "lr": 0.25}], lr=0.5)
    step(optimizer, x, z)
    assert [p.data[0] for p in (x, y, z)] == [0.5, 1.0, 0.75]
    assert y.data.dtype == narrow


@pytest.mark.parametrize(
    ("groups", "error"),
    [
        (lambda x, y: [{"params": [x]}, {"params": [x, y]}], "is in two groups"),
        (lambda x, y: [{"params": [x]}, {"params": []}], "no parameters"),
        (lambda x, y: [{"params": [x]}, {"parameters": [y]}], 'needs "params"'),
        (lambda x, y: [{"params": [x], "lr": -1}], "lr must not be negative"),
        (lambda x, y: [{"params": [x], "rate": 1}], "no setting 'rate'; there is lr"),
        (lambda x, y: [{"params": nn.Linear(1, 1)}], "iterable of parameters"),
        (lambda x, y: [{"params": {x, y}}], "in order; got set"),
        (lambda x, y: [{"params": [x]}, y], "got dict"),
        (lambda x, y: [{"params": [2.0]}], "leaf Tensors and Values; got float"),
    ],
)
def test_groups_that_make_no_sense_are_refused(groups, error):
    with pytest.raises((TypeError, ValueError), match=error):
        SGD(groups(*two()))


@pytest.mark.parametrize(
    ("group", "error"),
    [
        ({"params": [Value(1.0)], "lr": -1.0}, "negative"),
        ({"params": [Value(1.0)], "nesterov": True}, "nesterov needs a momentum"),
        ({"params": [Value(1.0), 1.0]}, "got float"),
        ({"params": [Value(1.0) * 2]}, "the result of multiply"),
    ],
)
def test_a_group_that_is_refused_leaves_the_optimizer_as_it_was(group, error):
    x, _ = two()
    optimizer = SGD([x], lr=0.5)
    with pytest.raises((TypeError, ValueError), match=error):
        optimizer.add_param_group(group)
    assert optimizer.parameters == [x]
    step(optimizer, x)
    assert x.data == 0.5


def test_memory_that_two_groups_share_is_updated_by_one_only():
    x, y = (nn.Parameter(np.ones(2)) for _ in range(2))
    y.data = x.data
    optimizer = SGD([{"params": [x]}, {"params": [y]}], lr=0.5)
    with pytest.raises(ValueError, match="share memory"):
        step(optimizer, x, y)
    assert x.data.tolist() == y.data.tolist() == [1.0, 1.0]
    y.grad = None
    optimizer.step()
    assert x.data.tolist() == y.data.tolist() == [0.5, 0.5]


# Settings -----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_its_settings_to_help_and_takes_them_in_order(rule):
    parameters = inspect.signature(rule).parameters
    assert next(iter(parameters)) == "params"
    first, second = list(parameters)[1:3]
    assert first == "lr"
    optimizer = rule([Value(1.0)], 0.25, parameters[second].default)
    assert optimizer.lr == 0.25
    for name, parameter in list(parameters.items())[2:]:
        assert getattr(optimizer, name) == parameter.default, name
    assert repr(optimizer).startswith(f"{rule.__name__}(lr=0.25, {second}=")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lr", [-0.1, float("nan"), "0.1", None, [0.1]])
def test_a_learning_rate_that_is_none_is_refused(rule, lr):
    with pytest.raises((TypeError, ValueError), match="lr must not be negative; got"):
        rule([Value(1.0)], lr=lr)


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        (optim.Adam, {"betas": (0.9, 1.0)}),
        (optim.Adam, {"betas": 0.9}),
        (optim.AdamW, {"betas": (0.9,)}),
        (optim.NAdam, {"momentum_decay": -1.0}),
        (optim.RAdam, {"betas": (-0.1, 0.9)}),
        (optim.Adamax, {"eps": -1.0}),
        (optim.Lion, {"betas": (0.9, 1.1)}),
        (optim.LAMB, {"weight_decay": -0.1}),
        (optim.Adagrad, {"lr_decay": -1.0}),
        (optim.Adagrad, {"initial_accumulator_value": -1.0}),
        (optim.RMSprop, {"momentum": -1.0}),
        (optim.RMSprop, {"alpha": -1.0}),
        (optim.Adadelta, {"rho": 1.5}),
        (optim.Rprop, {"etas": (1.2, 0.5)}),
        (optim.Rprop, {"step_sizes": (1.0, 0.5)}),
        (optim.LBFGS, {"line_search_fn": "armijo"}),
        (optim.LBFGS, {"max_iter": 0}),
    ],
)
def test_settings_out_of_range_are_refused(rule, settings):
    with pytest.raises((TypeError, ValueError), match=f"{next(iter(settings))} must"):
        rule([Value(1.0)], **settings)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda optimizer: setattr(optimizer, "lr", -1.0), "lr must not be negative"),
        (lambda optimizer: setattr(optimizer, "nesterov", True), "needs a momentum"),
        (lambda optimizer: setattr(optimizer, "momentum", "much"), "momentum must not"),
        (
            lambda optimizer: optimizer.param_groups[1].update(lr=-1.0),
            "must not be neg",
        ),
        (
            lambda optimizer: optimizer.param_groups[1].update(nesterov=True),
            "needs a m",
        ),
        (lambda optimizer: setattr(optimizer, "lr", lambda t: 1.0 - t), "got -1"),
        (lambda o: o.param_groups[1].update(lr=np.ones(2)), "lr must not be negative"),
    ],
)
def test_a_setting_that_becomes_wrong_is_refused_and_nothing_changes(change, error):
    x, y = two()
    optimizer = SGD([{"params": [x]}, {"params": [y]}], lr=0.0)
    step(optimizer, x, y)
    step(optimizer, x, y)

    def changed_step():
        change(optimizer)
        step(optimizer, x, y)

    with pytest.raises((TypeError, ValueError), match=error):
        changed_step()
    assert numbers(x, y) == [1.0, 1.0]
    assert optimizer.steps == 2


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: SGD([Value(1.0)], learning_rate=0.1), "no setting 'learning_rate'"),
        (lambda: SGD([Value(1.0)], 0.1, lr=0.1), "two values for the setting 'lr'"),
        (
            lambda: SGD([Value(1.0)], *range(20)),
            "has 6 settings, the keyword arguments of its update",
        ),
        (lambda: Optimizer([Value(1.0)], lr=0.1), "it has none"),
        (lambda: Optimizer([Value(1.0)], {"lr": 0.1}), "has 0 settings"),
    ],
)
def test_arguments_that_are_no_settings_are_refused(make, error):
    with pytest.raises(TypeError, match=error):
        make()


def test_a_rule_of_ones_own_has_the_settings_that_its_update_takes():
    class Signs(Optimizer):
        @optim.elementwise
        def update(self, p, g, state, lr, shrink=0.5):
            p *= shrink
            p -= lr * np.sign(g)

    x, y = two()
    with pytest.raises(TypeError, match="needs the setting 'lr'"):
        Signs([x])
    optimizer = Signs([{"params": [x], "shrink": 1.0}, {"params": [y]}], lr=0.25)
    step(optimizer, x, y)
    assert numbers(x, y) == [0.75, 0.25]
    assert repr(optimizer) == "Signs(lr=0.25, shrink=[1.0, 0.5])"


def test_a_rule_that_overrides_another_takes_its_settings_or_is_refused():
    with pytest.raises(TypeError, match=r"'lr': take \*\*settings, and hand them on"):

        class Wrong(SGD):
            def update(self, p, g, state):
                super().update(p, g, state)

    class Noisy(SGD):
        def update(self, p, g, state, noise=0.5, **settings):
            super().update(p, g + noise, state, **settings)

    x, _ = two()
    step(Noisy([x], lr=0.5), x)
    assert x.data == 0.25


def test_a_rule_may_do_without_settings_and_have_an_init_of_its_own():
    class Plain(Optimizer):
        def __init__(self, params, rate):
            super().__init__(params)
            self.rate = rate

        def update(self, p, g, state):
            p -= self.rate * g

    x, _ = two()
    optimizer = Plain([x], 0.5)
    step(optimizer, x)
    optimizer.rate = 0.25
    step(optimizer, x)
    assert x.data == 0.25


@pytest.mark.parametrize("number", [np.float64(0.5), np.array(0.5), np.float32(0.5)])
@pytest.mark.parametrize("rule", [r for r in RULES if r is not optim.LBFGS])
def test_numbers_of_numpy_as_settings_leave_float32_alone(rule, number):
    x = nn.Parameter([1.0, 2.0])
    more = (
        {"momentum": number} if "momentum" in inspect.signature(rule).parameters else {}
    )
    more |= {"weight_decay": number} if rule is not optim.Rprop else {}
    optimizer = rule([x], lr=number, **more)
    for _ in range(2):
        step(optimizer, x)
    assert x.data.dtype == np.float32
    for array in optimizer.state_dict()["state"][0].values():
        assert not isinstance(array, np.ndarray) or array.dtype == np.float32


# Rules that PyTorch has not --------------------------------------------------------------


def test_lion_goes_by_the_sign_of_an_interpolation():
    x = ag.tensor([1.0, -2.0], requires_grad=True)
    optimizer = optim.Lion([x], lr=0.1, betas=(0.5, 0.75), weight_decay=0.5)
    expected, m = x.data.copy(), np.zeros(2)
    for g in ([1.0, 3.0], [-0.5, 2.0], [-0.1, -9.0], [-0.2, 1.0]):
        x.grad = np.array(g)
        optimizer.step()
        expected = expected * (1 - 0.1 * 0.5) - 0.1 * np.sign(0.5 * m + 0.5 * x.grad)
        m = 0.75 * m + 0.25 * x.grad
        assert np.allclose(x.data, expected, rtol=1e-14)


def test_lamb_steps_as_far_as_the_norm_of_the_parameter_says():
    x, y = nn.Parameter(np.array([[3.0, 4.0]])), nn.Parameter(np.zeros(2))
    x.grad, y.grad = np.array([[1.0, -2.0]]), np.array([1.0, 2.0])
    optim.LAMB([x, y], lr=0.1, weight_decay=0.01, eps=0.0).step()
    change = np.array([1.0, -1.0]) + 0.01 * np.array([3.0, 4.0])
    change *= 5.0 / np.linalg.norm(change)
    assert np.allclose(x.data, [[3.0, 4.0] - 0.1 * change], rtol=1e-13)
    assert np.allclose(y.data, -0.1, rtol=1e-13)


def test_muon_makes_the_step_nearly_orthogonal():
    rng = np.random.default_rng(0)
    x = nn.Parameter(np.zeros((6, 4)))
    x.grad = rng.normal(size=(6, 4))
    optim.Muon([x], lr=1.0).step()
    singular = np.linalg.svd(x.data, compute_uv=False) / np.sqrt(6 / 4)
    assert ((singular > 0.6) & (singular < 1.3)).all()


@pytest.mark.parametrize(
    "p", [Value(1.0), nn.Parameter([1.0]), ag.tensor([[1j]], requires_grad=True)]
)
def test_muon_refuses_what_is_no_real_matrix(p):
    with pytest.raises(ValueError, match=r"Muon updates real matrices.* got shape"):
        optim.Muon([p])


def test_lbfgs_needs_a_closure_and_one_group():
    x, y = two()
    optimizer = optim.LBFGS([x])
    with pytest.raises(ValueError, match="give it a closure"):
        optimizer.step()
    with pytest.raises(ValueError, match="one group"):
        optimizer.add_param_group({"params": [y]})
    with pytest.raises(ValueError, match="one group"):
        optim.LBFGS([{"params": [x]}, {"params": [y]}])


def test_lbfgs_finds_the_bottom_of_a_curved_valley():
    parameters = [Value(-1.0), nn.Parameter(np.array([2.0])), nn.Parameter([[0.5]])]
    optimizer = optim.LBFGS(parameters, max_iter=50, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        x, y, z = parameters
        valley = 100 * (y[0] - 1.0) ** 4 + (z[0, 0] - y[0] ** 2) ** 2
        loss = (x - 3) ** 2
        loss.backward()
        valley.backward()
        return loss.data + valley.item()

    first = optimizer.step(closure)
    assert first > 100
    for _ in range(5):
        optimizer.step(closure)
    assert np.allclose(
        [np.asarray(p.data).item() for p in parameters], [3, 1, 1], atol=0.02
    )
    assert closure() < 1e-6


def test_a_closure_is_called_once_and_its_loss_returned():
    x, _ = two()
    optimizer = SGD([x], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = x * x
        loss.backward()
        return loss

    assert optimizer.step(closure).data == 1.0
    assert x.data == 0.5


def test_zero_grad_makes_gradients_none_or_zero():
    x, y = two()
    x.grad, y.grad = 2.0, np.ones(1)
    optimizer = SGD([x, y])
    optimizer.zero_grad(set_to_none=False)
    assert (x.grad, y.grad.tolist()) == (0.0, [0.0])
    optimizer.zero_grad()
    assert (x.grad, y.grad) == (None, None)


def test_lbfgs_goes_back_when_a_closure_fails():
    x = nn.Parameter(np.array([3.0, -2.0]))
    optimizer = optim.LBFGS([x], lr=0.1, max_iter=5, line_search_fn="strong_wolfe")
    calls = 0

    def closure():
        nonlocal calls
        calls += 1
        if calls == 9:
            raise KeyboardInterrupt
        optimizer.zero_grad()
        loss = (x**4).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    before = x.data.copy(), repr(optimizer.state_dict())
    assert 1 < calls < 9
    calls = 7
    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert np.array_equal(x.data, before[0])
    assert repr(optimizer.state_dict()) == before[1]


def test_lbfgs_takes_half_precision_and_complex_numbers():
    x = nn.Parameter(np.full(3, 200.0, np.float16))
    z = ag.tensor([1 + 2j], requires_grad=True)
    for p, rate in ((x, 1.0), (z, 0.5)):
        optimizer = optim.LBFGS([p], lr=rate, max_iter=30)

        def closure(p=p, optimizer=optimizer):
            optimizer.zero_grad()
            loss = ag.mean(ag.abs(p) ** 2)
            loss.backward()
            return loss

        optimizer.step(closure)
        assert abs(p.data).max() < 0.1
    assert (x.data.dtype, z.data.dtype) == (np.float16, np.complex128)


# What changed behind an optimizer's back ----------------------------------------------------


def test_a_model_that_was_cast_needs_a_new_optimizer():
    model = nn.Linear(2, 1)
    optimizer = Adam(model.parameters(), lr=0.1)
    step(optimizer, *model.parameters())
    before = model.double().state_dict()
    with pytest.raises(ValueError, match=r"of float32 became float64.*make a new one"):
        step(optimizer, *model.parameters())
    assert all(np.array_equal(before[k], a) for k, a in model.state_dict().items())
    new = Adam(model.parameters())
    new.load_state_dict(optimizer.state_dict())
    step(new, *model.parameters())
    assert np.allclose(before["bias"] - model.bias.data, 0.1)
    assert new.state_dict()["state"][0]["exp_avg"].dtype == np.float64


@pytest.mark.parametrize(
    "change",
    [
        lambda o: o.param_groups[0].update(params=[Value(2.0)]),
        lambda o: o.param_groups.append({"params": (Value(2.0),), "lr": 0.1}),
        lambda o: o.param_groups.clear(),
        lambda o: setattr(o, "param_groups", [dict(o.param_groups[0], params=[])]),
    ],
)
def test_parameters_replaced_in_the_groups_are_refused(change):
    x, _ = two()
    optimizer = SGD([x], lr=0.5)
    x.grad = 1.0
    change(optimizer)
    with pytest.raises(ValueError, match=r"replaced; add some with add_param_group"):
        optimizer.step()
    assert x.data == 1.0


@pytest.mark.parametrize("lr", [ag.tensor(0.25), Value(0.25), nn.Parameter([0.25])])
def test_a_tensor_or_value_as_a_setting_is_its_number(lr):
    x, y = two()
    optimizer = SGD([x, y], lr=lr)
    step(optimizer, x, y)
    assert numbers(x, y) == [0.75, 0.75]
    assert y.data.dtype == np.float64


def test_lamb_refuses_complex_numbers():
    with pytest.raises(ValueError, match="real parameters; got complex128"):
        optim.LAMB([ag.tensor([1j], requires_grad=True)])


# Ranges -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [r for r in RULES if r is not optim.LBFGS])
def test_half_precision_keeps_its_sums_in_single(rule):
    """A square of 300 is beyond it, and a sum of thousands, too."""
    x = nn.Parameter(np.zeros(3, np.float16))
    optimizer = rule([x])
    optimizer.lr = 0.125
    for i in range(50):
        before = x.data.copy()
        x.grad = np.full(3, 300.0, np.float16)
        optimizer.step()
        assert np.isfinite(x.data).all()
        if rule is not optim.Rprop or i < 30:
            assert (x.data != before).all(), i
            x.data = np.zeros(3, np.float16) if rule is not optim.LAMB else x.data
    for array in optimizer.state_dict()["state"][0].values():
        assert not isinstance(array, np.ndarray) or array.dtype == np.float32


def test_the_signature_of_an_optimizer_with_an_init_of_its_own_is_that():
    class Mine(SGD):
        def __init__(self, params, speed):
            super().__init__(params, lr=2 * speed)

    class More(Mine):
        pass

    for kind in (Mine, More):
        assert list(inspect.signature(kind).parameters) == ["params", "speed"]
        assert kind([Value(1.0)], 0.25).lr == 0.5


@pytest.mark.parametrize("group", [[nn.Parameter(np.ones(1))], None, "params"])
def test_a_group_that_is_no_dictionary_is_refused(group):
    optimizer = SGD([nn.Parameter(np.ones(1))], lr=0.1)
    with pytest.raises(TypeError, match="a group of parameters is a dictionary"):
        optimizer.add_param_group(group)
    assert len(optimizer.param_groups) == 1
