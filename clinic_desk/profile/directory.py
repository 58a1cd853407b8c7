"""Which profile is meant, and opening or making its folder.

`profile.json` says whose folder it is: `{"format": 1, "program": "clinic-desk", "kind": "clinic" |
"practice", "id": <UUID>}`. A folder without it is used only when empty.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import (
    FileNotSaved,
    UnreadableJson,
    atomic_write,
    create_once,
    is_leftover,
    json_bytes,
    read_json_object,
    sync_folder,
)
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.profile.network_place import is_network_place

__all__ = [
    "PRACTICE_WORD",
    "PROFILE_VARIABLE",
    "Profile",
    "ProfileChoice",
    "ProfileRefused",
    "atomic_write",
    "choose_profile",
    "open_or_create_profile",
]

PRACTICE_WORD = "practice"
PROFILE_VARIABLE = "CLINIC_DESK_PROFILE"

_FORMAT = 1
_PROGRAM = "clinic-desk"
_FILE = "profile.json"


class ProfileRefused(ClinicDeskError):
    """The folder cannot be used as the profile asked for; nothing in it was changed.

    `code` is one of `profile.newer`, `profile.damaged`, `profile.not_ours`, `profile.is_clinic`,
    `profile.is_practice`, `profile.network`, `profile.unwritable`.
    """


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """The folder that was asked for; `kind` is None where any existing kind is accepted."""

    path: Path
    kind: ProfileKind | None


@dataclass(frozen=True, slots=True)
class Profile:
    """An opened profile folder: absolute `path`, its `kind`, and `id`, a UUID that never changes."""

    path: Path
    kind: ProfileKind
    id: str

    @property
    def is_practice(self) -> bool:
        """Whether the people in it are made up."""
        return self.kind is ProfileKind.PRACTICE

    @property
    def database_path(self) -> Path:
        """Where the store's file is, or will be."""
        return self.path / "clinic.db"


def choose_profile(
    argument: str | None, environ: Mapping[str, str] = os.environ, *, practice: bool = False
) -> ProfileChoice:
    """Return the profile that is meant: the argument, else CLINIC_DESK_PROFILE, else the default one.

    Args:
        argument: what stood after `--profile`: a folder or the word `practice`. A folder of that very
            name is written `./practice`. Empty counts as not given.
        environ: the environment; its variable takes the same two forms.
        practice: True for the `practice` command: the profile must be a practice one, and the default
            is the practice clinic.
    """
    said = argument or environ.get(PROFILE_VARIABLE) or ""
    if said == PRACTICE_WORD or (practice and not said):
        return ProfileChoice(_default_folder() / "practice", ProfileKind.PRACTICE)
    if not said:
        return ProfileChoice(_default_folder() / "clinic", ProfileKind.CLINIC)
    path = Path(said).expanduser().absolute()
    return ProfileChoice(path, ProfileKind.PRACTICE if practice else None)


def open_or_create_profile(path: Path, kind: ProfileKind | None) -> Profile:
    """Return the profile in `path`, made now if the folder is absent or empty (folder mode 0700).

    Two programs may do this at once: both get the same profile.

    Args:
        path: the folder; missing parents are made.
        kind: the kind it must have; None takes what is there and makes a clinic one.

    Raises:
        ProfileRefused: see there; an existing folder is left as it was.
        FileNotSaved: the disk is full or refuses.
    """
    path = path.absolute()
    try:
        if is_network_place(path):
            raise ProfileRefused("profile.network")
        if not (path / _FILE).exists():
            _create(path, kind or ProfileKind.CLINIC)
        profile = _read(path)
    except OSError as error:
        raise ProfileRefused("profile.unwritable") from error
    if kind is not None and profile.kind is not kind:
        raise ProfileRefused(f"profile.is_{profile.kind.value}")
    _keep_private(path)
    return profile


def _default_folder() -> Path:
    return user_data_path(_PROGRAM, appauthor=False)


def _create(path: Path, kind: ProfileKind) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    if any(entry.name != _FILE and not is_leftover(entry.name) for entry in path.iterdir()):
        # Another first start may have put its profile.json, lock and database there meanwhile.
        if (path / _FILE).exists():
            return
        raise ProfileRefused("profile.not_ours")
    content: dict[str, object] = {
        "format": _FORMAT,
        "program": _PROGRAM,
        "kind": kind.value,
        "id": str(uuid.uuid4()),
    }
    try:
        create_once(path / _FILE, json_bytes(content))
        sync_folder(path.parent)
    except FileNotSaved as error:
        if error.code == "file.disk_full":
            raise
        raise ProfileRefused("profile.unwritable") from error


def _read(path: Path) -> Profile:
    try:
        content = read_json_object(path / _FILE)
    except UnreadableJson as error:
        raise ProfileRefused("profile.damaged") from error
    if content.get("program") != _PROGRAM:
        raise ProfileRefused("profile.not_ours")
    version = content.get("format")
    if type(version) is not int or version < 1:
        raise ProfileRefused("profile.damaged")
    if version > _FORMAT:
        raise ProfileRefused("profile.newer")
    try:
        return Profile(path, ProfileKind(str(content.get("kind"))), str(uuid.UUID(str(content.get("id")))))
    except ValueError as error:
        raise ProfileRefused("profile.damaged") from error


def _keep_private(path: Path) -> None:
    """Take rights of others away from the folder, as somebody may have copied it with wider ones."""
    if sys.platform == "win32":
        return  # the user's own data folder already excludes others there
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise ProfileRefused("profile.unwritable") from error
