"""States of optimizers: a training goes on to the bit, or is told why it cannot."""

import copy
import json
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from nn import optim
from nn.optim import SGD, Adam, schedules

CASES = [
    (optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (optim.ASGD, {"lambd": 0.1, "t0": 2}),
    (optim.Rprop, {}),
    (optim.Lion, {}),
    (optim.Adagrad, {"lr_decay": 0.1}),
    (optim.RMSprop, {"centered": True, "momentum": 0.5}),
    (optim.Adadelta, {}),
    (optim.Adam, {"amsgrad": True}),
    (optim.AdamW, {}),
    (optim.Adamax, {}),
    (optim.NAdam, {}),
    (optim.RAdam, {}),
    (optim.LAMB, {}),
]
SHAPES = [(3, 2), (), (30, 30), (0, 2), (7,), (1,), (2,)]


def parameters(kind, seed=0):
    """Values, and Tensors of all that it can update."""
    rng = np.random.default_rng(seed)
    tensors = [
        nn.Parameter(rng.normal(size=shape).astype(dtype))
        for dtype in (np.float32, np.float64, np.float16)
        for shape in SHAPES
    ]
    tensors.insert(3, nn.Parameter(rng.normal(size=140_000).astype(np.float32)))
    wave = ag.tensor(rng.normal(size=(2, 2)) + 1j, requires_grad=True)
    dot = ag.tensor(rng.normal() + 1j, requires_grad=True)
    waves = [wave, dot] if kind is not optim.LAMB else []
    return [*tensors, *waves, *(Value(x) for x in rng.normal(size=5))]


def steps(optimizer, count, seed, missing=0.3):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        for p in optimizer.parameters:
            grad = rng.normal(size=np.shape(p.data))
            p.grad = grad.item() if isinstance(p, Value) else grad
            if rng.random() < missing:
                p.grad = None
        optimizer.step()


def bits(optimizer):
    return [np.asarray(p.data).tobytes() for p in optimizer.parameters]


def groups(ps):
    return [{"params": ps[::2]}, {"params": ps[1::2], "lr": 0.02}]


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_a_training_goes_on_to_the_bit(kind, settings, missing):
    one = kind(groups(parameters(kind)), lr=0.01, **settings)
    steps(one, 4, seed=1, missing=missing)
    state = pickle.loads(pickle.dumps(one.state_dict()))
    ps = parameters(kind, seed=5)
    other = kind(groups(ps))
    steps(other, 2, seed=7)
    for p, own in zip(other.parameters, one.parameters):
        p.data = own.data if isinstance(p, Value) else own.data.copy()
    other.load_state_dict(state)
    assert (repr(other), other.steps) == (repr(one), one.steps)
    for optimizer in (one, other):
        steps(optimizer, 4, seed=2, missing=missing)
    assert bits(one) == bits(other)


def test_lbfgs_goes_on_to_the_bit():
    def made(x):
        p = nn.Parameter(np.array(x))
        optimizer = optim.LBFGS([p], max_iter=2, history_size=3)

        def closure():
            optimizer.zero_grad()
            loss = ((p - 1.0) ** 4).sum() + p[0] * p[1]
            loss.backward()
            return loss

        return p, optimizer, closure

    p, one, closure = made([2.0, -1.0, 0.5])
    for _ in range(3):
        one.step(closure)
    state = pickle.loads(pickle.dumps(one.state_dict()))
    q, other, others_closure = made(p.data.copy())
    other.load_state_dict(state)
    for _ in range(3):
        one.step(closure)
        other.step(others_closure)
    assert p.data.tobytes() == q.data.tobytes()
    with pytest.raises(ValueError, match=r"expected 2 numbers.*\n?.*shape"):
        optim.LBFGS([nn.Parameter(np.ones(2))]).load_state_dict(state)


def test_a_state_is_a_copy_and_loading_takes_a_copy():
    p = nn.Parameter(np.ones(3))
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    steps(optimizer, 2, seed=0, missing=0)
    state = optimizer.state_dict()
    before = state["state"][0]["momentum_buffer"].copy()
    optimizer.load_state_dict(state)
    steps(optimizer, 2, seed=0, missing=0)
    assert np.array_equal(state["state"][0]["momentum_buffer"], before)


def test_the_layout_is_that_of_pytorch():
    x, y, z = Value(1.0), nn.Parameter(np.ones((2, 3))), Value(2.0)
    optimizer = Adam([{"params": [x, y]}, {"params": [z], "lr": 0.5}], lr=0.1)
    x.grad, y.grad = 1.0, np.ones((2, 3))
    optimizer.step()
    state = optimizer.state_dict()
    assert set(state["state"]) == {0, 1}
    assert state["state"][0]["step"] == 1
    assert state["state"][1]["exp_avg"].shape == (2, 3)
    assert np.allclose(state["state"][1]["exp_avg_sq"], 0.001)
    assert [group["params"] for group in state["param_groups"]] == [[0, 1], [2]]
    assert [group["lr"] for group in state["param_groups"]] == [0.1, 0.5]


def test_what_pytorch_saved_can_be_loaded():
    """With its own entries; arrays stand for its tensors."""
    state = {
        "state": {
            0: {
                "step": np.float32(3),
                "exp_avg": np.full((2,), 0.5, np.float32),
                "exp_avg_sq": np.full((2,), 0.25, np.float32),
            }
        },
        "param_groups": [
            {
                "lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0,
                "amsgrad": False, "maximize": False, "foreach": None, "fused": None,
                "capturable": False, "differentiable": False, "initial_lr": 0.1,
                "decoupled_weight_decay": False, "params": [0],
            }
        ],
    }  # fmt: skip
    p = nn.Parameter([1.0, 2.0])
    optimizer = Adam([p])
    optimizer.load_state_dict(state)
    assert (optimizer.lr, optimizer.betas, optimizer.steps) == (0.1, (0.9, 0.99), 3)
    p.grad = np.zeros(2, np.float32)
    optimizer.step()
    m, v = 0.45 / (1 - 0.9**4), 0.2475 / (1 - 0.99**4)
    assert np.allclose(p.data, np.array([1.0, 2.0]) - 0.1 * m / np.sqrt(v))


def test_a_state_may_have_gone_through_json():
    p, q = (nn.Parameter(np.ones((2, 2), np.float32)) for _ in range(2))
    one, other = Adam([p], lr=0.1), Adam([q])
    steps(one, 3, seed=0, missing=0)
    q.data = p.data.copy()
    text = json.dumps(one.state_dict(), default=np.ndarray.tolist)
    state = json.loads(text)
    state["state"] = {int(i): x for i, x in state["state"].items()}
    other.load_state_dict(state)
    for optimizer in (one, other):
        steps(optimizer, 3, seed=1, missing=0)
    assert p.data.tobytes() == q.data.tobytes()


def changed(**entries):
    return lambda state: state | entries


WRONG = {
    "no dictionary": (lambda state: [1], "needs a dictionary"),
    "a part": (lambda state: {"state": {}}, "needs a dictionary"),
    "too few parameters": (
        lambda state: state["param_groups"][0].update(params=[0]),
        "expected 2 parameters; got 1",
    ),
    "too few groups": (changed(param_groups=[]), "expected 1 groups"),
    "a wrong shape": (
        lambda state: state["state"][1].update(exp_avg=np.ones(3)),
        r"parameter 1: exp_avg: expected shape \(2, 3\); got \(3,\)",
    ),
    "nobody's": (
        lambda state: state["state"].update({7: {"step": 1}}),
        "state of 7: there is no such parameter",
    ),
    "a missing setting": (
        lambda state: state["param_groups"][0].__delitem__("betas"),
        "the setting 'betas' is missing",
    ),
    "another optimizer": (
        lambda state: optim.RAdam(nn.Linear(3, 2).parameters()).state_dict(),
        "'amsgrad' is missing",
    ),
    "one of the same settings": (
        lambda state: state.update(kind="AdamW"),
        "it is of AdamW, which has the same settings",
    ),
    "a setting out of range": (
        lambda state: state["param_groups"][0].update(lr=-1.0),
        "lr must not be negative",
    ),
    "strings": (
        lambda state: state["state"][1].update(exp_avg=np.full((2, 3), "x")),
        "exp_avg: expected numbers",
    ),
    "a step that is none": (
        lambda state: state["state"][0].update(step="one"),
        "step: expected numbers; got 'one'",
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_state_that_does_not_fit_is_refused_and_nothing_changes(wrong):
    change, error = wrong
    p, q = Value(1.0), nn.Parameter(np.ones((2, 3)))
    optimizer = Adam([p, q], lr=0.1)
    steps(optimizer, 2, seed=0, missing=0)
    before = optimizer.state_dict()
    state = optimizer.state_dict()
    state["param_groups"][0]["lr"] = 0.5
    state = change(state) or state
    with pytest.raises(ValueError, match=error):
        optimizer.load_state_dict(state)
    after = optimizer.state_dict()
    assert repr(after) == repr(before)


# Schedules ----------------------------------------------------------------------------


def test_a_schedule_goes_on_from_the_step_of_the_state():
    x, y = Value(1.0), Value(1.0)
    rate = schedules.cosine(0.1, steps=10)
    one, other = SGD([x], lr=rate, momentum=0.9), SGD([y], lr=rate)
    steps(one, 4, seed=0, missing=0)
    y.data = x.data
    state = pickle.loads(pickle.dumps(one.state_dict()))
    assert state["param_groups"][0]["lr"] == rate(4)
    other.load_state_dict(state)
    assert other.lr is rate
    for optimizer in (one, other):
        steps(optimizer, 4, seed=1, missing=0)
    assert x.data == y.data


def test_a_plateau_is_saved_with_what_it_has_seen():
    x, y = Value(1.0), Value(1.0)
    rates = [schedules.plateau(0.5, patience=0) for _ in range(2)]
    one, other = SGD([x], lr=rates[0]), SGD([y], lr=rates[1])
    for loss in (3.0, 3.0):
        rates[0].observe(loss)
    state = pickle.loads(pickle.dumps(one.state_dict()))
    rates[0].observe(3.0)
    other.load_state_dict(state)
    assert other.lr is rates[1]
    assert rates[1](0) == 0.05
    with pytest.raises(ValueError, match="lr was a schedule with a state of its own"):
        SGD([Value(1.0)]).load_state_dict(state)


# Copies --------------------------------------------------------------------------------


def training():
    model = nn.MLP(2, [3, 1], generator=0)
    optimizer = Adam(model.parameters(), lr=0.1)

    def step(model=model, optimizer=optimizer):
        optimizer.zero_grad()
        (model(np.ones((4, 2), np.float32)) ** 2).sum().backward()
        optimizer.step()

    return model, optimizer, step


COPIES = [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]


@pytest.mark.parametrize("copied", COPIES, ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("zeroed", ["by the optimizer", "by the model", "not at all"])
def test_an_optimizer_copied_without_its_model_says_so(copied, begun, zeroed):
    model, optimizer, step = training()
    if begun:
        step()
    model, optimizer = copied(model), copied(optimizer)
    if zeroed != "not at all":
        (optimizer if zeroed == "by the optimizer" else model).zero_grad()
    (model(np.ones((4, 2), np.float32)) ** 2).sum().backward()
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"without its model.*load_state_dict"):
        optimizer.step()
    assert repr(model.state_dict()) == repr(before)


@pytest.mark.parametrize("copied", COPIES, ids=["deepcopy", "pickle"])
def test_what_the_error_advises_goes_on_to_the_bit(copied):
    model, optimizer, step = training()
    for _ in range(3):
        step()
    twin, old = copied(model), copied(optimizer)
    new = Adam(twin.parameters())
    new.load_state_dict(old.state_dict())
    for _ in range(3):
        step()
        step(twin, new)
    for name, array in model.state_dict().items():
        assert array.tobytes() == twin.state_dict()[name].tobytes()


@pytest.mark.parametrize("copied", COPIES, ids=["deepcopy", "pickle"])
def test_a_pair_of_values_and_optimizer_can_be_copied(copied):
    x = Value(1.0)
    y, optimizer = copied((x, SGD([x], lr=0.25)))
    (y * y).backward()
    optimizer.step()
    assert (x.data, y.data) == (1.0, 0.5)


@pytest.mark.parametrize("copied", COPIES, ids=["deepcopy", "pickle"])
def test_an_optimizer_of_several_groups_and_a_schedule_can_be_copied(copied):
    model = nn.MLP(2, [3, 1], generator=0)
    first, *others = model.parameters()
    groups = [{"params": [first]}, {"params": others, "lr": 0.1}]
    optimizer = SGD(groups, lr=schedules.step(0.5, 2), momentum=0.9)
    steps(optimizer, 3, seed=0, missing=0)
    twin, other = copied((model, optimizer))
    for each in (optimizer, other):
        steps(each, 3, seed=1, missing=0)
    for name, array in model.state_dict().items():
        assert array.tobytes() == twin.state_dict()[name].tobytes()
