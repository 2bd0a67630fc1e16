# %% [markdown]
# # 22. NumPy as it is
#
# Not every derivative is for a network. A program in NumPy, written without a thought
# of gradients, is differentiated as it stands: `np.sin` of a Tensor is recorded,
# whatever function calls it. Four uses.

# %%
import numpy as np
import scipy.optimize
from course import panels, show

import autograd as ag

# %% [markdown]
# ## Fitting a curve
#
# A swing that dies away, measured with noise. The model is plain NumPy;
# `value_and_grad` makes of it a function that gives the gradient, too (`jac=True` tells
# SciPy's optimizer so), and nobody has to feel the way by differences.

# %%
rng = np.random.default_rng(0)
t = np.linspace(0, 6, 60)
measured = 2.0 * np.exp(-0.4 * t) * np.cos(3.0 * t + 0.5) + 0.1 * rng.normal(size=60)


def swing(p, t):
    size, decay, frequency, phase = p
    return size * np.exp(-decay * t) * np.cos(frequency * t + phase)


def misfit(p):
    return np.sum((swing(p, t) - measured) ** 2) / (2 * 0.1**2)


start = np.array([1.0, 0.1, 2.8, 0.0])
with_slope = scipy.optimize.minimize(ag.value_and_grad(misfit), start, jac=True)
without = scipy.optimize.minimize(misfit, start)
print("found", with_slope.x.round(3), "where [2, 0.4, 3, 0.5] was the truth")
print(f"calls of the model: {with_slope.nfev} with the slope, {without.nfev} without")
assert with_slope.nfev < without.nfev

# %% [markdown]
# ## How sure is that?
#
# Where the misfit is sharply curved, a small change fits much worse: the number is well
# known. The inverse of the Hessian, the matrix of second derivatives, is the covariance
# of what was found.

# %%
curvature = ag.hessian(misfit)(with_slope.x)
sigma = np.sqrt(np.diag(np.linalg.inv(curvature)))
for name, value, s in zip(("size", "decay", "frequency", "phase"), with_slope.x, sigma):
    print(f"{name:10} {value:.3f} ± {s:.3f}")
assert (np.abs(with_slope.x - [2, 0.4, 3, 0.5]) < 4 * sigma).all()

# Of any function of them as well: its slopes by them, the Jacobian, carry it on.
slope = ag.jacobian(lambda p: swing(p, t))(with_slope.x)  # a row for each time
band = np.sqrt(np.sum((slope @ np.linalg.inv(curvature)) * slope, axis=1))
figure, axes = panels(1, 7, 3)
fitted = swing(with_slope.x, t)
axes.fill_between(t, fitted - 2 * band, fitted + 2 * band, color="#D5E5F4")
axes.plot(t, measured, ".", color="#1F2933", label="measured")
axes.plot(t, fitted, color="#1B5E9E", label="fitted, ± 2 standard deviations")
axes.set(xlabel="time", ylabel="swing")
axes.legend(frameon=False)
show(figure, "fit")

# %% [markdown]
# ## Through a simulation
#
# A ball thrown through air that brakes it. The simulation is a loop; the gradient goes
# back through all of its steps, and says how to throw so as to hit the mark.


# %%
def landing(throw):
    """Where a ball thrown with a velocity (right, up) comes down."""
    velocity, place, before = throw, np.zeros(2), np.zeros(2)
    while place[1] >= 0:
        before = place
        speed = np.linalg.norm(velocity)
        velocity = velocity - 0.01 * (0.05 * speed * velocity + np.array([0, 9.81]))
        place = place + 0.01 * velocity
    part = before[1] / (before[1] - place[1])  # of the last step, to the ground
    return before[0] + part * (place[0] - before[0])


throw = np.array([10.0, 10.0])
print(f"thrown with {throw} it lands at {landing(throw):.2f} m; the mark is at 15 m")
for _ in range(6):  # Newton's method on one number, along its own slope
    distance, slope = ag.value_and_grad(landing)(throw)
    throw = throw - (distance - 15) * slope / (slope @ slope)
print(f"thrown with {throw.round(3)} it lands at {landing(throw):.6f} m")
assert abs(landing(throw) - 15) < 1e-3

# %% [markdown]
# ## Without going back through the steps
#
# A solver's answer x solves f(x, a) = 0. How x changes with a does not depend on how it
# was found: differentiate the equation instead of the loop, dx/da = -(∂f/∂x)⁻¹ ∂f/∂a.
# This is the *implicit function theorem*, and layers made so are called implicit.


# %%
def equation(x, a):
    return x + 0.5 * np.tanh(a @ x) - 1


a = rng.normal(size=(3, 3))
x = scipy.optimize.root(equation, np.zeros(3), args=(a,), tol=1e-12).x
by_x = ag.jacobian(lambda x: equation(x, a))(x)
by_a = ag.jacobian(lambda a: equation(x, a))(a).reshape(3, 9)
implicit = -np.linalg.solve(by_x, by_a)

nudged = a.copy()
nudged[0, 1] += 1e-6
moved = scipy.optimize.root(equation, x, args=(nudged,), tol=1e-12).x - x
print("dx/da₀₁ by the theorem ", implicit[:, 1].round(6))
print("dx/da₀₁ by solving anew", (moved / 1e-6).round(6))
assert np.allclose(implicit[:, 1], moved / 1e-6, atol=1e-5)
