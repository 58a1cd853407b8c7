"""An open profile for the length of a command."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from clinic_desk.bootstrap import OpenProfile, open_profile
from clinic_desk.commands.passphrase import TerminalPrompt
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.services.clock import SystemClock


@contextlib.contextmanager
def opened(choice: ProfileChoice, *, clock: SystemClock) -> Iterator[OpenProfile]:
    """The profile, locked and open; a passphrase is asked on the terminal.

    Raises:
        ClinicDeskError: what keeps it from opening.
    """
    profile = open_profile(choice, clock=clock, ask_passphrase=TerminalPrompt())
    try:
        yield profile
    finally:
        profile.close()
