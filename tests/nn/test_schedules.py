"""Schedules: functions of the step that any setting takes."""

import pickle

import numpy as np
import pytest

import nn
from autograd import Value
from nn import optim
from nn.optim import SGD, Adagrad, Adam, lr_scheduler, schedules

ALL = [
    schedules.constant(0.1),
    schedules.step(0.1, 3),
    schedules.multistep(0.1, [2, 4]),
    schedules.exponential(0.1, 0.9),
    schedules.linear(0.0, 0.1, 5),
    schedules.polynomial(0.1, 20, 2.0),
    schedules.cosine(0.1, 20),
    schedules.restarts(0.1, 3, mult=2),
    schedules.one_cycle(0.1, 20),
    schedules.cyclic(0.0, 0.1, 3),
    schedules.sequential(
        [schedules.linear(0.0, 0.1, 3), schedules.cosine(0.1, 9)], [3]
    ),
    schedules.chained(0.1, schedules.exponential(1.0, 0.9), schedules.step(1.0, 3)),
    schedules.plateau(0.1),
]


def by_name(schedule):
    return type(schedule).__name__


def test_all_of_them_are_tried_here():
    assert sorted(map(by_name, ALL)) == sorted(schedules.__all__)


@pytest.mark.parametrize("schedule", ALL, ids=by_name)
def test_a_schedule_is_asked_before_each_step(schedule):
    x = Value(0.0)
    optimizer = SGD([x], lr=schedule)
    expected = 0.0
    for step in range(10):
        x.grad = 1.0
        optimizer.step()
        expected -= schedule(step)
        assert x.data == pytest.approx(expected, rel=1e-12)
    assert optimizer.lr is schedule


@pytest.mark.parametrize("schedule", ALL, ids=by_name)
def test_a_schedule_can_be_pickled(schedule):
    twin = pickle.loads(pickle.dumps(schedule))
    assert [twin(step) for step in range(10)] == [schedule(step) for step in range(10)]


def test_any_setting_takes_any_function():
    x, y = Value(1.0), Value(1.0)
    one = Adam([x], lr=lambda step: 0.1 / (1 + step), eps=lambda step: 1e-3)
    other = Adam([y], eps=1e-3)
    one.betas = lambda step: (0.9 - 0.1 * step, 0.999)
    for step in range(5):
        other.lr, other.betas = 0.1 / (1 + step), (0.9 - 0.1 * step, 0.999)
        for p, optimizer in ((x, one), (y, other)):
            optimizer.zero_grad()
            (p * p).backward()
            optimizer.step()
    assert x.data == y.data


def test_each_group_may_have_its_own():
    x, y = Value(1.0), Value(1.0)
    groups = [{"params": [x]}, {"params": [y], "lr": schedules.step(0.5, 1, gamma=0.5)}]
    optimizer = SGD(groups, lr=0.125)
    for _ in range(2):
        x.grad = y.grad = 1.0
        optimizer.step()
    assert (x.data, y.data) == (0.75, 0.25)


def test_a_number_in_place_of_a_schedule_takes_effect():
    x = Value(1.0)
    optimizer = SGD([x], lr=schedules.cosine(0.5, 10))
    optimizer.lr = 0.25
    x.grad = 1.0
    optimizer.step()
    assert x.data == 0.75


def test_a_schedule_in_numpy_leaves_float32_alone():
    p = nn.Parameter([1.0])
    optimizer = SGD([p], lr=lambda step: 0.5 * np.cos(step), momentum=0.5)
    for _ in range(2):
        p.grad = np.ones(1, np.float32)
        optimizer.step()
    assert p.data.dtype == np.float32


@pytest.mark.parametrize("shape", ["cos", "linear"])
@pytest.mark.parametrize("three", [False, True])
def test_one_cycle_whose_rise_is_a_single_step_begins_at_the_top(shape, three):
    rate = schedules.one_cycle(8.0, 10, up=0.1, three_phases=three, shape=shape)
    rates = [rate(step) for step in range(10)]
    assert rates[0] == 8.0
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(8.0 / 25 / 1e4)


@pytest.mark.parametrize(("steps", "up"), [(49, 1 / 49), (10, 0.05), (10, 0.0)])
def test_one_cycle_whose_rise_is_a_step_or_less_begins_at_the_top(steps, up):
    rate = schedules.one_cycle(8.0, steps, up=up, three_phases=True)
    assert rate(0) == 8.0


@pytest.mark.parametrize("up", [-0.1, 1.5])
def test_the_part_of_one_cycle_that_goes_up_is_a_part(up):
    with pytest.raises(ValueError, match=f"from 0 to 1; got {up}"):
        schedules.one_cycle(8.0, 10, up=up)


