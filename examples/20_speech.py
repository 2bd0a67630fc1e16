# %% [markdown]
# # 20. Hearing: spoken digits
#
# Sound is a row of numbers as well: how far the membrane of a microphone is out, 22,050
# times a second. These numbers are of little use as they are: the same word said twice
# has not one of them in common. What an ear goes by is *which tones* are in the sound,
# and how they change.
#
# The words are said by a speech synthesizer, espeak-ng, in forty voices, in accents,
# speeds and pitches of their own. That is easier than people. `spoken.py` beside this
# lesson has the sounds made; a small set of them comes along, and `--full` has an
# installed espeak-ng say 3,200.
#
# ## A picture of sound
#
# Cut the sound into windows of 46 ms, one every 25 ms. The Fourier transform tells how
# strong each tone is in a window; windows side by side make the *spectrogram*. Two
# things more bring it near to the ear: tones are gathered into 16 bands, narrow where
# they are low and wide where they are high (*mel*), and loudness is counted in
# decibels, by its logarithm.

# %%
import numpy as np
import spoken
from course import FULL, panels, show
from sklearn.linear_model import LogisticRegression

import autograd as ag
import nn

sound = np.load(spoken.SMALL)["sound"] / 127.0
print(f"'seven', of {len(sound):,} numbers: {sound[3000:3005].round(2)} ...")
show(spoken.drawn(sound), "seven")

# %% [markdown]
# The hiss of the s stands high at the beginning; the vowels have their bands lower
# down; the v between them is a gap, and the n at the end hums.
#
# ## Voices kept aside
#
# Were words held out at random, each voice would be in both parts, and the network
# might know the voice, not the word. So ten *voices* are held out, with all they say.

# %%
heard, labels, speakers = spoken.collect(takes=8) if FULL else spoken.load()
unseen = np.isin(speakers, np.random.default_rng(0).permutation(40)[:10])
x = spoken.padded(heard)
print(f"{np.sum(~unseen)} words to learn from, {unseen.sum()} of other voices held out")

# %% [markdown]
# ## A network that listens
#
# A *gated recurrent unit* (GRU; Cho and others, 2014) goes through the sound window by
# window and keeps a state of 64 numbers. From each window and the state before it makes
# a new proposal, and *gates*, between 0 and 1, say how much of the old state stays.
# After the last window the state is turned into ten scores.
#
# Thirty voices are few. So, as the digits were moved in lesson 5, sounds are changed at
# random: bands up or down by one (another head), louder or softer bands (another room),
# a little noise. (`clip` shortens gradients that grow too long.)


# %%
class Listener(nn.Module):
    def __init__(self):
        self.gru = nn.GRU(spoken.BANDS, 64, batch_first=True, generator=0)
        self.scores = nn.Linear(64, 10, generator=1)

    def after_each(self, x):
        return self.scores(self.gru(x)[0])

    def forward(self, x):
        return self.after_each(x)[:, -1]


nn.seed(0)
for name, augment in (("as they are", None), ("changed", spoken.other_voices)):
    model = Listener()
    taught = x[~unseen], labels[~unseen]
    data = nn.DataLoader(*taught, batch_size=20, shuffle=True, augment=augment)
    rate = nn.optim.schedules.cosine(1e-2, steps=20 * len(data))
    adam = nn.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.05)
    nn.fit(model, data, loss=nn.CrossEntropyLoss(), optimizer=adam, epochs=20, clip=1.0)
    with ag.no_grad():
        chances = nn.functional.softmax(model.after_each(x[unseen]), dim=-1).data
    right = np.mean(chances[:, -1].argmax(1) == labels[unseen])
    print(f"GRU, taught by words {name}: {right:.1%} of the other voices' right")
assert right > 0.9

# %% [markdown]
# ## Beside it
#
# Logistic regression takes a word as one row of numbers, so all must be of one length.
# With silence before the word, as above, the same sound is now in one place, now in
# another. Stretched to twelve windows each, first sound falls on first sound.

# %%
places = [np.linspace(0, len(word) - 1, 12).round().astype(int) for word in heard]
stretched = np.array([word[at] for word, at in zip(heard, places)])
for name, rows in (("silence before", x), ("stretched", stretched / 20)):
    rows = rows.reshape(len(rows), -1)
    classical = LogisticRegression(max_iter=2000).fit(rows[~unseen], labels[~unseen])
    right = classical.score(rows[unseen], labels[unseen])
    print(f"logistic regression, {name}: {right:.1%}")

# %% [markdown]
# Stretched, logistic regression beats the GRU on so few words; on those of `--full` the
# GRU is ahead. And it need not know where a word begins and ends.
#
# ## While it listens
#
# The GRU can answer at any moment. Its chances after every window, for a voice it has
# not heard: what it says on the way is worth little, for in training it is asked only
# at the end.

# %%
figure, row = panels(3, 9, 3, sharey=True)
for axes, digit in zip(row, (6, 7, 9)):
    i = np.flatnonzero(labels[unseen] == digit)[0]
    said = chances[i, -np.count_nonzero(x[unseen][i].any(1)) :]
    axes.imshow(said.T, "magma", aspect="auto", vmin=0, vmax=1)
    axes.set(title=f"'{spoken.WORDS[digit]}'", xlabel="windows heard")
    axes.set_xticks(range(0, len(said), 5))
    axes.set_yticks(range(10), spoken.WORDS)
show(figure, "listening")
