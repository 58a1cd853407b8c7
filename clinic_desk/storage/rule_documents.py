"""Imported rule tables in the store: append only, but for the mark of an undone one."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.storage.statement import Statement, UnitDriver
from clinic_desk.storage.tables import rule_documents
from clinic_desk.storage.values import day_of, day_text, json_of, json_text, moment_of, moment_text

_C = rule_documents.c
_COLUMNS: Final = (
    *(_C.id, _C.table_name, _C.document, _C.takes_effect_on, _C.imported_at, _C.by, _C.reason),
    *(_C.file_hash, _C.is_undone),
)
_ALL: Final = Statement(select(*_COLUMNS).order_by(_C.seq))
_ADD: Final = Statement(insert(rule_documents).values({c.name: bindparam(c.name) for c in _COLUMNS}))
_UNDO: Final = Statement(
    update(rule_documents).where(_C.id == bindparam("wanted"), _C.is_undone == 0).values(is_undone=1)
)


class SqlRuleDocuments:
    """`RuleDocumentStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def all(self) -> list[RuleDocument]:
        """Every document in the order of import, undone ones too."""
        return [_read(row) for row in _ALL.all(self._driver)]

    def add(self, document: RuleDocument) -> None:
        """The document is kept."""
        _ADD.run(
            self._driver,
            id=document.id,
            table_name=document.table,
            document=json_text(document.document),
            takes_effect_on=day_text(document.takes_effect_on),
            imported_at=moment_text(document.imported_at),
            by=document.by,
            reason=document.reason,
            file_hash=document.file_hash,
            is_undone=int(document.is_undone),
        )

    def undo(self, document_id: RuleDocumentId) -> None:
        """The document counts no more.

        Raises:
            NotFound: code `rules.no_such_import`, also when it was taken back before.
        """
        if _UNDO.run(self._driver, wanted=document_id).rowcount != 1:
            raise NotFound("rules.no_such_import")


def _read(row: Any) -> RuleDocument:
    effect = day_of(row[3])
    assert effect is not None  # noqa: S101 -- the column is NOT NULL
    return RuleDocument(
        RuleDocumentId(row[0]),
        row[1],
        json_of(row[2]),
        effect,
        moment_of(row[4]),
        row[5],
        row[6],
        row[7],
        bool(row[8]),
    )
