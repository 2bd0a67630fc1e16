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
# one is, XOR where exactly one is. (`x: list[int]` and `->` tell what a function takes
# and gives; Python itself does not look at them.)

# %%
import random

from course import planes, show

import nn
from nn.scalar import Neuron, Perceptron

POINTS = [(0, 0), (0, 1), (1, 0), (1, 1)]
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}
SIGNS = {name: [2 * y - 1 for y in answers] for name, answers in GATES.items()}


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
# the other. The picture shows the lines that were found: purple is where 1 is said,
# orange where 0 is; dots should be 1, crosses 0. (`planes`, in `course.py`, draws what
# functions of many points say, here made by `lambda`, which is a function without a
# name; for it 1 and 0 become 1 and -1.)


# %%
def says(gate: Perceptron):
    return lambda points: [2 * gate(x) - 1 for x in points]


show(planes({n: says(g) for n, (g, _) in perceptrons.items()}, POINTS, SIGNS), "rule")

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
def descended(signs: list[int], steps: int = 200) -> tuple[Neuron, float]:
    random.seed(0)
    model = Neuron(2, nonlin=False)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.2)
    for _ in range(steps):
        scores = [model(x) for x in POINTS]
        loss = nn.functional.hinge_loss(scores, signs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, loss.data


neurons = {name: descended(signs) for name, signs in SIGNS.items()}
for name, (_, loss) in neurons.items():
    print(f"{name:3}  loss {loss:.3f} after 200 steps")


def scored(neuron: Neuron):
    return lambda points: [neuron(x).data for x in points]


show(planes({n: scored(m) for n, (m, _) in neurons.items()}, POINTS, SIGNS), "descent")

# %% [markdown]
# The same answers, and the same failure: the line is not found because there is none.
# (XOR's loss of 1 is that of a score of 0 at every point, which says nothing: the
# picture's two sides are above and below it by next to nothing.) It is not the way of
# learning that is too weak, it is the neuron that is too alone.
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
