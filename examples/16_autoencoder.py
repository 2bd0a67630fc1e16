# %% [markdown]
# # 16. Learning without labels: the autoencoder
#
# Nobody labels most of the world's images. What can a network learn from images alone?
# An *autoencoder* is trained to give back what it was given; the target is the input.
# The catch is a narrow place in its middle: here 64 brightnesses have to pass through
# two numbers, the *code*. What makes the code is called the encoder, what makes an
# image of it again the decoder.

# %%
import numpy as np
from course import FULL, gallery, panels, sheet, show
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

import autograd as ag
import nn

images, labels = nn.data.digits()
order = np.random.default_rng(0).permutation(len(labels))
images, labels = images[order].reshape(-1, 64), labels[order]
x, unseen = images[:1400], images[1400:]


def trained(model: nn.Module, epochs: int, **loader: object) -> nn.Module:
    """The model after learning to give back the images of the training set."""
    data = nn.DataLoader(x, x, batch_size=50, shuffle=True, generator=0, **loader)
    rate = nn.optim.schedules.cosine(2e-3, steps=len(data) * epochs)
    optimizer = nn.optim.Adam(model.parameters(), lr=rate)
    nn.fit(model, data, loss=nn.MSELoss(), optimizer=optimizer, epochs=epochs)
    return model


def output(model: nn.Module, given: np.ndarray) -> np.ndarray:
    with ag.no_grad():
        return model(given).data


encoder = nn.MLP(64, [128, 64, 2], generator=0)
decoder = nn.MLP(2, [64, 128, 64], generator=1)
trained(nn.Sequential(encoder, decoder), 1000 if FULL else 60)

# %% [markdown]
# ## Beside it: the classical way to two numbers
#
# *Principal components* (PCA) are an autoencoder whose encoder and decoder are one
# matrix each, without a bend. Of all such it is the best, and needs no training. The
# rest of an image, which two numbers do not tell, is measured by the mean squared error
# of its pixels, on images neither has seen.

# %%
pca = PCA(2, random_state=0).fit(x)
codes = {"autoencoder": output(encoder, unseen), "PCA": pca.transform(unseen)}
seen = {"autoencoder": output(encoder, x), "PCA": pca.transform(x)}
back = {"autoencoder": output(decoder, codes["autoencoder"])}
back["PCA"], error = pca.inverse_transform(codes["PCA"]), {}
for name, code in codes.items():
    error[name] = nn.metrics.mse(back[name], unseen)
    neighbours = KNeighborsClassifier(15).fit(seen[name], labels[:1400])
    read = neighbours.score(code, labels[1400:])
    print(f"{name:12} error {error[name]:.4f}, digits read by neighbours {read:.0%}")
print(f"{'mean image':12} error {nn.metrics.mse(x.mean(0) + 0 * unseen, unseen):.4f}")

# %% [markdown]
# The second number: a digit takes the label that most of the 15 nearest codes have. The
# labels were not used to make the codes, and still like lies with like. (Colours are
# labels.) And the decoder makes an image of *any* two numbers: below, of a walk over
# the plane, from the fifth to the ninety-fifth percentile of the codes each way.

# %%
figure, row = panels(2, 9, 4.2)
for axes, (name, code) in zip(row, codes.items()):
    dots = axes.scatter(*code.T, c=labels[1400:], cmap="tab10", s=8)
    axes.set(title=name, xticks=[], yticks=[])
figure.legend(*dots.legend_elements(), loc="outside right", frameon=False)
show(figure, "codes")

across, up = np.quantile(seen["autoencoder"], np.linspace(0.05, 0.95, 12), axis=0).T
places = np.stack(np.meshgrid(across, up[::-1]), -1).astype(np.float32)
show(sheet(output(decoder, places).reshape(12, 12, 8, 8)), "walk")

# %% [markdown]
# ## Taking noise away
#
# With a wide middle an autoencoder could just copy. Another task prevents that: it is
# given the image with noise, new noise each time, and is to give back the clean one. To
# do so it has to know what digits look like. Beside it: PCA again, with the number of
# components that cleans the training set best.


# %%
def noisy(batch: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return batch + 0.4 * generator.standard_normal(batch.shape, np.float32)


cleaner = nn.MLP(64, [256, 128, 64], generator=0)
trained(cleaner, 1000 if FULL else 45, augment=noisy)
rng = np.random.default_rng(1)
given, given_seen = noisy(unseen, rng), noisy(x, rng)
fits = [PCA(k, random_state=0).fit(x) for k in (5, 10, 15, 20, 30)]


def projected(pca: PCA, images: np.ndarray) -> np.ndarray:
    return pca.inverse_transform(pca.transform(images))


pca = min(fits, key=lambda pca: nn.metrics.mse(projected(pca, given_seen), x))
cleaned = {
    "noisy": given,
    f"PCA, {pca.n_components} components": projected(pca, given),
    "autoencoder": output(cleaner, given),
    "truth": unseen,
}
left = {name: nn.metrics.mse(image, unseen) for name, image in cleaned.items()}
for name in list(left)[:3]:
    print(f"{name:20} error {left[name]:.4f}")
rows = {name: pictures[:10] for name, pictures in cleaned.items()}
show(gallery(rows, top=1), "cleaned")
assert error["autoencoder"] < 0.7 * error["PCA"]
assert left["autoencoder"] < 0.7 * list(left.values())[1]

# %% [markdown]
# PCA takes away much of the noise, the autoencoder much of what PCA leaves. Where the
# noise has covered the digit, it gives what such digits are on average.
