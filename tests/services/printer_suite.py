"""What every printer behind the port does; the fake and the real one pass the same."""

import time
from typing import Protocol

from clinic_desk.services.slips import PrintAnswer, PrintOutcome, SlipPrinter
from clinic_desk.texts import Language, Texts

PDF = b"%PDF-1.4\n% a page\n"
SLACK_S = 2.5


class PrinterRoom(Protocol):
    """A printer behind the port, and the hands that bring it into a state."""

    printer: SlipPrinter

    def has_default(self, name: str) -> None: ...
    def pause(self, name: str) -> None: ...
    def fall_silent(self) -> None: ...
    def vanish(self) -> None: ...
    def arrived(self, name: str) -> bytes | None: ...


class PrinterSuite:
    """Subclasses give the fixture `room`."""

    def send(self, room: PrinterRoom, name: str, *, deadline_s: int = 15) -> PrintOutcome:
        outcome = room.printer.print_pdf(
            PDF, name, copies=1, title="D1-1A7QX-00042-K", deadline_s=deadline_s, paper="a5"
        )
        assert isinstance(outcome.answer, PrintAnswer)
        assert outcome.detail.isascii()
        for language in Language:  # whatever happened can be told
            assert Texts(language).say(outcome.detail, n=deadline_s)
        return outcome

    def test_a_page_is_taken_and_arrives(self, room: PrinterRoom) -> None:
        room.has_default("suite-a")
        outcome = self.send(room, "suite-a")
        assert outcome.answer is PrintAnswer.ACCEPTED
        assert outcome.job_id.startswith("suite-a-")
        assert room.arrived("suite-a") == PDF

    def test_no_name_means_the_default_printer(self, room: PrinterRoom) -> None:
        room.has_default("suite-b")
        assert self.send(room, "").answer is PrintAnswer.ACCEPTED
        assert room.arrived("suite-b") == PDF
        known = room.printer.printers()
        assert known.default == "suite-b"
        assert "suite-b" in known.names

    def test_an_unknown_printer_is_no_printer(self, room: PrinterRoom) -> None:
        room.has_default("suite-c")
        outcome = self.send(room, "suite-nobody")
        assert (outcome.answer, outcome.job_id) == (PrintAnswer.NO_PRINTER, "")

    def test_a_paused_printer_takes_nothing(self, room: PrinterRoom) -> None:
        room.has_default("suite-d")
        room.pause("suite-d")
        assert self.send(room, "suite-d").answer is PrintAnswer.WAITING

    def test_printing_that_never_answers_ends_at_the_deadline(self, room: PrinterRoom) -> None:
        room.fall_silent()
        started = time.monotonic()
        assert self.send(room, "suite-a", deadline_s=1).answer is PrintAnswer.TIMED_OUT
        assert time.monotonic() - started < 1 + SLACK_S

    def test_no_printing_at_all(self, room: PrinterRoom) -> None:
        room.vanish()
        outcome = self.send(room, "suite-a")
        assert outcome.answer is PrintAnswer.NO_PRINTER
        assert room.printer.printers().names == ()
        assert room.printer.printers().default == ""
