# %% [markdown]
# # 9. A face, or not?
#
# 200 small pieces of photographs, 25 by 25 pixels: half show a face, half anything
# else. This lesson trains a network on them, beside one neuron, and asks both *where
# they look*.

# %%
import os

import numpy as np
from course import FULL, gallery, show
from sklearn.datasets import fetch_olivetti_faces
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

import autograd as ag
import nn

images, face = nn.data.faces()
show(gallery({"faces": images[:8], "none": images[100:108]}), "images")

# %% [markdown]
# A face in a mirror is a face, too: each image is used twice, as it is and mirrored. As
# in lesson 7 all images are held out once, in five parts, and both learners get the
# same.

# %%
scaled = (images - 0.4) / 0.25  # about mean 0 and deviation 1
x, mirrored = scaled.reshape(200, 625), scaled[:, :, ::-1].reshape(200, 625)
chances = {"network": np.zeros(200), "logistic regression": np.zeros(200)}
for seen, unseen in StratifiedKFold(5, shuffle=True, random_state=0).split(x, face):
    both = np.concatenate([x[seen], mirrored[seen]])
    labels = np.float32(np.tile(face[seen], 2))  # those of both
    model = nn.Sequential(nn.MLP(625, [32, 1], generator=0), nn.Flatten(0))
    nn.fit(
        model,
        nn.DataLoader(both, labels, batch_size=20, shuffle=True, generator=0),
        loss=nn.functional.binary_cross_entropy_with_logits,
        optimizer=nn.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1),
        epochs=15,
    )
    with ag.no_grad():
        chances["network"][unseen] = nn.functional.sigmoid(model(x[unseen])).data
    one = LogisticRegression(C=0.1, max_iter=1000).fit(both, labels)
    chances["logistic regression"][unseen] = one.predict_proba(x[unseen])[:, 1]

for name, p in chances.items():
    table = nn.metrics.confusion_matrix((p > 0.5).astype(int), face)
    print(f"{name}: {table.trace()} of 200 right, {table[1, 0]} faces missed,", end=" ")
    print(f"{table[0, 1]} seen where none is, AUC {nn.metrics.roc_auc(p, face):.3f}")
p = chances["network"]
worst = np.argsort(-np.abs(p - face))[:8]
show(gallery(images[worst], [f"face: {p[i]:.0%}" for i in worst]), "mistakes")

# %% [markdown]
# The network is wrong in 4 cases, one neuron in 6: with 200 images that is no
# difference. Faces that all look ahead, cut to the same frame, are nearly a problem for
# straight lines.
#
# ## What one neuron wants to see
#
# The 625 weights of the logistic regression are an image: light where it wants light
# (purple), dark where it wants dark (orange). Beside it the mean of all faces less the
# mean of all others, and six hidden neurons of the network.

# %%
weights, mean = one.coef_, x[face == 1].mean(0) - x[face == 0].mean(0)
first, last = (layer.weight.data for layer in model[0].layers)
strongest = np.argsort(-np.abs(last[0]) * np.linalg.norm(first, axis=1))[:6]
titles = ["for" if last[0, i] > 0 else "against" for i in strongest]
pictures = [weights, mean, *first[strongest]]
show(gallery(pictures, ["one neuron", "mean face", *titles], cmap="PuOr"), "weights")

# %% [markdown]
# ## Where the network looks
#
# Backward propagation goes on to the pixels, if asked (`requires_grad`): how would the
# score move if this pixel were a little brighter? For one neuron that is the same in
# every image; for a network it depends on which hidden neurons speak. The size of this
# slope is called *saliency*.

# %%
held_out = unseen[face[unseen] == 1]  # faces of the last fifth, and its network
pixels = ag.tensor(x[held_out], requires_grad=True)
model(pixels).sum().backward()  # a score depends on pixels of its own image alone
saliency = np.abs(pixels.grad)
same = np.corrcoef(saliency)[0, 1:].mean()
print(f"the first face's saliency and the others': correlation {same:.2f}")
show(gallery(images[held_out[:8]]), "held-out")
show(gallery(saliency[:8], cmap="magma"), "saliency")

# %% [markdown]
# The eight pictures are nearly one: the same hidden neurons speak for each face, and on
# such data the network is nearly a single neuron. It looks at forehead, eyes and
# cheeks, and at the lower edge.
#
# Does saliency mean anything? A test: paint the 60 pixels of largest slope grey, a
# tenth of the image, and to compare 60 at random.


# %%
def painted(order: np.ndarray, pixels: int = 60) -> float:
    """The mean score of faces, the first pixels in this order grey."""
    hidden = x[held_out].copy()
    np.put_along_axis(hidden, order[:, :pixels], 0, axis=1)
    with ag.no_grad():
        return float(model(hidden).data.mean())


salient = np.argsort(-saliency)
chance = np.random.default_rng(0).permuted(salient, axis=1)
print(f"mean score of faces: {painted(salient, 0):.2f}, painted where salient", end=" ")
print(f"{painted(salient):.2f}, at random {painted(chance):.2f}")
assert np.mean((p > 0.5) == face) > 0.95
assert painted(salient) < painted(chance)

# %% [markdown]
# The slope knows better than chance what matters. But the score of a face stays far
# above zero: no tenth of it decides.
#
# ## Whose face?
#
# For that one needs names, and several images of each person; the faces at hand have
# neither. Olivetti's have: forty people, who posed for them, ten images each (Samaria
# and Harter, 1994). They must be downloaded, which no lesson does, by scikit-learn's
# `fetch_olivetti_faces(data_home=FOLDER)`. With `--full`, and `GLASSGRAD_DATA` naming
# that folder, a network learns seven images of each person, and is asked whose the
# other three are; beside it nearest neighbours.

# %%
home = os.environ.get("GLASSGRAD_DATA", ".")
if FULL and os.path.exists(os.path.join(home, "olivetti_py3.pkz")):
    people = fetch_olivetti_faces(data_home=home, download_if_missing=False)
    x = people.images.reshape(400, 32, 2, 32, 2).mean((2, 4)).reshape(400, 1024) - 0.5
    name, asked = people.target, np.arange(400) % 10 >= 7
    model = nn.MLP(1024, [128, 40], generator=0)
    optimizer = nn.optim.AdamW(model.parameters(), lr=1e-3)
    how = {"loss": nn.functional.cross_entropy, "optimizer": optimizer, "epochs": 60}
    nn.fit(model, (x[~asked], name[~asked]), batch_size=20, **how)
    right = nn.metrics.accuracy(model(x[asked]).data.argmax(1), name[asked])
    nearest = KNeighborsClassifier(1).fit(x[~asked], name[~asked]).predict(x[asked])
    beside = nn.metrics.accuracy(nearest, name[asked])
    print(f"whose face: network {right:.1%}, nearest neighbours {beside:.1%}")

# %% [markdown]
# Larger sets are of people photographed for the news, who were not asked: such programs
# need care beyond numbers. What sees faces best, convolution, is lesson 12.
