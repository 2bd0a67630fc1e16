"""Compiled training steps: the numbers of training without compiling, step by step."""

import copy

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.node import TraceError

F = nn.functional
STEPS = 50
RULES = {
    "SGD": {"momentum": 0.9, "weight_decay": 0.01},
    "Adam": {"amsgrad": True},
    "AdamW": {"weight_decay": 0.1},
    "Adamax": {},
    "NAdam": {},
    "RAdam": {},
    "ASGD": {"t0": 4.0},
    "Rprop": {},
    "Lion": {"weight_decay": 0.1},
    "Adagrad": {"lr_decay": 0.1},
    "RMSprop": {"momentum": 0.5, "centered": True},
    "Adadelta": {},
    "LAMB": {"weight_decay": 0.1},
    "Muon": {},
}
rng = np.random.default_rng(0)


def rows(n, *shape):
    return rng.normal(size=(n, *shape)).astype(np.float32)


def trained(make, optimizer, batches, *, compiles, loss=F.cross_entropy, clip=None):
    """The losses of some steps, the model and its optimizer."""
    nn.seed(0)
    model = make()
    optimizer = optimizer(model.parameters())

    def step(x, y):
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        if clip is not None:
            nn.optim.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        return value

    call = ag.compile(step, backend="steps") if compiles else step
    losses = [float(call(x, y).detach()) for x, y in batches]
    return losses, model, optimizer


def assert_trained_alike(*args, rtol=1e-4, **kwargs):
    losses, model, optimizer = trained(*args, compiles=False, **kwargs)
    others, other, its = trained(*args, compiles=True, **kwargs)
    np.testing.assert_allclose(losses, others, rtol=rtol)
    for name, x in model.state_dict().items():
        np.testing.assert_allclose(
            x, other.state_dict()[name], rtol=rtol, atol=1e-5, err_msg=name
        )
    one, two = optimizer.state_dict(), its.state_dict()
    assert one["steps"] == two["steps"]
    for i, state in one["state"].items():
        for name, x in state.items():
            np.testing.assert_allclose(x, two["state"][i][name], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", RULES)
def test_every_optimizer_steps_within_a_program_as_it_does_alone(name):
    def make():
        return nn.Sequential(
            nn.Linear(3, 5, bias=False), nn.Tanh(), nn.Linear(5, 2, bias=False)
        )

    def optimizer(parameters):
        rate = nn.optim.schedules.cosine(0.05, steps=12)
        return getattr(nn.optim, name)(parameters, lr=rate, **RULES[name])

    batches = [(rows(4, 3), rows(4, 2)) for _ in range(12)]
    assert_trained_alike(make, optimizer, batches, loss=F.mse_loss, clip=0.5)


def perceptron():
    return nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Dropout(0.2), nn.Linear(16, 3))


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(16, 3),
    )


class Transformer(nn.Module):
    def __init__(self):
        self.tokens, self.places = nn.Embedding(7, 8), nn.Embedding(5, 8)
        self.layer = nn.TransformerEncoderLayer(
            8, 2, 16, dropout=0.1, batch_first=True, norm_first=True
        )
        self.out = nn.Linear(8, 7)

    def forward(self, x):
        return self.out(self.layer(self.tokens(x) + self.places(np.arange(5))))


