"""nn.fit: what is wrong is told, with where it came from, and changes nothing."""

import os
import signal
import subprocess
import sys
from functools import partial
from threading import Thread

import numpy as np
import pytest
import sklearn.metrics

import nn
from nn.optim import SGD, Adam, lr_scheduler, schedules
from nn.train.origin import wrong_labels

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)
LOSS = nn.CrossEntropyLoss()


def network():
    return nn.Sequential(
        nn.Linear(4, 8, generator=0),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Linear(8, 2, generator=1),
    )


def changed(array, where, value):
    array = array.copy()
    array[where] = value
    return array


def fit(model, x=X, y=Y, loss=LOSS, optimizer=None, epochs=2, **kwargs):
    optimizer = optimizer or Adam(model.parameters(), lr=0.01)
    data = nn.DataLoader(x, y, batch_size=10)
    kwargs = {"data": data, "epochs": epochs, **kwargs}
    return nn.fit(model, loss=loss, optimizer=optimizer, **kwargs)


def refused(error, said, model=None, notes=(), **kwargs):
    """fit raises, and leaves the weights, the optimizer and the modes as they were."""
    model = model or network()
    optimizer = kwargs.pop("optimizer", None) or Adam(model.parameters(), lr=0.01)
    modes = [module.training for module in model.modules()]
    before, state = model.state_dict(), optimizer.state_dict()
    with pytest.raises(error, match=said) as caught:
        fit(model, optimizer=optimizer, **kwargs)
    after = model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    np.testing.assert_equal(optimizer.state_dict(), state)
    assert all(p.grad is None for p in model.parameters())
    assert modes == [module.training for module in model.modules()]
    for note in notes:
        assert note in "\n".join(getattr(caught.value, "__notes__", ()))
    return str(caught.value)


# Data ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_data_that_are_not_finite_are_told_by_batch_and_row(bad):
    x = changed(X, ([23, 27, 44], [0, 3, 1]), bad)
    said = refused(FloatingPointError, "the loss is nan in batch 3 of epoch 1", x=x)
    assert "array 0 of the batch has NaN or infinity in rows 3, 7" in said
    assert "in the data it is rows 23, 27, 44" in said
    y = changed(X[:, :1], 31, bad)
    said = refused(
        FloatingPointError,
        "the loss is (nan|inf) in batch 4 of epoch 1",
        model=nn.Linear(4, 1),
        y=y,
        loss=nn.MSELoss(),
    )
    assert "array 1 of the batch has NaN or infinity in row 1" in said


def test_data_of_a_validation_set_that_are_not_finite_are_told():
    said = refused(
        FloatingPointError,
        "batch 1 of the evaluation",
        validation=(changed(X, (2, 0), np.nan), Y),
    )
    assert "row 2" in said


@pytest.mark.parametrize(
    ("y", "error", "said", "note"),
    [
        (
            changed(Y, 17, 2),
            ValueError,
            "label 2",
            "0 to 1 stand in row 17 of the data",
        ),
        (changed(Y, [3, 9], -1), ValueError, "label -1", "rows 3, 9 of the data"),
        (Y.astype(np.float32), TypeError, "integer labels.*float32", ""),
        (Y.astype(str), TypeError, "integer labels", ""),
        (Y[:, None], ValueError, "labels of shape", ""),
    ],
)
def test_labels_that_are_no_classes_are_told_by_row(y, error, said, note):
    refused(error, said, y=y, notes=[note, "in batch", "as they were before"])


def test_labels_are_found_beside_weights_and_in_data_without_arrays():
    y = changed(Y, 17, 2)
    weights = np.ones(50, np.float32)

    def weighted(output, y, weight):
        return (
            nn.functional.cross_entropy(output, y, reduction="none") * weight
        ).mean()

    loader = nn.DataLoader(X, y, weights, batch_size=10)
    refused(ValueError, "label", data=loader, loss=weighted, notes=["in row 17 of the"])
    listed = [(X[:10], Y[:10]), (X[10:20], y[10:20])]
    notes = ["in row 7 of the batch", "in batch 2 of epoch 1"]
    refused(ValueError, "label 2", data=listed, notes=notes)


