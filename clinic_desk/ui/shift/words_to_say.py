"""What to say to somebody whose paper is no longer right, in the language they read."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.domain.phone import format_phone
from clinic_desk.services.sync.papers.recalls import PaperRow
from clinic_desk.texts import Language, Texts

_SPOKEN: Final = {
    SlipLanguage.KK: Language.KK,
    SlipLanguage.RU: Language.RU,
    SlipLanguage.BOTH: Language.KK,
}


@lru_cache(maxsize=4)
def _texts(language: Language) -> Texts:
    return Texts(language)


def words_to_say(row: PaperRow, clinic: ClinicProfile) -> str:
    """The sentences for the telephone; "" for a paper that nobody has to be called about."""
    recall = row.recall
    if recall is None or not recall.is_open:
        return ""
    texts = _texts(_SPOKEN[row.language])
    name = (clinic.name_ru if texts.language is Language.RU else clinic.name_kk) or clinic.name_kk
    begin = texts.say("shift.say.begin", clinic=name or texts.say("shift.say.clinic"), number=row.number)
    told = texts.say(f"shift.say.{recall.reason}", supplier=row.supplier, number=row.replaced_by)
    phone = format_phone(clinic.phone)
    end = texts.say("shift.say.call", phone=phone) if phone else texts.say("shift.say.come")
    return f"{begin} {told} {end}"
