"""A program of its own: prints a PDF with Qt, or lists printers, for machines without CUPS.

`list` writes `{"printers": [{"name", "is_default", "is_stopped"}]}`. `print` reads a line of JSON
(`printer`, `copies`, `title`, `paper`), then the PDF, and writes `{"state", "detail"}`, the words of
`spool.SpoolState` and of a key in `printing.json`. It may hang with the print system: the caller kills it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from clinic_desk.printing.raster import render_grey

_MOST_DPI = 600


def main(arguments: list[str]) -> int:
    """Does the verb, writes the answer to standard output; 0, or 2 for an unknown verb."""
    if sys.platform not in ("win32", "darwin"):
        # No window is shown, so none is needed to show it on.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    match arguments:
        case ["list"]:
            answer = _list()
        case ["print"]:
            order, _, pdf = sys.stdin.buffer.read().partition(b"\n")
            answer = _print(json.loads(order), pdf)
        case _:
            return 2
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    del application
    return 0


def _list() -> dict[str, Any]:
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    default = QPrinterInfo.defaultPrinterName()
    return {
        "printers": [
            {
                "name": info.printerName(),
                "is_default": info.printerName() == default,
                "is_stopped": info.state() == QPrinter.PrinterState.Error,
            }
            for info in QPrinterInfo.availablePrinters()
        ]
    }


def _print(order: dict[str, Any], pdf: bytes) -> dict[str, str]:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    name = order["printer"] or QPrinterInfo.defaultPrinterName()
    if not name:
        return {"state": "no_printer", "detail": "no_printer"}
    info = next((info for info in QPrinterInfo.availablePrinters() if info.printerName() == name), None)
    if info is None:
        return {"state": "no_printer", "detail": "unknown_printer"}
    if info.state() == QPrinter.PrinterState.Error:
        return {"state": "queue_stopped", "detail": "queue_stopped"}
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    if printer.resolution() > _MOST_DPI:
        printer.setResolution(_MOST_DPI)
    is_sheet = order["paper"] == "A4"
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4 if is_sheet else QPageSize.PageSizeId.A5))
    landscape, portrait = QPageLayout.Orientation.Landscape, QPageLayout.Orientation.Portrait
    printer.setPageOrientation(landscape if is_sheet else portrait)
    printer.setFullPage(True)
    printer.setCopyCount(order["copies"])
    printer.setDocName(order["title"])
    painter = QPainter()
    if not painter.begin(printer):
        return {"state": "refused", "detail": "refused"}
    dpi = printer.resolution()
    paper = QRectF(printer.pageLayout().fullRectPixels(dpi))
    for index, page in enumerate(render_grey(pdf, dpi)):
        if index:
            printer.newPage()
        image = QImage(page.pixels, page.width, page.height, page.width, QImage.Format.Format_Grayscale8)
        # The page's own size, not the paper's, so that codes keep their scale on another paper.
        painter.drawImage(QRectF(paper.x(), paper.y(), page.width, page.height), image)
    is_done = painter.end()
    is_broken = printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
    if not is_done or is_broken:
        return {"state": "refused", "detail": "refused"}
    return {"state": "accepted", "detail": "accepted"}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
