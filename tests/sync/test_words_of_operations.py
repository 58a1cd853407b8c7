"""Each kind and state of an operation, and each answer, has its words."""

import pytest

from clinic_desk.domain.sync.answers import AnswerCode
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.texts import Language, Texts, _catalogue

GROUPS = {"kind": OpKind, "state": OpState, "answer": AnswerCode}


@pytest.mark.parametrize("language", Language)
def test_every_code_has_words_of_its_own(language: Language) -> None:
    texts = Texts(language)
    for group, codes in GROUPS.items():
        said = [texts.say(f"sync.{group}.{code.value}") for code in codes]
        assert len(set(said)) == len(said)


def test_no_words_without_a_code() -> None:
    codes = {f"{group}.{code.value}" for group, all_of in GROUPS.items() for code in all_of}
    told = {key for key in _catalogue("sync") if key.partition(".")[0] in GROUPS}
    assert told == codes
