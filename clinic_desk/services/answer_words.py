"""What rows of answers are read against: the day's tables, and every word the program has for a category."""

from __future__ import annotations

from functools import cache

from clinic_desk.domain.imports.answers import AnswerSetting
from clinic_desk.domain.imports.look_alikes import fold_heading
from clinic_desk.services.ports import Clock
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.texts import Language, Texts


def answer_setting(clock: Clock, rules: RuleBook) -> AnswerSetting:
    """The setting of this moment."""
    tables = rules.on(clock.today())
    codes = tuple(sorted({row.value.code for row in tables.categories.rows}))
    return AnswerSetting(clock.now().astimezone(clock.zone), tables, _categories(codes))


@cache
def _categories(codes: tuple[str, ...]) -> dict[str, str]:
    """The codes by themselves and by their labels in every language."""
    words = {fold_heading(code): code for code in codes}
    for texts in map(Texts, Language):
        words.update({fold_heading(texts.say(f"labels.category.{code}")): code for code in codes})
    return words
