"""A renderer and a printer that remember what they were given; the printer passes the adapters' own suite."""

import json
from dataclasses import asdict, dataclass, field

from clinic_desk.services.attachment_content import AttachmentPaper
from clinic_desk.services.leaflet_content import LeafletContent
from clinic_desk.services.slip_content import SlipContent
from clinic_desk.services.slips import PreviewImage, PrintAnswer, PrinterList, PrintOutcome
from clinic_desk.services.sync.papers.shift_paper import ShiftPaper
from clinic_desk.texts import Language

_DETAILS = {
    PrintAnswer.WAITING: "printing.queue_stopped",
    PrintAnswer.TIMED_OUT: "printing.timed_out",
    PrintAnswer.REFUSED: "printing.refused",
    PrintAnswer.NO_PRINTER: "printing.no_spooler",
}


@dataclass
class FakeRenderer:
    """Draws a slip as JSON inside something that begins like a PDF."""

    drawn: list[tuple[SlipContent, str]] = field(default_factory=list)
    attachment_papers: list[tuple[AttachmentPaper, str]] = field(default_factory=list)
    shifts: list[tuple[ShiftPaper, str]] = field(default_factory=list)
    leaflets: list[tuple[LeafletContent, str]] = field(default_factory=list)

    def draw(self, content: SlipContent, paper: str) -> bytes:
        self.drawn.append((content, paper))
        return b"%PDF-fake\n" + json.dumps(asdict(content), default=str, ensure_ascii=False).encode()

    def draw_attachment(self, content: AttachmentPaper, paper: str) -> bytes:
        self.attachment_papers.append((content, paper))
        return b"%PDF-fake\n" + json.dumps(asdict(content), default=str, ensure_ascii=False).encode()

    def draw_leaflet(self, content: LeafletContent, paper: str) -> bytes:
        self.leaflets.append((content, paper))
        return b"%PDF-fake leaflet " + content.clinic.kk.encode()

    def draw_shift(self, content: ShiftPaper, paper: str) -> bytes:
        self.shifts.append((content, paper))
        return b"%PDF-fake shift " + content.sheet.user.encode()

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        height = width_px * 210 // 148
        return PreviewImage(width_px, height, b"\xff" * (4 * width_px * height))

    def test_page(self, language: Language, printer: str, printed_at: str) -> bytes:
        return f"%PDF-fake test page {language} {printer} {printed_at}".encode()

    @property
    def last(self) -> SlipContent:
        return self.drawn[-1][0]


@dataclass
class FakePrinter:
    """Answers as it is told to; `queues` are the printers it knows, the default first."""

    queues: tuple[str, ...] = ("Canon", "Zebra")
    answer: PrintAnswer = PrintAnswer.ACCEPTED
    printed: list[tuple[bytes, str, int, str, str]] = field(default_factory=list)
    deadlines: list[int] = field(default_factory=list)

    def printers(self) -> PrinterList:
        return PrinterList(tuple(sorted(self.queues)), self.queues[0] if self.queues else "")

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int, paper: str
    ) -> PrintOutcome:
        self.deadlines.append(deadline_s)
        if self.answer is not PrintAnswer.ACCEPTED:
            return PrintOutcome(self.answer, detail=_DETAILS[self.answer])
        if not self.queues:
            return PrintOutcome(PrintAnswer.NO_PRINTER, detail="printing.no_printer")
        wanted = printer or self.queues[0]
        if wanted not in self.queues:
            return PrintOutcome(PrintAnswer.NO_PRINTER, detail="printing.unknown_printer")
        self.printed.append((pdf, wanted, copies, title, paper))
        return PrintOutcome(PrintAnswer.ACCEPTED, f"{wanted}-{len(self.printed)}", "printing.accepted")
