"""The refused rows of a list as a CSV file that a person corrects in a spreadsheet. No Qt."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Final

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.import_sentences import advice_sentence, problem_sentence
from clinic_desk.services.imports import ImportRow, Preview
from clinic_desk.texts import Texts

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def refused_csv(texts: Texts, preview: Preview) -> bytes:
    """The refused rows under their own headings, then line and reason, as UTF-8 with a byte order mark.

    Cells a spreadsheet would run get an apostrophe in front. Semicolons part the cells, since that is what
    spreadsheets with Kazakh and Russian settings open without a question.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    headings = [
        *preview.table.headings,
        texts.say("import_screen.csv.line"),
        texts.say("import_screen.csv.reason"),
    ]
    writer.writerow(map(harmless, headings))
    for row in preview.refused:
        writer.writerow(map(harmless, [*row.source.cells, str(row.line), reason(texts, row)]))
    return out.getvalue().encode("utf-8-sig")


def refused_name(kind: ImportKind, day: dt.date) -> str:
    """The name the file is offered under; made of our own letters only."""
    return f"{kind.value}-refused-{day:%Y-%m-%d}.csv"


def reason(texts: Texts, row: ImportRow) -> str:
    """Everything that is wrong with a row, with the columns it stands in."""
    said = []
    for problem in row.parsed.problems:
        sentence = problem_sentence(texts, problem)
        advice = advice_sentence(texts, problem)
        place = f"«{problem.column}»: " if problem.column else ""
        said.append(f"{place}{sentence}. {advice}".rstrip(" ."))
    return "; ".join(said)


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
