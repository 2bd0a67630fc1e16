"""nn.fit: the loop one would write by hand, and what is expected around it."""

from functools import partial

import numpy as np
import pytest
import sklearn.metrics

import autograd as ag
import nn
from nn.optim import SGD, Adam, lr_scheduler, schedules
from nn.train.watching import mode_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype(np.float32)
Y = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int)
LOSS = nn.CrossEntropyLoss()


def network(*layers, generator=0):
    return nn.Sequential(
        nn.Linear(4, 8, generator=generator),
        *layers,
        nn.ReLU(),
        nn.Linear(8, 2, generator=generator + 1),
    )


def loader(batch_size=16, shuffle=True, **kwargs):
    return nn.DataLoader(
        X, Y, batch_size=batch_size, shuffle=shuffle, generator=0, **kwargs
    )


def fitted(model=None, data=None, optimizer=None, epochs=3, loss=LOSS, **kwargs):
    """The history, and the model."""
    model = model or network()
    optimizer = optimizer or SGD(model.parameters(), lr=0.1, momentum=0.9)
    data = loader() if data is None else data
    history = nn.fit(
        model, data, loss=loss, optimizer=optimizer, epochs=epochs, **kwargs
    )
    return history, model


def same(one, other):
    one, other = one.state_dict(), other.state_dict()
    return all(np.array_equal(one[name], other[name]) for name in one)


def close(one, other):
    one, other = one.state_dict(), other.state_dict()
    return all(np.allclose(one[name], other[name], atol=1e-6) for name in one)


# The loop ------------------------------------------------------------------------------


@pytest.mark.parametrize("clip", [None, 0.1])
def test_weights_are_those_of_the_loop_written_by_hand(clip):
    model, by_hand, batches = network(), network(), loader()
    optimizer = Adam(by_hand.parameters(), lr=0.01)
    losses = []
    for _ in range(3):
        total = 0.0
        for x, y in batches:
            optimizer.zero_grad()
            loss = LOSS(by_hand(x), y)
            loss.backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(by_hand.parameters(), clip)
            optimizer.step()
            total += loss.item() * len(y)
        losses.append(total / len(Y))
    ours = Adam(model.parameters(), lr=0.01)
    history, _ = fitted(model, optimizer=ours, clip=clip)
    assert same(model, by_hand)
    assert history["loss"] == losses
    assert history["epoch"] == [1, 2, 3]
    assert history["lr"] == [0.01] * 3


@pytest.mark.parametrize(
    "loss",
    [
        LOSS,
        nn.CrossEntropyLoss(reduction="sum"),
        partial(nn.functional.cross_entropy, reduction="sum"),
        partial(nn.functional.cross_entropy, label_smoothing=0.1),
        nn.CrossEntropyLoss(weight=[0.25, 3.0]),
        nn.CrossEntropyLoss(ignore_index=1, label_smoothing=0.1),
        nn.CrossEntropyLoss([2.0, 0.5], ignore_index=0),
        partial(nn.functional.cross_entropy, weight=np.array([0.1, 1.0])),
        partial(nn.functional.cross_entropy, ignore_index=0),
    ],
)
def test_accumulated_batches_are_the_large_batch(loss):
    small, large = loader(batch_size=4, shuffle=False), loader(12, shuffle=False)
    fits = []
    for data, accumulate in ((small, 3), (large, 1)):  # the last has 2 examples
        model = network()
        optimizer = SGD(model.parameters(), lr=0.01)
        fits.append(fitted(model, data, optimizer, loss=loss, accumulate=accumulate))
    (one, accumulated), (other, at_once) = fits
    assert close(accumulated, at_once)
    assert np.allclose(one["loss"], other["loss"])


def test_batches_of_nothing_that_counts_add_nothing():
    y = np.where(np.arange(50) < 12, -100, Y)  # the first three batches of four
    y[36:] = -100
    data = nn.DataLoader(X, y, batch_size=4)
    large = nn.DataLoader(X, y, batch_size=25)
    small = nn.DataLoader(X, y, batch_size=5)
    (one, accumulated), (other, at_once) = (
        fitted(data=small, accumulate=5, epochs=1),
        fitted(data=large, epochs=1),
    )
    assert close(accumulated, at_once)
    assert np.allclose(one["loss"], other["loss"])
    with pytest.raises(ValueError, match="no example of batch 1 of epoch 1 counts"):
        fitted(data=data)
    with pytest.raises(ValueError, match="no example of the data counts"):
        nn.evaluate(at_once, (X[:12], y[:12]), LOSS)
    seen = nn.evaluate(at_once, data, LOSS)
    assert seen["loss"] == pytest.approx(LOSS(at_once(X), y).item())


