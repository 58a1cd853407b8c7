"""Sends PDFs to a printer and lists printers, in helper processes with a deadline.

With CUPS (`lp`) the vector page goes to the queue as it is; elsewhere `qt_printer` draws it. The title of a
job is a referral number: names never leave through arguments, titles or files.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from clinic_desk.printing.helper_process import (
    Deadline,
    Finished,
    HelperMissing,
    HelperTimedOut,
    python_helper,
    run_helper,
)

DEFAULT_DEADLINE_S: Final = 15.0
PAPERS: Final = ("A5", "A4")

_QT_PRINTER: Final = "clinic_desk.printing.qt_printer"
_JOB: Final = re.compile(r"request id is (\S+)")
_DEFAULT: Final = re.compile(r"^system default destination: (\S+)", re.MULTILINE)
_STOPPED: Final = re.compile(r"^printer (\S+) disabled since", re.MULTILINE)
_UNREACHABLE: Final = re.compile(
    r"not responding|Connection refused|Bad file descriptor|Unable to connect|No such file or directory"
)
_UNKNOWN: Final = re.compile(r"does not exist|Invalid destination|Unknown destination|non-existent|No such")
_NO_DEFAULT: Final = re.compile(r"no default destination|no system default")
_NOT_ACCEPTING: Final = re.compile(r"not accepting")
# The names CUPS allows, less those that a command would take for an option.
_QUEUE: Final = re.compile(r"[^\s/#\x00-\x1f-][^\s/#\x00-\x1f]{0,126}")
_UNFIT_FOR_TITLES: Final = re.compile(r"[^A-Za-z0-9 ._+-]")


class SpoolState(StrEnum):
    """How the attempt ended. Only `ACCEPTED` means that the paper will come."""

    ACCEPTED = "accepted"
    NO_PRINTER = "no_printer"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    QUEUE_STOPPED = "queue_stopped"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """What became of a document. `detail_code` is the key of the sentence to show; `n` are its seconds."""

    state: SpoolState
    detail_code: str
    job_id: str | None = None
    n: int = 0

    @property
    def is_accepted(self) -> bool:
        """True when the referral need no longer wait under "to print"."""
        return self.state is SpoolState.ACCEPTED


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer of this machine; `name` is what `print_pdf` takes."""

    name: str
    is_default: bool = False
    is_stopped: bool = False


class ListState(StrEnum):
    """Whether the list is the truth."""

    OK = "ok"
    NO_SPOOLER = "no_spooler"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrinterList:
    """The printers by name; empty with a `state` that says why."""

    printers: tuple[Printer, ...]
    state: ListState
    detail_code: str = ""


def list_printers(timeout_s: float = 5.0) -> PrinterList:
    """The printers of this machine, sorted by name, asked within `timeout_s`. Works from any thread."""
    deadline = Deadline(timeout_s)
    try:
        if _has_cups():
            return _list_with_cups(deadline)
        return _list_with_qt(deadline)
    except HelperTimedOut:
        return PrinterList((), ListState.TIMED_OUT, "printing.timed_out")
    except HelperMissing:
        return PrinterList((), ListState.FAILED, "printing.helper_failed")


class ProcessSlipPrinter:
    """Prints through a helper process. Any thread may call; calls do not wait for each other."""

    def print_pdf(
        self,
        pdf: bytes,
        printer: str | None,
        *,
        copies: int = 1,
        title: str,
        deadline_s: float = DEFAULT_DEADLINE_S,
        paper: str = "A5",
    ) -> PrintOutcome:
        """How the attempt ended; never an exception, never later than the deadline plus a second or two.

        `printer` None or empty is the system's default. `title` is the referral number; characters beyond
        ASCII letters, digits and ` ._+-` are left out. `paper` is A5 or A4 (two slips on a sheet).

        A stopped queue gets no job: the referral stays "to print", and a job left waiting there would come
        out a second time. After `TIMED_OUT` it is not known whether the server took the document.

        Raises:
            ValueError: `copies` below 1 or an unknown `paper`.
        """
        if copies < 1 or paper not in PAPERS:
            raise ValueError("copies from 1, paper A5 or A4")
        order = _Order(pdf, printer or "", copies, _UNFIT_FOR_TITLES.sub("", title)[:80], paper)
        deadline = Deadline(deadline_s)
        try:
            if _has_cups():
                return _print_with_cups(order, deadline)
            return _print_with_qt(order, deadline)
        except HelperTimedOut:
            return PrintOutcome(SpoolState.TIMED_OUT, "printing.timed_out", n=round(deadline_s))
        except HelperMissing:
            return PrintOutcome(SpoolState.REFUSED, "printing.helper_failed")


@dataclass(frozen=True, slots=True)
class _Order:
    pdf: bytes
    printer: str
    copies: int
    title: str
    paper: str


