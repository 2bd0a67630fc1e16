# %% [markdown]
# # 17. Images that never were
#
# The decoder of the last lesson makes an image of any code. To make *new digits* one
# must know which codes to draw. Two answers: a variational autoencoder, and a network
# that turns noise into an image step by step, by *diffusion*. Each is told which digit
# is wanted.
#
# ## A variational autoencoder
#
# The encoder does not say one code, but where the code may lie: a mean and a spread of
# each of its numbers. A code is drawn there, and the decoder has to cope. Beside the
# error of the image the loss has a second term, the Kullback-Leibler divergence: it
# pulls these places together towards normal noise, mean 0 and spread 1. So in the end
# noise *is* a code (Kingma and Welling, 2013). The 0.2 weighs the two. (A `ModuleList`
# is modules in a list, here so that both are trained as one.)

# %%
import numpy as np
from course import FULL, gallery, generated, show, small_digits
from scipy.spatial.distance import cdist
from sklearn.svm import SVC

import autograd as ag
import nn

rng = np.random.default_rng(0)
(x, y), (unseen, truth) = small_digits(rng)  # from -1 to 1
wanted = np.repeat(np.arange(10), 40)  # forty of each digit are to be made
one_hot = np.eye(10, dtype=np.float32)


def train(model: nn.Module, loss, steps: int) -> None:
    """So many steps, each on 100 images drawn at random."""
    rate = nn.optim.schedules.cosine(2e-3, steps=steps)
    optimizer = nn.optim.Adam(model.parameters(), lr=rate)
    for _ in range(steps):
        some = rng.integers(0, len(x), 100)
        optimizer.zero_grad()
        loss(x[some], one_hot[y[some]]).backward(free=True)
        optimizer.step()


encoder = nn.MLP(64 + 10, [128, 2 * 8], generator=0)
decoder = nn.MLP(8 + 10, [128, 64], generator=1)


def decode(code, digit):
    return ag.tanh(decoder(ag.concatenate([code, digit], 1)))


def variational(image, digit):
    place = encoder(np.concatenate([image, digit], 1))
    mean, spread = place[:, :8], ag.exp(place[:, 8:])
    code = mean + spread * rng.standard_normal(mean.shape, np.float32)
    error = ag.sum((decode(code, digit) - image) ** 2) / 0.2
    divergence = ag.sum(mean**2 + spread**2 - 1 - 2 * ag.log(spread))
    return (error + divergence) / (2 * len(image))


train(nn.ModuleList([encoder, decoder]), variational, 8000 if FULL else 1000)
with ag.no_grad():
    code = rng.standard_normal((400, 8), np.float32)
    decoded = decode(code, one_hot[wanted]).data

# %% [markdown]
# ## Diffusion
#
# Mix an image with noise, cos(a) of the one and sin(a) of the other: at a = 0 there is
# the image, at a quarter turn only noise. The network sees the mixture and a, and is to
# say what the image was. From pure noise its answer is a poor one, the mean of all such
# digits; but it suffices for a small step: mix that answer again, with a little less of
# the noise, and ask again. Fifty such steps lead to a digit (Ho and others, 2020; this
# way of stepping: Song and others, 2020). The picture has three, each with its answer.

# %%
denoiser = nn.MLP(64 + 10 + 8, [256, 256, 64], generator=0)


def guess(mixed, a, digit):
    """What the image was: a (batch, 1) is told by eight waves of it."""
    waves = np.cos(a * np.arange(1, 9)).astype(np.float32)
    return denoiser(np.concatenate([mixed, digit, waves], 1))


def denoising(image, digit):
    a = rng.uniform(0, np.pi / 2, (len(image), 1)).astype(np.float32)
    mixed = np.cos(a) * image + np.sin(a) * rng.standard_normal(image.shape, np.float32)
    return ag.mean((guess(mixed, a, digit) - image) ** 2)


train(denoiser, denoising, 20000 if FULL else 1200)
turns = np.linspace(np.pi / 2, 0, 51, dtype=np.float32)
diffused, way = rng.standard_normal((400, 64), np.float32), {}
with ag.no_grad():
    for step in range(50):
        a, after = turns[step : step + 2]
        image = guess(diffused, np.full((400, 1), a), one_hot[wanted]).data.clip(-1, 1)
        if step in (0, 20, 40):
            way[f"step {step}"], way[f"answer {step}"] = diffused[::40], image[::40]
        rest = (diffused - np.cos(a) * image) / np.sin(a)
        diffused = np.cos(after) * image + np.sin(after) * rest
show(gallery({name: (row + 1) / 2 for name, row in way.items()}, top=1), "way")

# %% [markdown]
# ## How good are they?
#
# Are they digits? A support vector machine (scikit-learn's), trained on real ones,
# reads them. Are they as various? See how far apart two of one digit are. Are they
# copies? See how near the nearest known image is (diffusion's are in the picture): as
# far, nearly, as those of real ones. But real ones are more various.

# %%
judge = SVC().fit(x, y)
made = {"variational": decoded, "diffusion": diffused}
for name, pictures in {"held out": unseen, **made}.items():
    digit = truth if name == "held out" else wanted
    right, apart, nearest = generated(pictures, digit, x, judge)
    print(f"{name:12} read as wanted {right:.1%}, two of a digit {apart:.2f} apart,")
    print(f"{'':12} nearest known {nearest.mean():.2f}, at least {nearest.min():.2f}")
assert right > 0.95  # of diffusion, the last
assert nearest.min() > 0.5
made["known, nearest to these"] = x[cdist(diffused, x).argmin(1)]
show(gallery({name: (row[::40] + 1) / 2 for name, row in made.items()}, top=1), "made")