@pytest.mark.parametrize("weight", [None, [0.25, 3.0]])
def test_the_loss_of_a_set_is_that_of_one_large_batch(weight):
    loss, model = nn.CrossEntropyLoss(weight, ignore_index=7), network()
    y = np.where(np.arange(50) % 3, Y, 7)
    every = loss(model(X), y).item()
    for size in (7, 50):
        seen = nn.evaluate(model, (X, y), loss, batch_size=size)
        assert seen["loss"] == pytest.approx(every)


def test_arrays_are_shuffled_into_batches_by_the_seed_of_nn():
    def run():
        nn.seed(3)
        return fitted(data=(X, Y), batch_size=10)

    (one, first), (_, second) = run(), run()
    assert same(first, second)
    assert one.epochs == 3
    seen = []
    fitted(data=(X, Y), step_callbacks=[lambda run: seen.append(run.step)], epochs=1)
    assert seen == [1, 2]  # 32 and 18


def test_a_dataset_is_batched_as_arrays_are():
    training, held_out = nn.data.random_split(
        nn.data.TensorDataset(X, Y), [0.8, 0.2], generator=0, stratify=Y
    )
    assert nn.evaluate(network(), held_out, LOSS) == nn.evaluate(
        network(), held_out[:], LOSS
    )

    def run(data, validation):
        nn.seed(3)
        return fitted(data=data, validation=validation, batch_size=8)

    (one, first), (other, second) = (
        run(training, held_out),
        run(training[:], held_out[:]),
    )
    assert same(first, second)
    assert one["val_loss"] == other["val_loss"]


def test_the_model_and_the_loss_share_the_arrays_of_a_batch():
    weights = np.linspace(0, 1, len(Y)).astype(np.float32)

    def weighted(output, y, w):
        return (nn.functional.cross_entropy(output, y, reduction="none") * w).mean()

    class Two(nn.Module):
        def __init__(self):
            self.net = network()

        def forward(self, a, b):
            return self.net(np.concatenate([a, b], axis=1))

    _, one = fitted(data=(X, Y, weights), loss=weighted, batch_size=50)
    _, other = fitted(
        Two(), (X[:, :2], X[:, 2:], Y, weights), loss=weighted, batch_size=50, inputs=2
    )
    assert close(one, other.net)
    alone = nn.Linear(4, 4, generator=0)
    history, _ = fitted(alone, (X,), loss=lambda out: (out**2).mean())
    assert history["loss"][-1] < history["loss"][0]


def test_lbfgs_which_asks_for_the_loss_again_and_numbers_of_single_values_are_fitted():
    model = network()
    history, _ = fitted(
        model, optimizer=nn.optim.LBFGS(model.parameters(), lr=0.5), data=loader(50)
    )
    assert history["loss"][-1] < 0.2 * history["loss"][0]

    class Line(nn.Module):
        def __init__(self):
            self.a = ag.Value(0.0)

        def forward(self, x):
            return [self.a * float(number) for number in x]

    line, x = Line(), np.array([1.0, 2.0])
    history, _ = fitted(line, (x, 3 * x), loss=nn.MSELoss(), epochs=200)
    assert line.a.data == pytest.approx(3, abs=1e-3)


def test_callbacks_read_the_training_and_end_it():
    seen = []

    def callback(run):
        seen.append((run.epoch, run.step, run.history["loss"][-1]))
        assert run.model is model
        if run.epoch == 2:
            run.stop("enough")

    history, model = None, network()
    history, _ = fitted(model, callbacks=[callback], epochs=9)
    assert [each[:2] for each in seen] == [(1, 4), (2, 8)]
    assert history.stopped == "enough: ended in epoch 2"
    history, _ = fitted(step_callbacks=[lambda run: run.step == 5 and run.stop()])
    assert history.epochs == 1


# Validation, metrics, the best ----------------------------------------------------------


def test_validation_is_in_eval_mode_and_leaves_no_trace():
    model = network(nn.BatchNorm1d(8), nn.Dropout(0.5, generator=3))
    twin = network(nn.BatchNorm1d(8), nn.Dropout(0.5, generator=3))
    history, _ = fitted(
        model, validation=(X, Y), metrics={"accuracy": nn.metrics.accuracy}
    )
    fitted(twin)
    assert same(model, twin)
    assert model.training
    model.eval()
    with ag.no_grad():
        output = model(X)
    assert history["val_loss"][-1] == pytest.approx(LOSS(output, Y).item(), rel=1e-5)
    right = (output.data.argmax(axis=1) == Y).mean()
    assert history["val_accuracy"][-1] == pytest.approx(right)


def test_modes_are_given_back_and_what_is_frozen_in_eval_mode_stays_so():
    model = network(nn.BatchNorm1d(8))
    before = model[1].running_mean.data.copy()
    model[1].eval()
    fitted(model, validation=(X, Y))
    assert (model.training, model[1].training) == (True, False)
    assert np.array_equal(model[1].running_mean.data, before)
    model.eval()
    fitted(model)  # which trains in training mode, nevertheless
    assert not any(module.training for module in model.modules())
    assert not np.array_equal(model[1].running_mean.data, before)


