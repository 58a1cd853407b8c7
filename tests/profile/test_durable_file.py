"""A file is whole or not there, at whatever point the writing stops."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic_desk.durable_file import (
    FileNotSaved,
    UnreadableJson,
    atomic_write,
    create_once,
    json_bytes,
    read_json_object,
    remove_leftovers,
)


def test_replaces_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(b"old")
    path.chmod(0o644)
    atomic_write(path, b"new" * 100_000)
    assert path.read_bytes() == b"new" * 100_000
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"theirs")
    (tmp_path / "f").symlink_to(target)
    atomic_write(tmp_path / "f", b"ours")
    assert target.read_bytes() == b"theirs"
    assert not (tmp_path / "f").is_symlink()


def test_data_is_synced_before_the_name_and_the_name_before_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        order.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        real_fsync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        order.append("name")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    atomic_write(tmp_path / "f", b"x")
    assert order == ["sync file", "name", "sync folder"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "file.disk_full"), (errno.EDQUOT, "file.disk_full"), (errno.EIO, "file.not_saved")],
)
def test_a_refusing_disk_leaves_the_old_content_and_no_scraps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    for write in (atomic_write, create_once):
        with pytest.raises(FileNotSaved) as failed:
            write(path, b"new")
        assert failed.value.code == code
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_really_full_disk(tmp_path: Path) -> None:
    """/dev/full refuses each write as a full disk does."""
    path = tmp_path / "f"
    path.write_bytes(b"old")
    with pytest.MonkeyPatch.context() as patch:
        real_open = os.open
        patch.setattr(os, "open", lambda _path, _flags, _mode=0: real_open("/dev/full", os.O_WRONLY))
        with pytest.raises(FileNotSaved) as failed:
            atomic_write(path, b"new")
    assert failed.value.code == "file.disk_full"
    assert path.read_bytes() == b"old"


def test_created_once_only(tmp_path: Path) -> None:
    path = tmp_path / "f"
    assert create_once(path, b"first") is True
    assert create_once(path, b"second") is False
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_nlink == 1
    assert list(tmp_path.iterdir()) == [path]


def test_created_once_where_the_disk_has_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_self: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    test_created_once_only(tmp_path)


def test_killed_at_any_moment_the_file_is_one_of_the_two(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from clinic_desk.durable_file import atomic_write\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "print('go', flush=True)\n"
        "while True:\n"
        "    atomic_write(path, b'A' * 300_000)\n"
        "    atomic_write(path, b'B' * 200_000)\n"
    )
    path = tmp_path / "f"
    whole = {b"A" * 300_000, b"B" * 200_000}
    chance = random.Random(7)
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
        with writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"go\n"
            time.sleep(0.02 + chance.random() / 10)
            writer.send_signal(signal.SIGKILL)
        if path.exists():
            assert path.read_bytes() in whole
        remove_leftovers(tmp_path)
        assert set(tmp_path.iterdir()) <= {path}
    assert path.exists()


def test_only_scraps_are_cleared(tmp_path: Path) -> None:
    for name in ("clinic.db", "notes.part", ".clinic-desk-settings", ".clinic-desk-key.json.ab.part"):
        (tmp_path / name).write_bytes(b"")
    remove_leftovers(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".clinic-desk-settings", "clinic.db", "notes.part"]


def test_json_comes_back(tmp_path: Path) -> None:
    value: dict[str, object] = {"ә": "Ғ", "n": [1, None, True]}
    atomic_write(tmp_path / "f", json_bytes(value))
    assert read_json_object(tmp_path / "f") == value


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff", b"[" * 60_000])
def test_other_json_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "f").write_bytes(raw)
    with pytest.raises(UnreadableJson):
        read_json_object(tmp_path / "f")
