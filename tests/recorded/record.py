"""Records values and gradients of all cases from JAX, into ``jax.json`` beside it.

    pip install jax && python tests/recorded/record.py

It needs nothing of this project, and the tests need no JAX.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy
from cases import CASES, INPUTS, weighted

jax.config.update("jax_enable_x64", True)


def recorded(case, names):
    arrays = [jnp.asarray(INPUTS[name]) for name in names]
    value = weighted(jnp, case(jnp, *arrays))
    gradients = jax.grad(
        lambda *xs: jnp.real(weighted(jnp, case(jnp, *xs))), tuple(range(len(names)))
    )(*arrays)
    rounded = [[float(f"{g:.15g}") for g in numpy.ravel(grad)] for grad in gradients]
    return {"value": float(value), "gradients": rounded}


if __name__ == "__main__":
    found = {}
    for name, (case, names) in CASES.items():
        found[name] = recorded(case, names)
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in found.items()]
    text = ",\n".join(lines)
    Path(__file__).with_name("jax.json").write_text(f"{{\n{text}\n}}\n")
    print(f"{len(found)} cases from JAX {jax.__version__}")
