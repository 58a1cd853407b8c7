"""Half-filled forms in the store."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from clinic_desk.services.ports import Draft
from clinic_desk.storage.statement import Row, Statement, UnitDriver
from clinic_desk.storage.tables import drafts
from clinic_desk.storage.values import json_of, json_text, moment_of, moment_text

_ALL: Final = select(drafts.c.kind, drafts.c.subject, drafts.c.owner, drafts.c.payload, drafts.c.saved_at)
_THIS: Final = (
    drafts.c.kind == bindparam("kind"),
    drafts.c.subject == bindparam("subject"),
    drafts.c.owner == bindparam("owner"),
)
_ONE: Final = Statement(_ALL.where(*_THIS))
_REMOVE: Final = Statement(delete(drafts).where(*_THIS))
_OF_OWNER: Final = Statement(
    _ALL.where(drafts.c.owner == bindparam("owner")).order_by(drafts.c.saved_at.desc())
)
_PUT: Final = Statement(insert(drafts).prefix_with("OR REPLACE"))


class SqlDrafts:
    """`DraftStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def put(self, draft: Draft) -> None:
        """The draft is kept, in place of an earlier one of the same form, subject and owner."""
        params = draft._asdict() | {
            "payload": json_text(draft.payload),
            "saved_at": moment_text(draft.saved_at),
        }
        _PUT.run(self._driver, **params)

    def get(self, kind: str, subject: str, owner: str) -> Draft | None:
        """That draft, None if there is none."""
        row = _ONE.one(self._driver, kind=kind, subject=subject, owner=owner)
        return None if row is None else _draft(row)

    def remove(self, kind: str, subject: str, owner: str) -> None:
        """The draft is gone; nothing happens when there was none."""
        _REMOVE.run(self._driver, kind=kind, subject=subject, owner=owner)

    def of_owner(self, owner: str) -> list[Draft]:
        """The owner's drafts, newest first."""
        return [_draft(row) for row in _OF_OWNER.run(self._driver, owner=owner)]


def _draft(row: Row) -> Draft:
    kind, subject, owner, payload, saved_at = row
    return Draft(kind, subject, owner, json_of(payload), moment_of(saved_at))
