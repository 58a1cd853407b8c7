"""Where an import stands and what is being done; plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clinic_desk.ui.kit.jobs import CancelToken


class Step(StrEnum):
    """Where we are."""

    FILE = "file"
    COLUMNS = "columns"
    ROWS = "rows"
    LOADED = "loaded"


STEPS = (Step.FILE, Step.COLUMNS, Step.ROWS, Step.LOADED)


class Phase(StrEnum):
    """What is being done at the moment."""

    READING = "reading"
    COMPARING = "comparing"
    CORRECTING = "correcting"
    LOADING = "loading"
    UNDOING = "undoing"


@dataclass(slots=True)
class Busy:
    """Work under way; `done` and `total` are written by its thread and read by the window."""

    phase: Phase
    stop: CancelToken = field(default_factory=CancelToken)
    done: int = 0
    total: int = 0
    is_broken: bool = False
    """The work ended by a mistake of the program, which the crash handler tells."""

    def progress(self, done: int, total: int | None) -> None:
        """How far the work is."""
        self.done, self.total = done, total or 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A short remark: the key in `import_screen` and its parameters."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
