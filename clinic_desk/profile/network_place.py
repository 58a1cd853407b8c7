"""Whether a folder lies on another machine.

The store relies on locks and on shared memory that network file systems only pretend to have, so a
profile there would be damaged sooner or later.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

_NETWORK_TYPES = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "ceph",
        "davfs",
        "lustre",
        "ocfs2",
        "gfs2",
        "vboxsf",
    }
)
_NETWORK_FUSE = frozenset(
    {
        "sshfs",
        "davfs2",
        "rclone",
        "glusterfs",
        "cephfs",
        "s3fs",
        "gvfsd-fuse",
        "smbnetfs",
        "curlftpfs",
        "vmhgfs-fuse",
    }
)
_MOUNT_TABLE = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")


def is_network_place(path: Path) -> bool:
    """Say whether `path`, which need not exist yet, is on a network file system.

    False where the system does not tell (macOS): the lock then still guards a single machine.
    """
    if sys.platform == "win32":
        return _is_network_drive(path)
    try:
        table = _MOUNT_TABLE.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return is_network_type(mounted_type(Path(os.path.realpath(path)), table))


def is_network_type(file_system: str) -> bool:
    """Say whether a Linux file system type, such as `nfs4` or `fuse.sshfs`, belongs to another machine."""
    family, _, name = file_system.partition(".")
    return family in _NETWORK_TYPES or (family == "fuse" and name in _NETWORK_FUSE)


def mounted_type(path: Path, table: str) -> str:
    """Return the type of the file system that holds the absolute `path`; empty if the table does not say.

    Args:
        path: without symbolic links.
        table: text of /proc/self/mountinfo; the last of several mounts on one folder counts.
    """
    best: tuple[int, str] = (-1, "")
    for line in table.splitlines():
        left, separator, right = line.partition(" - ")
        fields = left.split(" ")
        if not separator or len(fields) < 5:
            continue
        mount_point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        depth = len(mount_point.parts)
        if depth >= best[0] and path.is_relative_to(mount_point):
            best = (depth, right.split(" ", 1)[0])
    return best[1]


if sys.platform == "win32":

    def _is_network_drive(path: Path) -> bool:
        import ctypes

        drive_remote = 4  # GetDriveTypeW: DRIVE_REMOTE
        if path.drive.startswith("\\\\"):
            return True
        return int(ctypes.windll.kernel32.GetDriveTypeW(path.anchor)) == drive_remote

else:

    def _is_network_drive(path: Path) -> bool:
        """Drives with letters are Windows's own."""
        return False
