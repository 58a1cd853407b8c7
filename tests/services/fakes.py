"""A renderer and a printer that remember what they were given; the printer passes the adapters' own suite."""

import json
from dataclasses import asdict, dataclass, field

from clinic_desk.services.slip_content import SlipContent
from clinic_desk.services.slips import PreviewImage, PrintAnswer, PrinterList, PrintOutcome


@dataclass
class FakeRenderer:
    """Draws a slip as JSON inside something that begins like a PDF."""

    drawn: list[tuple[SlipContent, str]] = field(default_factory=list)

    def draw(self, content: SlipContent, paper: str) -> bytes:
        self.drawn.append((content, paper))
        return b"%PDF-fake\n" + json.dumps(asdict(content), default=str, ensure_ascii=False).encode()

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        height = width_px * 210 // 148
        return PreviewImage(width_px, height, b"\xff" * (4 * width_px * height))

    @property
    def last(self) -> SlipContent:
        return self.drawn[-1][0]


@dataclass
class FakePrinter:
    """Answers as it is told to; `queues` are the printers it knows."""

    queues: tuple[str, ...] = ("Canon", "Zebra")
    default: str = "Canon"
    answer: PrintAnswer = PrintAnswer.ACCEPTED
    printed: list[tuple[bytes, str, int, str]] = field(default_factory=list)
    deadlines: list[int] = field(default_factory=list)

    def printers(self) -> PrinterList:
        return PrinterList(self.queues, self.default if self.queues else "")

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int
    ) -> PrintOutcome:
        self.deadlines.append(deadline_s)
        wanted = printer or self.default
        if wanted not in self.queues:
            return PrintOutcome(PrintAnswer.NO_PRINTER, detail="unknown_printer" if printer else "no_printer")
        if self.answer is not PrintAnswer.ACCEPTED:
            return PrintOutcome(self.answer, detail=self.answer.value)
        self.printed.append((pdf, wanted, copies, title))
        return PrintOutcome(PrintAnswer.ACCEPTED, job_id=f"{wanted}-{len(self.printed)}")