def test_one_cycle_of_three_phases_that_would_not_come_down_is_refused():
    assert schedules.one_cycle(8.0, 10, up=0.55, three_phases=True)(9) < 1
    with pytest.raises(ValueError, match=r"so up is at most half; got 0\.6"):
        schedules.one_cycle(8.0, 10, up=0.6, three_phases=True)
    with pytest.raises(ValueError, match="down must be at least 1; got 0"):
        schedules.cyclic(0.0, 8.0, up=2, down=0)


@pytest.mark.parametrize(
    "make",
    [
        lambda o, last: lr_scheduler.StepLR(o, 2, 0.5, last),
        lambda o, last: lr_scheduler.CosineAnnealingLR(o, 9, 0.1, last),
        lambda o, last: lr_scheduler.LambdaLR(o, lambda step: 1 / (1 + step), last),
        lambda o, last: lr_scheduler.MultiplicativeLR(o, lambda step: 0.9, last),
        lambda o, last: lr_scheduler.CyclicLR(
            o, 0.1, 1.0, 3, cycle_momentum=False, last_epoch=last
        ),
    ],
)
def test_a_scheduler_goes_on_after_the_last_epoch_that_it_is_told(make):
    whole = SGD([Value(1.0)], lr=8.0)
    scheduler = make(whole, -1)
    for _ in range(4):
        scheduler.step()
    again = SGD([Value(1.0)], lr=whole.lr)
    with pytest.raises(
        ValueError, match="last_epoch=4 goes on from there, which needs"
    ):
        make(again, 4)
    again.param_groups[0]["initial_lr"] = 8.0
    resumed = make(again, 4)
    for _ in range(5):
        scheduler.step()
        assert scheduler.last_epoch == resumed.last_epoch
        assert again.lr == whole.lr
        resumed.step()


@pytest.mark.parametrize("last", [None, True, 2.5, -3, "4"])
def test_the_last_epoch_is_a_number_of_steps(last):
    with pytest.raises(
        ValueError, match=r"is a number of steps, or -1 where a .*; got "
    ):
        lr_scheduler.StepLR(SGD([Value(1.0)], lr=8.0), 2, last_epoch=last)


@pytest.mark.parametrize("wrong", [{"last_epoch": "4"}, {"base_lrs": ["8"]}])
def test_a_state_of_a_scheduler_is_of_numbers(wrong):
    scheduler = lr_scheduler.StepLR(SGD([Value(1.0)], lr=8.0), 2)
    scheduler.step()
    state = scheduler.state_dict()
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} .*number"):
        scheduler.load_state_dict({**state, **wrong})
    assert scheduler.state_dict() == state


def failing(step):
    return 0.5 if step < 2 else 1 / 0


@pytest.mark.parametrize(
    ("optimizer", "make"),
    [
        (Adagrad, lambda o: lr_scheduler.OneCycleLR(o, 1.0, 10)),
        (Adagrad, lambda o: lr_scheduler.CyclicLR(o, 0.1, 1.0)),
        (SGD, lambda o: lr_scheduler.StepLR(o, 0)),
        (SGD, lambda o: lr_scheduler.LambdaLR(o, lambda step: 1 / step)),
    ],
)
def test_a_scheduler_that_cannot_be_made_leaves_the_optimizer_as_it_is(optimizer, make):
    optimizer = optimizer([Value(1.0)], lr=8.0)
    before = [dict(group) for group in optimizer.param_groups]
    with pytest.raises((ValueError, ZeroDivisionError)):
        make(optimizer)
    assert [dict(group) for group in optimizer.param_groups] == before


@pytest.mark.parametrize(
    "make",
    [
        lambda o: lr_scheduler.OneCycleLR(o, 1.0, 1),
        lambda o: lr_scheduler.LambdaLR(o, [lambda step: 0.5, failing]),
        lambda o: lr_scheduler.MultiplicativeLR(o, [lambda step: 0.5, failing]),
        lambda o: lr_scheduler.ChainedScheduler(
            [lr_scheduler.ExponentialLR(o, 0.5), lr_scheduler.OneCycleLR(o, 1.0, 1)]
        ),
    ],
)
def test_a_step_that_fails_changes_no_group_and_no_count(make):
    groups = [{"params": [Value(1.0)]}, {"params": [Value(2.0)]}]
    optimizer = SGD(groups, lr=8.0, momentum=0.9)
    scheduler = make(optimizer)
    scheduler.step()
    before = [dict(group) for group in optimizer.param_groups]
    state = scheduler.state_dict()
    with pytest.raises((ValueError, ZeroDivisionError)):
        scheduler.step()
    assert [dict(group) for group in optimizer.param_groups] == before
    assert scheduler.state_dict() == state