def test_labels_of_scores_whose_classes_come_last_are_not_blamed():
    scores, labels = np.zeros((2, 15, 3)), np.arange(30).reshape(2, 15) % 4
    assert wrong_labels(scores, labels, None, [(scores, labels)]) == ""
    told = wrong_labels(scores.swapaxes(1, 2), labels, None, [(scores, labels)])
    assert told == "labels outside of 0 to 2 stand in rows 0, 1 of the batch"


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        ((X[:0], Y[:0]), ValueError, "no (example|batches)"),
        ((), (TypeError, ValueError), "arrays"),
        ([], ValueError, "no batches"),
        ((X, Y[:-1]), ValueError, "arrays of one length"),
        ((X, 3), (TypeError, ValueError), "array|object"),
        (iter([(X, Y)]), TypeError, "again in each epoch"),
        ([X, Y], TypeError, "a batch is a tuple"),
        (7, TypeError, "tuple of arrays"),
        ((X[:, :3], Y), ValueError, "Linear"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, error, said):
    refused(error, said, data=data)


def test_a_schedule_is_taken_back_as_well():
    model = network()
    optimizer = SGD(model.parameters(), lr=0.25)
    falling = nn.optim.schedules.linear(0.1, 0.0, steps=9)
    x = changed(X, 44, np.nan)
    refused(
        FloatingPointError, "nan", model, x=x, optimizer=optimizer, schedule=falling
    )
    assert optimizer.lr == 0.25
    stepping = lr_scheduler.StepLR(optimizer, 1)
    options = {"schedule": stepping, "schedule_every": "step"}
    refused(FloatingPointError, "nan", model, x=x, optimizer=optimizer, **options)
    assert (optimizer.lr, stepping.last_epoch) == (0.25, 0)


class Scaled(nn.Module):
    """A loss with a parameter of its own."""

    def __init__(self):
        self.scale = nn.Parameter(1.0)

    def forward(self, output, y):
        return LOSS(output * self.scale, y)


def test_what_a_loss_learns_is_trained_and_taken_back(tmp_path):
    model, loss = network(), Scaled()
    optimizer = Adam([*model.parameters(), loss.scale], lr=0.01)
    kwargs = {"loss": loss, "optimizer": optimizer}
    refused(FloatingPointError, "nan", model, x=changed(X, 44, np.nan), **kwargs)
    assert loss.scale.item() == 1
    path = tmp_path / "run"
    fit(model, epochs=1, checkpoint=path, **kwargs)
    fit(model, epochs=3, checkpoint=path, resume=True, **kwargs)
    model, whole = network(), Scaled()
    optimizer = Adam([*model.parameters(), whole.scale], lr=0.01)
    fit(model, epochs=3, loss=whole, optimizer=optimizer)
    assert loss.scale.item() == whole.scale.item() != 1


def test_metrics_need_targets():
    model = nn.Linear(4, 4)
    options = {"data": (X,), "validation": (X,), "metrics": [nn.metrics.mse]}
    refused(ValueError, "targets", model, loss=lambda out: (out**2).mean(), **options)


def test_a_batch_larger_than_the_data_is_refused():
    refused(ValueError, "larger than the data", data=(X, Y), batch_size=51)
    large = nn.DataLoader(X, Y, batch_size=51)
    refused(ValueError, "larger than the data: 50 examples", data=large)
    refused(ValueError, "batch_size", data=(X, Y), batch_size=-1)
    small = X[:3], Y[:3]  # which only is looked at
    fit(network(), data=(X, Y), batch_size=10, validation=small)


def test_data_that_give_nothing_once_they_are_asked_are_refused():
    class Empty:
        def __iter__(self):
            return iter(())

    refused(ValueError, "gave none", data=Empty())


def test_rows_of_a_part_of_the_data_are_told_by_their_numbers_in_the_whole():
    x = changed(X, ([3, 27], [0, 3]), np.nan)
    part = nn.data.Subset(nn.data.TensorDataset(x, Y), np.arange(20, 50))
    part = nn.data.Subset(part, np.arange(29, -1, -1))
    said = refused(FloatingPointError, "the loss is nan", data=part)
    assert said.endswith("in the data it is row 27")
    y = changed(Y, [3, 27], 9)
    part = nn.data.Subset(nn.data.TensorDataset(X, y), np.arange(20, 50))
    notes = ["labels outside of 0 to 1 stand in row 27 of the data"]
    refused(ValueError, "the label 9", data=part, notes=notes)
    made = nn.DataLoader(X, Y, batch_size=10, augment=lambda x, g: x * np.nan)
    said = refused(FloatingPointError, "the loss is nan in batch 1", data=made)
    assert said.endswith("in the data it is none, but made with the batch")


