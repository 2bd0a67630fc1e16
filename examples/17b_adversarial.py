# %% [markdown]
# # 17b. Images by contest
#
# The last lesson's networks learned from an error: how far is this image from the one
# it should be? For an image that never was there is no such error. But one can ask
# whether it would pass as real. A *generative adversarial network* (GAN; Goodfellow and
# others, 2014) is two networks: a *generator* makes digits from noise, and a
# *discriminator* is shown real ones and made ones, and is to say which are which. Each
# learns by the other's success.
#
# ## Two networks, two losses
#
# Both are told the digit, as in lesson 17. The discriminator gives a score s, and by
# the sigmoid the chance that the image is real. Its loss is the cross-entropy: the
# logarithm of 1 + e⁻ˢ for a real image, of 1 + eˢ for a made one (`softplus(a)` is the
# logarithm of 1 + eᵃ). The generator wants its images taken for real, and nothing else:
# it gets the loss of a real one. Its gradient comes *through the discriminator*, down
# to the pixels and on to its own weights: it is told which change of each pixel would
# deceive best.
#
# Two things keep the contest going. The discriminator must be good, or there is nothing
# to learn from, so its learning rate is three times as large. And it must not be
# perfect: the real images are points with nothing between them, easily told from all
# else, and then every slope is 0. So all that it sees has noise added, which goes down
# to none at the end. (`betas` begins with 0: no step goes on in the direction of the
# last one, for the other network has moved since.)

# %%
import numpy as np
from course import FULL, gallery, generated, panels, show, small_digits
from sklearn.svm import SVC

import autograd as ag
import nn

rng = np.random.default_rng(0)
(x, y), (unseen, truth) = small_digits(rng)  # from -1 to 1
wanted = np.repeat(np.arange(10), 40)  # forty of each digit are to be made
one_hot = np.eye(10, dtype=np.float32)

generator = nn.Sequential(nn.MLP(16 + 10, [128, 128, 64], generator=0), nn.Tanh())
discriminator = nn.MLP(64 + 10, [128, 128, 1], generator=1)
softplus = nn.functional.softplus


def noise(*shape: int) -> np.ndarray:
    return rng.standard_normal(shape, np.float32)


def make(digit: np.ndarray, code: np.ndarray) -> ag.Tensor:
    return generator(np.concatenate([code, digit], 1))


def score(image, digit: np.ndarray, blur: float) -> ag.Tensor:
    seen = image + blur * noise(*image.shape)
    return discriminator(ag.concatenate([seen, digit], 1))


steps, batch = 20000 if FULL else 2000, 50
moving = nn.optim.Adam(generator.parameters(), betas=(0.0, 0.99))
judging = nn.optim.Adam(discriminator.parameters(), betas=(0.0, 0.99))
rate = nn.optim.schedules.cosine(1e-3, steps=steps)
codes, stages, losses = noise(400, 16), {}, []
for step in range(steps):
    moving.lr, judging.lr, blur = rate(step), 3 * rate(step), 1 - step / steps
    some = rng.integers(0, len(x), batch)
    real, digit = x[some], one_hot[y[some]]
    with ag.no_grad():
        made = make(digit, noise(batch, 16)).data
    caught = softplus(-score(real, digit, blur)) + softplus(score(made, digit, blur))
    judging.zero_grad()
    caught.mean().backward(free=True)
    judging.step()

    passed = softplus(-score(make(digit, noise(batch, 16)), digit, blur))
    moving.zero_grad()
    passed.mean().backward(free=True)
    moving.step()
    losses.append((np.mean(caught.data), np.mean(passed.data)))
    if step + 1 in (1, steps // 40, steps // 10, steps):
        with ag.no_grad():
            stages[f"after {step + 1} steps"] = make(one_hot[wanted], codes).data
rows = {name: (row[::40] + 1) / 2 for name, row in stages.items()}
show(gallery(rows, top=1), "stages")  # the same codes

# %% [markdown]
# ## A loss that does not fall
#
# So far a falling loss was progress. Not here: who wins is shown, not how well both
# play. A discriminator that only guesses has a loss of 2 · log 2 = 1.39, and leaves the
# generator log 2 = 0.69.

# %%
means = np.reshape(losses, (100, -1, 2)).mean(1)
figure, axes = panels(1, 6, 2.8)
for name, line, guess in zip(("discriminator", "generator"), means.T, (1.39, 0.69)):
    (drawn,) = axes.plot(np.linspace(0, steps, 100), line, label=name)
    axes.axhline(guess, ls=":", color=drawn.get_color())
axes.set(xlabel="steps (dotted: if it only guessed)", ylabel="loss")
axes.legend(frameon=False)
show(figure, "losses")

# %% [markdown]
# ## How good are they?
#
# So one needs another measure; these are lesson 17's. A GAN has a failure of its own,
# *mode collapse*: one image that always passes is all that is made. Then two of a digit
# would lie hardly apart.

# %%
judge, made, apart = SVC().fit(x, y), stages[f"after {steps} steps"], {}
of = {"held out": (unseen, truth), "by contest": (made, wanted)}
for name, (pictures, digit) in of.items():
    right, apart[name], nearest = generated(pictures, digit, x, judge)
    print(f"{name}: read as wanted {right:.1%}, two {apart[name]:.2f} apart,", end=" ")
    print(f"nearest known {nearest.mean():.2f}, at least {nearest.min():.2f}")
assert right > 0.95
assert apart["by contest"] > 0.6 * apart["held out"]
assert nearest.min() > 0.5

# %% [markdown]
# By what is read that is as good as lesson 17's two, and a little more various. But
# diffusion has a loss that falls, and no rival to be kept in step with.
