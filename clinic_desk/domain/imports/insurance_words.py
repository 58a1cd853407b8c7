"""Words of the channels for what they answered, for themselves and for months, in three languages."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from clinic_desk.domain.imports.look_alikes import fold_heading
from clinic_desk.domain.imports.words import word_table, yes_no_of
from clinic_desk.domain.insurance import Channel, InsuranceStatus

# The web service of the Fund answers 100 for an insured person; no other number of it is known.
_INSURANCE: Final = word_table(
    {
        InsuranceStatus.INSURED_CONTRIBUTIONS: "100|застрахован|застрахована|застрахованный"
        "|застрахованное лицо"
        "|сақтандырылған|сақтандырылған адам|insured|платит взносы|жарна төлейді"
        "|сақтандырылған, жарна төлейді|застрахован, платит взносы|insured, pays contributions",
        InsuranceStatus.INSURED_STATE: "сақтандырылған: мемлекет төлейді|мемлекет төлейді"
        "|застрахован: платит государство|застрахована: платит государство|платит государство"
        "|за счет государства|взносы государства|insured: the state pays|the state pays",
        InsuranceStatus.INSURED_STATE_LOCAL: "сақтандырылған: жергілікті бюджет|жергілікті бюджет"
        "|жергілікті бюджет төлейді|застрахован: местный бюджет|застрахована: местный бюджет|местный бюджет"
        "|платит местный бюджет|insured: the local budget pays|the local budget pays|local budget",
        InsuranceStatus.GRACE_3M: "құқық сақталған: 3 ай|құқық 3 ай сақталған|право сохранено: 3 месяца"
        "|право сохранено на 3 месяца|right kept: 3 months|right kept for 3 months",
        InsuranceStatus.GRACE_6M: "құқық сақталған: 6 ай|құқық 6 ай сақталған|право сохранено: 6 месяцев"
        "|право сохранено на 6 месяцев|right kept: 6 months|right kept for 6 months",
        InsuranceStatus.CONDITIONAL_DE: "шартты сақтандырылған|шартты түрде сақтандырылған"
        "|шартты (D, E деңгейі)|условно застрахован|условно застрахована|условно застрахованный"
        "|условно (уровень D, E)|conditionally insured|conditional (level D, E)",
        InsuranceStatus.TEMPORARY_1M: "уақытша: 1 айға|уақытша, 1 айға|уақытша|временно: на 1 месяц"
        "|временно, на 1 месяц|временно|temporary: for 1 month|temporary, for 1 month|temporary",
        InsuranceStatus.UNINSURED: "сақтандырылмаған|сақтандырылмаған адам|не застрахован|не застрахована"
        "|незастрахован|незастрахована|незастрахованный|not insured|uninsured",
        InsuranceStatus.UNKNOWN: "әлі тексерілмеген|тексерілмеген|белгісіз|анықталмады|жауап болмады"
        "|еще не проверено|не проверено|неизвестно|не определен|не удалось определить|ответа не было"
        "|нет данных|дерек жоқ|not checked yet|not checked|unknown|no answer|no data",
    }
)
_CHANNELS: Final = word_table(
    {
        Channel.SERVICE: "сервис|сервис фонда|веб-сервис|қор сервисі|the fund's service|web service",
        Channel.EGOV: "egov.kz|egov|egov mobile|портал egov|электронное правительство|электрондық үкімет",
        Channel.FUND_SITE: "msqory.kz|fms.kz|сайт фонда|қор сайты|the fund's site|fund site",
        Channel.QOLDAU: "qoldau 24/7|qoldau 24|қолдау 24/7",
        Channel.BOT: "@saqtandyrybot|бот|телеграм|телеграм-бот|telegram|telegram bot",
        Channel.BANK_APP: "банк қолданбасы|приложение банка|банк|kaspi|kaspi.kz|halyk"
        "|bank application|bank app",
        Channel.CALL_CENTRE: "байланыс орталығы|контакт-центр|колл-центр|call-центр|1414|1406|contact centre"
        "|call centre|call center|телефон|по телефону",
        Channel.PAPER: "қағаз құжат|қағаз|бумажный документ|бумага|справка|анықтама|paper",
    }
)
_INSURANCE.update({fold_heading(status.value): status for status in InsuranceStatus})
_CHANNELS.update({fold_heading(channel.value): channel for channel in Channel})
# As the keys of the panel for an answer: 1 paid, 0 not paid, 2 debt in grace, 3 not told.
_MARKS: Final = {
    **dict.fromkeys("p1+✓✔", "p"),
    **dict.fromkeys("-−–—0", "-"),
    **dict.fromkeys("g2", "g"),
    **dict.fromkeys("?3", "?"),
}
_MONTHS: Final = 12


def insurance_of(text: str) -> InsuranceStatus | None:
    """The status that words name: `UNKNOWN` when they say that nobody knows, None when they are not known.

    A plain "insured", "yes" or 100 is `INSURED_CONTRIBUTIONS`: who pays is told by the category.
    Source of 100: the published client of the Fund's web service.
    """
    found = _insurance_of(text) if len(text) <= 60 else None
    if found is not None:
        return found
    said = yes_no_of(text)
    if said is None:
        return None
    return InsuranceStatus.INSURED_CONTRIBUTIONS if said else InsuranceStatus.UNINSURED


@lru_cache(maxsize=256)
def _insurance_of(text: str) -> InsuranceStatus | None:
    return _INSURANCE.get(fold_heading(text))


def channel_of(text: str) -> Channel | None:
    """The channel that words name, None when they are not known."""
    return _channel_of(text) if len(text) <= 60 else None


@lru_cache(maxsize=256)
def _channel_of(text: str) -> Channel | None:
    return _CHANNELS.get(fold_heading(text))


def months_of(text: str) -> str | None:
    """Twelve marks as `InsuranceCheck.months` has them, None when they are not twelve known ones."""
    if len(text) > 4 * _MONTHS:
        return None
    marks = [_MARKS.get(sign) for sign in text.casefold() if sign not in " ,;/|"]
    known = [mark for mark in marks if mark is not None]
    return "".join(known) if len(known) == len(marks) == _MONTHS else None
