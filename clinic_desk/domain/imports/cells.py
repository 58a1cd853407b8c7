"""The cells of one row by the names of their fields, and everything found wrong with them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.findings import Finding
from clinic_desk.domain.imports.amounts import parse_amount, parse_whole
from clinic_desk.domain.imports.columns import ColumnMap
from clinic_desk.domain.imports.dates import InvalidDate, day_of_serial, parse_day
from clinic_desk.domain.imports.look_alikes import cyrillic_words
from clinic_desk.domain.imports.rows import SHOWN_CHARACTERS, ParsedRow, RowProblem
from clinic_desk.domain.imports.table import SourceRow
from clinic_desk.domain.imports.values import RowValues

# What a spreadsheet would run if the text came back to it. A phone number may begin with «+».
_FORMULA: Final = re.compile(r"\s*(?:=|@\w|[+-]\s*[A-Za-z]|[+-].*\|)")
# A way of exports to keep leading zeros: ="001234".
_TEXT_FORMULA: Final = re.compile(r'="([^"=]*)"')
_ERROR_VALUES: Final = frozenset(
    {
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#Н/Д",
        "#ССЫЛКА!",
        "#ЗНАЧ!",
        "#ИМЯ?",
    }
)
# What programs write for an empty cell; the case counts, since people are called Nan.
_NOTHING: Final = frozenset({"-", "–", "—", "null", "NULL", "None", "nan", "NaN", "n/a", "N/A"})
_ABSENT: Final = frozenset({"нет", "жоқ", "отсутствует", "не указан", "не указано", "белгісіз", "none", "no"})
_FATAL_REMARKS: Final = frozenset({"cell.too_long", "row.too_many_cells"})


class Cells:
    """Gives the cells of a row as text, days and numbers; collects problems, warnings and notes."""

    __slots__ = ("_columns", "_found", "_row", "notes", "problems", "warnings")

    def __init__(self, columns: ColumnMap, row: SourceRow) -> None:
        self._columns = columns
        self._found = columns.found
        self._row = row
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self.notes: list[RowProblem] = []
        if row.remarks:
            self._take_remarks()

    def has(self, field: str) -> bool:
        """True when the list has a column for the field."""
        return field in self._found

    def is_number(self, field: str) -> bool:
        """True when a workbook stores the cell as a number."""
        return bool(self._row.numbers) and self._found.get(field) in self._row.numbers

    def raw(self, field: str) -> str:
        """The cell as it stands in the file, "" when the list has no such column."""
        index = self._found.get(field)
        if index is None or index >= len(self._row.cells):
            return ""
        return self._row.cells[index]

    def lines(self, field: str) -> str:
        """The cell's text with its line ends; "" after a problem with its characters."""
        text = self.raw(field)
        if not text:
            return ""
        if text[0] in "=@+- \t\n" and _FORMULA.match(text):
            harmless = _TEXT_FORMULA.fullmatch(text.strip())
            if harmless is None:
                self.problem("cell.formula", field)
                return ""
            text = harmless[1]
        if not text.isprintable() or "\ufffd" in text:
            cleaned = _cleaned(text)
            if cleaned is None:
                self.problem("cell.characters", field)
                return ""
            text = cleaned
        text = text.strip()
        if text.startswith("#") and text.upper() in _ERROR_VALUES:
            self.problem("cell.error", field)
            return ""
        return text

    def text(self, field: str) -> str:
        """The cell's text on one line with single blanks, "" for an empty cell or a dash."""
        text = self.raw(field)
        if not text:
            return ""
        # The usual cell needs no care: nothing invisible, no blanks to take off, no sign in front.
        is_plain = text[0].isalnum() and text.isprintable() and "  " not in text and text[-1] != " "
        if not is_plain or "\ufffd" in text:
            text = " ".join(self.lines(field).split())
        return "" if text in _NOTHING else text

    def known(self, field: str) -> str:
        """As `text`, "" also where words say that there is nothing: «нет», «жоқ»."""
        text = self.text(field)
        return "" if len(text) < 12 and is_absent(text) else text

    def words(self, field: str) -> str:
        """As `text`, with Latin look-alikes in Cyrillic words folded and a warning told."""
        text = self.text(field)
        if text.isascii():
            return text
        folded = cyrillic_words(text)
        if folded != text:
            self.warn("name.look_alike", field, hint=folded)
        return unicodedata.normalize("NFC", folded)

    def day(self, field: str) -> dt.date | None:
        """The day in a cell, None when it is empty or, with a problem, unreadable."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse_day(text)
        except InvalidDate as error:
            if error.code == "date.unreadable" and self.is_number(field):
                day = day_of_serial(text)
                if day is not None:
                    self.warn("date.serial", field, hint=f"{day:%d.%m.%Y}")
                    return day
            self.failed(error, field)
            return None

    def amount(self, field: str, *, separator_is_decimal: bool = False) -> Decimal | None:
        """The number in a cell, None when it is empty or, with a problem, unreadable."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse_amount(text, separator_is_decimal=separator_is_decimal or self.is_number(field))
        except InvalidValue as error:
            self.failed(error, field)
            return None

    def whole(self, field: str) -> int | None:
        """The whole number in a cell, None when it is empty or, with a problem, unreadable."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse_whole(text)
        except InvalidValue as error:
            self.failed(error, field)
            return None

    def problem(self, code: str, field: str = "", *, hint: str = "", **params: object) -> None:
        """Adds a reason to refuse the row."""
        self.problems.append(self._about(code, field, hint, params))

    def warn(self, code: str, field: str = "", *, hint: str = "", **params: object) -> None:
        """Adds something a person should read; the row is kept."""
        self.warnings.append(self._about(code, field, hint, params))

    def doubt(self, finding: Finding) -> None:
        """Adds what a rule found as a warning; its sentence is `findings.<code>`."""
        self.warnings.append(self._about(finding.code, finding.field, "", dict(finding.params)))

    def note(self, code: str, field: str = "", *, hint: str = "", **params: object) -> None:
        """Adds something for the record; nobody has to act."""
        self.notes.append(self._about(code, field, hint, params))

    def failed(self, error: InvalidValue, field: str, *, hint: str = "") -> None:
        """Adds the reason that a value of the domain gave."""
        self.problems.append(self._about(error.code, field, hint, error.params))

    def result(self, values: RowValues | None) -> ParsedRow:
        """The row with `values`, or without them when there is a problem."""
        return ParsedRow(
            None if self.problems else values,
            tuple(self.problems),
            tuple(self.warnings),
            tuple(self.notes),
        )

    def _about(self, code: str, field: str, hint: str, params: dict[str, object]) -> RowProblem:
        value = self.raw(field)[:SHOWN_CHARACTERS] if field else ""
        return RowProblem(code, field, self._columns.heading_of(field), params, value, hint)

    def _take_remarks(self) -> None:
        fields = {index: field for field, index in self._found.items()}
        for remark in self._row.remarks:
            field = "" if remark.column is None else fields.get(remark.column)
            if field is None:
                continue  # The column is not used, so neither is what is wrong in it.
            if remark.code in ("cell.formula", "cell.error"):
                continue  # The cell's text says it again when its field is read.
            if remark.code in _FATAL_REMARKS:
                self.problem(remark.code, field)
            else:
                self.warn(remark.code, field)


def is_absent(text: str) -> bool:
    """Whether the words of a cell say that there is nothing to say."""
    return text.casefold() in _ABSENT


def _cleaned(text: str) -> str | None:
    """The text without invisible characters; None when it has control or broken ones."""
    kept: list[str] = []
    for character in text:
        category = unicodedata.category(character)
        if character in "\t\n" or category == "Zs":
            kept.append(character if character == "\n" else " ")
        elif category in ("Cf", "Zl", "Zp"):
            continue  # Byte order marks, soft hyphens, zero-width blanks and direction marks.
        elif category[0] == "C" or character == "\ufffd":
            return None
        else:
            kept.append(character)
    return "".join(kept)
