# %% [markdown]
# # 3. Hidden layers, and what they do
#
# Neurons that look at the inputs, and neurons that look at those: a *multi-layer
# perceptron*, MLP. This lesson trains two of them, first on single numbers, where every
# step can be seen, then on arrays of NumPy (`np`), where it is fast.
#
# `MLP(2, [4, 1])` has two inputs, a hidden layer of four neurons, and one neuron that
# looks at those. The hidden ones put their sums through `relu`, the last one's sum is
# the score. Without a bend between them, two layers could say no more than one:
# weighted sums of weighted sums are weighted sums. `Adam` is gradient descent which
# gives each weight a step of its own size, by how large its slopes have been.

# %%
import random
import time

import numpy as np
from course import planes, show
from sklearn.datasets import make_moons

import autograd as ag
import nn
import viz

POINTS = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
XOR = [-1, 1, 1, -1]

random.seed(3)
model = nn.scalar.MLP(2, [4, 1])
optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
for _ in range(300):
    scores = [model(x) for x in POINTS]
    loss = nn.functional.hinge_loss(scores, XOR)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
for x, y in zip(POINTS, XOR):
    print(f"{x}: score {model(x).data:+.2f}, asked for {y:+d}")
assert all(model(x).data * y > 0 for x, y in zip(POINTS, XOR))

# %% [markdown]
# XOR, which one neuron cannot do, is done by four and one. This is what they compute
# for (1, 0): a loss, and backwards from it the slope of every weight. Step through it;
# a *module* (a neuron, a layer, a network) opens and closes by a click, Fit shows all.

# %%
show(viz.play(nn.functional.hinge_loss([model(POINTS[2])], [1])), "xor")

# %% [markdown]
# ## What each hidden neuron sees
#
# A hidden neuron is a single neuron, and so it draws a straight line: on one side it is
# silent (0, by ReLU), on the other it speaks the louder the farther away. The last one
# adds up what they say. Bends come from sums of straight things. (Two of the four are
# silent at all four points: this network would do with two.) To draw that, the weights
# are copied to a network on arrays, which scores any number of points at once. (`dtype`
# is the kind of number in an array, float64 is Python's own; `ag`, the engine, has
# functions of arrays, such as `ag.relu`.)


# %%
def twin_of(scalars: nn.scalar.MLP, sizes: list[int]) -> nn.MLP:
    """The same weights as arrays."""
    twin = nn.MLP(2, sizes, dtype=np.float64)
    nn.copy_weights(scalars, twin)
    return twin


twin = twin_of(model, [4, 1])
hidden = [lambda x, i=i: ag.relu(twin.layers[0](x)).data[:, i] for i in range(4)]
seen = {f"hidden {i + 1}": neuron for i, neuron in enumerate(hidden)}
seen["output"] = lambda x: twin(x).data  # i=i: or all would look up the last i
show(planes(seen, POINTS, XOR), "xor-seen")

# %% [markdown]
# ## Two moons
#
# Points of two kinds, bent into each other, drawn by the library scikit-learn
# (`sklearn`). A network with two hidden layers of eight neurons learns to part them,
# still number by number; now and then its weights are copied, to be drawn later.

# %%
points, kinds = make_moons(50, noise=0.1, random_state=0)
signs = 2 * kinds - 1
random.seed(1)
scalars, stages, losses = nn.scalar.MLP(2, [8, 8, 1]), {}, []
arrays = twin_of(scalars, [8, 8, 1])  # as it is now, for later
optimizer = nn.optim.Adam(scalars.parameters(), lr=0.03)
began = time.process_time()
for step in range(61):
    if step in (0, 5, 20, 60):
        stages[f"after {step} steps"] = twin_of(scalars, [8, 8, 1])
    loss = nn.functional.hinge_loss([scalars(x) for x in points.tolist()], signs)
    losses.append(loss.data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"on Values: loss {losses[-1]:.4f} in {time.process_time() - began:.2f} s of CPU")
scores = {name: lambda x, m=m: m(x).data for name, m in stages.items()}
show(planes(scores, points, signs), "moons")

# %% [markdown]
# First a line, as one neuron would draw it; then it bends where the loss is. Nobody
# told the hidden neurons what to look for. That is what *learning features* means.
#
# ## The same on arrays
#
# A `Tensor` is an array in the same kind of graph, and a whole layer for all points is
# one product of matrices, which is nothing but all its weighted sums at once. From the
# same weights, with the hinge loss written out, it does the same in less time.

# %%
optimizer = nn.optim.Adam(arrays.parameters(), lr=0.03)
began = time.process_time()
for before in losses:
    loss = ag.relu(1 - signs[:, None] * arrays(points)).mean()  # scores are a column
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    assert abs(loss.data - before) < 1e-6
print(f"on arrays: loss {loss.data:.4f} in {time.process_time() - began:.2f} s of CPU")
right = np.mean(arrays(points).data[:, 0] * signs > 0)
print(f"two moons: {right:.1%} of {len(points)} points right")
assert right > 0.98
