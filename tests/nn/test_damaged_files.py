"""What happens to files: cut, altered, on a full disk, written by two at once."""

import contextlib
import errno
import fcntl
import os
import resource
import stat
from pathlib import Path

import numpy as np
import pytest
from trainings import same, trained

import nn
from nn.saving import atomic

RECORDED = Path(__file__).parent.parent / "recorded" / "saved.pt"


def files(folder):
    """A file of each format, and what fits into it."""
    model, optimizer = trained()
    nn.save(folder / "weights", model)
    nn.save(
        folder / "checkpoint", model=model, optimizer=optimizer, epoch=3, sizes=(1,)
    )
    (folder / "pytorch").write_bytes(RECORDED.read_bytes())
    return [folder / name for name in ("weights", "checkpoint", "pytorch")]


# Cut and altered files ---------------------------------------------------------------


@pytest.fixture(params=[0, 1, 2], ids=["weights", "checkpoint", "pytorch"])
def whole(request, tmp_path):
    return files(tmp_path)[request.param]


def test_a_file_that_was_cut_is_refused(whole):
    content, rng = whole.read_bytes(), np.random.default_rng(0)
    for length in [
        0,
        1,
        7,
        8,
        9,
        len(content) - 1,
        *rng.integers(len(content), size=50),
    ]:
        whole.write_bytes(content[:length])
        with pytest.raises(ValueError, match=whole.name):
            nn.load(whole)


def test_a_file_with_something_after_its_end_is_refused_or_equal(whole):
    expected = nn.load(whole)
    whole.write_bytes(whole.read_bytes() + b"more")
    with contextlib.suppress(ValueError):
        assert same(nn.load(whole), expected)


def test_a_file_with_one_byte_altered_is_refused_or_equal(whole):
    """Anywhere in it: in the numbers, in the names, in what says how long they are."""
    expected, content = nn.load(whole), whole.read_bytes()
    rng, refused = np.random.default_rng(1), 0
    places = rng.permutation(len(content))[:300]
    for place in places:
        altered = bytearray(content)
        altered[place] ^= rng.integers(1, 256)
        whole.write_bytes(altered)
        try:
            found = nn.load(whole)
        except ValueError:
            refused += 1
        else:
            assert same(found, expected), (place, altered[place])
    assert refused > len(places) / 3  # the others were padding


def test_an_altered_file_leaves_the_model_as_it_was(tmp_path):
    model, optimizer = trained()
    nn.save(tmp_path / "c", model=model, optimizer=optimizer)
    content = bytearray((tmp_path / "c").read_bytes())
    content[-3] ^= 1
    (tmp_path / "c").write_bytes(content)
    other, twin = trained(rule=nn.optim.AdamW)
    before = [other.state_dict(), twin.state_dict()]
    for parts in ([other], []):
        with pytest.raises(
            ValueError, match="c was altered: its content is not what its"
        ):
            nn.load(tmp_path / "c", *parts, **({} if parts else {"model": other}))
    assert same(before, [other.state_dict(), twin.state_dict()])


def test_names_and_texts_belong_to_the_digest(tmp_path):
    nn.save(tmp_path / "c", part={"name": np.ones(1), "text": "left"})
    content = (tmp_path / "c").read_bytes()
    for old, new in [(b"left", b"lift"), (b"part.name", b"part.nome")]:
        (tmp_path / "c").write_bytes(content.replace(old, new))
        with pytest.raises(ValueError, match="was altered"):
            nn.load(tmp_path / "c")


# A full disk, and other errors in the middle -----------------------------------------


