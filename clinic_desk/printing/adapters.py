"""Slips and printers as the use cases know them (`services.slips`)."""

from __future__ import annotations

from clinic_desk.services.attachment_content import AttachmentPaper
from clinic_desk.services.leaflet_content import LeafletContent
from clinic_desk.services.slip_content import SlipContent
from clinic_desk.services.slips import PreviewImage, PrintAnswer, PrinterList, PrintOutcome
from clinic_desk.services.sync.papers.shift_paper import ShiftPaper
from clinic_desk.texts import Language

_TWO_UP = "a4"


class PdfSlips:
    """Every paper of the desk with ReportLab and pdfium, both read when the first slip is wanted."""

    def draw(self, content: SlipContent, paper: str) -> bytes:
        """A PDF on `a5`, or twice on one sheet of `a4`."""
        from clinic_desk.printing.slip import render_slip, render_two_up

        return render_two_up([content, content]) if paper == _TWO_UP else render_slip(content)

    def draw_attachment(self, content: AttachmentPaper, paper: str) -> bytes:
        """A paper of attachment on `a5`, or twice on one sheet of `a4`."""
        from clinic_desk.printing.attachment_papers import render_attachment

        return render_attachment(content, two_up=paper == _TWO_UP)

    def draw_leaflet(self, content: LeafletContent, paper: str) -> bytes:
        """A leaflet: a page a language on `a5`, or two half pages on one sheet of `a4`."""
        from clinic_desk.printing.leaflet import render_leaflet

        return render_leaflet(content, two_up=paper == _TWO_UP)

    def draw_shift(self, content: ShiftPaper, paper: str) -> bytes:
        """The sheet of a shift on `a5`, or twice on one sheet of `a4`."""
        from clinic_desk.printing.shift_sheet import render_shift

        return render_shift(content, two_up=paper == _TWO_UP)

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        """The first page of a PDF."""
        from clinic_desk.printing.raster import render_preview

        return render_preview(pdf, width_px)

    def test_page(self, language: Language, printer: str, printed_at: str) -> bytes:
        """A PDF that shows whether a printer is set up."""
        from clinic_desk.printing.printer_test_page import render_test_page

        return render_test_page(language, printer=printer, printed_at=printed_at)


class PrinterProcess:
    """`SlipPrinter` that hands pages to a helper process with a deadline."""

    def printers(self) -> PrinterList:
        """The printers this machine knows; an empty list when printing does not answer."""
        from clinic_desk.printing.spool import list_printers

        known = list_printers().printers
        return PrinterList(
            tuple(printer.name for printer in known),
            next((printer.name for printer in known if printer.is_default), ""),
        )

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int, paper: str
    ) -> PrintOutcome:
        """The outcome, at the latest when the deadline is over."""
        from clinic_desk.printing.spool import ProcessSlipPrinter, SpoolState

        told = ProcessSlipPrinter().print_pdf(
            pdf, printer, copies=copies, title=title, deadline_s=deadline_s, paper=paper.upper()
        )
        answers = {
            SpoolState.ACCEPTED: PrintAnswer.ACCEPTED,
            SpoolState.NO_PRINTER: PrintAnswer.NO_PRINTER,
            SpoolState.TIMED_OUT: PrintAnswer.TIMED_OUT,
            SpoolState.REFUSED: PrintAnswer.REFUSED,
            SpoolState.QUEUE_STOPPED: PrintAnswer.WAITING,
        }
        return PrintOutcome(answers[told.state], told.job_id or "", told.detail_code)
