"""Libraries are built once, kept in a private folder, and never trusted blindly."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd.compiler.native import NoCompiler, built, cache, compilers
from autograd.compiler.tracing import traced

ROOT = Path(__file__).resolve().parents[3]

try:
    cache.library("int nothing;")
    reason = ""
except NoCompiler as error:
    reason = str(error)
with_compiler = pytest.mark.skipif(bool(reason), reason=reason)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "glassgrad"


def files(folder, ending):
    return sorted(folder.glob(f"*{ending}"))


# The folder ---------------------------------------------------------------------------


def test_the_folder_is_for_its_owner_alone(home):
    assert cache.folder() == home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o705, 0o500])
def test_a_folder_that_others_may_enter_or_that_cannot_be_written_is_not_used(
    home, mode
):
    home.mkdir()
    home.chmod(mode)
    if mode == 0o500 and os.getuid() == 0:
        pytest.skip("root writes everywhere")
    used = cache.folder()
    assert used != home
    assert cache.is_private(used)
    home.chmod(0o700)


def test_a_link_is_not_followed(home, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    home.symlink_to(tmp_path / "elsewhere")
    assert cache.folder() != home


def test_a_file_in_its_place_is_no_folder(home):
    home.write_text("")
    assert cache.is_private(cache.folder())


def test_the_folder_of_another_user_is_not_used(home, monkeypatch):
    home.mkdir(mode=0o700)
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    assert not cache.is_private(home)


# What lies there ----------------------------------------------------------------------


def number(library):
    return library.number()


@with_compiler
def test_a_library_is_built_once(home, monkeypatch):
    text = "int number(void) { return 7; }"
    assert number(cache.library(text)) == 7
    (made,) = files(home, ".so")
    assert files(home, ".c") == [made.with_suffix(".c")]
    monkeypatch.setattr(cache, "compile_c", lambda *_: pytest.fail("built again"))
    assert number(cache.library(text)) == 7


@with_compiler
def test_another_text_compiler_flag_or_processor_is_another_library(home, monkeypatch):
    text = "int number(void) { return SEVEN; }"
    for flag, value in (("-DSEVEN=7", 7), ("-DSEVEN=8", 8)):
        assert number(cache.library(text, (flag,))) == value
    monkeypatch.setattr(cache, "processor", lambda: "another")
    cache.library(text, ("-DSEVEN=7",))
    monkeypatch.setattr(cache, "version", lambda _: "another")
    cache.library(text, ("-DSEVEN=7",))
    assert len(files(home, ".so")) == 4


@with_compiler
@pytest.mark.parametrize("harm", ["cut", "altered", "empty", "no digest", "bad digest"])
def test_a_file_that_was_cut_or_altered_is_built_anew(home, harm):
    text = f"int number(void) {{ return {len(harm)}; }}"
    cache.library("int first;")
    target = home / "made.so"
    cache.build(compilers.compiler(), text, target, compilers.FLAGS)
    assert cache.is_whole(target)
    whole, digest = target.read_bytes(), target.with_suffix(".sha256")
    if harm == "cut":
        target.write_bytes(whole[: len(whole) // 2])
    elif harm == "altered":
        target.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif harm == "empty":
        target.write_bytes(b"")
    elif harm == "no digest":
        digest.unlink()
    else:
        digest.write_bytes(b"\xff\xfe")
    assert not cache.is_whole(target)


@with_compiler
def test_a_library_that_was_altered_is_replaced_when_it_is_asked_for(home):
    text = "int number(void) { return 9; }"
    cache.library("int x;")
    code = (
        "from autograd.compiler.native import cache\n"
        f"print(cache.library({text!r}).number())"
    )

    def run():
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        found = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True
        )
        return found.stdout.strip(), found.stderr

    assert run()[0] == "9"
    for made in files(home, ".so"):
        made.unlink()  # one of them is mapped into this process, which would die of it
        made.write_bytes(b"no library")
    assert run()[0] == "9"


@with_compiler
def test_two_processes_at_once_do_no_harm_to_each_other(home):
    code = (
        "from autograd.compiler.native import cache\n"
        "print(sum(cache.library(f'int number(void) {{ return {i}; }}').number() "
        "for i in range(3)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [p.communicate()[0].strip() for p in running] == [b"3"] * 3
    assert all(cache.is_whole(made) for made in files(home, ".so"))
    assert not list(home.glob("build-*"))


# The compiler -------------------------------------------------------------------------


def test_a_missing_compiler_is_an_error_that_names_the_extra(home, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(compilers.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NoCompiler, match=r"glassgrad\[compile\]"):
        cache.library("int x;")


@pytest.mark.parametrize("command", ["/nowhere/cc", "false", "cat"])
def test_a_broken_compiler_is_an_error(home, monkeypatch, command):
    monkeypatch.setenv("CC", command)
    compilers.version.cache_clear()
    with pytest.raises(NoCompiler, match="C compiler"):
        cache.library("int y;")
    assert not files(home, ".so")


@with_compiler
def test_a_text_that_does_not_compile_leaves_nothing_behind(home):
    with pytest.raises(NoCompiler, match="failed with status"):
        cache.library("int number(void) { return")
    assert list(home.iterdir()) == []


def test_the_wheel_of_zig_serves_where_the_path_is_empty(home, monkeypatch):
    pytest.importorskip("ziglang")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    assert compilers.compiler()[1:] == ["-m", "ziglang", "cc"]


# BLAS and threads ---------------------------------------------------------------------


@with_compiler
def test_products_are_right_without_a_blas(monkeypatch):
    from autograd import blas
    from autograd.compiler.native import running

    for module in (running, blas):
        monkeypatch.setattr(module, "blas", lambda: None)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 30)), rng.standard_normal((30, 50))

    def f(x, y):
        return x @ y, y.T @ x.T, ag.grad(lambda x: np.tanh(x @ y).sum())(x)

    flat, _ = traced(f, (x, y))
    for got, expected in zip(built(flat)(x, y), flat(x, y), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


@with_compiler
def test_blas_has_its_threads_again_after_each_call():
    from autograd.blas import blas, give_threads, take_threads

    found = blas()
    if found is None:
        pytest.skip("NumPy has no OpenBLAS here")
    before = found.threads()
    found.set_threads(2)
    now = found.threads()
    take_threads()
    take_threads()
    assert found.threads() == 1
    give_threads()
    assert found.threads() == 1
    give_threads()
    assert found.threads() == now
    found.set_threads(before)


@with_compiler
def test_threads_that_wait_for_work_sleep_soon():
    code = (
        "import time, numpy as np\n"
        "from autograd.compiler.tracing import traced\n"
        "from autograd.compiler.native import built\n"
        "x = np.ones((600, 300), np.float32)\n"
        "run = built(traced(lambda x: np.tanh(x) + x, (x,))[0])\n"
        "for _ in range(3):\n"
        "    run(x)\n"
        "before = time.process_time()\n"
        "time.sleep(0.05)\n"
        "print(time.process_time() - before)\n"
    )
    several = {"GLASSGRAD_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **several, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert float(done.stdout) < 0.01, done.stderr


@with_compiler
def test_a_child_of_fork_computes_too():
    code = (
        "import os, numpy as np\n"
        "os.environ['GLASSGRAD_NUM_THREADS'] = '2'\n"
        "from autograd.compiler.tracing import traced\n"
        "from autograd.compiler.native import built\n"
        "x = np.ones((600, 300), np.float32)\n"
        "run = built(traced(lambda x: np.tanh(x) + x, (x,))[0])\n"
        "first, = run(x)\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    again, = run(x)\n"
        "    os._exit(0 if (again == first).all() else 1)\n"
        "print(os.waitpid(pid, 0)[1])\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "0", done.stderr
