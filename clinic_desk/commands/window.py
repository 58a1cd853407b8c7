"""`open`, and what a start without a command does: the window."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic_desk.commands.terminal import DONE, UNUSABLE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.profile.directory import Profile, ProfileChoice, open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.profile.lock import ProfileLock
from clinic_desk.services.clock import SystemClock
from clinic_desk.texts import Language

if TYPE_CHECKING:
    from clinic_desk.bootstrap import OpenProfile
    from clinic_desk.services.ports import CancelCheck, Progress
    from clinic_desk.ui.start import OpenedProfile, PassphraseAsker


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("open", parents=[common], help="open the window (the default)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Opens the window and ends when it is closed; a second start raises the first window."""
    if not _has_screen():
        terminal.problem(terminal.texts.say("commands.no_screen"))
        return UNUSABLE
    choice: ProfileChoice = arguments.choice
    profile = open_or_create_profile(choice.path, choice.kind)
    look = LookFile(profile.path)
    language = Language(arguments.lang) if arguments.lang else None
    officials = language or Language(str(look.read().get("language", Language.KK)))
    opener = Opener(choice, arguments.clock, getattr(arguments, "people", None), officials.value)
    if _is_in_use(profile):
        from clinic_desk.ui.program import raise_running

        if raise_running(opener.raise_address):
            return DONE
        raise ClinicDeskError("profile.in_use")
    from clinic_desk.ui.program import run_window

    return (
        run_window(
            opener,
            language=language,
            is_practice=profile.kind is ProfileKind.PRACTICE,
            look=look,
            raise_address=opener.raise_address,
            marks=_say_mark if os.environ.get("CLINIC_DESK_START_MARKS") else _no_mark,
        )
        or DONE
    )


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the profile and makes the practice clinic in it."""

    choice: ProfileChoice
    clock: SystemClock
    people: int | None = None
    language: str = Language.KK.value

    @property
    def raise_address(self) -> str:
        """Where a running window of this profile listens."""
        from clinic_desk.profile.raise_address import raise_address

        return raise_address(open_or_create_profile(self.choice.path, self.choice.kind))

    def open(self, ask: PassphraseAsker) -> OpenProfile:
        """See `ProfileOpener`. Imported here: the window paints before the store's parts are read."""
        from clinic_desk.bootstrap import open_profile, set_practice_authority

        profile = open_profile(self.choice, clock=self.clock, ask_passphrase=ask)
        set_practice_authority(profile, self.language)
        return profile

    def prepare(self, profile: OpenedProfile, progress: Progress, cancelled: CancelCheck) -> None:
        """See `ProfileOpener`."""
        from clinic_desk.bootstrap import OpenProfile, make_practice_clinic
        from clinic_desk.practice.size import PEOPLE

        assert isinstance(profile, OpenProfile)  # noqa: S101 - it is the one `open` made
        if profile.profile.is_practice:
            make_practice_clinic(profile, self.people or PEOPLE, progress, cancelled)


class LookFile:
    """Language, theme and size of the last time, readable before the store is open. No data of people."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "look.json"

    def read(self) -> dict[str, Any]:
        """What was kept; nothing when there is none or it cannot be read."""
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, language: str, theme: str, scale: int) -> None:
        """Kept for the next start; a full disk only costs that."""
        import contextlib

        from clinic_desk.durable_file import FileNotSaved, atomic_write, json_bytes

        with contextlib.suppress(FileNotSaved):
            atomic_write(self._path, json_bytes({"language": language, "theme": theme, "scale": scale}))


def _is_in_use(profile: Profile) -> bool:
    """Whether another program has the profile; the lock is taken for good only when it is opened."""
    lock = ProfileLock(profile)
    if not lock.acquire():
        return True
    lock.release()
    return False


def _has_screen() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say_mark(mark: str) -> None:
    print(mark, flush=True)


def _no_mark(mark: str) -> None:
    """Nobody measures."""
