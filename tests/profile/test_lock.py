"""One program per profile, whatever became of the one before."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.profile import lock as lock_module
from clinic_desk.profile.directory import Profile, open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.profile.lock import ProfileLock

OTHER_PROGRAM = """
import sys, pathlib
from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.lock import ProfileLock
lock = ProfileLock(open_or_create_profile(pathlib.Path(sys.argv[1]), None))
print("taken" if lock.acquire() else "refused", flush=True)
sys.stdin.readline()
"""


class OtherProgram:
    """Another process that tries the lock and, if it gets it, holds it until told or killed."""

    def __init__(self, profile: Profile) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROGRAM, str(profile.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()

    def end(self, *, kill: bool = False) -> None:
        if kill:
            self.process.send_signal(signal.SIGKILL)
        self.process.communicate("\n" if not kill else None, timeout=30)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_or_create_profile(tmp_path / "p", ProfileKind.PRACTICE)


def test_a_second_program_is_refused_until_the_first_ends(profile: Profile) -> None:
    first = OtherProgram(profile)
    second = OtherProgram(profile)
    mine = ProfileLock(profile)
    assert (first.said, second.said, mine.acquire()) == ("taken", "refused", False)
    second.end()
    first.end()
    assert mine.acquire()
    third = OtherProgram(profile)
    assert third.said == "refused"
    third.end()
    mine.release()


def test_the_lock_of_a_killed_program_is_free_and_its_scraps_are_cleared(profile: Profile) -> None:
    first = OtherProgram(profile)
    assert first.said == "taken"
    scrap = profile.path / ".clinic-desk-numbers.json.0011223344556677.part"
    scrap.write_bytes(b"half")
    mine = ProfileLock(profile)
    assert not mine.acquire()
    assert scrap.exists()  # the running program may be about to rename it
    first.end(kill=True)
    assert mine.acquire()
    assert not scrap.exists()
    assert (profile.path / "profile.json").exists()
    mine.release()


def test_a_file_left_behind_means_nothing(profile: Profile) -> None:
    (profile.path / "profile.lock").write_text("4711 of a machine that was switched off")
    lock = ProfileLock(profile)
    assert lock.acquire()
    lock.release()
    assert (profile.path / "profile.lock").exists()


def test_within_one_program_too_and_twice_is_harmless(profile: Profile) -> None:
    first, second = ProfileLock(profile), ProfileLock(profile)
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_a_program_started_by_the_holder_does_not_keep_the_lock(profile: Profile) -> None:
    lock = ProfileLock(profile)
    assert lock.acquire()
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, close_fds=False
    )
    lock.release()
    again = ProfileLock(profile)
    deadline = time.monotonic() + 5
    while not again.acquire():  # the child closes its copy a moment after it began
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert child.poll() is None
    again.release()
    child.communicate(timeout=30)


def test_profiles_do_not_lock_each_other(profile: Profile, tmp_path: Path) -> None:
    other = open_or_create_profile(tmp_path / "q", ProfileKind.PRACTICE)
    locks = [ProfileLock(profile), ProfileLock(other)]
    assert all(lock.acquire() for lock in locks)
    for lock in locks:
        lock.release()


def test_a_link_in_the_place_of_the_file_is_not_followed(profile: Profile, tmp_path: Path) -> None:
    (profile.path / "profile.lock").symlink_to(tmp_path / "made-elsewhere")
    with pytest.raises(ClinicDeskError) as refused:
        ProfileLock(profile).acquire()
    assert refused.value.code == "profile.unwritable"
    assert not (tmp_path / "made-elsewhere").exists()


def test_a_disk_without_locks_is_said(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock_module.fcntl, "flock", no_locks)
    with pytest.raises(ClinicDeskError) as refused:
        ProfileLock(profile).acquire()
    assert refused.value.code == "profile.no_locks"
