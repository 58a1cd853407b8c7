"""How far referral numbers were reserved, kept outside the database.

A restored database has forgotten the numbers given out since its copy was made; this file has not.
Only the durable state is here, the counting is in `services/numbering.py`.

`numbers.json`: `{"format": 1, "series": "A7", "reserved_to": 400, "closed_at": null | 377}`: counters of
the series below `reserved_to` may have been given out; `closed_at`, after an orderly end, is the next
counter, and null while a program works or after it was killed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeGuard

from clinic_desk.durable_file import UnreadableJson, atomic_write, json_bytes, read_json_object
from clinic_desk.services.ports import MarkerState

_FORMAT = 1
_FILE = "numbers.json"


class NumberMarker:
    """The file `numbers.json` of one profile; used by the holder of the profile's lock only."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def read(self) -> MarkerState | None:
        """Return the last durable state; None when the file is absent, damaged or of a newer format."""
        try:
            content = read_json_object(self._path)
        except (OSError, UnreadableJson):
            return None
        series, reserved_to = content.get("series"), content.get("reserved_to")
        closed_at = content.get("closed_at")
        if content.get("format") != _FORMAT or not isinstance(series, str) or not series:
            return None
        if not _is_counter(reserved_to):
            return None
        if closed_at is not None and not _is_counter(closed_at):
            return None
        return MarkerState(series, reserved_to, closed_at)

    def place(self) -> str:
        """Return the file's number and time of change on this disk; empty when there is no file.

        Neither can be chosen, so a file that was put back from a copy has another place, as has every new
        state, which is a new file.
        """
        try:
            status = self._path.stat()
        except OSError:
            return ""
        return f"{status.st_ino:x}-{status.st_ctime_ns:x}"

    def reserve(self, series: str, reserved_to: int) -> None:
        """Make durable, before returning, that counters below `reserved_to` may be given out.

        Within a series the mark never goes back. A reservation also ends the state "closed".

        Raises:
            FileNotSaved: nothing was reserved; no number of this block may be used.
            ValueError: an empty series or a negative counter.
        """
        _check(series, reserved_to)
        known = self.read()
        if known is not None and known.series == series:
            reserved_to = max(reserved_to, known.reserved_to)
        self._write(series, reserved_to, None)

    def close(self, series: str, next_counter: int) -> None:
        """Make durable that the program ended in order and `next_counter` is the first free one.

        Raises:
            FileNotSaved: the file says as before that the whole block may be used up, which is safe.
            ValueError: an empty series or a negative counter.
        """
        _check(series, next_counter)
        known = self.read()
        reserved_to = known.reserved_to if known is not None and known.series == series else 0
        self._write(series, max(reserved_to, next_counter), next_counter)

    def _write(self, series: str, reserved_to: int, closed_at: int | None) -> None:
        atomic_write(
            self._path,
            json_bytes(
                {"format": _FORMAT, "series": series, "reserved_to": reserved_to, "closed_at": closed_at}
            ),
        )


def _is_counter(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _check(series: str, counter: int) -> None:
    if not series or counter < 0:
        raise ValueError("a series and a counter from 0 on are needed")
