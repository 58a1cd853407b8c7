"""Decisions that take their time: what is to be done when, a step at a time, each in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from clinic_desk.fhir.strict import Unreadable
from clinic_desk.practice_authority.rules import Rule, rule_named
from clinic_desk.practice_authority.store import ResourceStore, Version

_SECOND: Final = 1_000_000


class Part(Protocol):
    """One of those whom the authority plays."""

    @property
    def name(self) -> str:
        """Its name in the table of rules."""

    def rule_of(
        self, made: Version, resource: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> Rule | None:
        """The rule by which this version of a client's is decided; None when it asks for nothing."""

    def take(self, target: Version, rule: Rule, step: str) -> bool:
        """Takes a step, inside a transaction; False when the rest of the steps make no sense any more."""


class _Due(NamedTuple):
    id: int
    part: str
    target: str
    step: int
    rule: str


class Decisions:
    """What waits for a decision, kept in the authority's file.

    Args:
        store: the file.
        delay_s: how long a step takes; None: only `tick` takes steps.
        parts: who decides.
    """

    def __init__(self, store: ResourceStore, delay_s: float | None, parts: Sequence[Part]) -> None:
        self._store = store
        self._db = store.connection
        self._delay = 0 if delay_s is None else int(delay_s * _SECOND)
        self.is_by_hand = delay_s is None
        self._parts = {part.name: part for part in parts}
        self.changed: Callable[[], None] = _nobody
        self.stumbles = 0
        """Steps that could not be taken because a client's resource cannot be read."""

    def written(self, made: Version, resource: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
        """Tells the parts of a client's version; inside its transaction."""
        for part in self._parts.values():
            try:
                rule = part.rule_of(made, resource, before)
            except (Unreadable, LookupError, ValueError, TypeError, AttributeError):
                self.stumbles += 1
                continue
            if rule is not None and rule.steps:
                # What was to be decided of an earlier version is not decided twice.
                self._db.execute("DELETE FROM due WHERE part = ? AND target = ?", (part.name, made.reference))
                self._plan(part.name, made.reference, 0, rule.name)

    def forget(self, target: str) -> None:
        """Nothing of `Type/id` is to be decided any more."""
        self._db.execute("DELETE FROM due WHERE target = ?", (target,))

    def run_due(self) -> int:
        """Takes the steps whose time has come; how many."""
        now = self._store.now()
        return self._run("WHERE at <= ?", (now,))

    def tick(self) -> int:
        """Everything that waits takes its next step now; how many."""
        return self._run("", ())

    def next_at(self) -> int | None:
        """When the next step is due, None when nothing waits or steps are taken by hand."""
        if self.is_by_hand:
            return None
        row = self._db.execute("SELECT min(at) FROM due").fetchone()
        return None if row[0] is None else int(row[0])

    def waiting(self) -> int:
        """How much waits for a decision."""
        return int(self._db.execute("SELECT count(*) FROM due").fetchone()[0])

    def _run(self, where: str, values: tuple[int, ...]) -> int:
        rows = self._db.execute(
            f"SELECT id, part, target, step, rule FROM due {where} ORDER BY at, id",  # noqa: S608 - our own words
            values,
        ).fetchall()
        return sum(self._take(_Due._make(row)) for row in rows)

    def _take(self, due: _Due) -> int:
        try:
            with self._store.writing():
                self._db.execute("DELETE FROM due WHERE id = ?", (due.id,))
                self._step(due)
        except (Unreadable, LookupError, ValueError, TypeError, AttributeError):
            # A resource that nobody can read is left as it is, and does not come up again.
            self.stumbles += 1
            with self._store.writing():
                self._db.execute("DELETE FROM due WHERE id = ?", (due.id,))
            return 0
        return 1

    def _step(self, due: _Due) -> None:
        rule = rule_named(due.rule)
        target = self._store.current(*due.target.split("/"))
        if target is None or target.is_gone:
            return
        goes_on = self._parts[due.part].take(target, rule, rule.steps[due.step])
        if goes_on and due.step + 1 < len(rule.steps):
            self._plan(due.part, due.target, due.step + 1, due.rule)

    def _plan(self, part: str, target: str, step: int, rule: str) -> None:
        self._db.execute(
            "INSERT INTO due (at, made_after, part, target, step, rule) VALUES (?, ?, ?, ?, ?, ?)",
            (self._store.now() + self._delay, self._store.last_seq(), part, target, step, rule),
        )
        self.changed()


def _nobody() -> None:
    """Nobody waits for news."""
