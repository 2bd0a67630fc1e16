"""PyTorch's names for networks that are not here: what an error tells to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from autograd.ops.keywords import with_keywords
from autograd.protocols.pytorch import absent

CPU = "there is one device, the CPU, and nothing to move; leave it out"
LAZY = "say the sizes, as in nn.Linear(4, 8)"
SAMPLED = "index by arrays, x[..., i, j], and weigh the neighbours that this gives"
WALKED = "assign a {} of Parameters, which is walked as it is"
WEIGHT = "compute the weight in forward(), for nn.functional.linear(x, weight)"

OVERWRITING = "celu elu hardtanh leaky_relu relu rrelu selu threshold"
FOLDED = "in eval() a norm costs little; leave it out"
INITIALIZERS = (
    "constant dirac eye kaiming_normal kaiming_uniform normal orthogonal sparse "
    "uniform xavier_normal xavier_uniform"
)
NAMES = {
    "nn": {
        "AdaptiveLogSoftmaxWithLoss": "write nn.CrossEntropyLoss, of all classes",
        "CrossMapLRN2d": "write nn.LocalResponseNorm",
        "DataParallel": "write nn.parallel.DistributedDataParallel",
        "FractionalMaxPool2d": "write nn.AdaptiveMaxPool2d",
        "FractionalMaxPool3d": "write nn.AdaptiveMaxPool3d",
        "LazyLinear": LAZY,
        **{
            f"Lazy{kind}{n}d": LAZY
            for kind in ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
            for n in (1, 2, 3)
        },
        "LinearCrossEntropyLoss": "write nn.CrossEntropyLoss()(linear(x), labels)",
        "NLLLoss2d": "write nn.NLLLoss",
        "ParameterDict": WALKED.format("dict"),
        "ParameterList": WALKED.format("list"),
        "SyncBatchNorm": "write nn.parallel.SyncBatchNorm",
    },
    "nn.data": {
        "BatchSampler": "write DataLoader(data, sampler=numbers, batch_size=50)",
        "ConcatDataset": "write TensorDataset(np.concatenate([x, y]))",
        "IterableDataset": "write a Dataset: len(), and [i]",
        "RandomSampler": "write DataLoader(data, shuffle=True)",
        "SequentialSampler": "leave it out: DataLoader(data) keeps the order",
        "StackDataset": "write TensorDataset(x, y)",
        "WeightedRandomSampler": "write DataLoader(data, weights=weights)",
        "dataloader": "write nn.DataLoader",
        "default_collate": "leave it out: that is what a DataLoader does",
    },
    "nn.functional": {
        "affine_grid": SAMPLED,
        "fractional_max_pool2d": "write adaptive_max_pool2d",
        "fractional_max_pool3d": "write adaptive_max_pool3d",
        "grid_sample": SAMPLED,
        "linear_cross_entropy": "write cross_entropy(linear(x, weight), labels)",
        **{f"{name}_": f"write x = {name}(x, …)" for name in OVERWRITING.split()},
        **{
            f"{kind}max_pool{n}d_with_indices": (
                f"write {kind}max_pool{n}d(…, return_indices=True)"
            )
            for kind in ("", "adaptive_")
            for n in (1, 2, 3)
        },
        "multi_head_attention_forward": "write nn.MultiheadAttention",
        "upsample": "write interpolate",
        "upsample_bilinear": 'write interpolate(…, mode="bilinear")',
        "upsample_nearest": "write interpolate",
    },
    "nn.init": {name: f"write {name}_" for name in INITIALIZERS.split()},
    "nn.optim": {
        "Adafactor": "write nn.optim.Adam",
        "SparseAdam": "gradients are whole arrays: write nn.optim.Adam",
        "swa_utils": "write nn.AveragedModel(model)",
    },
    "nn.utils": {
        "clip_grad_norm": "write clip_grad_norm_",
        "clip_grads_with_norm_": "write clip_grad_norm_",
        "data": "write nn.data",
        "fuse_conv_bn_eval": FOLDED,
        "fuse_linear_bn_eval": FOLDED,
        "parameters_to_vector": (
            "write np.concatenate([p.reshape(-1) for p in model.parameters()])"
        ),
        "parametrizations": WEIGHT,
        "parametrize": WEIGHT,
        "prune": "multiply the weight by a mask, a Buffer, in forward()",
        "remove_spectral_norm": WEIGHT,
        "remove_weight_norm": WEIGHT,
        "rnn": "write nn.data.pad_sequences, and model(padded, lengths=lengths)",
        "skip_init": "make the layer: to fill it takes little time",
        "spectral_norm": WEIGHT,
        "vector_to_parameters": "assign p.data, for p in model.parameters()",
        "weight_norm": WEIGHT,
    },
}

AHEAD = "prefetch=2 makes batches ahead, in a thread"
AT_ONCE = "all parameters are stepped at once where they can be; leave it out"
OPTIONS = {
    "batch_sampler": "write sampler= and batch_size=",
    "capturable": AT_ONCE,
    "collate_fn": "write collate=",
    "enable_nested_tensor": "sequences are padded; leave it out",
    "dataset": "write DataLoader(data)",
    "foreach": AT_ONCE,
    "fused": AT_ONCE,
    "mask_check": "sequences are padded; leave it out",
    "num_workers": AHEAD,
    "persistent_workers": AHEAD,
    "pin_memory": CPU,
    "prefetch_factor": AHEAD,
    "scale_fn": "write LambdaLR(optimizer, function)",
    "scale_mode": "write LambdaLR(optimizer, function)",
}

METHODS = {
    "_buffers": "write dict(model.named_buffers())",
    "_modules": "write dict(model.named_children())",
    "_parameters": "write dict(model.named_parameters())",
    "bfloat16": "write model.to(np.float32); NumPy has no such dtype",
    "compile": "there is no compiler; leave it out",
    "cpu": CPU,
    "cuda": CPU,
    "flatten_parameters": "weights are arrays already; leave it out",
    "get_buffer": "write dict(model.named_buffers())[name]",
    "get_parameter": "write dict(model.named_parameters())[name]",
    "get_extra_state": "keep it as a Buffer: self.more = nn.Buffer(array)",
    "half": "write model.to(np.float16)",
    "register_backward_hook": "write model.register_full_backward_hook(hook)",
    "register_full_backward_pre_hook": "write model.register_full_backward_hook(hook)",
    "register_load_state_dict_post_hook": "write a load_state_dict() of its own",
    "register_load_state_dict_pre_hook": "write a load_state_dict() of its own",
    "register_module": "write model.add_module(name, module)",
    "register_state_dict_post_hook": "write a state_dict() of its own",
    "register_state_dict_pre_hook": "write a state_dict() of its own",
    "reset_parameters": "make the layer anew, or fill it by nn.init",
    "set_extra_state": "keep it as a Buffer: self.more = nn.Buffer(array)",
    "set_submodule": "assign the attribute: model.act = nn.ReLU()",
    "share_memory": "processes do not share memory here; leave it out",
    "to_empty": CPU,
    "type": "write model.to(np.float64)",
    "xpu": CPU,
}


def telling(module: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module of ours, which tells PyTorch's names apart.

    >>> import nn
    >>> nn.functional.upsample
    Traceback (most recent call last):
        ...
    AttributeError: 'nn.functional' has no 'upsample', which is PyTorch's: write \
interpolate
    """

    def asked(name: str) -> NoReturn:
        instead = NAMES[module].get(name)
        if instead is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        text = f"{module!r} has no {name!r}, which is PyTorch's: {instead}"
        raise absent(text, name)

    return asked


def option_told(name: str) -> str:
    """What is written for an option of PyTorch's, after the error that has its name."""
    return f"; it is PyTorch's: {OPTIONS[name]}" if name in OPTIONS else ""


def with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose error for an option of PyTorch's tells what to write."""
    return with_keywords(function, _options_told)


def _options_told(text: str) -> str:
    found = [name for name in OPTIONS if f"argument {name!r}" in text]
    return "".join(map(option_told, found))


class Elsewhere:
    """A method that is not there, on a class whose error says what is.

    A descriptor, not ``__getattr__``: that would hide the error of a property.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, x: Any, kind: type) -> Any:
        if x is None:
            return self
        raise AttributeError(
            f"{kind.__name__!r} has no {self.name!r}, which is PyTorch's: "
            f"{METHODS[self.name]}",
            name=self.name,
            obj=x,
        )
