# %% [markdown]
# # 2. The perceptron, and why it needs company
#
# The oldest neuron that learns (Rosenblatt, 1958) says 1 or 0: whether `x1 · w1 + x2 ·
# w2 + b` is above zero. With two inputs that is a straight line through the plane: 1 on
# one side, 0 on the other.
#
# Its rule of learning needs no derivatives. If it is right, nothing happens. If it says
# 0 where 1 is right, the inputs are added to the weights, and 1 to the bias; if it says
# 1 where 0 is right, they are subtracted. It begins with weights drawn at random
# (`seed` makes them the same in every run) and goes round its examples until all are
# right.
#
# The examples are three *gates*: AND is 1 where both inputs are 1, OR where at least
# one is, XOR where exactly one is.

# %%
import random

import numpy as np
from course import show
from matplotlib.figure import Figure

import nn
from nn.scalar import Neuron, Perceptron

POINTS = [(0, 0), (0, 1), (1, 0), (1, 1)]
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}


def taught(answers: list[int], rounds: int = 100) -> tuple[Perceptron, int]:
    """A perceptron and the rounds it took; all of them, if it never got there."""
    random.seed(7)
    gate = Perceptron(2)
    for i in range(rounds):
        errors = [gate.learn(x, y) for x, y in zip(POINTS, answers)]  # was it wrong?
        if not any(errors):
            return gate, i
    return gate, rounds


perceptrons = {name: taught(answers) for name, answers in GATES.items()}
for name, (gate, rounds) in perceptrons.items():
    right = sum(gate(x) == y for x, y in zip(POINTS, GATES[name]))
    print(f"{name:3}  {right} of 4 right after {rounds} rounds")

# %% [markdown]
# AND and OR take a few rounds. XOR is not learned in a hundred, and would not be in a
# million: no straight line has (0, 1) and (1, 0) on one side, and (0, 0) and (1, 1) on
# the other. (What only draws, as the next function does, may be passed over.)


# %%
def boundaries(score_of: dict) -> Figure:
    """What each gate says everywhere in the plane; filled dots are to be 1."""
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    grid = np.linspace(-0.5, 1.5, 81)
    for axes, (name, score) in zip(figure.subplots(1, 3), score_of.items()):
        says = [[score((a, b)) > 0 for a in grid] for b in grid]
        axes.contourf(grid, grid, says, [-0.5, 0.5, 1.5], colors=["#F6E3D3", "#D5E5F4"])
        for (a, b), y in zip(POINTS, GATES[name]):
            axes.plot(a, b, "o", ms=11, mec="#1F2933", mfc="#1B5E9E" if y else "white")
        axes.set(title=name, xticks=[0, 1], yticks=[0, 1], aspect="equal")
    return figure


show(boundaries({name: gate for name, (gate, _) in perceptrons.items()}), "rule")

# %% [markdown]
# ## By gradient descent
#
# A step from 0 to 1 has a slope of 0 everywhere but where it jumps: there is nothing to
# descend. So the neurons of today have curves with a slope, and so has the measure of
# how wrong they are. Here the sum itself is the *score*, and the loss asks for a score
# of at least 1 where the answer is 1, and of at most -1 where it is 0: it is `relu(1 -
# score)`, or `relu(1 + score)`, on average over the examples. `relu(x)` is x where that
# is above 0, else 0; the loss is called the *hinge loss*, and wants the answers as 1
# and -1.


# %%
def descended(answers: list[int], steps: int = 200) -> tuple[Neuron, float]:
    random.seed(0)
    model = Neuron(2, nonlin=False)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.2)
    for _ in range(steps):
        scores = [model(x) for x in POINTS]
        loss = nn.functional.hinge_loss(scores, [2 * y - 1 for y in answers])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, loss.data


neurons = {name: descended(answers) for name, answers in GATES.items()}
for name, (_, loss) in neurons.items():
    print(f"{name:3}  loss {loss:.3f} after 200 steps")
show(
    boundaries({n: lambda x, m=m: m(x).data for n, (m, _) in neurons.items()}),
    "descent",
)  # m=m: the neuron of this name, not the last one

# %% [markdown]
# The same answers, and the same failure: the line is not found because there is none.
# (XOR's loss of 1 is that of a score of 0 at every point, which says nothing.)
# It is not the way of learning that is too weak, it is the neuron that is too alone.
#
# ## Company
#
# XOR *is* "OR, but not AND". Both are known; a third neuron puts them together.

# %%
either, both = perceptrons["OR"][0], perceptrons["AND"][0]
for x, y in zip(POINTS, GATES["XOR"]):
    answer = float(either(x) - 2 * both(x) > 0)
    print(f"{x}: OR {either(x):.0f}, AND {both(x):.0f}, OR but not AND {answer:.0f}")
    assert answer == y

# %% [markdown]
# Two neurons that look at the inputs, one that looks at these two: a network with a
# *hidden layer*. This one was put together by hand. The next lesson lets it find by
# itself what its hidden neurons should be.
