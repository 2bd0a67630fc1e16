# %% [markdown]
# # 18. Where is it, and what?
#
# *Segmentation* asks of each pixel whether it belongs to the thing; *detection* for the
# box around the thing, and what it is. The images are drawn here, so the truth is
# known: a circle, a square or a triangle, with noise, in a light that falls off to one
# side.

# %%
import numpy as np
from course import FULL, panels, shapes, show
from scipy import ndimage
from skimage.filters import threshold_otsu
from sklearn.linear_model import LogisticRegression

import autograd as ag
import nn

SIDE, KINDS = 24, ("circle", "square", "triangle")
rng = np.random.default_rng(0)
scenes = shapes(1900, SIDE, rng)
training = [part[:1600] for part in scenes]
images, masks, _, kinds = (part[1600:] for part in scenes)

# %% [markdown]
# ## The network
#
# Three convolutions each halve the image, so that the last sees much of it at once, and
# knows *what* is there; three transposed ones, which spread each number over a window,
# double it again. *Where* exactly an edge is was lost on the way; so each step up is
# also given what the step down of that size saw: a U-net (Ronneberger and others,
# 2015). A smaller network, the head, looks at its mask and says the box and the kind.


# %%
def block(convolution, n_in: int, n_out: int) -> nn.Module:
    layer = convolution(n_in, n_out, 4, stride=2, padding=1, generator=rng)
    return nn.Sequential(layer, nn.BatchNorm2d(n_out), nn.ReLU())


class Finder(nn.Module):
    def __init__(self) -> None:
        self.downs = [block(nn.Conv2d, *n) for n in ((1, 8), (8, 16), (16, 32))]
        self.ups = [block(nn.ConvTranspose2d, *n) for n in ((32, 16), (32, 8))]
        self.last = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1, generator=rng)
        looks = block(nn.Conv2d, 1, 8), block(nn.Conv2d, 8, 16), nn.Flatten()
        hidden = nn.Linear(16 * 6 * 6, 64, generator=rng), nn.BatchNorm1d(64), nn.ReLU()
        self.head = nn.Sequential(*looks, *hidden, nn.Linear(64, 4 + 3, generator=rng))

    def forward(self, x):
        fine, middle, coarse = (x := down(x) for down in self.downs)
        x = ag.concatenate([self.ups[0](coarse), middle], 1)
        mask = self.last(ag.concatenate([self.ups[1](x), fine], 1))
        answers = self.head(ag.sigmoid(mask))
        return mask, answers[:, :4], answers[:, 4:]


def loss(outputs, mask, box, kind):
    of_pixels = nn.functional.binary_cross_entropy_with_logits(outputs[0], mask)
    of_box = nn.functional.smooth_l1_loss(outputs[1], box, beta=0.1)  # x² where small
    of_kind = nn.functional.cross_entropy(outputs[2], kind)
    return 2 * of_pixels + 10 * of_box + 2 * of_kind


model, epochs = Finder(), 30 if FULL else 4
data = nn.DataLoader(*training, batch_size=25, shuffle=True, generator=0)
rate = nn.optim.schedules.cosine(1e-2, steps=len(data) * epochs)
optimizer = nn.optim.Adam(model.parameters(), lr=rate)
nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=epochs)
with ag.no_grad():
    found, framed, said = (part.data for part in model.eval()(images))
found, said = found > 0, said.argmax(1)

# %% [markdown]
# ## How well, and what else would do?
#
# *Intersection over union*: the area two masks share, as a part of what either covers.
# The classical way to a mask is the largest piece above a threshold (Otsu, 1979), but
# the light misleads it. Who knows that it is a slope takes a fitted plane away first,
# and does better without learning; the network had only examples. The picture shows six
# images as they come, then the six worst: blue is the mask found, dotted the true one,
# orange the head's box; above stands what it said, in brackets what is.


# %%
def pieces(images: np.ndarray) -> np.ndarray:
    """Of each image the largest piece that is brighter than a threshold."""
    bright = [ndimage.label(image > threshold_otsu(image))[0] for image in images]
    return np.stack([n == 1 + np.bincount(n.ravel())[1:].argmax() for n in bright])


def around(mask: np.ndarray) -> np.ndarray:
    return mask.any(-1, keepdims=True) & mask.any(-2, keepdims=True)


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a & b).sum((1, 2, 3)) / (a | b).sum((1, 2, 3))


down, right = np.mgrid[:SIDE, :SIDE]
light = np.stack([down, right, 0 * down + 1]).reshape(3, -1)
flat, truth = images.reshape(300, -1), masks > 0
level = (flat - flat @ np.linalg.pinv(light) @ light).reshape(images.shape)
ways = {"network": found, "threshold": pieces(images), "plane first": pieces(level)}
for name, mask in ways.items():
    by_pixel, of_box = overlap(mask, truth), overlap(around(mask), around(truth))
    print(f"{name:15} mask {by_pixel.mean():.3f}, box around it {of_box.mean():.3f}")
x, y, x_end, y_end = SIDE * framed.T[..., None, None, None] - 0.5
inside = (right > x) & (right < x_end) & (down > y) & (down < y_end)
print(f"the head's box  {overlap(inside, around(truth)).mean():.3f}")
linear = LogisticRegression(max_iter=300)
linear.fit(training[0].reshape(1600, -1), training[3])
print(f"kind: {np.mean(said == kinds):.1%}, linear {linear.score(flat, kinds):.1%}")
figure, grid = panels(6, 9, 4, nrows=2)
worst = overlap(found, truth).argsort()[:6]
for axes, i in zip(grid.flat, [*range(6), *worst]):
    axes.imshow(images[i, 0], cmap="gray")
    axes.contourf(found[i, 0], [0.5, 1], colors="#4C9BE8", alpha=0.5)
    axes.contour(truth[i, 0], [0.5], colors="white", linestyles=":")
    x, y, x_end, y_end = SIDE * framed[i] - 0.5
    axes.plot([x, x_end, x_end, x, x], [y, y, y_end, y_end, y], color="#F28E2B")
    axes.set(title=KINDS[said[i]], xlabel=f"({KINDS[kinds[i]]})", xticks=[], yticks=[])
show(figure, "found")
assert overlap(found, truth).mean() > 0.75
assert np.mean(said == kinds) > 0.9
