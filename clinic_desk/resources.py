"""Finds the files that ship with the program: fonts, icons, texts and dated rule tables."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _root() -> Path:
    """The folder of all resources: of the installed package, of the checkout, or of a frozen build."""
    package = Path(__file__).resolve().parent
    candidates = [package / "resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        candidates += [Path(frozen) / "clinic_desk" / "resources", Path(frozen) / "resources"]
    for candidate in candidates:
        if (candidate / "texts").is_dir():
            return candidate
    raise FileNotFoundError("The program's own resources are missing: install it again.")


def resource_path(*parts: str) -> Path:
    """The path of a shipped file or folder, such as `resource_path("fonts", "Inter-Regular.otf")`.

    The parts are the program's own words, never a person's input.

    Raises:
        FileNotFoundError: nothing of that name ships with the program.
    """
    path = _root().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"No such resource: {'/'.join(parts)}")
    return path


def read_json(*parts: str) -> Any:  # each file has a shape of its own
    """The decoded content of a shipped UTF-8 JSON file; a new value at each call, so the caller may keep it.

    Raises:
        FileNotFoundError: nothing of that name ships with the program.
    """
    return json.loads(resource_path(*parts).read_bytes())
