"""What several processes run for the tests: mpirun -n 2 python parallel_programs.py NAME …"""

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from nn.parallel import DistributedDataParallel, Shard

COMM = nn.parallel.world()
RANK = COMM.rank


def normal(*shape, dtype=np.float64):
    """Other numbers in each process."""
    return np.random.default_rng([RANK, *shape]).normal(size=shape).astype(dtype)


def product(x, y):
    return COMM.allreduce(float(np.vdot(x, y).real))


def transposes():
    """⟨A x, y⟩ = ⟨x, Aᵀ y⟩ over all processes, and forward mode is A itself."""
    collectives = [
        (nn.parallel.allreduce, (3, 2)),
        (nn.parallel.allgather, (3, 2)),
        (nn.parallel.allgather, ()),
        (nn.parallel.reduce_scatter, (COMM.size, 3)),
        (nn.parallel.broadcast, (4,)),
        (lambda x: nn.parallel.broadcast(x, root=1), (4,)),
    ]
    for function, shape in collectives:
        for dtype in (np.float64, np.float32, np.float16):
            x = normal(*shape, dtype=dtype)
            out, pull = ag.vjp(function, x)
            y = normal(*out.shape, dtype=dtype)
            (transposed,) = pull(y)
            exact = 1e-12 if dtype == np.float64 else 1e-2
            assert np.allclose(product(out, y), product(x, transposed), atol=exact)
            assert transposed.dtype == out.dtype == dtype
            t = normal(*shape, dtype=dtype)[::-1] if shape else x
            assert np.array_equal(ag.jvp(function, (x,), (t,))[1], function(t))
    x = normal(3)
    total = COMM.allreduce(x)
    assert np.allclose(nn.parallel.allreduce(x), total)
    assert np.allclose(nn.parallel.allgather(x), COMM.allgather(x))
    rows = np.stack(COMM.allgather(normal(COMM.size, 3)))
    assert np.allclose(
        nn.parallel.reduce_scatter(normal(COMM.size, 3)), rows.sum(0)[RANK]
    )
    assert np.allclose(nn.parallel.broadcast(x, 1), COMM.bcast(x, 1))

    # To any order: the loss Σ y³, y the sum over all, is the same in each process.
    def f(x):
        return ag.sum(nn.parallel.allreduce(x) ** 3) / COMM.size

    assert np.allclose(ag.grad(f)(x), 3 * total**2)
    hvp = ag.grad(lambda x: ag.sum(ag.grad(f)(x)) / COMM.size)(x)
    assert np.allclose(hvp, 6 * total)
    mean = nn.parallel.mean(ag.tensor(np.arange(1.0 + RANK)))
    assert np.isclose(mean.item(), 1 / 3)  # of 0; 0, 1


def data(n, dtype=np.float32):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(n, 16)).astype(dtype)
    return x, (x[:, :4] + x[:, 4:8]).argmax(axis=1)


def mlp():
    return nn.MLP(16, [32, 16, 4], generator=0)


def normalized():
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Unflatten(1, (1, 16)),
        nn.Conv1d(1, 4, 3, generator=rng),
        nn.BatchNorm1d(4),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(56, 4, generator=rng),
        nn.BatchNorm1d(4, affine=False),
    )


def mean_of_all(out, y):
    return nn.parallel.mean(nn.functional.cross_entropy(out, y, reduction="none"))


def trained(model, parallel, arrays, accumulate):
    """The model and its losses; alone with the whole of each batch."""
    loss_of, net = nn.functional.cross_entropy, model
    uneven = len(arrays[0]) % 16 > 0
    loader = nn.DataLoader(*arrays, batch_size=16, shuffle=True, generator=1)
    if parallel:
        net, loader = DistributedDataParallel(model), Shard(loader, uneven=uneven)
        loss_of = mean_of_all if uneven else loss_of
    optimizer = nn.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for _ in range(3):
        for i, (x, y) in enumerate(loader):
            loss = loss_of(net(x), y)
            loss.backward(free=True)
            if i % accumulate == accumulate - 1:
                nn.utils.clip_grad_norm_(model.parameters(), 0.5)
                optimizer.step()
                optimizer.zero_grad()
            own = loss.item()
            losses.append(COMM.allreduce(own) / COMM.size if parallel else own)
    return model.state_dict(), losses


