"""The sides that differentiate functions: one namespace for each library.

``value_and_grad(f)`` and ``hessian(f)`` take a function of a list of arrays;
``run(step)`` compiles where the side does. All give arrays that NumPy understands.
"""

import os
import sys

import numpy as np

SIDE = sys.argv[1]


def run(step):
    """The step as it is, where the side does not compile."""
    return step


def array(numbers):
    """The library's array; most take NumPy's."""
    return numbers


def by_backward(leaf, gradient):
    """The value and the gradients for libraries that write them into leaves."""

    def of(f):
        def both(arrays):
            leaves = [leaf(x) for x in arrays]
            value = f(leaves)
            value.backward()
            return value, [gradient(x) for x in leaves]

        return both

    return of


if SIDE in ("ours", "compiled", "replay"):
    import autograd as ag

    exp, log, tanh, sqrt, erf, relu = ag.exp, ag.log, ag.tanh, ag.sqrt, ag.erf, ag.relu
    sum_of, softplus = ag.sum, ag.softplus
    cross_entropy, hessian = ag.cross_entropy, ag.hessian
    if SIDE == "ours":
        value_and_grad = by_backward(
            lambda x: ag.Tensor(x, requires_grad=True), lambda x: x.grad
        )
    else:
        value_and_grad = ag.value_and_grad

        def run(step):
            return ag.compile(step, backend="numpy" if SIDE == "replay" else "c")

elif SIDE in ("torch", "torch.compile"):
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    exp, log, tanh, sqrt, erf = torch.exp, torch.log, torch.tanh, torch.sqrt, torch.erf
    relu, sum_of, softplus = torch.relu, torch.sum, torch.nn.functional.softplus
    hessian, array = torch.func.hessian, torch.as_tensor
    value_and_grad = by_backward(
        lambda x: torch.as_tensor(x).detach().requires_grad_(), lambda x: x.grad
    )
    if SIDE == "torch.compile":
        run = torch.compile
elif SIDE == "jax":
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    exp, log, tanh, sqrt, sum_of = jnp.exp, jnp.log, jnp.tanh, jnp.sqrt, jnp.sum
    erf, relu, softplus = jax.scipy.special.erf, jax.nn.relu, jax.nn.softplus
    value_and_grad, hessian, run, array = (
        jax.value_and_grad,
        jax.hessian,
        jax.jit,
        jnp.asarray,
    )
elif SIDE == "hips":
    from autograd.scipy.special import erf

    from autograd import hessian, value_and_grad  # noqa: F401  (HIPS autograd's)
    from autograd import numpy as anp

    exp, log, tanh, sqrt, sum_of = anp.exp, anp.log, anp.tanh, anp.sqrt, anp.sum

    def relu(x):
        return anp.maximum(x, 0)

    def softplus(x):
        return anp.logaddexp(x, np.float32(0))

elif SIDE == "mygrad":
    import mygrad

    exp, log, tanh, sqrt = mygrad.exp, mygrad.log, mygrad.tanh, mygrad.sqrt
    sum_of = mygrad.sum

    def relu(x):
        return mygrad.maximum(x, 0)

    def softplus(x):
        return mygrad.logaddexp(x, np.float32(0))

    value_and_grad = by_backward(mygrad.tensor, lambda x: x.grad)
elif SIDE == "tinygrad":
    from tinygrad import Tensor

    exp, log, tanh, sqrt, erf = (
        Tensor.exp,
        Tensor.log,
        Tensor.tanh,
        Tensor.sqrt,
        Tensor.erf,
    )
    relu, sum_of, softplus, array = Tensor.relu, Tensor.sum, Tensor.softplus, Tensor
    value_and_grad = by_backward(
        lambda x: (x if isinstance(x, Tensor) else Tensor(x)).detach().is_param_(),
        lambda x: x.grad,
    )