NETWORKS = {
    "perceptron": (perceptron, lambda: (rows(6, 8), rng.integers(0, 3, 6))),
    "convolutions": (convolutional, lambda: (rows(6, 1, 4, 4), rng.integers(0, 3, 6))),
    "transformer": (Transformer, lambda: tuple(rng.integers(0, 7, (2, 3, 5)))),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_with_dropout_and_a_schedule_are_trained_alike_for_50_steps(name):
    make, batch = NETWORKS[name]

    def optimizer(parameters):
        return nn.optim.SGD(
            parameters,
            lr=nn.optim.schedules.cosine(0.05, steps=STEPS),
            momentum=0.9,
        )

    def loss(output, y):
        return F.cross_entropy(output.reshape(-1, output.shape[-1]), y.reshape(-1))

    batches = [batch() for _ in range(STEPS)]
    assert_trained_alike(make, optimizer, batches, loss=loss, clip=1.0, rtol=1e-3)


# Settings, modes and states that change -------------------------------------------------


def compiled_step(model, optimizer):
    @ag.compile(backend="steps")
    def step(x, y):
        optimizer.zero_grad()
        value = F.mse_loss(model(x), y)
        value.backward()
        optimizer.step()
        return value

    return step


def test_settings_that_are_assigned_and_states_that_are_loaded_count():
    def run(compiles):
        nn.seed(1)
        model = nn.Sequential(nn.Linear(4, 300), nn.ReLU(), nn.Linear(300, 2))
        optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
        step = compiled_step(model, optimizer)
        step = step if compiles else step._function
        x, y = np.ones((3, 4), np.float32), np.zeros((3, 2), np.float32)
        for i in range(12):
            if i == 5:
                optimizer.lr = 0.1
            if i == 7:
                kept = optimizer.state_dict()
            if i == 9:
                optimizer.load_state_dict(kept)
            if i == 10:
                optimizer.betas = (0.5, 0.9)
            if i == 11:
                optimizer.amsgrad = True
            step(x, y)
        return model, optimizer

    (one, a), (two, b) = run(False), run(True)
    for x, y in zip(one.parameters(), two.parameters(), strict=True):
        np.testing.assert_allclose(x.data, y.data, rtol=1e-4, atol=1e-6)
    assert a.state_dict()["state"][0]["step"] == b.state_dict()["state"][0]["step"]


def test_a_program_and_eager_steps_take_turns():
    def run(compiles):
        nn.seed(1)
        model = nn.Sequential(nn.Linear(400, 400), nn.Tanh(), nn.Linear(400, 1))
        optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
        step = compiled_step(model, optimizer)
        x, y = np.ones((3, 400), np.float32), np.zeros((3, 1), np.float32)
        for i in range(8):
            (step if compiles and i % 4 else step._function)(x, y)
        return model

    for x, y in zip(run(False).parameters(), run(True).parameters(), strict=True):
        np.testing.assert_allclose(x.data, y.data, rtol=1e-4, atol=1e-6)


def test_some_parameters_without_gradient_and_groups_are_stepped_alike():
    def run(compiles):
        nn.seed(1)
        one, two = nn.Linear(3, 3), nn.Linear(3, 3)
        optimizer = nn.optim.Adam(
            [{"params": one.parameters()}, {"params": two.parameters(), "lr": 0.1}]
        )

        def step(x, both):
            optimizer.zero_grad()
            y = one(x)
            (two(y) if both else y).sum().backward()
            optimizer.step()

        step = ag.compile(step, backend="steps") if compiles else step
        for i in range(14):
            step(np.ones((2, 3), np.float32), i % 3 > 0)
        return [*one.parameters(), *two.parameters()]

    for x, y in zip(run(False), run(True), strict=True):
        np.testing.assert_allclose(x.data, y.data, rtol=1e-4, atol=1e-6)


def test_modes_of_modules_are_part_of_what_is_compiled():
    nn.seed(0)
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5)).train()
    call = ag.compile(model, backend="steps")
    x = rows(8, 3)
    for _ in range(3):
        for _ in range(3):
            before = model[0].running_mean.data.copy()
            call(x)
            assert (model[0].running_mean.data != before).all()
        model.eval()
        for _ in range(3):
            before = model[0].running_mean.data.copy()
            np.testing.assert_allclose(call(x).data, model(x).data, rtol=1e-5)
            assert (model[0].running_mean.data == before).all()
        model.train()
    assert repr(call) == "compiled(Sequential, 2 programs)"


def test_attributes_of_modules_are_part_of_what_is_compiled():
    layer = nn.LeakyReLU(0.5)
    call = ag.compile(layer, backend="steps")
    x = np.array([-1.0, 1.0])
    for slope in (0.5, 0.25, 0.5):
        layer.negative_slope = slope
        for _ in range(3):
            assert call(x).tolist() == [-slope, 1.0]


@pytest.mark.parametrize("generator", [None, 3, np.random.default_rng(5)])
def test_masks_are_those_of_the_function_and_other_ones_each_time(generator):
    def masks(compiles):
        nn.seed(0)
        if isinstance(generator, np.random.Generator):
            generator.bit_generator.state = np.random.default_rng(5).bit_generator.state

        def f(x):
            return F.dropout(x, 0.5, generator=generator)

        f = ag.compile(f, backend="steps") if compiles else f
        return [f(np.ones(64)).tolist() for _ in range(6)]

    assert masks(True) == masks(False)
    assert (len({*map(tuple, masks(True))}) == 1) is (generator == 3)