def test_what_others_changed_falls_to_the_lowest_rate_in_proportion():
    optimizer = SGD([Value(1.0)], lr=0.5)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=10, eta_min=0.001)
    halving = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    both = lr_scheduler.ChainedScheduler([cosine, halving])
    rates = []
    for _ in range(3):
        both.step()
        rates.append(optimizer.lr)
    # PyTorch 2.13.0
    assert rates == pytest.approx(
        [0.24389430040782042, 0.11310563535825555, 0.04969790004024211], rel=1e-12
    )


def test_a_schedule_at_its_end_leaves_the_rate_to_others():
    optimizer = SGD([Value(1.0)], lr=0.5)
    scheduler = lr_scheduler.LinearLR(optimizer, end_factor=0.0, total_iters=1)
    scheduler.step()
    assert optimizer.lr == 0
    optimizer.lr = 0.25
    scheduler.step()
    assert optimizer.lr == 0.25


def test_a_schedule_that_fails_changes_nothing():
    x, y = Value(1.0), Value(1.0)
    groups = [{"params": [x]}, {"params": [y], "lr": schedules.one_cycle(0.5, 2)}]
    optimizer = SGD(groups, lr=0.125)
    for _ in range(2):
        x.grad = y.grad = 1.0
        optimizer.step()
    before = x.data, y.data
    with pytest.raises(ValueError, match=r"one_cycle has 2 steps; step 2"):
        optimizer.step()
    assert (x.data, y.data) == before


@pytest.mark.parametrize("losses", [[float("nan")] * 3, [3.0, float("nan"), 3.0]])
def test_a_plateau_takes_a_loss_that_is_no_number_for_a_bad_one(losses):
    rate = schedules.plateau(1.0, factor=0.5, patience=1)
    for loss in losses:
        rate.observe(loss)
    assert rate(0) == 0.5


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: schedules.plateau(0.1, mode="least"), "mode must be 'min' or 'max'"),
        (lambda: schedules.plateau(0.1, factor=1.0), "factor must be below 1"),
        (lambda: schedules.cyclic(0.0, 1.0, mode="round"), "mode must be 'triangular'"),
        (lambda: schedules.one_cycle(1.0, 9, shape="round"), "shape must be 'cos'"),
        (
            lambda: schedules.sequential([schedules.step(1.0, 2)], [3]),
            "1 schedules have 0 milestones",
        ),
        (lambda: schedules.step(0.1, 0), "size must be at least 1; got 0"),
        (lambda: schedules.cosine(0.1, 0), "steps must be at least 1; got 0"),
        (lambda: schedules.linear(0.1, 1.0, -1), "steps must be at least 1; got -1"),
        (lambda: schedules.restarts(0.1, 3, mult=0), "mult must be at least 1; got 0"),
        (lambda: schedules.sequential([len, len, len], [5, 2]), "milestones must rise"),
    ],
)
def test_schedules_that_make_no_sense_are_refused(make, error):
    with pytest.raises(ValueError, match=error):
        make()


# PyTorch's classes -----------------------------------------------------------------------


MAKERS = {
    "lambda": lambda o: lr_scheduler.LambdaLR(o, lambda step: 0.9**step),
    "product": lambda o: lr_scheduler.MultiplicativeLR(o, lambda step: 1 / step),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=7),
    "restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=4),
    "one cycle": lambda o: lr_scheduler.OneCycleLR(o, 0.3, 9, cycle_momentum=False),
    "one after another": lambda o: lr_scheduler.SequentialLR(
        o,
        [lr_scheduler.LinearLR(o), lr_scheduler.ExponentialLR(o, 0.9)],
        milestones=[4],
    ),
    "chained": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.LinearLR(o), lr_scheduler.ExponentialLR(o, 0.9)]
    ),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_scheduler_goes_on_from_its_state(make):
    """Also if the new optimizer was made with another rate."""

    def made(lr):
        optimizer = SGD([Value(0.0)], lr=lr)
        return optimizer, make(optimizer)

    one, scheduler = made(0.5)
    for _ in range(3):
        scheduler.step()
    other, others = made(0.01)
    other.load_state_dict(one.state_dict())
    others.load_state_dict(scheduler.state_dict())
    for _ in range(3):
        scheduler.step()
        others.step()
        assert one.lr == other.lr
        assert scheduler.get_last_lr() == [one.lr]


