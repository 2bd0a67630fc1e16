# %% [markdown]
# # 4. An image is a matrix
#
# To a network an image is numbers: for each pixel how bright it is. A scan of a digit,
# 28 by 28, is a matrix; a network takes its 784 numbers as one long row, a line of the
# image after the other. That is *flattening*, and `reshape` does it.
#
# The digits are 5,000 of MNIST, 70,000 handwritten ones that were scanned, on which
# most people met their first network.

# %%
import numpy as np
from course import FULL, gallery, show
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

import autograd as ag
import nn
import viz

images, labels = nn.data.mnist_5000()  # (5000, 28, 28), between 0 and 1
order = np.random.default_rng(0).permutation(5000)  # shuffled; they come sorted
images, labels = images[order], labels[order]
print("a piece of the first:")
print(images[0, 10:18, 8:20].round(1))
rows = images.reshape(5000, 784)
print(f"line 12, column 8 (from 0): {images[0, 12, 8]:.2f}", end=", ")
print(f"the same as number 28 · 12 + 8 of its row: {rows[0, 28 * 12 + 8]:.2f}")
show(gallery(images[:8], labels[:8]), "digits")  # side by side, from course.py

# %% [markdown]
# ## Brightness is activation
#
# Think of each pixel as a neuron of a first layer, whose output *is* its brightness.
# Each neuron of the next layer weighs all 784 of them: positive weights where it wants
# light, negative ones where it wants dark. There are sixteen of those, sixteen more
# that weigh these, and ten neurons at the end, one for each digit; the one that lights
# up most is the answer (`argmax` finds it, `argmax(1)` in each row).
#
# Its ten sums are *scores*. *Softmax* makes chances of them: e to the power of each,
# divided by the sum of these. The loss is minus the natural logarithm of the chance
# given to the right digit: 0 where the network was sure and right, large where it was
# sure and wrong. It is called *cross-entropy*; `cross_entropy` takes the scores.
#
# The images are given in *batches* of 50, with a step after each: a step costs less so,
# and is nearly as good. The `DataLoader` makes the batches, in an order drawn anew each
# time round (`shuffle`); once round is an *epoch*. `free=True` gives back the memory of
# what was recorded for the backward pass; under `no_grad` nothing is recorded.
# `generator` is the seed of what is drawn, here of weights and order; `FULL` is true
# with `--full`, which takes more time.
#
# 1,000 images are kept aside. Only there can be seen what was learned, and what only
# learned by heart.

# %%
network = nn.MLP(784, [16, 16, 10], generator=0)
untrained = nn.MLP(784, [16, 16, 10], generator=0)  # the same start
optimizer = nn.optim.Adam(network.parameters(), lr=0.003)
train, test = slice(0, 4000), slice(4000, None)
data = rows[train], labels[train]
loader = nn.DataLoader(*data, batch_size=50, shuffle=True, generator=0)
for _ in range(60 if FULL else 20):
    for x, y in loader:
        loss = ag.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward(free=True)
        optimizer.step()


def accuracy(model: nn.Module) -> float:
    with ag.no_grad():
        return float(np.mean(model(rows[test]).data.argmax(1) == labels[test]))


print(f"of digits it has not seen, read right: {accuracy(untrained):.1%} untrained,")
print(f"{accuracy(network):.1%} trained; by chance it would be 10 %")
assert accuracy(network) > 0.85

# %% [markdown]
# Is that good? Beside it stand two learners that were there before: *logistic
# regression*, ten neurons without a hidden layer, and *nearest neighbours*, which
# learns nothing, but looks up the three most similar images of the 4,000. Both are
# scikit-learn's: `fit` learns, `score` is the share read right. (`C` keeps weights
# small, `max_iter` is how many steps it may take.)

# %%
for learner in (LogisticRegression(C=0.1, max_iter=1000), KNeighborsClassifier(3)):
    learner.fit(*data)
    print(f"{learner}: {learner.score(rows[test], labels[test]):.1%}")

# %% [markdown]
# So far the network is no gain: it reads about as many as logistic regression does, and
# fewer than nearest neighbours. Sixteen neurons are few, chosen so that all can be
# drawn; and nearest neighbours keep all 4,000 images, where the network keeps 13,002
# numbers, the weights and biases: 785 · 16 + 17 · 16 + 17 · 10. The next lesson has a
# larger one.
#
# The trained network at work on one image. Bright circles are active neurons (a dashed
# rim: below 0), blue edges positive weights, dashed orange ones negative; the bars at
# the end are its answer.

# %%
show(viz.network(network, rows[test][0]), "network")

# %% [markdown]
# ## What a hidden neuron looks for
#
# The 784 weights of a hidden neuron are a picture, too: where it wants light (purple)
# and where dark (orange). Before training that is noise.

# %%
before, after = (each.layers[0].weight.data for each in (untrained, network))
show(gallery(before[:8], cmap="PuOr"), "before")

# %%
show(gallery(after[:8], cmap="PuOr"), "after")
silent = np.sum((ag.relu(network.layers[0](rows)).data == 0).all(0))
print(f"of 16 neurons {silent} are silent at every image")

# %% [markdown]
# They are not strokes or loops as one would draw them; nothing asks for that. They are
# whatever, added up and bent twice, tells the ten digits apart. A neuron that is silent
# at every image has slope 0 at every image, and so stays as it was: a *dead* ReLU.
#
# The next lesson trains to a good result, and looks at what is read wrong.
