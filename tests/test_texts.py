"""The catalogues are whole in every language, and the code asks only for what they hold."""

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.resources import resource_path
from clinic_desk.sentences import _FINDING_AREAS
from clinic_desk.texts import Language, Texts, UnknownText, areas, plural_category

SOURCE = Path(__file__).parent.parent / "clinic_desk"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ORDER_NUMBER = re.compile(r"ҚР ДСМ-\d+(/\d+)?")
KAZAKH_ONLY = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
RUSSIAN_ONLY = re.compile("[ёЁщЩ]")
CYRILLIC = re.compile("[Ѐ-ӿ]")
FORMS = {"kk": {"one", "other"}, "ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}

KK, RU, EN = (Texts(language) for language in Language)
NB = "\N{NO-BREAK SPACE}"


def _no_double_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), sorted({key for key in keys if keys.count(key) > 1})
    return dict(pairs)


def _catalogue(area: str) -> dict[str, Any]:
    text = resource_path("texts", f"{area}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text, object_pairs_hook=_no_double_keys)
    return loaded


def _sentences(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value.values())


def _placeholders(value: Any) -> set[str]:
    return {name for sentence in _sentences(value) for name in PLACEHOLDER.findall(sentence)}


@pytest.mark.parametrize("area", areas())
def test_catalogue_is_whole_in_every_language(area: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", area)
    for key, entry in _catalogue(area).items():
        where = f"{area}.{key}"
        assert list(entry) == ["kk", "ru", "en"], where
        for language, value in entry.items():
            sentences = _sentences(value)
            assert sentences, where
            for sentence in sentences:
                assert isinstance(sentence, str), where
                assert sentence.strip() == sentence != "", where
                assert "  " not in sentence, where
            if not isinstance(value, str):
                allowed = FORMS[language]
                assert set(value) <= allowed, where
                assert set(value) >= allowed - ({"other"} if language == "ru" else set()), where
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in _placeholders(value)), where
        assert _placeholders(entry["kk"]) == _placeholders(entry["ru"]) == _placeholders(entry["en"]), where


@pytest.mark.parametrize("area", areas())
def test_each_language_is_written_in_its_own_letters(area: str) -> None:
    for key, entry in _catalogue(area).items():
        if entry["kk"] == entry["ru"] == entry["en"]:
            continue  # a name of its own, such as a language called by itself
        for language, strange in (("kk", RUSSIAN_ONLY), ("ru", KAZAKH_ONLY), ("en", CYRILLIC)):
            for sentence in _sentences(entry[language]):
                # An order keeps its registered number in every language.
                own = ORDER_NUMBER.sub("", sentence)
                assert not strange.search(own), f"{area}.{key} in {language}: {sentence}"


def _trees(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    for folder in folders:
        for path in sorted((SOURCE / folder).rglob("*.py")):
            yield str(path.relative_to(SOURCE)), ast.parse(path.read_text("utf-8"))


def _literal_says() -> Iterator[tuple[str, str, set[str] | None]]:
    """Each `say("area.key", ...)` and `bind(setter, "area.key", ...)`: place, key, parameters if known."""
    position = {"say": 0, "bind": 1}
    for path, tree in _trees("."):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            index = position.get(node.func.attr, len(node.args))
            if index >= len(node.args):
                continue
            key = node.args[index]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                names = {keyword.arg for keyword in node.keywords}
                known = None if None in names else {name for name in names if name}
                yield f"{path}:{node.lineno}", key.value, known


def test_program_asks_only_for_texts_that_exist() -> None:
    catalogues = {area: _catalogue(area) for area in areas()}
    says = list(_literal_says())
    unknown, unfilled = [], []
    for place, key, names in says:
        area, _, name = key.partition(".")
        entry = catalogues.get(area, {}).get(name)
        if entry is None:
            unknown.append(f"{place} {key}")
        elif names is not None and not _placeholders(entry["kk"]) <= names:
            unfilled.append(f"{place} {key} lacks {_placeholders(entry['kk']) - names}")
    assert says
    assert unknown == []
    assert unfilled == []


def test_keys_that_are_handed_around_exist() -> None:
    """In the layers that speak, a literal that begins as a key does is a key, a finding or an error."""
    keys = {f"{area}.{name}" for area in areas() for name in _catalogue(area)}
    errors = {key.partition(".errors.")[2] for key in keys if ".errors." in key}
    shape = re.compile(rf"({'|'.join(areas())})(\.[a-z0-9_]+)+")
    unknown = [
        f"{path}:{node.lineno} {node.value}"
        for path, tree in _trees("ui", "commands", "printing")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and shape.fullmatch(node.value)
        if not {node.value, *(f"{area}.{node.value}" for area in _FINDING_AREAS)} & keys
        if node.value not in errors
        if not node.value.endswith((".json", ".svg", ".py", ".pdf"))
    ]
    assert unknown == []


def test_unknown_text_is_an_error() -> None:
    for key in ("calendar.month.13", "nowhere.word", "calendar", "", "../rules/limits.x"):
        with pytest.raises(UnknownText):
            KK.say(key)
        assert not KK.has(key)
    assert KK.has("calendar.month.12")


def test_missing_parameter_is_an_error() -> None:
    with pytest.raises(UnknownText, match="month"):
        EN.say("calendar.long_date", day=1, year=2026)


def test_parameters_are_never_read_as_templates() -> None:
    said = EN.say("calendar.long_date", day="{month}", month="<b>{year}</b> {0.__class__}", year="100 %")
    assert said == "{month} <b>{year}</b> {0.__class__} 100 %"


@pytest.mark.parametrize(
    ("n", "kk", "ru", "en"),
    [
        (0, "other", "many", "other"),
        (1, "one", "one", "one"),
        (2, "other", "few", "other"),
        (4, "other", "few", "other"),
        (5, "other", "many", "other"),
        (11, "other", "many", "other"),
        (12, "other", "many", "other"),
        (14, "other", "many", "other"),
        (21, "other", "one", "other"),
        (22, "other", "few", "other"),
        (100, "other", "many", "other"),
        (101, "other", "one", "other"),
        (111, "other", "many", "other"),
        (112, "other", "many", "other"),
        (-1, "one", "one", "one"),
    ],
)
def test_plural_categories(n: int, kk: str, ru: str, en: str) -> None:
    assert [plural_category(language, n) for language in Language] == [kk, ru, en]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {
        "kk": {"one": "{n} жолдама", "other": "{n} жолдама"},
        "ru": {"one": "{n} направление", "few": "{n} направления", "many": "{n} направлений"},
        "en": {"one": "{n} referral", "other": "{n} referrals"},
    }
    monkeypatch.setattr("clinic_desk.texts._catalogue", lambda area: {"referrals": entry})


@pytest.mark.usefixtures("counted")
def test_a_count_chooses_its_form() -> None:
    said = [RU.say("x.referrals", n=n) for n in (1, 3, 11, 21, 1281)]
    assert said == [
        "1 направление",
        "3 направления",
        "11 направлений",
        "21 направление",
        f"1{NB}281 направление",
    ]
    assert EN.say("x.referrals", n=1) == "1 referral"
    assert EN.say("x.referrals", n=30000) == "30,000 referrals"
    assert KK.say("x.referrals", n=2) == "2 жолдама"
    with pytest.raises(UnknownText, match="parameter n"):
        RU.say("x.referrals")


def test_dates_in_words() -> None:
    day = dt.date(2026, 11, 24)
    assert [texts.date(day) for texts in (KK, RU, EN)] == ["24.11.2026"] * 3
    assert [texts.long_date(day) for texts in (KK, RU, EN)] == [
        "24 қараша 2026",
        "24 ноября 2026",
        "24 November 2026",
    ]
    assert [texts.weekday_date(day) for texts in (KK, RU, EN)] == [
        "Сейсенбі, 24 қараша",
        "Вторник, 24 ноября",
        "Tuesday, 24 November",
    ]
    assert [KK.month_short(month) for month in (12, 1)] == ["жел", "қаң"]
    assert RU.date(dt.date(987, 1, 2)) == "02.01.0987"


def test_moments_are_shown_in_the_zone_of_the_clinic() -> None:
    late = dt.datetime(2026, 11, 23, 21, 30, tzinfo=dt.UTC)
    assert KK.time(late) == "02:30"
    assert KK.moment(late) == "24.11.2026 02:30"
    assert Texts(Language.KK, dt.UTC).moment(late) == "23.11.2026 21:30"
    with pytest.raises(ValueError, match="time zone"):
        KK.time(dt.datetime(2026, 11, 23, 21, 30))


def test_numbers_and_money() -> None:
    assert RU.money(Decimal("2487.705")) == f"2{NB}487,71{NB}₸"
    assert EN.money(Decimal("2487.7")) == f"2,487.70{NB}₸"
    assert KK.money(Decimal(0)) == f"0,00{NB}₸"
    assert KK.number(1281) == f"1{NB}281"
    assert KK.number(Decimal("-30000.5")) == f"-30{NB}000,5"


def test_parameters_of_known_kinds_are_shown_in_the_language() -> None:
    late = dt.datetime(2026, 11, 23, 21, 30, tzinfo=dt.UTC)
    said = RU.say("calendar.long_date", day=dt.date(2026, 1, 2), month=late, year=Decimal("1.5"))
    assert said == "02.01.2026 24.11.2026 02:30 1,5"