# Arguments ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kwargs", "error", "said"),
    [
        ({"epochs": 0}, ValueError, "epochs must be at least 1"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
        ({"accumulate": 0}, ValueError, "accumulate"),
        ({"patience": 0}, ValueError, "patience"),
        ({"epochs": True}, TypeError, "epochs must be a whole number; got True"),
        ({"clip": -1.0}, ValueError, "clip"),
        ({"clip": "1"}, TypeError, "clip must be a number, .* got '1'"),
        ({"clip": True}, TypeError, "clip must be a number, .* got True"),
        ({"restore_best": "yes"}, TypeError, "restore_best must be True or False"),
        ({"watch": 5}, TypeError, "the name of a column; got 5"),
        ({"callbacks": print}, TypeError, "callbacks are a list of functions"),
        ({"callbacks": [3]}, TypeError, "callbacks are a list of functions"),
        ({"step_callbacks": None}, TypeError, "step_callbacks are a list of functions"),
        (
            {"metrics": None, "validation": (X, Y)},
            TypeError,
            "functions of .* got None",
        ),
        (
            {"metrics": [sklearn.metrics.r2_score], "validation": (X, Y)},
            TypeError,
            r'"r2_score": lambda scores, y: r2_score\(y, scores.argmax\(axis=1\)\)}',
        ),
        (
            {
                "metrics": {"f": partial(sklearn.metrics.fbeta_score, beta=2)},
                "validation": (X, Y),
            },
            TypeError,
            "the truth first",
        ),
        ({"mode": "best"}, ValueError, "'min' or 'max'"),
        ({"mode": "max"}, ValueError, "less is better of 'loss'"),
        (
            {
                "metrics": {"w": lambda a, b: 0.0},
                "watch": "val_w",
                "validation": (X, Y),
            },
            ValueError,
            "is more or less of 'val_w' better",
        ),
        ({"batch_size": 5}, ValueError, "this DataLoader has batches of 10 already"),
        (
            {"data": [(X, Y)], "validation": [(X, Y)], "batch_size": 5},
            ValueError,
            "this list has batches already",
        ),
        ({"schedule_every": "step"}, ValueError, "give schedule="),
        ({"watch": "val_loss"}, ValueError, "watch must be one of loss"),
        ({"metrics": [nn.metrics.f1]}, ValueError, "give validation="),
        ({"metrics": [lambda a, b: 0], "validation": (X, Y)}, TypeError, "a name"),
        ({"metrics": ["f1"], "validation": (X, Y)}, TypeError, "functions of"),
        ({"metrics": {"f": "f1"}, "validation": (X, Y)}, TypeError, "functions of"),
        (
            {"metrics": {"loss": nn.metrics.f1}, "validation": (X, Y)},
            ValueError,
            "'loss' is there already",
        ),
        (
            {"metrics": [nn.metrics.f1] * 2, "validation": (X, Y)},
            ValueError,
            "'f1' is there already",
        ),
        (
            {"metrics": [nn.metrics.confusion_matrix], "validation": (X, Y)},
            TypeError,
            "gives a number",
        ),
        ({"loss": "cross entropy"}, TypeError, "a function of"),
        ({"loss": nn.MSELoss}, TypeError, "got the class MSELoss"),
        ({"loss": lambda out, y: None}, TypeError, "the function returned None"),
        ({"loss": nn.CrossEntropyLoss(reduction="none")}, ValueError, "one number"),
        ({"schedule": 0.1}, TypeError, "a schedule is a function"),
        ({"schedule": lr_scheduler.StepLR}, TypeError, "made; got the class StepLR"),
        ({"checkpoint": 3}, TypeError, "the path of a file; got 3"),
        ({"schedule_every": "batch"}, ValueError, "'epoch' or 'step'"),
        ({"resume": True}, ValueError, "give checkpoint="),
        ({"every": 3}, ValueError, "give checkpoint="),
        ({"checkpoint": "no/such/folder/run"}, ValueError, "no folder"),
        ({"checkpoint": "."}, ValueError, r"\. is a folder; .* run\.safetensors"),
    ],
)
def test_arguments_that_cannot_be_are_told(kwargs, error, said):
    refused(error, said, **kwargs)