def test_metrics_are_of_the_whole_set_and_not_means_over_batches():
    model = network()
    seen = nn.evaluate(model, loader(7), LOSS, [nn.metrics.f1, nn.metrics.roc_auc])
    output = model(X)
    assert seen["f1"] == nn.metrics.f1(output, Y)
    assert seen["roc_auc"] == nn.metrics.roc_auc(output, Y)
    assert seen["loss"] == pytest.approx(LOSS(output, Y).item())


def test_training_ends_early_and_the_best_weights_come_back():
    numbers, kept = iter([3.0, 1.0, 2.0, 2.5, 0.0]), {}

    def watched(outputs, targets):
        return next(numbers)

    def keep(run):
        kept[run.epoch] = run.model.state_dict()

    options = {
        "validation": (X, Y),
        "metrics": {"w": watched},
        "watch": "val_w",
        "callbacks": [keep],
    }
    history, model = fitted(epochs=9, patience=2, mode="min", **options)
    assert history.epochs == 4
    assert history.best_epoch == 2
    assert history.stopped.startswith("val_w was not better for 2 epochs")
    state = model.state_dict()
    assert all(np.array_equal(state[name], kept[2][name]) for name in state)
    numbers = iter([3.0, 1.0, 2.0])
    history, model = fitted(epochs=3, mode="max", restore_best=True, **options)
    assert history.best_epoch == 1
    state = model.state_dict()
    assert all(np.array_equal(state[name], kept[1][name]) for name in state)


def balanced_accuracy_score(scores, y):
    return sklearn.metrics.balanced_accuracy_score(y, scores.argmax(axis=1))


def zero_one_loss(scores, y):
    return sklearn.metrics.zero_one_loss(y, scores.argmax(axis=1))


def max_error(scores, y):
    return sklearn.metrics.max_error(y, scores[:, 1])


@pytest.mark.parametrize(
    ("metric", "mode"),
    [
        (nn.metrics.accuracy, "max"),
        (partial(nn.metrics.top_k, k=1), "max"),
        (nn.metrics.roc_auc, "max"),
        (nn.metrics.mae, "min"),
        (balanced_accuracy_score, "max"),
        (zero_one_loss, "min"),
        (max_error, "min"),
    ],
)
def test_whether_more_is_better_is_known_by_the_name_of_the_metric(metric, mode):
    watching = {"metrics": {"mine": metric}, "watch": "val_mine"}
    assert mode_of("val_mine", None, watching["metrics"]) == mode
    assert mode_of(f"val_{mode}_score", None, {f"{mode}_score": np.dot}) == "max"
    other = {"min": "max", "max": "min"}[mode]
    with pytest.raises(ValueError, match=f"is better of 'val_mine', and mode='{other}"):
        fitted(validation=(X, Y), mode=other, **watching)


def test_the_best_epoch_is_that_of_the_highest_accuracy():
    history, _ = fitted(
        epochs=6, validation=(X, Y), metrics=[nn.metrics.accuracy], watch="val_accuracy"
    )
    assert history.best_epoch == 1 + int(np.argmax(history["val_accuracy"]))


# Schedules --------------------------------------------------------------------------


def test_a_schedule_is_a_function_of_the_step_or_steps_by_epoch_or_by_batch():
    falling = schedules.linear(0.1, 0.0, steps=12)
    history, _ = fitted(schedule=falling)
    assert np.allclose(history["lr"], [falling(3), falling(7), falling(11)])
    for every, rates in {
        "epoch": [1, 0.5, 0.25],
        "step": [2**-3, 2**-7, 2**-11],
    }.items():
        model = network()
        optimizer = SGD(model.parameters(), lr=1.0)
        halving = lr_scheduler.ExponentialLR(optimizer, 0.5)
        history, _ = fitted(
            model, optimizer=optimizer, schedule=halving, schedule_every=every
        )
        assert halving.last_epoch == (3 if every == "epoch" else 12)
        assert history["lr"] == rates


def test_a_plateau_is_told_the_validation_loss():
    def worse(outputs, targets):
        return ag.tensor(1.0) * outputs.sum() * 0 + 1.0

    model = network()
    optimizer = SGD(model.parameters(), lr=1.0)
    plateau = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    fitted(model, optimizer=optimizer, schedule=plateau, validation=(X, Y), loss=worse)
    assert optimizer.lr == 0.25
    model = network()
    optimizer = SGD(model.parameters())
    observing = schedules.plateau(1.0, factor=0.5, patience=0)
    history, _ = fitted(model, optimizer=optimizer, schedule=observing, loss=worse)
    assert history["lr"] == [1.0, 1.0, 0.5] or observing(0) == 0.25