RANDOM = {
    "dropout": lambda x: F.dropout(x, 0.3),
    "dropout2d": lambda x: F.dropout2d(x, 0.3),
    "alpha_dropout": lambda x: F.alpha_dropout(x, 0.3, training=True),
    "rrelu": lambda x: F.rrelu(x, training=True),
    "gumbel_softmax": lambda x: F.gumbel_softmax(x),
    "attention": lambda x: F.scaled_dot_product_attention(x, x, x, dropout_p=0.3),
}


@pytest.mark.parametrize("name", RANDOM)
def test_whatever_draws_random_numbers_draws_the_same_ones(name):
    found = []
    x = ag.tensor(rows(2, 3, 4, 5))
    for f in (RANDOM[name], ag.compile(RANDOM[name], backend="steps")):
        nn.seed(7)
        found.append([f(x).data for _ in range(5)])
    np.testing.assert_allclose(*found, rtol=1e-6)


# What is refused -------------------------------------------------------------------------


def test_what_decides_by_the_loss_is_refused_by_name():
    w = nn.Parameter([1.0])
    optimizer = nn.optim.LBFGS([w])

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with pytest.raises(TraceError, match="LBFGS decides by the loss"):
        ag.compile(lambda: optimizer.step(closure))()
    assert w.data == 1.0
    scheduler = nn.optim.lr_scheduler.StepLR(nn.optim.SGD([w]), 1)
    with pytest.raises(TraceError, match="scheduler"):
        ag.compile(lambda x: scheduler.step())(np.ones(1))


def test_a_result_that_stays_in_a_module_is_refused():
    class Remembers(nn.Module):
        def forward(self, x):
            self.last = x * 2
            return x

    with pytest.raises(TraceError, match="left a result in the attribute 'last'"):
        ag.compile(Remembers())(np.ones(2))


def test_a_buffer_that_is_replaced_is_written():
    class Mean(nn.Module):
        def __init__(self):
            self.mean = nn.Buffer([0.0, 0.0], dtype=float)

        def forward(self, x):
            self.mean = 0.5 * self.mean + 0.5 * x
            return x

    one, two = Mean(), Mean()
    call = ag.compile(two, backend="steps")
    for i in range(5):
        one(np.ones(2) * i)
        call(np.ones(2) * i)
        assert two.mean.tolist() == one.mean.tolist()
        assert [name for name, _ in two.named_buffers()] == ["mean"]


def test_a_module_with_hooks_runs_as_it_is():
    model, seen = nn.Linear(2, 1), []
    model.register_forward_hook(lambda *_: seen.append(float(_[2].data.sum())))
    call = ag.compile(model)
    for i in range(4):
        call(np.ones((1, 2), np.float32) * i)
    assert len(set(seen[-3:])) == 3


# nn.fit ----------------------------------------------------------------------------------


def fitted(compile, x, y, **settings):
    nn.seed(0)
    model = nn.Sequential(
        nn.Linear(5, 16), nn.LayerNorm(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3)
    )
    optimizer = nn.optim.Adam(model.parameters(), 0.01)
    return nn.fit(
        model,
        (x, y),
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=4,
        batch_size=16,
        validation=(x, y),
        compile=compile,
        **settings,
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"clip": 0.5},
        {"accumulate": 3},
        {"schedule": nn.optim.schedules.cosine(0.01, steps=20)},
    ],
    ids=str,
)
def test_fit_gives_the_same_history(settings):
    x, y = rows(70, 5), rng.integers(0, 3, 70)
    one, two = (fitted(each, x, y, **settings) for each in (False, True))
    np.testing.assert_allclose(one["loss"], two["loss"], rtol=1e-4)
    np.testing.assert_allclose(one["val_loss"], two["val_loss"], rtol=1e-4)


def test_fit_tells_where_numbers_that_are_not_finite_came_from():
    x, y = rows(70, 5), rng.integers(0, 3, 70)
    x[3] = np.nan
    with pytest.raises(FloatingPointError, match="has NaN or infinity in row"):
        fitted(True, x, y)


def test_fit_tells_which_labels_are_wrong_also_when_the_program_runs():
    x, y = rows(64, 5), rng.integers(0, 3, 64)
    y[57] = 7
    loader = nn.DataLoader(x, y, batch_size=16)  # the fourth is a program's
    model = nn.Linear(5, 3)
    settings = {"loss": nn.CrossEntropyLoss(), "epochs": 1, "compile": True}
    optimizer = nn.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(ValueError, match="got the label 7") as told:
        nn.fit(model, loader, optimizer=optimizer, **settings)
    assert told.value.__notes__[0].endswith("stand in row 57 of the data")


