"""Sets triggers aside inside a transaction and puts them back as they were; a rollback does so too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clinic_desk.storage.statement import UnitDriver


@contextmanager
def set_aside(driver: UnitDriver, *names: str) -> Iterator[None]:
    """Inside, these triggers do nothing. Whoever fails inside must roll the transaction back.

    Raises:
        RuntimeError: the store has no trigger of one of these names.
    """
    marks = ", ".join("?" * len(names))
    triggers = driver.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN ({marks})",  # noqa: S608
        names,
    ).fetchall()
    if len(triggers) != len(names):
        raise RuntimeError("a trigger is not where the steps of the store put it")
    for name, _ in triggers:
        driver.execute(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        driver.execute(sql)
