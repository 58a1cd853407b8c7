"""One row of a foreign list turned into a value, and rows of one list that repeat each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from clinic_desk.domain.imports.answers import AnswerSetting, parse_answer
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.columns import ColumnMap
from clinic_desk.domain.imports.doctors import parse_doctor
from clinic_desk.domain.imports.icd10 import parse_icd
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.offers import parse_offer
from clinic_desk.domain.imports.patients import parse_patient
from clinic_desk.domain.imports.rows import ParsedRow, RowProblem
from clinic_desk.domain.imports.services import parse_service
from clinic_desk.domain.imports.streets import parse_street
from clinic_desk.domain.imports.suppliers import parse_supplier
from clinic_desk.domain.imports.table import SourceRow
from clinic_desk.domain.imports.values import RowValues, ServiceRow, StreetRow

_PARSERS: Final[Mapping[ImportKind, Callable[[Cells], ParsedRow]]] = {
    ImportKind.SUPPLIERS: parse_supplier,
    ImportKind.SERVICES: parse_service,
    ImportKind.OFFERS: parse_offer,
    ImportKind.DOCTORS: parse_doctor,
    ImportKind.ICD10: parse_icd,
    ImportKind.STREETS: parse_street,
}


def parse_row(
    columns: ColumnMap,
    row: SourceRow,
    *,
    today: dt.date | None = None,
    answers: AnswerSetting | None = None,
) -> ParsedRow:
    """The value in `row`, or why there is none; `columns` says of which kind.

    The same row always gives the same result. `today` (clinic's zone) bounds birth dates; answers about
    insurance are read against `answers`.
    """
    cells = Cells(columns, row)
    if columns.kind is ImportKind.INSURANCE:
        if answers is None:
            raise ValueError("answers about insurance are read against a day's tables")
        return parse_answer(cells, answers)
    if columns.kind is ImportKind.PATIENTS:
        return parse_patient(cells, today)
    return _PARSERS[columns.kind](cells)


class Repeats:
    """Remembers the rows of one list, to name the line that a later row repeats.

    `ahead` are rows of the list that come later, for kinds where the first of two that contradict each other
    is no better than the second: both are refused then.
    """

    def __init__(self, ahead: Iterable[tuple[int, RowValues]] = ()) -> None:
        self._seen: dict[Hashable, tuple[int, RowValues]] = {}
        self._contradicted: dict[Hashable, tuple[int, int]] = {}
        first: dict[Hashable, tuple[int, RowValues]] = {}
        for line, values in ahead:
            earlier_line, earlier = first.setdefault(values.key, (line, values))
            if earlier != values:
                self._contradicted.setdefault(values.key, (earlier_line, line))

    def check(self, line: int, values: RowValues) -> RowProblem | None:
        """None for a new subject, else what the row does to the line that named it first.

        `row.repeats` says the same again; `row.same_service` is a service listed again under
        another specialty or with other capitals; `row.contradicts` says something else about the
        same subject, so that one of the two is wrong. All carry `line`.
        """
        # A street stands in as many rows as it has parts; whether they lie on each other is asked elsewhere.
        said: Hashable = values if isinstance(values, StreetRow) else values.key
        pair = self._contradicted.get(said)
        if pair is not None:
            return RowProblem("row.contradicts", params={"line": pair[1] if line == pair[0] else pair[0]})
        first, earlier = self._seen.setdefault(said, (line, values))
        if first == line:
            return None
        if earlier == values:
            code = "row.repeats"
        else:
            code = "row.same_service" if _are_one_service(earlier, values) else "row.contradicts"
        return RowProblem(code, params={"line": first})


def _are_one_service(first: RowValues, second: RowValues) -> bool:
    """Whether two rows of one key say the same but for the specialty and the spelling of the name."""
    if not (isinstance(first, ServiceRow) and isinstance(second, ServiceRow)):
        return False
    return replace(first, specialty=second.specialty, title_ru=second.title_ru) == second
