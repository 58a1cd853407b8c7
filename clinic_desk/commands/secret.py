"""A secret typed at the terminal or handed over in a file descriptor; never in an argument or a variable."""

from __future__ import annotations

import getpass
import os
import sys

from clinic_desk.domain.errors import ClinicDeskError

_LONGEST = 16_000


def asked_secret(question: str, descriptor: int | None) -> str:
    """The secret without the line's end; empty when nobody is there to type one.

    Args:
        question: what is asked at the terminal.
        descriptor: read from this one to its end instead, if there is one.

    Raises:
        ClinicDeskError: `upstream.secret_fd`, the descriptor cannot be read.
    """
    if descriptor is not None:
        return _from_descriptor(descriptor)
    if not sys.stdin.isatty():
        return ""
    return getpass.getpass(question + " ")


def _from_descriptor(descriptor: int) -> str:
    try:
        with os.fdopen(descriptor, "rb") as source:
            raw = source.read(_LONGEST)
        return raw.decode().removesuffix("\n").removesuffix("\r")
    except (OSError, ValueError) as error:
        raise ClinicDeskError("upstream.secret_fd") from error
