"""The address at which the running program of a profile is asked to show its window."""

from __future__ import annotations

import hashlib
import sys
import tempfile

from clinic_desk.profile.directory import Profile

# sun_path holds 108 bytes on Linux and 104 on macOS, including the final NUL.
_MAX_SOCKET_BYTES = 100


def raise_address(profile: Profile) -> str:
    """Return the local socket's address: the same for every start on this profile and for no other.

    A full path inside the profile folder, which only its owner may enter; a name in the temporary folder
    where that path is too long for a socket; a pipe name on Windows.
    """
    name = "clinic-desk-" + hashlib.sha256(profile.id.encode()).hexdigest()[:32]
    if sys.platform == "win32":
        return name
    inside = str(profile.path / "raise.sock")
    if len(inside.encode(errors="surrogateescape")) <= _MAX_SOCKET_BYTES:
        return inside
    return f"{tempfile.gettempdir()}/{name}"
