"""Sentences about foreign lists: what is wrong with a row, the columns or the file.

For the window and the command line alike. The words lie in `resources/texts/imports.json`.
"""

from __future__ import annotations

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.imports.columns import ColumnMap, InvalidMapping
from clinic_desk.domain.imports.rows import RowProblem
from clinic_desk.domain.imports.table import Table, UnusableFile
from clinic_desk.sentences import error_sentence
from clinic_desk.services.imports import ColumnsNotClear
from clinic_desk.texts import Texts


def import_error_sentence(texts: Texts, error: ClinicDeskError) -> str:
    """What keeps a list from being read or applied, and what to do."""
    match error:
        case UnusableFile():
            return texts.say(f"imports.file.{error.code}", **_counted(texts, error.params))
        case InvalidMapping():
            return texts.say(f"imports.map.{error.code}", **error.params)
        case ColumnsNotClear():
            return " ".join(columns_sentences(texts, error.columns))
        case _:
            return error_sentence(texts, error)


def columns_sentences(texts: Texts, columns: ColumnMap) -> list[str]:
    """What a person has to settle before rows can be read; empty when nothing."""
    between = f" {texts.say('imports.columns.or')} "
    sentences = [
        texts.say("imports.columns.missing", field=between.join(field_name(texts, name) for name in group))
        for group in columns.missing_required
    ]
    sentences += [
        texts.say("imports.columns.ambiguous", field=field_name(texts, ambiguity.field))
        for ambiguity in columns.ambiguous
    ]
    return sentences


def field_name(texts: Texts, field: str) -> str:
    """What a field is called."""
    return texts.say(f"imports.field.{field}")


def problem_sentence(texts: Texts, problem: RowProblem) -> str:
    """What is wrong with a row, or worth knowing about it; a rule's finding has its words elsewhere."""
    key = f"imports.problem.{problem.code}"
    return texts.say(key if texts.has(key) else f"findings.{problem.code}", **problem.params)


def advice_sentence(texts: Texts, problem: RowProblem, *, is_refusal: bool = True) -> str:
    """What would be right or where to look, "" when nothing can be told.

    In a warning or note, which is no refusal, the hint is what was taken instead.
    """
    if problem.hint:
        return texts.say(f"imports.hint.{'replace' if is_refusal else 'taken'}", hint=problem.hint)
    key = f"imports.advice.{problem.code}"
    return texts.say(key) if texts.has(key) else ""


def encoding_name(texts: Texts, encoding: str) -> str:
    """What an encoding is called."""
    return texts.say(f"imports.encoding.{encoding}")


def delimiter_name(texts: Texts, delimiter: str) -> str:
    """The character between cells as it can be shown."""
    return texts.say("imports.delimiter.tab") if delimiter == "\t" else f"«{delimiter}»"


def is_text_file(table: Table) -> bool:
    """Whether the list came from a text file, which has an encoding and a delimiter."""
    return table.encoding is not None


def _counted(texts: Texts, params: dict[str, object]) -> dict[str, object]:
    """Limits with their thousands apart."""
    return {name: texts.number(value) if isinstance(value, int) else value for name, value in params.items()}
