"""Files between PyTorch and us: of safetensors, and PyTorch's own."""

import ast
import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import nn
from nn.saving.pickled import interpreted
from nn.saving.tensors import widened

RECORDED = Path(__file__).parent.parent / "recorded" / "saved.pt"
TABLE = np.arange(12.0, dtype=np.float32).reshape(3, 4)
KINDS = {
    "table": TABLE,
    "transposed": TABLE.T,
    "part": TABLE[1:, ::2],
    "expanded": np.full((2, 2), 3.0, np.float32),
    "empty": np.zeros((0, 3), np.float32),
    "number": np.array(2.5),
    "bfloat16": np.array([1.5, -2.25], np.float32),
    "float16": np.array([1.5, -2.25], np.float16),
    "complex64": np.array([1 + 2j], np.complex64),
    "int64": np.array([2**40, -1]),
    "uint8": np.array([200], np.uint8),
    "bool": np.array([True, False]),
    "parameter": np.ones(2, np.float32),
}


def network():
    return nn.Sequential(
        OrderedDict(linear=nn.Linear(2, 2), norm=nn.BatchNorm1d(2), lstm=nn.LSTM(2, 1))
    )


# PyTorch's own files -----------------------------------------------------------------


def test_a_training_of_pytorch_goes_on_here():
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=1.0)
    found = nn.load(RECORDED, model=model, optimizer=optimizer)
    assert optimizer.lr == 0.1
    assert optimizer.state_dict()["state"].keys() == found["optimizer"]["state"].keys()
    assert model.norm.num_batches_tracked.dtype == np.int64
    model.eval()
    out = model(found["x"])[0].data
    np.testing.assert_allclose(out, found["out"], rtol=1e-5)
    other = network()
    nn.load(RECORDED, other)  # the part "model" of it
    assert (other.linear.weight.data == model.linear.weight.data).all()


@pytest.mark.parametrize("kind", KINDS)
def test_tensors_of_any_kind_are_read_with_their_strides(kind):
    found, expected = nn.load(RECORDED)["kinds"][kind], KINDS[kind]
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)
    assert found.flags.owndata or found.base.flags.owndata
    found[...] = 0  # its own
    assert np.array_equal(nn.load(RECORDED)["kinds"]["table"], TABLE)


def test_plain_data_in_pytorchs_files_is_read():
    plain = [1, (2.5, None, True), "text" * 70, -5, 2**70, 300, 70000]
    assert nn.load(RECORDED)["kinds"]["plain"] == plain


class Named:
    """What is pickled as the global of that name."""

    def __init__(self, name, *arguments):
        self.name, self.arguments = name, arguments


class Pickler(pickle._Pickler):
    """Writes calls and names as PyTorch does, which needs not be there."""

    def save(self, x, *args, **kwargs):
        if isinstance(x, Named):
            module, _, name = x.name.rpartition(".")
            self.write(b"c" + f"{module}\n{name}\n".encode())
            if x.arguments:
                self.save(x.arguments)
                self.write(b"R")
        elif type(x) is tuple and x and x[0] == "storage":
            super().save(x)
            self.write(b"Q")
        else:
            super().save(x, *args, **kwargs)


def pickled(x, protocol=2):
    file = io.BytesIO()
    Pickler(file, protocol).dump(x)
    return file.getvalue()


def archive(path, data, entries, **settings):
    with zipfile.ZipFile(path, "w", **settings) as file:
        file.writestr("archive/data.pkl", data)
        for name, content in entries.items():
            file.writestr(f"archive/{name}", content)
    return path


def tensor(size, stride, offset=0, n=6, kind="Float", key="0", more=()):
    storage = ("storage", Named(f"torch.{kind}Storage"), key, "cpu", n)
    hooks = Named("collections.OrderedDict", ())
    name = "torch._utils._rebuild_tensor_v2"
    return Named(name, storage, offset, size, stride, False, hooks, *more)


