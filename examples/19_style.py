# %% [markdown]
# # 19. An image in another's style
#
# A gradient may be taken by anything the loss depends on; training so far moved the
# weights. Here they stay, and the *pixels* of an image are changed, until a network
# finds in it what one image shows and how another is made (Gatys, Ecker, Bethge, 2016;
# their network knew a thousand things, ours will know five).
#
# ## An eye for patterns
#
# First a small convolutional network learns to tell five drawn patterns apart, by noisy
# pieces of 24 by 24 pixels. It has three layers; the second and third see the image at
# a half and a quarter of its size. `features` gives what each layer sees.

# %%
import numpy as np
from course import FULL, panels, patterns, pieces, show
from skimage import data, transform
from sklearn.linear_model import LogisticRegression

import autograd as ag
import nn

camera = transform.resize(data.camera()[60:360, 90:390], (64, 64)).astype(np.float32)
camera = (camera - camera.mean()) / camera.std()


class Eye(nn.Module):
    def __init__(self):
        self.first = nn.Conv2d(1, 16, 5, padding=2, generator=0)
        self.second = nn.Conv2d(16, 24, 3, padding=1, generator=1)
        self.third = nn.Conv2d(24, 32, 3, padding=1, generator=2)
        self.scores = nn.Linear(32, 5, generator=3)

    def features(self, x):
        first = ag.relu(self.first(x))
        second = ag.relu(self.second(nn.functional.avg_pool2d(first, 2)))
        third = ag.relu(self.third(nn.functional.avg_pool2d(second, 2)))
        return first, second, third

    def forward(self, x):
        return self.scores(self.features(x)[-1].mean((2, 3)))


eye, rng = Eye(), np.random.default_rng(0)
optimizer = nn.optim.Adam(eye.parameters(), lr=3e-3)
for _ in range(500 if FULL else 100):
    images, kinds = pieces(16, rng)
    loss = ag.cross_entropy(eye(images), kinds)
    optimizer.zero_grad()
    loss.backward(free=True)
    optimizer.step()

images, kinds = pieces(300, np.random.default_rng(1))
with ag.no_grad():
    right = np.mean(eye(images).data.argmax(1) == kinds)
others, their_kinds = pieces(1600, np.random.default_rng(2))
classical = LogisticRegression(max_iter=500).fit(others.reshape(1600, -1), their_kinds)
beside = classical.score(images.reshape(300, -1), kinds)
print(f"of new pieces told right: {right:.0%}; logistic regression {beside:.0%}")
assert right > 0.8

# %% [markdown]
# Logistic regression compares fixed places; a pattern has none. Chance would be 20 %.
#
# ## What an image shows, and how it is made
#
# *Content* is what is seen where: the features of the third layer, place by place.
# *Style* is what is seen together, wherever it is: of each two features of a layer the
# product, averaged over all places. These averages, the **Gram matrix**, know no
# places.
#
# Each loss is a squared difference, by the size of what is wanted; a third term keeps
# neighbouring pixels alike. (A `Parameter` may be changed by optimizers.) Streaks and
# dots go where the image had edges; the sky stays nearly as it was.


# %%
def gram(features):
    rows = features.reshape(features.shape[1], -1)  # a row for each feature
    return rows @ rows.T / rows.shape[1]


def difference(found, wanted):
    return ((found - wanted) ** 2).mean() / (wanted**2).mean()


def painted(content, style, steps=300 if FULL else 80, weight=3.0):
    with ag.no_grad():
        shown = eye.features(content[None, None])[-1].data
        made = [gram(each.data) for each in eye.features(style[None, None])]
    pixels = nn.Parameter(content[None, None].copy())
    optimizer, styles = nn.optim.Adam([pixels], lr=0.1), []
    for _ in range(steps):
        features = eye.features(pixels)
        style_loss = sum(difference(gram(f), g) for f, g in zip(features, made)) / 3
        rough = sum((np.diff(pixels, axis=axis) ** 2).mean() for axis in (2, 3))
        loss = difference(features[-1], shown) + weight * style_loss + 0.02 * rough
        optimizer.zero_grad()
        loss.backward(free=True)
        optimizer.step()
        styles.append(style_loss.item())
    return pixels.data[0, 0], styles


figure, rows = panels(4, 8, 4.2, nrows=2)
rows[0, 0].imshow(camera, "gray")
for i, name in enumerate(("stripes", "waves", "dots"), 1):
    style = patterns()[name][:64, :64]
    image, styles = painted(camera, style)
    print(f"{name:8} style loss {styles[0]:.2f} at first, {styles[-1]:.3f} painted")
    assert styles[-1] < styles[0] / 5
    rows[0, i].imshow(style, "gray")
    rows[1, i].imshow(image, "gray", vmin=-2.2, vmax=2.2)
    rows[1, 0].plot(styles, label=name)
names = "content", "stripes", "waves", "dots", "both", "both", "both"
for axes, name in zip((*rows[0], *rows[1, 1:]), names):
    axes.set(xticks=[], yticks=[], title=name)
rows[1, 0].set(yscale="log", xlabel="steps", title="style loss")
rows[1, 0].legend(frameon=False)
show(figure, "painted")
