# %% [markdown]
# # 9. A face, or not?
#
# 200 small pieces of photographs, 25 by 25 pixels: half show a face, half anything
# else. A network and one neuron learn them, and are asked *where they look*.

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
show(gallery({"faces": images[:8], "no faces": images[100:108]}), "images")

# %% [markdown]
# A face in a mirror is a face, too: each image is used twice, as it is and mirrored. As
# in lesson 7 all are held out once, in five parts; both learners get the same.

# %%
scaled = (images - 0.4) / 0.25  # about mean 0 and deviation 1
x, mirrored = scaled.reshape(200, 625), scaled[:, :, ::-1].reshape(200, 625)
chances = {"network": np.zeros(200), "logistic regression": np.zeros(200)}
loss = nn.functional.binary_cross_entropy_with_logits
for seen, unseen in StratifiedKFold(5, shuffle=True, random_state=0).split(x, face):
    both = np.concatenate([x[seen], mirrored[seen]])
    labels = np.float32(np.tile(face[seen], 2))
    model = nn.Sequential(nn.MLP(625, [32, 1], generator=0), nn.Flatten(0))
    data = nn.DataLoader(both, labels, batch_size=20, shuffle=True, generator=0)
    optimizer = nn.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1)
    nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=15)
    chances["network"][unseen] = nn.functional.sigmoid(model(x[unseen])).data
    one = LogisticRegression(C=0.1, max_iter=1000).fit(both, labels)
    chances["logistic regression"][unseen] = one.predict_proba(x[unseen])[:, 1]
for name, p in chances.items():
    right, auc = np.sum((p > 0.5) == face), nn.metrics.roc_auc(p, face)
    print(f"{name}: {right} of 200 right, AUC {auc:.3f}")
p = chances["network"]
worst = np.argsort(-np.abs(p - face))[:8]
show(gallery(images[worst], [f"face: {p[i]:.0%}" for i in worst]), "mistakes")

# %% [markdown]
# Both are seldom wrong, and with 200 images two more or less are no difference. Faces
# that look ahead, in the same frame, are nearly a problem for a straight line.
#
# ## What one neuron wants to see
#
# The 625 weights of the logistic regression are an image: purple where it wants light,
# orange where dark. Beside it the mean of all faces less that of all others, and the
# six hidden neurons of the network that weigh most.

# %%
mean, (first, last) = x[face == 1].mean(0) - x[face == 0].mean(0), model[0].layers
strength = np.abs(last.weight.data[0]) * np.linalg.norm(first.weight.data, axis=1)
pictures = [one.coef_, mean, *first.weight.data[np.argsort(-strength)[:6]]]
show(gallery(pictures, ["one neuron", "mean face", "hidden"], cmap="PuOr"), "weights")

# %% [markdown]
# ## Where the network looks
#
# Backward propagation goes on to the pixels, if asked (`requires_grad`): how would the
# score move if this pixel were brighter? For one neuron that is the same in every
# image, for a network not. The size of this slope is called *saliency*.

# %%
held_out = unseen[face[unseen] == 1]  # faces of the last fifth, and its network
pixels = ag.tensor(x[held_out], requires_grad=True)
model(pixels).sum().backward()  # a score depends on pixels of its own image alone
saliency = np.abs(pixels.grad)
print(
    f"the first and the others: correlation {np.corrcoef(saliency)[0, 1:].mean():.2f}"
)
show(gallery({"face": images[held_out[:8]], "saliency": saliency[:8]}), "saliency")

# %% [markdown]
# The eight pictures are nearly one: the same hidden neurons speak for each face, and on
# such data the network is nearly a single neuron. It looks at forehead, eyes and
# cheeks, and at the lower edge. Does saliency mean anything? A test: paint the tenth of
# the image where it is largest grey, and to compare a tenth at random.


# %%
def score(order: np.ndarray, pixels: int) -> float:
    """The mean score of faces with the first pixels in this order painted grey."""
    painted = x[held_out].copy()
    np.put_along_axis(painted, order[:, :pixels], 0, axis=1)
    return float(model(painted).data.mean())


salient = np.argsort(-saliency)
chance = np.random.default_rng(0).permuted(salient, axis=1)
print(f"mean score {score(salient, 0):.2f}, where salient painted", end=" ")
print(f"{score(salient, 60):.2f}, at random {score(chance, 60):.2f}")
assert np.mean((p > 0.5) == face) > 0.95
assert score(salient, 60) < score(chance, 60)

# %% [markdown]
# The slope knows better than chance what matters; but the score stays far above zero.
#
# ## Whose face?
#
# For that one needs names, and several images of each person. Olivetti's faces have
# them: forty people, who posed, ten images each (Samaria and Harter, 1994). No lesson
# downloads; scikit-learn's `fetch_olivetti_faces(data_home=FOLDER)` does. With `--full`
# and `GLASSGRAD_DATA` naming that folder, a network and nearest neighbours learn seven
# images of each person, and are asked whose the others are. Larger sets are of people
# who were not asked: such programs need care beyond numbers.

# %%
home = os.environ.get("GLASSGRAD_DATA", ".")
if FULL and os.path.exists(f"{home}/olivetti_py3.pkz"):
    people = fetch_olivetti_faces(data_home=home, download_if_missing=False)
    x = people.images.reshape(400, 32, 2, 32, 2).mean((2, 4)).reshape(400, 1024) - 0.5
    name, asked = people.target, np.arange(400) % 10 >= 7
    network = nn.NeuralClassifier([128], epochs=60, batch_size=20, random_state=0)
    for learner in (network, KNeighborsClassifier(1)):
        right = learner.fit(x[~asked], name[~asked]).score(x[asked], name[asked])
        print(f"whose face, by {type(learner).__name__}: {right:.1%}")
