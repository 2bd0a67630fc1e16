"""Records what PyTorch's layers give: ``python tests/recorded/record_layers.py``.

For each case the output, and the gradients of the input and of the parameters, where
numbers drawn with a fixed seed stand everywhere, in double precision.
"""

import json
from pathlib import Path

import numpy as np
import torch
from layers import CASES


def recorded(text, shape):
    rng = np.random.default_rng(0)
    layer = eval(f"torch.nn.{text}", {"torch": torch}).double()
    for parameter in layer.parameters():
        parameter.data = torch.tensor(rng.normal(size=parameter.shape))
    x = torch.tensor(rng.normal(size=shape), requires_grad=True)
    out = layer(x)
    out.backward(torch.tensor(rng.normal(size=out.shape)))
    grads = {name: p.grad.tolist() for name, p in layer.named_parameters()}
    return {"output": out.tolist(), "input": x.grad.tolist(), "parameters": grads}


if __name__ == "__main__":
    found = {text: recorded(text, shape) for text, shape in CASES}
    text = json.dumps({"torch": torch.__version__, "cases": found}, indent=None)
    Path(__file__).with_name("layers.json").write_text(text + "\n", encoding="utf-8")
