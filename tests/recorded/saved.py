"""A file that PyTorch writes of a small training, and of tensors of all kinds.

``python tests/recorded/saved.py``, where PyTorch is installed, writes ``saved.pt``.
"""

from collections import OrderedDict
from pathlib import Path

PATH = Path(__file__).with_suffix(".pt")


def main():
    import torch
    from torch import nn

    torch.manual_seed(0)
    lstm = nn.LSTM(2, 1)
    model = nn.Sequential(
        OrderedDict(linear=nn.Linear(2, 2), norm=nn.BatchNorm1d(2), lstm=lstm)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    x = torch.randn(3, 2)
    model(x)[0].square().sum().backward()
    optimizer.step()
    model.eval()
    table = torch.arange(12.0).reshape(3, 4)
    kinds = {
        "table": table,
        "transposed": table.T,
        "part": table[1:, ::2],
        "expanded": torch.tensor(3.0).expand(2, 2),
        "empty": torch.zeros(0, 3),
        "number": torch.tensor(2.5, dtype=torch.float64),
        "bfloat16": torch.tensor([1.5, -2.25]).bfloat16(),
        "float16": torch.tensor([1.5, -2.25]).half(),
        "complex64": torch.tensor([1 + 2j]),
        "int64": torch.tensor([2**40, -1]),
        "uint8": torch.tensor([200], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "parameter": nn.Parameter(torch.ones(2)),
        "plain": [1, (2.5, None, True), "text" * 70, -5, 2**70, 300, 70000],
    }
    found = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "x": x,
        "out": model(x)[0].detach(),
        "kinds": kinds,
    }
    torch.save(found, PATH)


if __name__ == "__main__":
    main()
