"""Words of the lists in three languages: sex, role, state, package, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeVar

from clinic_desk.domain.catalogue import ListState, Package, SupplierRole
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.imports.look_alikes import fold_heading

T = TypeVar("T")


def word_table(words: Mapping[T, str]) -> dict[str, T]:
    """The values by their folded words, which stand between `|`."""
    return {fold_heading(word): value for value, text in words.items() for word in text.split("|")}


# «Е» and «Ә» are the first letters of ер and әйел, as Kazakh forms print them.
_SEX: Final = word_table(
    {
        Sex.MALE: "м|муж|муж.|мужской|мужчина|е|ер|ер адам|ерлер|еркек|m|male|man",
        Sex.FEMALE: "ж|жен|жен.|женский|женщина|ә|әйел|әйел адам|әйелдер|f|female|woman",
        Sex.UNKNOWN: "неизвестно|не указан|не указано|белгісіз|көрсетілмеген|unknown|u",
    }
)
_ROLE: Final = word_table(
    {
        SupplierRole.SUPPLIER: "поставщик|жеткізуші|қор жеткізушісі|supplier",
        SupplierRole.CO_EXECUTOR: "соисполнитель|со-исполнитель|қосалқы орындаушы|қоса орындаушы"
        "|қоса атқарушы|co-executor|coexecutor|co_executor",
    }
)
_PACKAGE: Final = word_table(
    {
        Package.GUARANTEED: "гобмп|тмккк|гарантированный|кепілдік берілген|guaranteed|gobmp",
        Package.INSURANCE: "осмс|мәмс|страховой|сақтандыру|insurance|osms",
        Package.UNKNOWN: "неизвестно|белгісіз|unknown",
    }
)
_YES_NO: Final = word_table({True: "1|да|иә|yes|true|истина", False: "0|нет|жоқ|no|false|ложь"})
_INCLUDED: Final = ("включ", "енгізіл", "includ", "действу", "қолданыста", "active")
_EXCLUDED: Final = ("исключ", "енгізілме", "шығарыл", "exclud", "не действу", "недейств", "inactive")
_BETWEEN: Final = re.compile(r"[,;/+\n]|\s+(?:и|және|and)\s+")


@lru_cache(maxsize=64)
def _sex_of(text: str) -> Sex | None:
    return _SEX.get(fold_heading(text))


def sex_of(text: str) -> Sex | None:
    """The sex a word names, None when the word is not known."""
    return _sex_of(text) if len(text) <= 20 else None


def roles_of(text: str) -> tuple[SupplierRole, ...] | None:
    """The roles named in a cell in their order, None when a part of it is not known."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    roles = [_ROLE.get(fold_heading(part)) for part in parts]
    known = [role for role in roles if role is not None]
    return tuple(dict.fromkeys(known)) if known and len(known) == len(roles) else None


def state_of(text: str) -> ListState | None:
    """The state in the Fund's list, told by the beginning of its words; None when not known.

    Source: the Fund's list of health care subjects writes «включ…» for included.
    """
    words = " ".join(text.casefold().split())
    # Excluded first: «не действует» holds «действу».
    if any(stem in words for stem in _EXCLUDED) or words.startswith("не включ"):
        return ListState.EXCLUDED
    if any(stem in words for stem in _INCLUDED):
        return ListState.INCLUDED
    return None


def packages_of(text: str) -> tuple[Package, ...] | None:
    """The packages named in a cell, None when a part of it is not known."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    packages = [_PACKAGE.get(fold_heading(part)) for part in parts]
    known = [package for package in packages if package is not None]
    return tuple(dict.fromkeys(known)) if known and len(known) == len(packages) else None


def yes_no_of(text: str) -> bool | None:
    """Whether a word or digit means yes, None when it is not known."""
    return _YES_NO.get(fold_heading(text))
