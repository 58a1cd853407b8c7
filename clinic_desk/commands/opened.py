"""An open profile for the length of a command."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from clinic_desk.bootstrap import OpenProfile, open_profile
from clinic_desk.commands.passphrase import TerminalPrompt
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.services.clock import SystemClock


@contextlib.contextmanager
def opened(choice: ProfileChoice, *, clock: SystemClock, only_reads: bool = False) -> Iterator[OpenProfile]:
    """The profile, open; a passphrase is asked on the terminal.

    It is locked, unless the command `only_reads` and the window has it at the moment.

    Raises:
        ClinicDeskError: what keeps it from opening.
    """
    profile = open_profile(choice, clock=clock, ask_passphrase=TerminalPrompt(), only_reads=only_reads)
    try:
        yield profile
    finally:
        profile.close()
