"""The address is one per profile and fits into a socket's name."""

import socket
from pathlib import Path

import pytest

from clinic_desk.profile.directory import Profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.profile.raise_address import raise_address

A = "8e0f6f3c-9a51-4f0a-9d0e-55d0a4a8f0d1"
B = "3d1b7d52-6f0f-4a38-b3d3-5f9f7a1f6d10"


def test_inside_the_private_folder_where_it_fits() -> None:
    assert raise_address(Profile(Path("/home/u/p"), ProfileKind.CLINIC, A)) == "/home/u/p/raise.sock"


@pytest.mark.parametrize("part", ["x" * 40, "қабылдау" * 5])
def test_a_long_path_gives_a_short_name_of_the_profile(part: str, tmp_path: Path) -> None:
    folder = Path("/", part, part, part)
    one = raise_address(Profile(folder, ProfileKind.CLINIC, A))
    assert one == raise_address(Profile(folder, ProfileKind.CLINIC, A))
    assert one != raise_address(Profile(folder, ProfileKind.CLINIC, B))
    assert A not in one
    assert len(one.encode()) <= 100


@pytest.mark.parametrize("length", range(60, 110, 7))
def test_the_system_accepts_every_such_address(length: int, tmp_path: Path) -> None:
    folder = tmp_path / ("d" * max(1, length - len(str(tmp_path)) - 1))
    folder.mkdir()
    address = raise_address(Profile(folder, ProfileKind.CLINIC, A))
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(address)
    Path(address).unlink()
