# %% [markdown]
# # 4. An image is a matrix
#
# To a network an image is numbers: for each pixel how bright it is. A scan of a digit,
# 8 by 8, is a matrix of 64 numbers; a network takes them as one long row.

# %%
import numpy as np
from course import FULL, show
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

import autograd as ag
import nn
import viz

images, labels = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)  # (1797, 64), between 0 and 1
print(images[0].reshape(8, 8).round(1))


def gallery(pictures: np.ndarray, titles: list[str], cmap: str) -> Figure:
    figure = Figure(figsize=(1.3 * len(pictures), 1.7), layout="constrained")
    top = np.abs(pictures).max()
    low = 0 if pictures.min() >= 0 else -top
    for axes, picture, title in zip(
        figure.subplots(1, len(pictures)), pictures, titles
    ):
        axes.imshow(picture.reshape(8, 8), cmap=cmap, vmin=low, vmax=top)
        axes.set(title=title, xticks=[], yticks=[])
    return figure


show(gallery(images[:8], [str(label) for label in labels[:8]], "gray"), "digits")

# %% [markdown]
# ## Brightness is activation
#
# Think of each pixel as a neuron of a first layer, whose output *is* its brightness.
# Each neuron of the next layer weighs all 64 of them: positive weights where it wants
# light, negative ones where it wants dark. Ten neurons at the end, one for each digit;
# the one that lights up most is the answer.
#
# Its ten sums are *scores*. *Softmax* makes chances of them: e to the power of each,
# divided by the sum of these. The loss is minus the logarithm of the chance given to
# the right digit: 0 where the network was sure and right, large where it was sure and
# wrong. It is called *cross-entropy*, and takes the scores.
#
# The images are given in *batches* of 50, with a step after each: a step costs less so,
# and is nearly as good. The `DataLoader` makes the batches, in an order drawn anew each
# time round; once round is an *epoch*. `free=True` gives back the memory of what was
# recorded for the backward pass; under `no_grad` nothing is recorded.
#
# 397 images are kept aside. Only there can be seen what was learned, and what only
# learned by heart.

# %%
network = nn.MLP(64, [16, 16, 10], generator=0)
untrained = nn.MLP(64, [16, 16, 10], generator=0)
optimizer = nn.optim.Adam(network.parameters(), lr=0.01)
train, test = slice(0, 1400), slice(1400, None)
loader = nn.DataLoader(
    images[train], labels[train], batch_size=50, shuffle=True, generator=0
)
for _ in range(60 if FULL else 20):
    for x, y in loader:
        loss = ag.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward(free=True)
        optimizer.step()


def accuracy(model: nn.Module) -> float:
    with ag.no_grad():
        return float(np.mean(model(images[test]).data.argmax(1) == labels[test]))


print(f"of digits it has not seen, read right: {accuracy(untrained):.1%} untrained,")
print(f"{accuracy(network):.1%} trained; by chance it would be 10 %")
assert accuracy(network) > 0.85

# %% [markdown]
# The trained network at work on one image. Bright circles are active neurons (a dashed
# rim: below 0), blue edges positive weights, dashed orange ones negative; the bars at
# the end are its answer.

# %%
show(viz.network(network, images[test][0]), "network")

# %% [markdown]
# ## What a hidden neuron looks for
#
# The 64 weights of a hidden neuron are a picture, too: where it wants light (purple)
# and where dark (orange). Before training that is noise.

# %%
before, after = (each.layers[0].weight.data for each in (untrained, network))
show(gallery(before[:8], [""] * 8, "PuOr"), "before")

# %%
show(gallery(after[:8], [""] * 8, "PuOr"), "after")

# %% [markdown]
# They are not strokes or loops as one would draw them; nothing asks for that. They are
# whatever, added up and bent twice, tells the ten digits apart. The next lesson trains
# to a good result, and looks at what is read wrong.
