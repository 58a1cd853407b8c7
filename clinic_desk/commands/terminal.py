"""What a command says: sentences for people, JSON for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic_desk.texts import Language, Texts

DONE = 0
REFUSED = 1
UNUSABLE = 2


@dataclass(frozen=True, slots=True)
class Terminal:
    """Standard output and error of one run."""

    language: Language
    wants_json: bool

    @property
    def texts(self) -> Texts:
        """The catalogue in the language of this run."""
        return Texts(self.language)

    def result(self, data: Mapping[str, Any], lines: list[str]) -> None:
        """Prints `data` as one line of JSON, or the lines for a person."""
        if self.wants_json:
            print(json.dumps(data, ensure_ascii=False))
            return
        for line in lines:
            print(plain(line))

    def problem(self, sentence: str) -> None:
        """Prints one sentence on standard error."""
        print(plain(sentence), file=sys.stderr)


def plain(text: str) -> str:
    """The text with control characters made visible: a name must not move the cursor of a terminal."""
    return "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else f"\\x{ord(c):02x}" for c in text)
