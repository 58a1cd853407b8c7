"""Lets the environment that runs this script use the checkout without a copy, and gives it `clinic-desk`."""

import os
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# -P: a file in the caller's folder never stands in for one of Python's modules.
POSIX_SCRIPT = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -P -m clinic_desk "$@"
"""
WINDOWS_SCRIPT = '@"%~dp0python.exe" -P -m clinic_desk %*\n'


def main() -> None:
    """Writes a `.pth` file, in the encoding in which Python reads it, and the start script."""
    packages = Path(sysconfig.get_path("purelib"))
    (packages / "clinic_desk_checkout.pth").write_text(f"{ROOT}\n", encoding="locale")
    scripts = Path(sysconfig.get_path("scripts"))
    if os.name == "nt":
        (scripts / "clinic-desk.cmd").write_text(WINDOWS_SCRIPT, encoding="ascii")
        return
    script = scripts / "clinic-desk"
    script.write_text(POSIX_SCRIPT, encoding="ascii")
    script.chmod(0o755)


if __name__ == "__main__":
    main()
