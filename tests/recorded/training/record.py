"""Records what PyTorch does: ``python tests/recorded/training/record.py``.

In double precision; Muon, too, which PyTorch computes in bfloat16.
"""

import json
import sys
from pathlib import Path

import torch
from torch.optim import lr_scheduler

sys.path.insert(0, str(Path(__file__).parents[1]))
from training import (
    CHANGES,
    EPOCHS,
    HALF,
    OPTIMIZERS,
    SCHEDULERS,
    START,
    STEPS,
    metrics,
    problem,
)

torch.set_default_dtype(torch.float64)
torch.Tensor.bfloat16 = torch.Tensor.clone


def plain(x):
    """Tensors as lists, within what ``state_dict`` gives."""
    if isinstance(x, torch.Tensor):
        return x.tolist()
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    return [plain(value) for value in x] if isinstance(x, (list, tuple)) else x


def steps(text, changed_at=None, change=None, states=None):
    x = torch.tensor(START, requires_grad=True)
    optimizer = eval(text, {**vars(torch.optim), "params": [x]})

    def closure():
        optimizer.zero_grad()
        loss = problem(x)
        loss.backward()
        return loss

    found = []
    for step in range(STEPS):
        if step == changed_at:
            optimizer.param_groups[0].update(change)
        if step == HALF and states is not None:
            states[text] = plain(optimizer.state_dict())
        optimizer.step(closure)
        found.append(x.flatten().tolist())
    return found


def rates(text):
    x, y = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    groups = [{"params": [x], "lr": 0.2}, {"params": [y], "lr": 0.05}]
    optimizer = torch.optim.SGD(groups, momentum=0.9)
    scheduler = eval(text, {**vars(lr_scheduler), "optimizer": optimizer})
    found = []
    for metric in metrics():
        optimizer.step()
        found.append([[g["lr"], g["momentum"]] for g in optimizer.param_groups])
        if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
            scheduler.step(metric)
        else:
            scheduler.step()
    return found


if __name__ == "__main__":
    states = {}
    recorded = {
        "torch": torch.__version__,
        "optimizers": {text: steps(text, states=states) for text in OPTIMIZERS},
        "states": states,
        "changes": [steps(*case) for case in CHANGES],
        "schedulers": {text: rates(text) for text in SCHEDULERS},
    }
    assert all(len(row) == EPOCHS for row in recorded["schedulers"].values())
    path = Path(__file__).with_name("recorded.json")
    path.write_text(json.dumps(recorded) + "\n", encoding="utf-8")
