"""Made-up lists of suppliers as files, in the encodings people have; BINs that nobody can have been given."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import openpyxl

from clinic_desk.domain.iin import check_digit

HEADINGS = ("БИН/ИИН", "Наименование", "Регион", "Вид помощи", "Роль", "Дата включения", "Состояние")
ROWS = 5_000
BROKEN = {
    # line of the file: (column, what stands there, code of the problem)
    18: (0, "12034000012", "bin.length"),
    2_501: (4, "Партнёр", "role.unknown"),
    4_999: (5, "31.02.2026", "date.impossible"),
}


def bin_number(number: int) -> str:
    """A right BIN whose month is impossible (20 and later), so that it is nobody's."""
    while True:
        first = f"{number % 100:02}{20 + number // 100 % 80}40{number // 8000:05}"
        last = check_digit(first)
        if last is not None:
            return f"{first}{last}"
        number += 1_000_000


@cache
def supplier_rows(count: int = ROWS) -> tuple[tuple[str, ...], ...]:
    """Good rows."""
    return tuple(
        (
            bin_number(number),
            f"«Мысал {number}» клиникасы",
            "Астана",
            "Консультативно-диагностическая помощь",
            "Поставщик" if number % 3 else "Соисполнитель",
            "01.01.2026",
            "включен",
        )
        for number in range(count)
    )


def broken_rows() -> list[list[str]]:
    """5,000 rows of which those of `BROKEN` are bad."""
    rows = [list(row) for row in supplier_rows()]
    for line, (column, text, _) in BROKEN.items():
        rows[line - 2][column] = text
    return rows


def text(rows: list[list[str]] | tuple[tuple[str, ...], ...]) -> str:
    """The rows under their headings, parted by semicolons."""
    return "\r\n".join(";".join(row) for row in [HEADINGS, *rows]) + "\r\n"


def workbook(rows: list[list[str]]) -> bytes:
    """The same as a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Тізім")
    for row in [HEADINGS, *rows]:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_list(folder: Path, form: str = "utf-8", rows: list[list[str]] | None = None) -> Path:
    """A file in `utf-8`, `utf-8-sig`, `cp1251`, `utf-16` or as `xlsx`."""
    rows = broken_rows() if rows is None else rows
    path = folder / (f"list-{form}.xlsx" if form == "xlsx" else f"list-{form}.csv")
    path.write_bytes(workbook(rows) if form == "xlsx" else text(rows).encode(form))
    return path
