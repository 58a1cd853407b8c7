"""Half-filled forms, kept so that closing a dialog or losing power loses at most seconds."""

from __future__ import annotations

from typing import Any

from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import Clock, Draft, Store


class DraftService:
    """One draft per kind of form, subject and owner, inside the encrypted store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def save(self, kind: str, subject: str, payload: dict[str, Any], actor: Actor) -> Draft:
        """The draft as saved, durable; it replaces the earlier one."""
        draft = Draft(kind, subject, actor.user, payload, self._clock.now())
        with self._store.write() as work:
            work.drafts.put(draft)
            work.commit()
        return draft

    def load(self, kind: str, subject: str, actor: Actor) -> Draft | None:
        """The owner's draft, None if there is none."""
        with self._store.read() as work:
            return work.drafts.get(kind, subject, actor.user)

    def drop(self, kind: str, subject: str, actor: Actor) -> None:
        """No draft is left of that kind and subject for the owner."""
        with self._store.write() as work:
            work.drafts.remove(kind, subject, actor.user)
            work.commit()

    def mine(self, actor: Actor) -> list[Draft]:
        """The owner's drafts, newest first."""
        with self._store.read() as work:
            return sorted(work.drafts.of_owner(actor.user), key=lambda d: d.saved_at, reverse=True)
