"""Slips: what stands on them, the picture beside the form, and sending them to the printer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PrintState(StrEnum):
    """What became of a page that was sent to a printer."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    """The queue took the page but stands still: the referral stays to be printed."""
    NO_PRINTER = "no_printer"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """The answer of the printing system; `detail` is an ASCII code for the log and the sentence."""

    state: PrintState
    job_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """A page as 8-bit RGBA rows from the top, `4 * width` bytes each."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class PrinterList:
    """The printers' names and the system's default (empty when there is none)."""

    names: tuple[str, ...]
    default: str = ""


class SlipService(Protocol):
    """Interface first; the use case follows in this module."""
