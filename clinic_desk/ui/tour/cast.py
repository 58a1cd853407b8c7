"""Whom the walk meets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cast:
    """Made-up people of the practice clinic that the walk needs, and what is ordered for them.

    `typed_*` are what a registrar types: the shortest text that brings the wanted row to the top.
    `stage_trouble` makes some of what was done so far fail upstream.
    `roles` are the IINs of people the practice clinic keeps for showing, by what they show.
    """

    insured_iin: str
    insured_name: str
    uninsured_iin: str
    unchecked_iin: str
    surname_start: str
    typed_service: str
    typed_diagnosis: str
    reason_key: str
    twin_surname: str
    twin_given_name: str
    twin_birth_date: str
    supplier_list: Path
    roles: Mapping[str, str] = field(default_factory=dict)
    stage_trouble: Callable[[], object] = lambda: None
