"""Records what PyTorch gives: ``python tests/recorded/layers/record.py [FAMILY …]``.

For each case the outputs, and the gradients of the inputs and of the parameters, where
numbers drawn with a fixed seed stand everywhere, in double precision. Buffers are as
they stand after that one call.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from layers import FAMILIES, apart, cases, drawn, flattened

torch.set_default_dtype(torch.float64)
NAMES = {"nn": torch.nn, "F": torch.nn.functional}


def recorded(text, inputs):
    rng = np.random.default_rng(0)
    inputs, options = apart(inputs)
    for name, x in options.items():
        options[name] = torch.tensor(x) if isinstance(x, np.ndarray) else x
    made = eval(text, dict(NAMES))
    named = dict(made.named_parameters()) if isinstance(made, torch.nn.Module) else {}
    for parameter in named.values():
        parameter.data = torch.tensor(rng.normal(size=parameter.shape))
    xs = [torch.tensor(x, requires_grad=grad) for x, grad in drawn(rng, inputs)]
    outs = flattened(made(*xs, **options))
    real = [out for out in outs if out.requires_grad]
    torch.autograd.backward(
        real, [torch.tensor(rng.normal(size=o.shape)) for o in real]
    )
    buffers = dict(made.named_buffers()) if isinstance(made, torch.nn.Module) else {}
    return {
        "outputs": [out.tolist() for out in outs],
        "inputs": [x.grad.tolist() for x in xs if x.requires_grad],
        "parameters": {name: p.grad.tolist() for name, p in named.items()},
        "buffers": {name: buffer.tolist() for name, buffer in buffers.items()},
    }


if __name__ == "__main__":
    for family in sys.argv[1:] or FAMILIES:
        found = {text: recorded(text, inputs) for text, *inputs in cases(family)}
        text = json.dumps({"torch": torch.__version__, "cases": found}, indent=None)
        path = Path(__file__).with_name(f"{family}.json")
        path.write_text(text + "\n", encoding="utf-8")
