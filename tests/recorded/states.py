"""States of PyTorch's layers as it makes them, and an output of each: for loading.

``python tests/recorded/states.py``, where PyTorch is installed, writes ``states.json``.
A case is the text of a layer, and a shape of its input, or the integers themselves.
"""

import json
from pathlib import Path

import numpy as np

PATH = Path(__file__).with_suffix(".json")
CASES = {
    "nn.Linear(3, 2)": (4, 3),
    "nn.Bilinear(2, 3, 2)": [(4, 2), (4, 3)],
    "nn.Conv1d(2, 3, 2)": (1, 2, 4),
    "nn.Conv2d(2, 4, 2, groups=2)": (1, 2, 3, 3),
    "nn.Conv3d(1, 2, 2)": (1, 1, 2, 3, 2),
    "nn.ConvTranspose1d(2, 3, 2)": (1, 2, 3),
    "nn.ConvTranspose2d(2, 4, 2, groups=2)": (1, 2, 2, 2),
    "nn.ConvTranspose3d(1, 2, 2)": (1, 1, 2, 1, 2),
    "nn.BatchNorm1d(3)": (4, 3),
    "nn.BatchNorm2d(2, affine=False)": (2, 2, 2, 2),
    "nn.BatchNorm3d(2)": (2, 2, 1, 2, 2),
    "nn.LayerNorm((2, 3))": (2, 2, 3),
    "nn.GroupNorm(2, 4)": (2, 4, 2),
    "nn.InstanceNorm1d(2, affine=True)": (2, 2, 3),
    "nn.InstanceNorm2d(2, affine=True, track_running_stats=True)": (2, 2, 2, 2),
    "nn.InstanceNorm3d(2, track_running_stats=True)": (1, 2, 2, 2, 2),
    "nn.RMSNorm(3)": (2, 3),
    "nn.Embedding(5, 3, padding_idx=1)": np.array([[1, 0], [4, 4]]),
    "nn.EmbeddingBag(5, 3)": np.array([[1, 0], [4, 4]]),
    "nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))": (2, 3),
    "nn.Sequential(OrderedDict(a=nn.Conv2d(1, 2, 2), b=nn.BatchNorm2d(2)))": (
        2,
        1,
        3,
        3,
    ),
}


def drawn(case):
    """The inputs of a case, as arrays."""
    rng = np.random.default_rng(0)
    shapes = case if isinstance(case, list) else [case]
    return [
        x if isinstance(x, np.ndarray) else rng.normal(size=x).astype(np.float32)
        for x in shapes
    ]


def main():
    from collections import OrderedDict

    import torch

    torch.manual_seed(0)
    found = {}
    for text, case in CASES.items():
        layer = eval(text, {"nn": torch.nn, "OrderedDict": OrderedDict})
        xs = [torch.tensor(x) for x in drawn(case)]
        layer(*xs)  # so that running statistics have moved
        state = {name: x.tolist() for name, x in layer.state_dict().items()}
        found[text] = {"state": state, "output": layer.eval()(*xs).tolist()}
    text = json.dumps({"torch": torch.__version__, "cases": found})
    PATH.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
