"""Whether somebody the upstream knows by the same IIN is the person who is registered here.

Source: SYNC design, "Patient matching": linked only when IIN, birth date and normalised name agree; otherwise
the item waits for a person. Two people are never made one by a machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from clinic_desk.domain.folding import fold

NAME_FIELDS: Final = ("surname", "given_name", "patronymic")


class PersonMatch(StrEnum):
    """How two descriptions of a person stand to each other."""

    SAME = "same"
    """Everything that has to agree does: they may be linked."""
    DOUBTFUL = "doubtful"
    """The IIN agrees and something else does not: a person decides."""
    OTHER = "other"
    """The IINs differ or one is missing: nothing says that they are one."""


def name_key(values: Mapping[str, str]) -> str:
    """The normalised whole name: the spelling of a letter, of a hyphen or of a script makes no difference."""
    return fold(" ".join(values.get(name, "") for name in NAME_FIELDS))


def match_people(mine: Mapping[str, str], theirs: Mapping[str, str]) -> PersonMatch:
    """What the texts of `domain.patient_history.values_of` of both say. A missing birth date never agrees."""
    if not mine.get("iin") or mine["iin"] != theirs.get("iin"):
        return PersonMatch.OTHER
    is_born_then = bool(mine.get("birth_date")) and mine["birth_date"] == theirs.get("birth_date")
    # A given patronymic against none: the surname and the first name alone do not tell brothers apart.
    is_called_so = name_key(mine) == name_key(theirs)
    return PersonMatch.SAME if is_born_then and is_called_so else PersonMatch.DOUBTFUL


def differing_identity(mine: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that speak against it, for showing both values beside each other."""
    fields = ("iin", *NAME_FIELDS, "birth_date", "sex")
    return tuple(name for name in fields if mine.get(name, "") != theirs.get(name, ""))