@pytest.mark.parametrize("kill", [2, 5])
def test_a_compiled_training_goes_on_from_a_checkpoint(kill, tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSGRAD_BACKEND", "steps")  # others do so to rounding
    x, y = rows(40, 5), rng.integers(0, 3, 40)

    def end(run):
        if run.step == kill:
            raise RuntimeError("killed")

    settings = {"every": 1, "resume": True, "clip": 0.5}
    whole = fitted(True, x, y, checkpoint=tmp_path / "whole", **settings)
    with pytest.raises(RuntimeError, match="killed"):
        fitted(
            True, x, y, checkpoint=tmp_path / "run", step_callbacks=[end], **settings
        )
    again = fitted(True, x, y, checkpoint=tmp_path / "run", **settings)
    assert again["loss"] == whole["loss"]
    assert again["val_loss"] == whole["val_loss"]


def test_fit_refuses_to_compile_what_has_a_step_of_its_own():
    model = nn.Linear(1, 1)
    with pytest.raises(ValueError, match="LBFGS has a step of its own"):
        nn.fit(
            model,
            (rows(4, 1), rows(4, 1)),
            loss=nn.MSELoss(),
            optimizer=nn.optim.LBFGS(model.parameters()),
            epochs=1,
            compile=True,
        )


OPTIMIZERS = [
    nn.optim.Adam,
    lambda p, lr: nn.optim.SGD(p, lr, momentum=0.9),
]


@pytest.mark.parametrize("make", OPTIMIZERS, ids=["Adam", "SGD"])
@pytest.mark.parametrize("good", [0, 1, 2, 4])
def test_an_error_after_the_step_changes_no_parameter_and_no_state(make, good):
    weights = [ag.tensor(np.ones(3), requires_grad=True) for _ in range(2)]
    optimizer, fails = make(weights, lr=0.1), [False]

    @ag.compile(backend="numpy")
    def step(x, i):
        optimizer.zero_grad()
        loss = (weights[0] * weights[1] * x).sum()
        loss.backward()
        optimizer.step()
        if fails[0]:
            raise KeyboardInterrupt
        return weights[0][i]

    for _ in range(good):
        step(np.ones(3), np.asarray(0))
    before = [w.data.copy() for w in weights], repr(optimizer.state_dict())
    fails[0] = True  # which is seen as long as the function itself runs
    with pytest.raises(KeyboardInterrupt if good < 3 else IndexError):
        step(np.ones(3), np.asarray(9))
    np.testing.assert_array_equal([w.data for w in weights], before[0])
    assert repr(optimizer.state_dict()) == before[1]


def test_a_training_goes_on_to_the_bit_in_c_if_it_is_resumed_once_it_is_compiled():
    def begun():
        nn.seed(0)
        layers = nn.Linear(32, 64), nn.GELU(), nn.BatchNorm1d(64), nn.Linear(64, 5)
        model = nn.Sequential(*layers)
        optimizer = nn.optim.AdamW(model.parameters(), lr=1e-2)

        @ag.compile
        def step(x, y):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()

        return model, optimizer, step

    def state(model, optimizer):
        return copy.deepcopy((model.state_dict(), optimizer.state_dict()))

    batches = [(rows(256, 32), rng.integers(0, 5, 256)) for _ in range(9)]
    model, optimizer, step = begun()
    for batch in batches[:5]:
        step(*batch)
    saved = state(model, optimizer)
    for batch in batches[5:]:
        step(*batch)
    other, its, step = begun()
    for some in batches[:2], batches[5:]:  # the first two are recorded
        other.load_state_dict(saved[0])
        its.load_state_dict(saved[1])
        for batch in some:
            step(*batch)
    for name, x in model.state_dict().items():
        np.testing.assert_array_equal(other.state_dict()[name], x, name)


def test_running_statistics_that_are_means_of_all_batches_are_followed_alike():
    def make():
        norm = nn.BatchNorm1d(5, momentum=None, bias=False)
        return nn.Sequential(nn.Linear(4, 5), norm, nn.Tanh(), nn.Linear(5, 3))

    batches = [(rows(8, 4), rng.integers(0, 3, 8)) for _ in range(5)]
    sgd = lambda parameters: nn.optim.SGD(parameters, lr=0.1)  # noqa: E731
    assert_trained_alike(make, sgd, batches)
