"""A machine without a printer, for walks through the program: nothing ever reaches paper."""

from __future__ import annotations

from clinic_desk.services.slips import PrintAnswer, PrinterList, PrintOutcome


class NoPrinter:
    """`SlipPrinter` that has no printer."""

    def printers(self) -> PrinterList:
        """None at all."""
        return PrinterList(())

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int, paper: str
    ) -> PrintOutcome:
        """The page stays to be printed."""
        return PrintOutcome(PrintAnswer.NO_PRINTER)
