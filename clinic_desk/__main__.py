"""Command line in, exit code out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

# Modules that a frozen program may be started for instead of itself; it has no `python -m`.
_HELPERS: Final = frozenset({"clinic_desk.printing.qt_printer"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that was asked for, or one of the program's own helper processes."""
    said = list(sys.argv[1:] if arguments is None else arguments)
    if said[:1] == ["--helper"] and said[1:2] and said[1] in _HELPERS:
        from importlib import import_module

        return int(import_module(said[1]).main(said[2:]))
    from clinic_desk.commands.main import main as run

    return run(said)


if __name__ == "__main__":
    sys.exit(main())