def test_a_state_of_another_kind_of_scheduler_is_refused():
    def made(name):
        return MAKERS[name](SGD([Value(0.0)], lr=0.5))

    for one, other in [
        ("restarts", "cosine"),
        ("cosine", "restarts"),
        ("one after another", "restarts"),
        ("chained", "restarts"),
        ("restarts", "chained"),
    ]:
        scheduler, state = made(one), made(other).state_dict()
        before = scheduler.state_dict()
        with pytest.raises(ValueError, match="the state"):
            scheduler.load_state_dict(state)
        assert scheduler.state_dict() == before
    optimizer = SGD([Value(0.0)], lr=0.5)
    rows = [lr_scheduler.LinearLR(optimizer), lr_scheduler.StepLR(optimizer, 2)]
    forward, back = (
        lr_scheduler.SequentialLR(optimizer, row, [4]) for row in (rows, rows[::-1])
    )
    with pytest.raises(ValueError, match="is a SequentialLR of LinearLR, StepLR; the"):
        forward.load_state_dict(back.state_dict())
    both = lr_scheduler.ChainedScheduler(rows)
    before, others = both.state_dict(), [rows[0].state_dict(), {}]
    others[0]["last_epoch"] = 7
    with pytest.raises(ValueError, match="the state of a StepLR has kind"):
        both.load_state_dict({"schedulers": others})
    assert both.state_dict() == before


def test_a_plateau_does_not_go_on_from_one_that_waited_for_the_opposite():
    falling, rising = (schedules.plateau(0.1, mode=mode) for mode in ("min", "max"))
    rising.observe(3.0)
    before = falling.state_dict()
    with pytest.raises(ValueError, match="has mode='min'; the state is of one with"):
        falling.load_state_dict(rising.state_dict())
    assert falling.state_dict() == before
    one, other = (
        lr_scheduler.ReduceLROnPlateau(SGD([Value(0.0)], lr=0.5), mode)
        for mode in ("min", "max")
    )
    with pytest.raises(ValueError, match="has mode='min'"):
        one.load_state_dict(other.state_dict())
    groups = [{"params": [Value(0.0)]}, {"params": [Value(1.0)]}]
    two = lr_scheduler.ReduceLROnPlateau(SGD(groups, lr=0.5))
    two.step(1.0)
    before = two.state_dict()
    states = [before["plateaus"][0] | {"best": 0.5}, {}]
    with pytest.raises(ValueError, match="the state of a plateau has"):
        two.load_state_dict({"plateaus": states})
    assert two.state_dict() == before


def test_a_cycle_is_told_to_step_after_its_last_step_too():
    optimizer = SGD([Value(0.0)], lr=0.5, momentum=0.9)
    scheduler = lr_scheduler.OneCycleLR(optimizer, 0.3, total_steps=9)
    for _ in range(8):
        scheduler.step()
    last = optimizer.lr, optimizer.momentum
    scheduler.step()
    assert (optimizer.lr, optimizer.momentum) == last
    with pytest.raises(ValueError, match="has 9 steps; step 10"):
        scheduler.step()


def test_a_rate_that_was_changed_by_hand_stays_changed_in_proportion():
    optimizer = SGD([Value(0.0)], lr=8.0)
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.5)
    scheduler.step()
    optimizer.param_groups[0]["lr"] *= 0.5
    scheduler.step()
    assert optimizer.lr == 1.0


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda o: lr_scheduler.StepLR(Value(1.0), 3), "needs an optimizer; got Value"),
        (lambda o: lr_scheduler.LambdaLR(o, [len, len]), "expected 1 lr_lambda"),
        (lambda o: lr_scheduler.OneCycleLR(o, 0.1), "give total_steps, or epochs and"),
        (
            lambda o: lr_scheduler.StepLR(SGD([Value(1.0)], lr=lambda t: 0.1), 3),
            "lr is a schedule already",
        ),
        (
            lambda o: lr_scheduler.SequentialLR(
                SGD([Value(1.0)]), [lr_scheduler.StepLR(o, 3)], []
            ),
            "of one optimizer",
        ),
        (
            lambda o: lr_scheduler.CyclicLR(optim.Adagrad([Value(1.0)]), 0.1, 0.2),
            "no momentum and no betas to cycle",
        ),
    ],
)
def test_schedulers_that_cannot_work_are_refused(make, error):
    optimizer = SGD([Value(1.0)], lr=0.1)
    before = dict(optimizer.param_groups[0])
    with pytest.raises((TypeError, ValueError), match=error):
        make(optimizer)
    assert {**optimizer.param_groups[0], "initial_lr": 0} == {**before, "initial_lr": 0}