def training():
    """The weights and losses are those of one process with the whole batch."""
    for make, dtype, n, accumulate, exact in [
        (mlp, np.float32, 64, 2, 1e-6),
        (mlp, np.float32, 51, 1, 1e-6),
        (normalized, np.float64, 51, 1, 1e-12),
    ]:
        (state, losses), (expected, alone) = [
            trained(make().to(dtype), parallel, data(n, dtype), accumulate)
            for parallel in (True, False)
        ]
        assert np.abs(np.subtract(losses, alone)).max() <= exact
        for name, array in state.items():
            assert np.abs(array - expected[name]).max() <= exact, name
            assert all((array == each).all() for each in COMM.allgather(array)), name


def fitted():
    """``nn.fit`` needs to know nothing of it; the parts are unequal."""
    found = []
    for parallel in (True, False):
        model = net = mlp()
        loader = nn.DataLoader(*data(38), batch_size=8, shuffle=True, generator=1)
        if parallel:
            net, loader = DistributedDataParallel(model), Shard(loader, uneven=True)
        history = nn.fit(
            net,
            loader,
            loss=mean_of_all if parallel else nn.functional.cross_entropy,
            optimizer=nn.optim.SGD(model.parameters(), lr=0.05, momentum=0.9),
            epochs=2,
            clip=0.5,
            progress=False,
        )
        found.append((model.state_dict(), history["loss"]))
    (state, losses), (expected, alone) = found
    assert np.allclose(losses, alone, atol=1e-6)
    assert all(np.abs(a - expected[name]).max() <= 1e-6 for name, a in state.items())


def weighed():
    """Losses in which not all examples count alike, and what is seen, are of the whole.

    Parts are unequal, steps take two batches, and some parts have nothing that counts.
    """
    x, y = data(42)
    y = np.where(np.arange(42) % 4 < 2, y, -100)
    y[:6] = -100
    weight = np.array([0.1, 1.0, 3.0, 0.5])
    for loss in (
        nn.CrossEntropyLoss(),
        nn.CrossEntropyLoss(weight),
        nn.CrossEntropyLoss(weight, ignore_index=0, label_smoothing=0.1),
        nn.CrossEntropyLoss(reduction="sum"),
    ):
        found = []
        for parallel in (True, False):
            model = net = mlp()
            labels = abs(y) % 4 if loss.ignore_index == 0 else y
            loader = nn.DataLoader(x, labels, batch_size=12)
            held_out = nn.DataLoader(x, np.abs(labels) % 4, batch_size=9)
            if parallel:
                net = DistributedDataParallel(model)
                loader, held_out = (
                    Shard(each, uneven=True) for each in (loader, held_out)
                )
            history = nn.fit(
                net,
                loader,
                loss=loss,
                optimizer=nn.optim.SGD(model.parameters(), lr=0.05, momentum=0.9),
                epochs=2,
                accumulate=2,
                validation=held_out,
                metrics=[nn.metrics.f1],
                watch="val_f1",
            )
            again = nn.evaluate(net, held_out, loss, [nn.metrics.f1])
            assert again["f1"] == history["val_f1"][-1]
            found.append((model.state_dict(), history))
        (state, history), (expected, alone) = found
        for name in ("loss", "val_loss", "val_f1"):
            assert np.allclose(history[name], alone[name], atol=1e-6), name
        for name, a in state.items():
            assert np.abs(a - expected[name]).max() <= 1e-6, name


