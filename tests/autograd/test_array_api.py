"""The package as a namespace of the Array API standard, beside the standard's suite."""

import os
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag


def test_a_tensor_names_its_namespace_which_says_what_it_has():
    xp = ag.tensor([1.0]).__array_namespace__()
    assert xp is ag
    assert xp.__array_api_version__ == "2024.12"
    info = xp.__array_namespace_info__()
    assert info.default_dtypes()["real floating"] == xp.float64
    assert list(info.devices()) == ["cpu"]
    assert ag.tensor([1.0]).device == "cpu"


def test_dlpack_goes_both_ways_and_shares_memory():
    array = np.arange(3.0)
    shared = ag.from_dlpack(array)
    assert np.shares_memory(shared.data, array)
    assert np.shares_memory(np.from_dlpack(shared), array)
    with pytest.raises(TypeError, match="history"):
        np.from_dlpack(ag.tensor([1.0], requires_grad=True))


def test_a_copy_of_something_tracked_stays_in_the_graph():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    ag.sum(ag.asarray(x, copy=True) * ag.asarray([x[0], x[1] * 2])).backward()
    np.testing.assert_array_equal(x.grad, [2.0, 8.0])


def test_bits_of_integers_and_masks_combine():
    x = ag.tensor([1, 2, 3])
    assert ((x > 1) & (x < 3)).data.tolist() == [False, True, False]
    assert (x | 4).data.tolist() == [5, 6, 7]
    assert (1 ^ x).data.tolist() == [0, 3, 2]
    assert (~(x > 1)).data.tolist() == [True, False, False]
    assert (x << 1).data.tolist() == [2, 4, 6]
    with pytest.raises(TypeError, match="bitwise_and"):
        ag.tensor([1.0]) & ag.tensor([2.0])


def switched_on(code, *libraries):
    """Run with the switch by which libraries take other libraries' arrays."""
    for library in libraries:
        pytest.importorskip(library)
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr


def test_functions_of_scipy_differentiate_to_second_order():
    code = """
import numpy as np, scipy.stats
from autograd.check import check_grads
x = np.array([0.3, 1.2, -0.7, 2.2])
for function in (scipy.stats.kurtosis, scipy.stats.skew, scipy.stats.sem):
    report = check_grads(function, x)
    assert report.inconclusive == 0
"""
    switched_on(code, "scipy.stats")


def test_metrics_of_scikit_learn_take_tensors():
    code = """
import numpy as np, autograd as ag, sklearn
from sklearn import metrics
from autograd.check import check_grads
x, y = np.array([0.3, 1.2, -0.7, 2.2]), np.array([0.1, 1.0, 0.2, 2.0])
with sklearn.config_context(array_api_dispatch=True):
    for metric in (metrics.mean_squared_error, metrics.r2_score, metrics.max_error):
        np.testing.assert_allclose(metric(ag.asarray(y), ag.asarray(x)), metric(y, x))
    check_grads(metrics.pairwise.linear_kernel, np.stack([x, y]))
"""
    switched_on(code, "scipy", "sklearn")
