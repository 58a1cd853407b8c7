"""Asks for the passphrase of a store at a terminal."""

from __future__ import annotations

import getpass
import sys

from clinic_desk.texts import Language, Texts


class TerminalPrompt:
    """Asks on the controlling terminal; without one nobody is there to answer."""

    def __init__(self, language: Language = Language.KK) -> None:
        self._texts = Texts(language)

    def ask(self, reason: str, is_new: bool) -> str | None:
        """What was typed; None without a terminal or when the two typings of a new one differ."""
        if not sys.stdin.isatty():
            return None
        print(self._texts.say(f"profile.reasons.{reason}"), file=sys.stderr)
        typed = getpass.getpass(self._texts.say("commands.passphrase") + " ")
        if is_new and typed != getpass.getpass(self._texts.say("commands.passphrase_again") + " "):
            return None
        return typed or None