def stops():
    """What one process asks to end ends in all, after the same step or epoch."""
    for kind, when in ("step_callbacks", 3), ("callbacks", 8):

        def end(run, when=when):
            if RANK == 1 and run.step == when:
                run.stop("enough")

        model = mlp()
        history = nn.fit(
            DistributedDataParallel(model),
            Shard(nn.DataLoader(*data(64), batch_size=16)),
            loss=nn.CrossEntropyLoss(),
            optimizer=nn.optim.SGD(model.parameters(), lr=0.05),
            epochs=9,
            **{kind: [end]},
        )
        assert history.stopped.startswith("enough: ended in epoch")
        assert history.epochs == when // 4


def line_searched():
    """An optimizer that compares losses compares those of all, and so goes alike."""
    found = []
    for parallel in (True, False):
        model = net = mlp().to(np.float64)
        loader = nn.DataLoader(*data(32, np.float64), batch_size=32)
        if parallel:
            net, loader = DistributedDataParallel(model), Shard(loader)
        nn.fit(
            net,
            loader,
            loss=nn.CrossEntropyLoss(),
            optimizer=nn.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe"),
            epochs=2,
        )
        found.append(model.state_dict())
    state, expected = found
    assert all(np.abs(a - expected[name]).max() <= 1e-9 for name, a in state.items())


def zeros():
    """A slope that is infinite in one process, where its cotangent is 0."""

    class Root(nn.Module):
        def __init__(self):
            self.weight = nn.Parameter([2.0, 3.0])

        def forward(self, x):
            return np.where(x > 0, np.sqrt(self.weight * x), 0.0)

    net = DistributedDataParallel(Root())
    net(np.float32([RANK, 4.0])).sum().backward()
    slopes = np.sqrt(np.array([1.0, 4.0]) / [2, 3]) / 2
    assert np.allclose(net.module.weight.grad, slopes * [1 / 2, 1])


def agreement():
    """What differs as a run begins is made equal; what is to differ does."""
    nn.seed(RANK)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Dropout(0.5))
    first = COMM.bcast(model.state_dict(), 0)
    net = DistributedDataParallel(model)
    assert all((a == first[name]).all() for name, a in model.state_dict().items())
    for generator in (None, RANK, np.random.default_rng(RANK)):
        x = np.arange(8)
        loader = Shard(
            nn.DataLoader(x, batch_size=4, shuffle=True, generator=generator)
        )
        for _ in range(2):
            parts = COMM.allgather([batch.tolist() for (batch,) in loader])
            whole = [x for batches in zip(*parts) for part in batches for x in part]
            assert sorted(whole) == list(range(8))
    nn.parallel.seed(3)
    masks = COMM.allgather(nn.Dropout(0.5)(np.ones(64)).tolist())
    assert masks[0] != masks[1]
    nn.seed(3)
    assert nn.Dropout(0.5)(np.ones(64)).tolist() == masks[0]
    dropout = nn.Dropout(0.5, generator=0)
    masks = COMM.allgather(DistributedDataParallel(dropout)(np.ones(64)).tolist())
    assert masks[0] != masks[1]
    assert nn.Dropout(0.5, generator=0)(np.ones(64)).tolist() == masks[0]
    for module in (
        nn.Linear(2, 2 + RANK),
        nn.Linear(2, 2).to([np.float32, float][RANK]),
    ):
        with pytest.raises(ValueError, match="weight"):
            DistributedDataParallel(module)
    # A network that is used by one process alone, to look at it, meets no other.
    if RANK == 0:
        with ag.no_grad():
            assert net.eval()(np.ones((5, 3))).shape == (5, 2)


def apart():
    """Loaders that cannot agree are refused in all processes."""
    loader = nn.DataLoader(np.arange(8), batch_size=4, sampler=[RANK, 2, 4, 6])
    with pytest.raises(ValueError, match="other batches"):
        list(Shard(loader))
    model = mlp()
    with pytest.raises(ValueError, match=r"DistributedDataParallel\(model\)"):
        nn.fit(
            model,
            Shard(nn.DataLoader(*data(8), batch_size=4)),
            loss=nn.CrossEntropyLoss(),
            optimizer=nn.optim.SGD(model.parameters()),
            epochs=1,
        )


