# %% [markdown]
# # 12. Convolution
#
# To the networks so far an image is a row of numbers; that two of them are neighbours
# they have to find out. A *convolution* is told: it looks through a small window,
# slides it over the image, and asks the same question everywhere.
#
# ## By hand
#
# This window is 3 by 3 and has nine weights, its *kernel*: what is bright below, minus
# what is bright above. Where an edge lies level, the sum is far above 0 (purple) or
# below it (orange).

# %%
import numpy as np
from course import FULL, gallery, show
from sklearn.neighbors import KNeighborsClassifier

import autograd as ag
import nn

if FULL:  # clothes, from the folder named by GLASSGRAD_DATA
    (x, y), (unseen, truth) = nn.data.fashion_mnist()
else:
    images, labels = nn.data.mnist_5000()
    order = np.random.default_rng(0).permutation(5000)
    x, y = images[order[:4000]], labels[order[:4000]]
    unseen, truth = images[order[4000:]], labels[order[4000:]]

kernel = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], np.float32)
image = unseen[0]
slid = np.zeros((26, 26), np.float32)
for i in range(26):
    for j in range(26):
        slid[i, j] = np.sum(kernel * image[i : i + 3, j : j + 3])

layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)
layer.load_state_dict({"weight": kernel[None, None]})  # a parameter by its name
apart = np.abs(layer(image[None]).data[0] - slid).max()
print(f"the same by nn.Conv2d, but for {apart:.1e}")

turned = layer(image.T[None]).data[0].T  # bright right minus bright left
names = ["image", "level edges", "upright edges"]
show(gallery([image, slid, turned], names, cmap="PuOr"), "edges")

# %% [markdown]
# ## Learned
#
# Kernels are weights, and learned. Here 8, 5 by 5, make 8 pictures, *feature maps*
# (`padding`, zeros around the image, keeps its size; `Unflatten` tells that one map,
# the image, comes in); of each 2 by 2 pixels the largest is kept (*pooling*); 16 more
# kernels look at all 8 maps together; pooling; a neuron for each class looks at what is
# left. Rivals: an MLP, and nearest neighbours.

# %%
first = nn.Conv2d(1, 8, 5, padding=2, generator=0), nn.ReLU(), nn.MaxPool2d(2)
second = nn.Conv2d(8, 16, 3, padding=1, generator=1), nn.ReLU(), nn.MaxPool2d(2)
last = nn.Flatten(), nn.Linear(16 * 7 * 7, 10, generator=2)
convolutional = nn.Sequential(nn.Unflatten(1, (1, 28)), *first, *second, *last)
mlp = nn.Sequential(nn.Flatten(), nn.MLP(784, [64, 10], generator=0))
networks = {"convolutional": convolutional, "MLP": mlp}
loss, epochs = nn.functional.cross_entropy, 5 if FULL else 3


def accuracy(model: nn.Module, images: np.ndarray) -> float:
    said = nn.evaluate(model, (images, truth), loss, [nn.metrics.accuracy])
    return said["accuracy"]


for name, model in networks.items():
    data = nn.DataLoader(x, y, batch_size=50, shuffle=True, generator=0)
    rate = nn.optim.schedules.cosine(4e-3, steps=epochs * len(data))
    optimizer = nn.optim.Adam(model.parameters(), lr=rate)
    nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=epochs)
    size = sum(p.size for p in model.parameters())
    print(f"{name:18} {size:6,} parameters, {accuracy(model, unseen):.1%} right")
neighbours = KNeighborsClassifier(3).fit(x.reshape(-1, 784), y)
baseline = neighbours.score(unseen.reshape(-1, 784), truth)
print(f"nearest neighbours {x.size:,} numbers kept, {baseline:.1%} right")

# %% [markdown]
# ## What each layer sees
#
# The kernels, what they make of one image, and half of the maps of the second layer.
# (`convolutional[:3]` are its first three modules.)

# %%
with ag.no_grad():
    early = convolutional[:3](image[None]).data
    late = convolutional[:6](image[None]).data
show(gallery({"kernels": convolutional[1].weight.data}, cmap="PuOr"), "kernels")
show(gallery({"their maps": early[0], "later maps": late[0, :8]}), "maps")

# %% [markdown]
# The first maps are the image once more, each with other edges or strokes bright in it:
# where light falls on the kernel's purple and not on its orange. The later ones are
# bright in a few places, where each found its piece of a digit. How far does a neuron
# see? Where its gradient by the image is not 0.

# %%
sight = {}
for depth, name, middle in ((2, "first", 14), (5, "second", 7)):
    pixels = ag.tensor(unseen[:100], requires_grad=True)
    convolutional[:depth](pixels)[:, :, middle, middle].sum().backward()
    matters = (pixels.grad != 0).any(0)
    sight[name] = int(matters.any(0).sum()), int(matters.any(1).sum())
print("pixels that a neuron of each convolution sees:", sight)
assert sight == {"first": (5, 5), "second": (10, 10)}

# %% [markdown]
# ## Shifted
#
# Because the same question is asked everywhere, a shifted image has shifted answers:
# convolution is *equivariant*. The last neurons are not; they know their places. So a
# shift does harm, but less than to the MLP, for which it is another image altogether.

# %%
after = convolutional[:3](np.roll(image, 2, -1)[None]).data
apart = np.abs(after - np.roll(early, 2, -1))[..., 4:-4].max()
print(f"maps of the shifted image, and shifted maps: at most {apart:.0e} apart")
assert apart < 1e-5
for by in range(4):
    right = {n: accuracy(m, np.roll(unseen, by, -1)) for n, m in networks.items()}
    print(f"by {by} pixels: " + ", ".join(f"{n} {a:.1%}" for n, a in right.items()))
    assert right["convolutional"] > right["MLP"]
