"""What the import of rule tables needs from the store."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

from typing import Protocol

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.services.rule_book import RuleDocument


class RuleDocumentStore(Protocol):
    """Imported rule tables, append only but for the mark of an undone one."""

    def all(self) -> list[RuleDocument]:
        """In the order of import, undone ones too."""

    def add(self, document: RuleDocument) -> None: ...
    def undo(self, document_id: RuleDocumentId) -> None:
        """Raises NotFound, code `rules.no_such_import`, also when it was taken back before."""
