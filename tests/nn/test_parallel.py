"""Several processes, by MPI: what they compute, what they agree on, how they end."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from trainings import same

import autograd as ag
import nn
from autograd.check import check_grads, gradient_property
from autograd.check.strategies import tensors
from nn.parallel import DistributedDataParallel, Shard, SyncBatchNorm

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MPIRUN = shutil.which("mpirun", path=Path(sys.executable).parent) or shutil.which(
    "mpirun"
)


class Done:
    """A request that has been granted."""

    def Test(self):
        return True


class Alone:
    """A communicator of one process, without MPI."""

    rank, size = 0, 1

    def Iallreduce(self, sent, received):
        received[...] = sent.reshape(received.shape)
        return Done()

    Iallgather = Ireduce_scatter_block = Iallreduce

    def Ibcast(self, buffer, root):
        return Done()

    def Ibarrier(self):
        return Done()

    def allreduce(self, number):
        return number

    def allgather(self, x):
        return [x]


ALONE = Alone()


def run(*command, **options):
    return subprocess.run(
        [*map(str, command)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )


def processes(*names, **environment):
    """The programs of those names, in two processes."""
    pytest.importorskip("mpi4py")
    if MPIRUN is None:
        pytest.skip("there is no mpirun")
    program = HERE / "parallel_programs.py"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = (MPIRUN, "-n", 2, sys.executable, "-W", "error", program, *names)
    return run(*command, env=environment)


def test_two_processes_compute_what_one_does_and_agree():
    programs = ("transposes", "training", "fitted", "zeros", "agreement", "apart")
    programs += ("goes_on", "finds", "weighed", "line_searched", "stops")
    done = processes(*programs)
    assert done.returncode == 0, done.stderr
    assert all(done.stdout.count(f"{name} done") == 2 for name in programs)


def test_an_error_in_one_process_ends_the_run_and_is_told():
    done = processes("dies")
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stderr
    assert "process 1 of 2 ends the run" in done.stderr
    assert "done" not in done.stdout


def test_a_process_that_ends_early_is_not_waited_for():
    done = processes("leaves")
    assert done.returncode != 0
    assert "process [1] has ended, and process 0 waits for it" in done.stderr


def test_a_run_whose_process_was_killed_goes_on_to_the_bit(tmp_path):
    paths = [str(tmp_path / name) for name in ("whole", "killed")]
    assert processes("resumable", CHECKPOINT=paths[0]).returncode == 0
    assert processes("resumable", CHECKPOINT=paths[1], DEATH="7").returncode != 0
    with pytest.raises(ValueError, match="of 2 processes, and 1 run"):
        nn.parallel.load(paths[1], comm=ALONE)
    done = processes("resumable", CHECKPOINT=paths[1])
    assert done.returncode == 0, done.stderr
    assert same(nn.load(paths[0]), nn.load(paths[1]))


@pytest.mark.parametrize(
    "function",
    [
        nn.parallel.allreduce,
        nn.parallel.allgather,
        nn.parallel.broadcast,
        nn.parallel.mean,
        lambda x, comm: nn.parallel.reduce_scatter(x[np.newaxis], comm),
    ],
)
def test_both_modes_pass_through_collectives(function):
    def along(x):
        return function(ag.sin(x), comm=ALONE)

    gradient_property(along, tensors((2, 3)), max_examples=3, order=2)()


def test_both_modes_pass_through_a_batch_norm_of_all_processes():
    norm = SyncBatchNorm(2, dtype=np.float64)
    norm.comm = ALONE
    check_grads(norm, np.random.default_rng(0).normal(size=(3, 2)))


@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 6), (2, 3, 4, 4), (2, 3, 2, 2, 2)])
@pytest.mark.parametrize("settings", [{}, {"momentum": None}, {"affine": False}])
@pytest.mark.parametrize("given", [ag.tensor, np.asarray])
def test_a_batch_norm_of_one_process_is_a_batch_norm(shape, settings, given):
    x = np.random.default_rng(0).normal(3.0, 2.0, size=shape)
    one = [nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d][
        len(shape) - 2
    ](3, dtype=np.float64, **settings)
    other = DistributedDataParallel(nn.Sequential(one), ALONE).module[0]
    assert type(other) is SyncBatchNorm
    expected = type(other).__mro__[1](3, dtype=np.float64, **settings)
    for _ in range(3):
        found = ag.asarray(other(given(x)))
        assert np.allclose(found.data, expected(ag.tensor(x)).data)
        x = x * 1.5 - 1
    states = [norm.state_dict() for norm in (other, expected)]
    assert all(np.allclose(states[0][name], states[1][name]) for name in states[0])
    assert np.allclose(
        other.eval()(ag.tensor(x)).data, expected.eval()(ag.tensor(x)).data
    )


def test_all_kinds_of_parameters_get_their_gradients_through_one_array():
    class Odd(nn.Module):
        def __init__(self):
            self.a = nn.Parameter(np.ones((2, 3), np.float32))
            self.wide = nn.Parameter(np.ones(3))
            self.also = [self.a]
            self.frozen = nn.Parameter(np.ones(3), requires_grad=False)
            self.number = nn.Parameter(2.0)
            self.unused = nn.Parameter(np.ones(2))

        def forward(self, x):
            return self.number * (
                x @ self.a + self.also[0][0] + self.wide * self.frozen
            )

    one, other = Odd(), Odd()
    x = np.arange(4.0).reshape(2, 2)
    (one(x) ** 2).sum().backward()
    net = DistributedDataParallel(other, ALONE)
    (net(x) ** 2).sum().backward()
    for (name, p), (_, q) in zip(one.named_parameters(), other.named_parameters()):
        if name == "unused":
            assert p.grad is None
            assert (q.grad == 0).all()
        elif name == "frozen":
            assert q.grad is None
        else:
            assert np.allclose(p.grad, q.grad)
            assert p.grad.dtype == q.grad.dtype
    assert other.also[0] is other.a  # after the call all is what it was
    assert next(name for name, _ in net.named_parameters()) == "module.a"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: DistributedDataParallel(np.tanh, ALONE), "takes a Module; got ufunc"),
        (lambda: DistributedDataParallel(nn.scalar.MLP(2, [1]), ALONE), "Values"),
        (lambda: nn.parallel.reduce_scatter(np.ones((2, 3)), ALONE), "each of 1 processes"),
        (lambda: SyncBatchNorm(2)(ag.ones((1, 2))), "more than one element"),
    ],
)  # fmt: skip
def test_what_processes_cannot_do_is_told(call, told):
    with pytest.raises((TypeError, ValueError), match=told):
        call()


def test_a_batch_that_cannot_be_parted_evenly_is_refused_unless_that_is_meant():
    class Three(Alone):
        rank, size = 2, 3

        def bcast(self, x, root):
            return x

    loader = nn.DataLoader(np.arange(10), batch_size=5)
    with pytest.raises(ValueError, match=r"batch of 5 .* 3 processes"):
        list(Shard(loader, Three()))
    parts = [batch.tolist() for (batch,) in Shard(loader, Three(), uneven=True)]
    assert parts == [[3, 4], [8, 9]]
    with pytest.raises(ValueError, match="batch of 1 "):
        list(Shard(nn.DataLoader(np.arange(4), batch_size=3), Three(), uneven=True))


def test_without_mpi4py_nn_is_whole_and_asking_for_the_world_names_the_extra():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "sys.modules['mpi4py'] = None\nimport nn\nnn.parallel.world()"
    )
    done = run(sys.executable, "-W", "error", "-c", code)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: nn.parallel needs mpi4py")
    assert 'pip install "glassgrad[mpi]"' in last