def test_what_does_not_belong_together_is_refused():
    model, other = network(), network()
    foreign = SGD(other.parameters(), lr=0.1)
    refused(ValueError, "updates no parameter", model, optimizer=foreign)
    schedule = lr_scheduler.StepLR(foreign, 1)
    refused(ValueError, "another optimizer", model, schedule=schedule)
    own = SGD(model.parameters(), lr=0.1)
    falling = lr_scheduler.ReduceLROnPlateau(own, mode="max")
    refused(ValueError, "mode='max'", model, optimizer=own, schedule=falling)
    own.lr = schedules.plateau(0.1, mode="max")
    refused(ValueError, "mode='max'", model, optimizer=own)
    with pytest.raises(ValueError, match="batches of 10 already"):
        nn.evaluate(model, nn.DataLoader(X, Y, batch_size=10), LOSS, batch_size=5)
    with pytest.raises(TypeError, match="made, such as"):
        nn.fit(model, (X, Y), loss=LOSS, optimizer=Adam, epochs=1)
    with pytest.raises(TypeError, match="trains a Module"):
        nn.fit(np.exp, (X, Y), loss=LOSS, optimizer=foreign, epochs=1)
    optimizer = Adam(model.parameters())
    model.freeze()
    refused(ValueError, "frozen", model, optimizer=optimizer)


def test_an_error_after_the_first_epoch_keeps_what_was_learned():
    def late(run):
        if run.epoch == 2:
            raise KeyError("mine")

    model = network()
    before = model.state_dict()
    with pytest.raises(KeyError, match="mine") as caught:
        fit(model, callbacks=[late], epochs=3)
    assert "as it was after step 10" in caught.value.__notes__[0]
    assert not np.array_equal(model[0].weight.data, before["0.weight"])


# What is not finite and came from the network ------------------------------------------


class Logarithm(nn.Module):
    def forward(self, x):
        return np.log(x)


class Root(nn.Module):
    def forward(self, x):
        return np.sqrt((x * 0) ** 2) + x


def test_the_first_operation_that_made_something_infinite_is_told():
    model = nn.Sequential(
        nn.Linear(4, 2, generator=0), nn.Sequential(nn.ReLU(), Logarithm())
    )
    said = refused(FloatingPointError, "batch 1 of epoch 1", model)
    assert "it began in log in the module 1.1 (Logarithm()) of this Sequential" in said
    assert "(10, 2) from 0 to" in said

    def loss(output, y):
        return LOSS(output, y) / 0.0

    said = refused(FloatingPointError, "the loss is inf", loss=loss)
    assert "it began in divide" in said


def test_an_operation_that_fails_on_the_validation_set_is_told():
    model = nn.Sequential(nn.Linear(4, 2, generator=0), Logarithm())
    model[0].weight.data[...], model[0].bias.data[...] = 0.1, 1.0
    optimizer = SGD(model.parameters(), lr=1e-9)
    said = refused(
        FloatingPointError,
        "batch 1 of the evaluation",
        model,
        x=np.abs(X),
        validation=(changed(np.abs(X), 7, -9.0), Y),
        optimizer=optimizer,
    )
    assert "it began in log in the module 1 (Logarithm())" in said


def test_running_means_are_what_they_were_before_the_step_that_failed():
    kept = []

    class Spoiled(nn.Module):
        def __init__(self):
            self.net, self.passes = network(), 0

        def forward(self, x):
            self.passes += 1
            if self.passes == 8:
                x = np.log(self.net[0](x) * 0)[:, :4]
            return self.net(x)

    def keep(run):
        kept.append({name: b.data.copy() for name, b in run.model.named_buffers()})

    model = Spoiled()
    with pytest.raises(FloatingPointError, match="batch 3 of epoch 2") as caught:
        fit(model, step_callbacks=[keep])
    assert "began in log in the module this Spoiled" in str(caught.value)
    assert len(kept) == 7
    for name, buffer in model.named_buffers():
        assert np.array_equal(buffer.data, kept[-1][name]), name


