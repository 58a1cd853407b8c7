"""Says a sentence for some seconds, with Undo where it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Tell(Protocol):
    """`MainWindow.show_toast` is one."""

    def __call__(self, text: str, undo: Callable[[], object] | None = None) -> object:
        """Show `text`; `undo` takes back what it tells of."""