def resumable():
    """Training with dropout that goes on from its checkpoint, or is killed."""
    path, death = Path(os.environ["CHECKPOINT"]), int(os.environ.get("DEATH", 0))
    nn.parallel.seed(0)
    model = nn.Sequential(mlp(), nn.Dropout(0.3), nn.Dropout(0.2, generator=1))
    net = DistributedDataParallel(model)
    loader = Shard(nn.DataLoader(*data(32), batch_size=8, shuffle=True, generator=2))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    parts = {"model": model, "optimizer": optimizer, "loader": loader}
    epoch = nn.parallel.load(path, **parts)["epoch"] if path.exists() else 0
    while epoch < 3:
        for x, y in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x), y).backward()
            optimizer.step()
            if optimizer.steps == death and RANK == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            if optimizer.steps % 2 == 0:
                nn.parallel.save(path, **parts, epoch=epoch)
        epoch += 1
    nn.parallel.save(path, **parts, epoch=epoch)


def goes_on():
    """``nn.fit`` ends where all judge alike, and goes on from one checkpoint of all."""
    folder = Path(COMM.bcast(tempfile.mkdtemp() if RANK == 0 else None, 0))

    def fit(name, end=0, **settings):
        nn.parallel.seed(0)
        model = nn.Sequential(mlp(), nn.Dropout(0.3), nn.Dropout(0.2, generator=1))
        net = DistributedDataParallel(model)
        loader = nn.DataLoader(*data(32), batch_size=8, shuffle=True, generator=2)
        history = nn.fit(
            net,
            Shard(loader),
            loss=nn.CrossEntropyLoss(),
            optimizer=nn.optim.Adam(model.parameters(), lr=0.05),
            epochs=6,
            patience=2,
            validation=tuple(array[8 * RANK :][:24] for array in data(32)),
            checkpoint=folder / name,
            step_callbacks=[lambda run: run.stop() if run.step == end else None],
            progress=False,
            **settings,
        )
        del history["seconds"]
        return model.state_dict(), history

    state, history = fit("whole")
    assert all(dict(each) == dict(history) for each in COMM.allgather(history))
    for end in (4, 6):  # after an epoch, and within one
        fit(f"ended {end}", end=end)
        again, theirs = fit(f"ended {end}", resume=True)
        assert dict(theirs) == dict(history)
        assert all(np.array_equal(state[name], again[name]) for name in state)
    alone = nn.Sequential(mlp(), nn.Dropout(0.3), nn.Dropout(0.2))
    nn.load(folder / "whole", alone)  # what one process goes on to use
    assert alone.state_dict().keys() == state.keys()
    COMM.Barrier()
    if RANK == 0:
        shutil.rmtree(folder)


def finds():
    """The finder of rates ends at one rate in all, by the loss of all."""
    model = mlp()
    loader = nn.DataLoader(*data(64), batch_size=16, shuffle=True, generator=0)
    found = nn.lr_finder(
        DistributedDataParallel(model),
        Shard(loader),
        loss=nn.CrossEntropyLoss(),
        optimizer=nn.optim.SGD(model.parameters()),
        highest=1e3,
    )
    assert all(np.array_equal(found.losses, x) for x in COMM.allgather(found.losses))
    assert found.rates[-1] < 1e3


def leaves():
    """One process ends, with a good conscience, where the other does not."""
    sys.modules["nn.parallel.processes"].PATIENCE = 0.5
    if RANK == 1:
        sys.exit()
    while True:
        nn.parallel.allreduce(np.ones(3))


def dies():
    """Training in which one process fails."""
    model = DistributedDataParallel(mlp())
    x, y = data(8)
    for step in range(10**9):
        if step == 3 and RANK == 1:
            raise ZeroDivisionError("so it is meant")
        nn.functional.cross_entropy(model(x), y).backward()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        globals()[name]()
        print(f"{name} done")
