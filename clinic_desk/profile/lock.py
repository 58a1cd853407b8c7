"""One running program per profile.

The operating system holds the lock for the open file, so it goes with the process however that ends.
The file itself stays and means nothing: deleting it would let two programs hold two different files.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import remove_leftovers
from clinic_desk.profile.directory import Profile

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_HELD_BY_ANOTHER = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})


class ProfileLock:
    """The right to work on a profile, held from `acquire` until `release` or the end of the process."""

    def __init__(self, profile: Profile) -> None:
        self._folder = profile.path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock without waiting; False when another program, or another lock here, has it.

        Once taken, unfinished writes of a killed program are cleared away.

        Raises:
            ClinicDeskError: `profile.unwritable` when the file cannot be opened,
                `profile.no_locks` when the disk knows no locks.
        """
        if self._descriptor is not None:
            return True
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            descriptor = os.open(self._folder / "profile.lock", flags, 0o600)
        except OSError as error:
            raise ClinicDeskError("profile.unwritable") from error
        try:
            taken = _take(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise ClinicDeskError("profile.no_locks") from error
        if not taken:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        with contextlib.suppress(OSError):
            remove_leftovers(self._folder)
        return True

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            # flock, not lockf: a POSIX lock is lost as soon as the process closes any handle of the file.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD_BY_ANOTHER:
            return False
        raise
    return True
