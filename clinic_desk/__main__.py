"""Command line in, exit code out."""

from __future__ import annotations

import sys

from clinic_desk.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
