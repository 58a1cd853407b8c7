"""The text of `--map`: `FIELD=HEADING,FIELD=HEADING`."""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.imports.columns import InvalidMapping

_PART: Final = re.compile(r'\s*([^,="]*[^,="\s])\s*=\s*')
_NEXT: Final = re.compile(r',(?=\s*[^,="]*[^,="\s]\s*=)')


def parse_map_option(text: str) -> dict[str, str]:
    r"""Headings by field, as written; `match_columns` knows the fields.

    A heading may hold commas: only a comma before the next `field=` parts two entries. A heading
    that would be mistaken for one stands in double quotes, a quote inside is doubled or written
    `\"`; outside quotes `\,` is a comma. An empty heading leaves the field out.

    Raises:
        InvalidMapping: `form` when the text is not of this form, `field_twice`.
    """
    result: dict[str, str] = {}
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise InvalidMapping("form", text=text[position : position + 60])
        name = part[1]
        if name in result:
            raise InvalidMapping("field_twice", field=name)
        if text.startswith('"', part.end()):
            result[name], position = _quoted(text, part.end() + 1)
        else:
            result[name], position = _bare(text, part.end())
    if not result:
        raise InvalidMapping("form", text=text[:60])
    return result


def _bare(text: str, start: int) -> tuple[str, int]:
    following = next((m for m in _NEXT.finditer(text, start) if text[m.start() - 1] != "\\"), None)
    end = following.start() if following else len(text)
    return text[start:end].replace("\\,", ",").strip(), end + 1


def _quoted(text: str, start: int) -> tuple[str, int]:
    kept: list[str] = []
    position = start
    while position < len(text):
        if text.startswith(('""', '\\"'), position):
            kept.append('"')
            position += 2
        elif text[position] == '"':
            rest = text[position + 1 :].lstrip()
            if rest and not rest.startswith(","):
                break
            end = len(text) - len(rest) + 1 if rest else len(text)
            return "".join(kept).strip(), end
        else:
            kept.append(text[position])
            position += 1
    raise InvalidMapping("form", text=text[start - 1 : start + 59])