NUMBERS = np.arange(6, dtype="<f4")
DATA = {"data/0": NUMBERS.tobytes()}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(("order", "name"), [("<", "little"), (">", "big")])
def test_numbers_in_either_byte_order_are_read(tmp_path, protocol, order, name):
    entries = {"data/0": NUMBERS.astype(f"{order}f4").tobytes(), "byteorder": name}
    x, y = tensor((2, 3), (3, 1)), tensor((3,), (2,), offset=1)
    path = archive(tmp_path / "x.pt", pickled({"x": x, "y": y}, protocol), entries)
    found = nn.load(path)
    assert np.array_equal(found["x"], NUMBERS.reshape(2, 3))
    assert np.array_equal(found["y"], NUMBERS[1::2])
    assert found["x"].dtype.isnative


def test_bfloat16_is_read_in_the_stored_order(tmp_path):
    data = {"data/0": np.array([0x3F80, 0xC010], ">u2").tobytes(), "byteorder": "big"}
    x = tensor((2,), (1,), n=2, kind="BFloat16")
    path = archive(tmp_path / "x.pt", pickled({"x": x}), data)
    assert nn.load(path)["x"].tolist() == [1.0, -2.25]


@pytest.mark.parametrize(
    ("x", "told"),
    [
        (tensor((2, 3), (3, 1), offset=1), "needs more than the 6 elements"),
        (tensor((2, 2**62), (0, 2**62)), "needs more than"),
        (tensor((2,), (-1,), offset=5), "no tensor has offset 5"),
        (tensor((2,), (1, 1)), "no tensor has"),
        (tensor((2,), (1,), offset=-1), "no tensor has offset -1"),
        (tensor((2.0,), (1,)), "no tensor has"),
        (tensor((2,), (1,), n=5), "expected 5 of FloatStorage; got 6 of FloatStorage"),
        (tensor((2,), (1,), kind="Double"), "expected 6 of DoubleStorage; got 3"),
        (tensor((2,), (1,), key="1"), "archive/data/1"),
        (tensor((2,), (1,), key="../data.pkl"), "archive/data/../data.pkl"),
        (tensor((2,), (1,), kind="Quantized"), "refers to torch.QuantizedStorage"),
        (tensor((2,), (1,), more=({"conj": True},)), "a tensor is conj"),
        (Named("torch._utils._rebuild_qtensor", 1), "torch._utils._rebuild_qtensor"),
        (Named("builtins.eval", "1"), "refers to builtins.eval"),
        (Named("os.system", "true"), "refers to os.system"),
        (Named("torch.FloatStorage", 1), "not callable"),
    ],
)
def test_what_is_no_tensor_within_its_storage_is_refused(tmp_path, x, told):
    path = archive(tmp_path / "x.pt", pickled({"x": x}), DATA)
    with pytest.raises(ValueError, match=told.replace(".", r"\.")):
        nn.load(path)


class Evil:
    def __reduce__(self):
        return print, ("this is run",)


def test_nothing_that_a_pickle_names_is_run(tmp_path, capsys):
    path = archive(tmp_path / "x.pt", pickle.dumps({"x": Evil()}), {})
    with pytest.raises(ValueError, match=r"refers to builtins\.print"):
        nn.load(path)
    for protocol in range(6):
        with pytest.raises(ValueError, match=r"print|needs not"):
            interpreted(pickle.dumps([Evil()], protocol), {}, print)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "steps",
    [
        b"\x80\x02.",  # an empty stack
        b"\x80\x02q\x00.",
        b"\x80\x02h\x05.",  # nothing was kept there
        b"\x80\x02Nb.",
        b"\x80\x02NNR.",
        b"\x80\x02}(K\x01u.",  # a key without a value
        b"\x80\x02}}K\x01s.",  # a dictionary as a key
        b"\x80\x02Nu.",
        b"\x80\x02NK\x01a.",
        b"\x80\x02]",  # no end
        b"\x80\x02iprint\n.",
        b"\x80\x02\x82\x01.",
        b"\x80\x02]a.",
        b"\x80\x02\x85.",
        b"\xff",
        b"",
    ],
)
def test_steps_that_make_no_sense_are_refused(tmp_path, steps):
    path = archive(tmp_path / "x.pt", steps, {})
    with pytest.raises(ValueError, match="was not read"):
        nn.load(path)


