"""JSON as the standard has it, and nothing more: Python's reader forgives what two readers would take apart.

Whether the values make sense is for `clinic_desk.fhir.strict`, resource by resource.
"""

from __future__ import annotations

import json
import math
from typing import Any


class NotJson(ValueError):
    """The bytes are no JSON object, or one that two readers could understand differently."""


def strict_json(raw: bytes) -> dict[str, Any]:
    """The object that the bytes are: UTF-8, no doubled keys, no NaN or Infinity, no number beyond a double.

    Raises:
        NotJson: they are not.
    """
    try:
        # Some servers begin with a byte order mark, which means nothing in UTF-8.
        value = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_refused,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from error
    if not isinstance(value, dict):
        raise NotJson("no object")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotJson("doubled key")
    return made


def _refused(text: str) -> Any:
    raise NotJson(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotJson("number")
    return value