@pytest.mark.parametrize("call", ["ftruncate", "write", "fchmod", "fsync", "rename"])
@pytest.mark.parametrize("kind", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_an_error_in_the_middle_leaves_the_old_file_and_no_other(
    tmp_path, monkeypatch, call, kind
):
    path = tmp_path / "model"
    nn.save(path, {"x": np.zeros(3)})
    old = path.read_bytes()

    def fail(*args):
        raise kind

    monkeypatch.setattr(atomic.os, call, fail)
    with pytest.raises(type(kind)):
        nn.save(path, {"x": np.ones(3)})
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["model"]


def test_a_disk_that_is_full_halfway_leaves_the_old_file(tmp_path, monkeypatch):
    path, write, room = tmp_path / "model", os.write, [100]
    nn.save(path, {"x": np.zeros(3)})
    old = path.read_bytes()

    def write_some(descriptor, content):
        if not room[0]:
            raise OSError(errno.ENOSPC, "full")
        some = write(descriptor, content[: min(30, room[0])])
        room[0] -= some
        return some

    monkeypatch.setattr(atomic.os, "write", write_some)
    with pytest.raises(OSError, match="full"):
        nn.save(path, {"x": np.ones(3)})
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["model"]
    room[0] = 10**6
    nn.save(path, {"x": np.ones(3)})  # piece by piece
    assert nn.load(path)["x"].tolist() == [1, 1, 1]


def test_an_error_when_the_folder_is_synced_leaves_one_whole_file(
    tmp_path, monkeypatch
):
    path, sync = tmp_path / "model", os.fsync
    nn.save(path, {"x": np.zeros(3)})

    def fail(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "broken")
        sync(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(OSError, match="broken"):
        nn.save(path, {"x": np.ones(3)})
    assert nn.load(path)["x"].tolist() == [1, 1, 1]
    assert os.listdir(tmp_path) == ["model"]


def test_a_limit_of_the_system_leaves_the_old_file(tmp_path):
    """A real one: of the size of files."""
    atomic.replace(tmp_path / "model", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large") as caught:
            atomic.replace(tmp_path / "model", bytes(1001))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.errno == errno.EFBIG
    assert (tmp_path / "model").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model"]


def test_the_order_is_write_sync_rename_sync_of_the_folder(tmp_path, monkeypatch):
    calls = []
    for name in ("write", "fsync", "rename"):
        real = getattr(os, name)

        def noted(*args, name=name, real=real):
            folder = name == "fsync" and stat.S_ISDIR(os.fstat(args[0]).st_mode)
            calls.append("folder" if folder else name)
            return real(*args)

        monkeypatch.setattr(atomic.os, name, noted)
    atomic.replace(tmp_path / "x", b"content")
    assert calls == ["write", "fsync", "rename", "folder"]


# What is there already ---------------------------------------------------------------


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_mode_of_a_file_is_kept_and_a_new_one_is_as_the_mask_says(tmp_path):
    path, before = tmp_path / "x", os.umask(0o027)
    try:
        atomic.replace(path, b"new")
    finally:
        os.umask(before)
    assert mode(path) == 0o640
    path.chmod(0o604)
    atomic.replace(path, b"newer")
    assert mode(path) == 0o604


def test_a_link_goes_on_to_lead_to_the_file(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to("there/file")
    for content in (b"old", b"new"):
        atomic.replace(link, content)
        assert link.is_symlink()
        assert (tmp_path / "there" / "file").read_bytes() == content
    assert os.listdir(tmp_path / "there") == ["file"]


def test_what_a_killed_process_left_is_taken_by_the_next(tmp_path):
    (tmp_path / ".x.tmp").write_bytes(b"half of a longer one")
    atomic.replace(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["x"]


def test_two_at_once_do_not_mix(tmp_path):
    with open(tmp_path / ".x.tmp", "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError, match="another process or thread is just"):
            atomic.replace(tmp_path / "x", b"mine")
        other.write(b"theirs")
        other.flush()
        os.rename(tmp_path / ".x.tmp", tmp_path / "x")
        atomic.replace(tmp_path / "x", b"mine")
    assert (tmp_path / "x").read_bytes() == b"mine"


def test_what_the_other_has_just_renamed_is_not_written_into(tmp_path, monkeypatch):
    """The lock was got, but of a file that meanwhile has the final name."""
    (tmp_path / ".x.tmp").write_bytes(b"theirs")
    lock, seen = fcntl.flock, []

    def late(descriptor, how):
        if not seen:
            os.rename(tmp_path / ".x.tmp", tmp_path / "y")
            seen.append(descriptor)
        return lock(descriptor, how)

    monkeypatch.setattr(atomic.fcntl, "flock", late)
    atomic.replace(tmp_path / "x", b"mine")
    assert (tmp_path / "y").read_bytes() == b"theirs"
    assert (tmp_path / "x").read_bytes() == b"mine"


def test_no_descriptor_stays_open(tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        nn.save(tmp_path / "x", {"x": np.ones(1)})
        nn.load(tmp_path / "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="no plain file"):
        nn.save(tmp_path / "folder", {"x": np.ones(1)})
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("path", ["/dev/full", "/dev/null", "."])
def test_what_is_no_plain_file_is_left_alone(path):
    with pytest.raises(OSError, match="no plain file"):
        nn.save(path, {"x": np.ones(1)})
    assert Path(path).exists()


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        nn.save(tmp_path / "nowhere" / "x", {"x": np.ones(1)})