def test_weights_that_are_not_finite_are_told_by_name():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    model[1].weight.data[0, 0] = np.inf
    with pytest.raises(FloatingPointError, match=r"the model holds: 1\.weight"):
        fit(model)


def test_the_derivative_that_is_not_finite_is_told_and_no_step_is_taken():
    model = nn.Sequential(nn.Linear(4, 2, generator=0), Root())
    said = refused(FloatingPointError, "the gradient of 0.weight, 0.bias is not", model)
    assert "the derivative of sqrt in the module 1 (Root()) of this Sequential" in said


def test_training_that_diverges_ends_before_weights_are_not_finite():
    model = nn.Linear(4, 1, generator=0)
    with pytest.raises(FloatingPointError):
        fit(
            model, y=X[:, :1], loss=nn.MSELoss(), epochs=500,
            optimizer=SGD(model.parameters(), lr=100.0),
        )  # fmt: skip
    assert np.isfinite(model.weight.data).all()


# Ctrl-C -------------------------------------------------------------------------------


def test_ctrl_c_ends_training_after_the_step_that_runs(capsys):
    class Pressing(nn.Module):
        def __init__(self, at):
            self.net, self.at = network(), at

        def forward(self, x):
            self.at -= 1
            if self.at == 0:
                os.kill(os.getpid(), signal.SIGINT)
            return self.net(x)

    model, twin = Pressing(7), Pressing(-1)
    history = fit(model, epochs=5)
    assert history.stopped == "Ctrl-C: ended in epoch 2"
    assert history.epochs == 1
    assert "after step 7, in epoch 2. The model is whole" in capsys.readouterr().err
    fit(twin, epochs=5, step_callbacks=[lambda run: run.step == 7 and run.stop()])
    for one, other in zip(model.parameters(), twin.parameters()):
        assert np.array_equal(one.data, other.data)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_that_someone_raises_ends_training_too(capsys):
    def raising(run):
        if run.step == 3:
            raise KeyboardInterrupt

    model = network()
    history = fit(model, step_callbacks=[raising])
    assert history.stopped.startswith("Ctrl-C")
    assert model.training
    assert "whole" in capsys.readouterr().err


def test_a_second_ctrl_c_breaks_off_at_once():
    def impatient(run):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("not reached")

    with pytest.raises(KeyboardInterrupt):
        fit(network(), step_callbacks=[impatient])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("presses", [1, 2, 3])
def test_no_ctrl_c_cuts_an_update_in_half(presses):
    class Pressing(SGD):
        def step(self, closure=None):
            loss = closure()
            self.parameters[0].data[...] = 7.0
            for _ in range(presses):
                os.kill(os.getpid(), signal.SIGINT)
            self.parameters[1].data[...] = 7.0
            return loss

    model = nn.Linear(4, 2)
    history = fit(model, optimizer=Pressing(model.parameters()))
    assert history.stopped.startswith("Ctrl-C")
    assert (model.weight.data == 7).all()
    assert (model.bias.data == 7).all()


def test_another_handler_and_other_threads_are_let_alone():
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
    try:
        history = fit(
            network(), step_callbacks=[lambda run: os.kill(os.getpid(), signal.SIGINT)]
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(seen) == 10
    assert not history.stopped
    found = []
    thread = Thread(target=lambda: found.append(fit(network())))
    thread.start()
    thread.join()
    assert found[0].epochs == 2


def test_a_process_that_is_interrupted_tells_so_and_goes_on():
    program = (
        "import os, signal, numpy as np, nn\n"
        "model = nn.Linear(2, 1)\n"
        "x = np.ones((64, 2), np.float32)\n"
        "optimizer = nn.optim.SGD(model.parameters(), lr=0.01)\n"
        "press = lambda run: run.step == 5 and os.kill(os.getpid(), signal.SIGINT)\n"
        "history = nn.fit(model, (x, x[:, :1]), loss=nn.MSELoss(), epochs=10**6,\n"
        "    optimizer=optimizer, step_callbacks=[press])\n"
        "print(optimizer.steps, np.isfinite(model.weight.data).all())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["5", "True"]
    assert "Ctrl-C" in done.stderr
    assert "Traceback" not in done.stderr
