# %% [markdown]
# # 21. Control: a pole that must not fall
#
# So far somebody knew the right answer. Here nobody says which push is right; there is
# only a pole on a cart, and how long it stays up. To learn from that is *reinforcement
# learning*.
#
# The physics (Barto, Sutton, Anderson, 1983) is a few lines of NumPy. The state is four
# numbers: the cart's place and speed, the pole's angle, and how fast it turns. There
# are fifty pushes a second; it is over when the pole leans by 12 degrees or the cart is
# 2.4 m off. (`tries`, in `course.py`, takes such steps with many carts at once.)

# %%
import numpy as np
from course import FULL, panels, show, tries

import autograd as ag
import nn


def step(state, force, seconds=0.02):
    _, v, angle, turning = (state[..., i] for i in range(4))
    sin, cos = np.sin(angle), np.cos(angle)
    push = (force + 0.05 * turning**2 * sin) / 1.1
    turn = (9.8 * sin - cos * push) / (0.5 * (4 / 3 - 0.1 * cos**2 / 1.1))
    speed_up = push - 0.05 * turn * cos / 1.1
    return state + seconds * np.stack([v, speed_up, turning, turn], -1)


def lasts(force):
    """For how many steps a hundred poles stay up, on average; at most 500."""
    return tries(step, force, 100, np.random.default_rng(99))[2].sum() / 100


rng = np.random.default_rng(0)
by_chance = lasts(lambda state: rng.choice([-10.0, 10.0], len(state)))
by_hand = lasts(lambda state: 10 * np.sign(state[:, 2] + state[:, 3]))
print(f"pushed at random {by_chance:.0f} steps, to where it leans {by_hand:.0f}")

# %% [markdown]
# ## Do more of what went well
#
# There is a good rule, then. Can it be found? A *policy* is a network which takes the
# state and gives the chance of a push to the right. Each push is drawn by that chance.
# What followed it is its *return*: the number of steps the pole stayed up from there
# on, later ones counting a little less.
#
# No derivative leads from the steps back to the chance: a pole is up or not. But the
# chance *itself* has a derivative, and that is enough (REINFORCE, Williams, 1992): make
# each push that was taken more likely, in proportion to its return. On average over
# many tries this is the gradient of the expected return.
#
# All returns are positive, so all pushes taken become more likely, the bad ones less
# so. Take away a *baseline*, what is usual at that time, and what is worse than usual
# becomes *less* likely. On average the gradient is nearly the same.


# %%
def new_policy():  # a score for each state: (n, 4) → (n,)
    first = nn.Linear(4, 16, generator=0, dtype=np.float64)
    last = nn.Linear(16, 1, generator=1, dtype=np.float64)
    sizes = np.array([1, 1, 5, 1])  # 12 degrees are only 0.2
    return nn.Sequential(lambda x: x * sizes, first, nn.Tanh(), last, nn.Flatten(0))


policy, luck = new_policy(), np.random.default_rng(0)
optimizer = nn.optim.Adam(policy.parameters(), lr=0.02)
rounds, lasted = 60 if FULL else 40, []


@ag.no_grad()
def force(state):
    right = luck.random(len(state)) < nn.functional.sigmoid(policy(state)).data
    return np.where(right, 10.0, -10.0)


for _ in range(rounds):
    state, pushed, up = tries(step, force, 20, luck)
    gain, later = np.zeros(up.shape), 0.0
    for t in reversed(range(len(up))):
        gain[t] = later = up[t] * (1 + 0.99 * later)  # the return
    gain -= gain.sum(1, keepdims=True) / up.sum(1, keepdims=True)  # baseline
    gain = gain[up] / gain[up].std()
    score = policy(state[up]) * np.sign(pushed[up])  # of the push taken
    optimizer.zero_grad()
    loss = -(nn.functional.logsigmoid(score) * gain).mean()
    loss.backward(free=True)
    optimizer.step()
    lasted.append(up.sum(0).mean())
print(f"REINFORCE, after {20 * rounds} tries: {lasts(force):.0f} steps")
assert lasts(force) > 450

# %% [markdown]
# ## When the physics is known
#
# `step` is NumPy, so it has derivatives, too. If the push may be any force between left
# and right, one can ask directly: how should each weight change so that, over the next
# second, the pole leans less and the cart stays near? The gradient goes back through
# fifty steps of physics and fifty calls of the network. It is exact, where REINFORCE's
# is an average over luck; but it needs the physics. REINFORCE takes hundreds of tries
# to pass the rule made by hand; this learns most in the first dozens, of a second each.

# %%
pilot, costs = new_policy(), []
optimizer = nn.optim.Adam(pilot.parameters(), lr=0.03)
for _ in range(100 if FULL else 30):
    state, cost = ag.tensor(rng.uniform(-0.1, 0.1, (5, 4))), 0.0
    for _ in range(50):
        state = step(state, 10 * np.tanh(pilot(state)))
        cost = cost + np.mean(10 * state[:, 2] ** 2 + state[:, 0] ** 2) / 50
    optimizer.zero_grad()
    cost.backward(free=True)
    optimizer.step()
    costs.append(cost.item())
balanced = lasts(lambda state: 10 * np.tanh(pilot(state).data))
print(f"through the physics, after {5 * len(costs)} tries: {balanced:.0f} steps")
assert balanced > 450

figure, (left, right) = panels(2, 8, 3.2)
left.plot(20 * np.arange(rounds), lasted)
left.axhline(by_hand, ls=":", color="#1F2933")
left.set(xlabel="tries", ylabel="steps (dotted: the rule by hand)", title="REINFORCE")
right.plot(5 * np.arange(len(costs)), costs)
right.set(xlabel="tries", ylabel="cost", yscale="log", title="Through the physics")
show(figure, "learning")