def _has_cups() -> bool:
    return sys.platform != "win32" and bool(shutil.which("lp") and shutil.which("lpstat"))


def _list_with_cups(deadline: Deadline) -> PrinterList:
    names = run_helper(["lpstat", "-e"], deadline)
    known = run_helper(["lpstat", "-d", "-p"], deadline)
    if names.returncode and _UNREACHABLE.search(names.words):
        return PrinterList((), ListState.NO_SPOOLER, "printing.no_spooler")
    default = _DEFAULT.search(known.words)
    stopped = set(_STOPPED.findall(known.words))
    printers = [
        Printer(name, is_default=default is not None and default[1] == name, is_stopped=name in stopped)
        for name in sorted(set(names.stdout.decode("utf-8", "replace").split()))
    ]
    return PrinterList(tuple(printers), ListState.OK, "" if printers else "printing.no_printers")


def _print_with_cups(order: _Order, deadline: Deadline) -> PrintOutcome:
    queue = order.printer
    if not queue:
        told = run_helper(["lpstat", "-d"], deadline)
        default = _DEFAULT.search(told.words)
        if default is None:
            return _failure(told)
        queue = default[1]
    if not _QUEUE.fullmatch(queue):
        return PrintOutcome(SpoolState.NO_PRINTER, "printing.unknown_printer")
    before = run_helper(["lpstat", "-p", queue], deadline)
    if before.returncode:
        return _failure(before)
    if _STOPPED.search(before.words):
        return PrintOutcome(SpoolState.QUEUE_STOPPED, "printing.queue_stopped")
    command = [
        "lp",
        "-d",
        queue,
        "-n",
        str(order.copies),
        "-t",
        order.title,
        "-o",
        f"media={order.paper}",
        "-",
    ]
    sent = run_helper(command, deadline, data=order.pdf)
    job = _JOB.search(sent.words)
    if sent.returncode or job is None:
        return _failure(sent)
    if _stopped_meanwhile(queue, job[1], deadline):
        return PrintOutcome(SpoolState.QUEUE_STOPPED, "printing.queue_stopped", job[1])
    return PrintOutcome(SpoolState.ACCEPTED, "printing.accepted", job[1])


def _stopped_meanwhile(queue: str, job_id: str, deadline: Deadline) -> bool:
    """Whether the queue stopped while it took the job; the job is then withdrawn."""
    try:
        if not _STOPPED.search(run_helper(["lpstat", "-p", queue], deadline).words):
            return False
        return run_helper(["cancel", job_id], deadline).returncode == 0
    except (HelperTimedOut, HelperMissing):
        # The server has the job; that it answers no more questions does not take it away.
        return False


def _failure(told: Finished) -> PrintOutcome:
    """What the words of `lp` or `lpstat` mean; they come untranslated, as the helper's locale is C."""
    words = told.words
    if _NOT_ACCEPTING.search(words):
        return PrintOutcome(SpoolState.QUEUE_STOPPED, "printing.queue_stopped")
    if _NO_DEFAULT.search(words):
        return PrintOutcome(SpoolState.NO_PRINTER, "printing.no_printer")
    if _UNREACHABLE.search(words):
        return PrintOutcome(SpoolState.NO_PRINTER, "printing.no_spooler")
    if _UNKNOWN.search(words):
        return PrintOutcome(SpoolState.NO_PRINTER, "printing.unknown_printer")
    return PrintOutcome(SpoolState.REFUSED, "printing.refused")


def _list_with_qt(deadline: Deadline) -> PrinterList:
    answer = _ask_qt("list", b"", deadline)
    if answer is None or not isinstance(answer.get("printers"), list):
        return PrinterList((), ListState.FAILED, "printing.helper_failed")
    printers = [
        Printer(str(row["name"]), is_default=bool(row["is_default"]), is_stopped=bool(row["is_stopped"]))
        for row in answer["printers"]
    ]
    printers.sort(key=lambda printer: printer.name)
    return PrinterList(tuple(printers), ListState.OK, "" if printers else "printing.no_printers")


def _print_with_qt(order: _Order, deadline: Deadline) -> PrintOutcome:
    asked = {
        "printer": order.printer,
        "copies": order.copies,
        "title": order.title,
        "paper": order.paper,
    }
    answer = _ask_qt("print", json.dumps(asked).encode() + b"\n" + order.pdf, deadline)
    if answer is None or answer.get("state") not in list(SpoolState):
        return PrintOutcome(SpoolState.REFUSED, "printing.helper_failed")
    return PrintOutcome(SpoolState(answer["state"]), f"printing.{answer.get('detail')}")


def _ask_qt(verb: str, data: bytes, deadline: Deadline) -> dict[str, Any] | None:
    """The helper's answer, or None when it broke."""
    finished = run_helper(python_helper(_QT_PRINTER, verb), deadline, data=data)
    if finished.returncode:
        return None
    try:
        answer = json.loads(finished.stdout)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