def test_other_archives_and_older_files_are_refused_with_the_reason(tmp_path):
    good = pickled({"x": tensor((2,), (1,))})
    np.savez(tmp_path / "x.npz", x=1)
    cases = {
        tmp_path / "x.npz": "no data.pkl",
        archive(tmp_path / "a", good, {**DATA, "constants.pkl": b""}): "TorchScript",
        archive(tmp_path / "b", good, {**DATA, "byteorder": b"odd"}): "byte order",
        archive(tmp_path / "c", good, DATA, compression=8): "compressed",
        archive(tmp_path / "d", pickled([1]), {}): "expected a dictionary",
        archive(tmp_path / "e", good, {"data/0": DATA["data/0"][:-1]}): "was not read",
    }
    (tmp_path / "old.pt").write_bytes(pickle.dumps(0x1950A86A20F9469CFC6C, 2))
    cases[tmp_path / "old.pt"] = "before 1.6"
    (tmp_path / "text").write_text("weights")
    cases[tmp_path / "text"] = "no safetensors file, or was cut"
    for path, told in cases.items():
        with pytest.raises(ValueError, match=told):
            nn.load(path)


def test_no_file_that_saves_or_reads_imports_pickle():
    """But ``pickletools``, which takes apart and runs nothing."""
    for path in (Path(nn.__file__).parent / "saving").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = {alias.name for alias in node.names}
                assert "pickle" not in names | {getattr(node, "module", "")}, path


# Safetensors -------------------------------------------------------------------------


def test_weights_of_pytorch_as_safetensors_are_loaded_by_name(tmp_path):
    state = nn.load(RECORDED)["model"]
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    model = network()
    nn.load(tmp_path / "model.safetensors", model)
    for name, array in model.state_dict().items():
        assert np.array_equal(array, state[name]), name


def test_ours_are_plain_safetensors_under_pytorchs_names(tmp_path):
    model = network()
    nn.save(tmp_path / "model.safetensors", model)
    found = load_file(tmp_path / "model.safetensors")
    recorded = nn.load(RECORDED)["model"]
    assert {(k, x.shape, x.dtype) for k, x in found.items()} == {
        (k, x.shape, x.dtype) for k, x in recorded.items()
    }
    assert all(np.array_equal(x, model.state_dict()[k]) for k, x in found.items())


def test_what_pytorch_stores_once_of_tied_weights_is_found_under_both_names(tmp_path):
    """Its ``save_model`` notes the other name, and the first, in the metadata."""
    model = nn.Sequential(nn.Embedding(3, 2), nn.Linear(2, 3, bias=False))
    model[1].weight = model[0].weight
    weight = np.arange(6, dtype=np.float32).reshape(3, 2)
    note = {"1.weight": "0.weight", "format": "pt"}
    save_file({"0.weight": weight}, tmp_path / "tied.safetensors", metadata=note)
    nn.load(tmp_path / "tied.safetensors", model)
    assert np.array_equal(model[0].weight.data, weight)
    assert model[1].weight is model[0].weight


def test_bfloat16_and_float16_of_safetensors_are_loaded(tmp_path):
    exact = np.array([1.5, -2.25, 3e38, 0.0], np.float32)
    bits = (exact.view(np.uint32) >> 16).astype(np.uint16)
    head = (
        b'{"x":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]},'
        b'"y":{"dtype":"F16","shape":[1],"data_offsets":[8,10]}}'
    )
    half = np.array([0.5], "<f2").tobytes()
    content = len(head).to_bytes(8, "little") + head + bits.tobytes() + half
    (tmp_path / "half").write_bytes(content)
    found = nn.load(tmp_path / "half")
    assert np.array_equal(found["x"], widened(bits))
    assert found["x"].dtype == np.float32
    assert found["y"].dtype == np.float16


def test_a_dtype_that_numpy_has_not_is_told(tmp_path):
    head = b'{"x":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}'
    (tmp_path / "x").write_bytes(len(head).to_bytes(8, "little") + head + b"\0")
    with pytest.raises(ValueError, match="x is of dtype F8_E4M3, which NumPy has not"):
        nn.load(tmp_path / "x")


def test_reading_needs_no_pytorch():
    assert "torch" not in sys.modules
