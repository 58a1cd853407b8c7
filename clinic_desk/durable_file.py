"""Small files that survive a power cut: whole or not there at all.

Owns writing and reading of the program's small side files (profile, key, number marker). Callers own
what the files mean. Knows nothing of Qt or the database, so any adapter may use it.

The way of writing: temporary file in the same folder, mode 0600, fsync, atomic replace, fsync folder.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from clinic_desk.domain.errors import ClinicDeskError

_LEFTOVER_PREFIX = ".clinic-desk-"
_LEFTOVER_SUFFIX = ".part"
_MAX_JSON_BYTES = 64 * 1024


class FileNotSaved(ClinicDeskError):
    """The file could not be written; what was there before is unchanged.

    `code` is `file.disk_full` or `file.not_saved`.
    """

    def __init__(self, cause: OSError) -> None:
        full = cause.errno in {errno.ENOSPC, errno.EDQUOT}
        super().__init__("file.disk_full" if full else "file.not_saved")


class UnreadableJson(ValueError):
    """The file is not one small, unambiguous JSON object."""


def atomic_write(path: Path, data: bytes) -> None:
    """Make `path` hold exactly `data`, durably; readers see the old or the new content, never a part.

    The file is readable by its owner only (mode 0600).

    Raises:
        FileNotSaved: the disk is full or the folder refuses; the old content is untouched.
    """
    try:
        with _written_beside(path, data) as temporary:
            temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise FileNotSaved(error) from error


def create_once(path: Path, data: bytes) -> bool:
    """Make `path` hold `data` if nothing is there yet; False when another program was first.

    Raises:
        FileNotSaved: the disk is full or the folder refuses; nothing was created.
    """
    try:
        with _written_beside(path, data) as temporary:
            created = _place_new(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        raise FileNotSaved(error) from error
    return created


def read_json_object(path: Path) -> dict[str, object]:
    """Return the JSON object in `path`.

    Raises:
        FileNotFoundError: there is no such file.
        UnreadableJson: larger than 64 KiB, not UTF-8, not JSON, NaN, a doubled key, or not an object.
        OSError: the disk refuses.
    """
    with path.open("rb") as file:
        raw = file.read(_MAX_JSON_BYTES + 1)
    if len(raw) > _MAX_JSON_BYTES:
        raise UnreadableJson("too large")
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UnreadableJson("not a JSON object") from error
    if not isinstance(value, dict):
        raise UnreadableJson("not a JSON object")
    return value


def json_bytes(value: dict[str, object]) -> bytes:
    """Return `value` as UTF-8 JSON in the form all side files have: sorted, indented, ending in a newline."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def is_leftover(name: str) -> bool:
    """Say whether a file of this name is an unfinished write of this program."""
    return name.startswith(_LEFTOVER_PREFIX) and name.endswith(_LEFTOVER_SUFFIX)


def remove_leftovers(folder: Path) -> None:
    """Delete unfinished writes of a killed program.

    Call it only while no other program can be writing there, that is while holding the profile's lock.
    """
    for path in folder.iterdir():
        if is_leftover(path.name):
            with contextlib.suppress(OSError):
                path.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable: what was created, renamed or deleted there stays so.

    Raises:
        OSError: the disk refuses.
    """
    if sys.platform == "win32":
        return  # a folder cannot be opened for syncing; NTFS journals the rename
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # file systems that cannot sync folders
            raise
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _written_beside(path: Path, data: bytes) -> Iterator[Path]:
    """Give a synced temporary file with `data` in the same folder; gone afterwards if not renamed."""
    temporary = path.with_name(f"{_LEFTOVER_PREFIX}{path.name}.{secrets.token_hex(8)}{_LEFTOVER_SUFFIX}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _place_new(temporary: Path, path: Path) -> bool:
    if sys.platform == "win32":
        try:
            temporary.rename(path)  # refuses to overwrite on Windows
        except FileExistsError:
            return False
        return True
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}:
            raise
        # A file system without hard links (a FAT stick): the race of two first starts is not closed there.
        if path.exists():
            return False
        temporary.replace(path)
    return True


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("doubled key")
    return result


def _no_constant(name: str) -> object:
    raise ValueError(name)
