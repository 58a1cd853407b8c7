"""A profile on another machine is recognised from Linux's table of mounts."""

from pathlib import Path

import pytest

from clinic_desk.profile.network_place import is_network_place, is_network_type, mounted_type

TABLE = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:40 / /mnt/net rw,relatime shared:2 - nfs4 server:/export rw,vers=4.2
41 22 0:41 / /mnt/net/local rw - xfs /dev/sdb1 rw
42 22 0:42 / /mnt/with\040space rw - cifs //server/share rw
43 22 0:43 / /home/u/far rw - fuse.sshfs u@h:/ rw
44 22 0:44 / /home/u/near rw - fuse.gocryptfs /x rw
45 22 0:45 / /mnt/twice rw - ext4 /dev/sdc1 rw
46 45 0:46 / /mnt/twice rw - smb3 //server/share rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind", "network"),
    [
        ("/home/u/desk", "ext4", False),
        ("/mnt/net/desk", "nfs4", True),
        ("/mnt/net", "nfs4", True),
        ("/mnt/network", "ext4", False),
        ("/mnt/net/local/desk", "xfs", False),
        ("/mnt/with space/desk", "cifs", True),
        ("/home/u/far/desk", "fuse.sshfs", True),
        ("/home/u/near/desk", "fuse.gocryptfs", False),
        ("/mnt/twice/desk", "smb3", True),
    ],
)
def test_the_deepest_and_last_mount_decides(path: str, kind: str, network: bool) -> None:
    assert mounted_type(Path(path), TABLE) == kind
    assert is_network_type(kind) is network


def test_no_table_says_nothing() -> None:
    assert mounted_type(Path("/home"), "") == ""
    assert not is_network_type("")


def test_this_machines_own_folders_are_local(tmp_path: Path) -> None:
    assert not is_network_place(tmp_path / "not" / "yet" / "there")
