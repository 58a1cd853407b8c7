"""What a reader, a phone and pdftotext get from the leaflet."""

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from clinic_desk.domain.insurance_plan import InsurancePlan, PlanPerson
from clinic_desk.domain.local_text import LocalText
from clinic_desk.printing.fonts import text_width
from clinic_desk.printing.leaflet import layout_leaflet, render_leaflet
from clinic_desk.printing.page import A5_HEIGHT, LEFT, RIGHT
from clinic_desk.printing.raster import page_count
from clinic_desk.services.leaflet_content import LeafletContent
from clinic_desk.texts import Language
from tests.domain.samples import NOW
from tests.domain.test_insurance_plan import HALF_PAID, S, known, plan_of
from tests.printing.samples import codes, pictures, words

KK, RU, EN = (Language.KK,), (Language.RU,), (Language.EN,)
KK_RU = (*KK, *RU)
UNINSURED = plan_of(S.UNINSURED, known("E11.9"), months=HALF_PAID)
SICK = plan_of(S.UNINSURED, known("A15.0"), known("E11.9"), months=HALF_PAID)
GRACE = plan_of(S.GRACE_3M, months="p" * 9 + "ggg", category="employee", valid_through=dt.date(2026, 11, 30))
TEMPORARY = plan_of(S.TEMPORARY_1M, valid_through=dt.date(2026, 12, 23))
CHILD = plan_of(S.UNINSURED, person=PlanPerson(dt.date(2015, 1, 1)), months="-" * 12)
NEXT_YEAR = plan_of(
    S.UNINSURED,
    months="-" * 12,
    day=dt.date(2027, 2, 1),
    checked_at=dt.datetime(2027, 2, 1, 4, tzinfo=dt.UTC),
)
PLANS = {
    "uninsured": UNINSURED,
    "two diagnoses": SICK,
    "grace": GRACE,
    "temporary": TEMPORARY,
    "child": CHILD,
    "next year": NEXT_YEAR,
}


def leaflet(plan: InsurancePlan = UNINSURED, languages: tuple[Language, ...] = KK_RU) -> LeafletContent:
    return LeafletContent(
        plan,
        LocalText("«Мысал» емханасы", "Поликлиника «Мысал»"),
        NOW,
        NOW,
        languages,
        tuple(f"https://egov.kz/cms/{language}/services/pass171-2_mz" for language in languages),
        "Оспанова Г. Т.",
        "214",
        "12",
        ("egov.kz", "eGov Mobile", "Qoldau 24/7", "@SaqtandyryBot"),
        "Qoldau 24/7",
        "1414",
        "1406",
    )


def said(content: LeafletContent) -> str:
    """The whole paper as one line; `split` takes hard blanks for blanks."""
    return " ".join(words(render_leaflet(content)).split())


@pytest.mark.parametrize(
    ("languages", "sentences"),
    [
        (
            KK,
            [
                "Сіз әзірге сақтандырылмағансыз. Не істеуге болады",
                "«Мысал» емханасы · 23.11.2026 берілді, мәртебе сағат 09:41 тексерілді",
                "Тегін (ТМККК)",
                "жедел және шұғыл көмек",
                "Сақтандыру керек (МӘМС)",
                "6 × 4 250 ₸ = 25 500 ₸ (2026 ж. сомасы)",
                "12 × 4 250 ₸ = 51 000 ₸ (2026 ж. сомасы, жаңасын Қордан нақтылаңыз)",
                "Құқық 01.12.2026 басталады",
                "D не E деңгейі",
                "Учаскелік дәрігеріңіз: Оспанова Г. Т., № 12 учаске, 214-кабинет",
                "Қор: 1414 (бұрынғы 1406), тәулік бойы, тегін",
                "egov.kz, eGov Mobile, Qoldau 24/7, @SaqtandyryBot",
                "23.11.2026 күйі бойынша",
            ],
        ),
        (
            RU,
            [
                "Вы пока не застрахованы. Что можно сделать",
                "Поликлиника «Мысал» · выдано 23.11.2026, статус проверен в 09:41",
                "Бесплатно (ГОБМП)",
                "скорая и экстренная помощь",
                "Нужна страховка (ОСМС)",
                "За 16 групп платит государство",
                "могут внести на 1 месяц",
                "6 × 4 250 ₸ = 25 500 ₸ (суммы 2026 года)",
                "12 × 4 250 ₸ = 51 000 ₸ (суммы 2026 года, новые уточните в Фонде)",
                "Право начнётся 01.12.2026",
                "оплачен только остаток года",
                "Уровень D или E",
                "Ваш участковый врач: Оспанова Г. Т., участок № 12, каб. 214",
                "Фонд: 1414 (ранее 1406), круглосуточно, бесплатно",
                "Суммы и группы на 23.11.2026",
            ],
        ),
    ],
    ids=["kk", "ru"],
)
def test_the_sentences_are_read_back(languages: tuple[Language, ...], sentences: list[str]) -> None:
    text = said(leaflet(languages=languages))
    assert [sentence for sentence in sentences if sentence not in text] == []


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("languages", [KK, RU, EN, KK_RU], ids="+".join)
def test_a_half_page_a_language_black_and_readable(name: str, languages: tuple[Language, ...]) -> None:
    for is_practice in (False, True):
        halves = layout_leaflet(replace(leaflet(PLANS[name], languages), is_practice=is_practice))
        assert [len(pages) for pages in halves] == [1] * len(languages)
        for (page,) in halves:
            for text in page.texts:
                assert text.size >= 10
                assert text.x >= LEFT - 0.01
                assert text.x + text_width(text.text, bold=text.bold, size=text.size) <= RIGHT + 0.01
                assert text.y < A5_HEIGHT - 20
            assert all(box.x >= LEFT and box.x + box.width <= RIGHT + 0.01 for box in page.boxes)


@pytest.mark.parametrize("name", PLANS)
def test_no_line_runs_into_another(name: str) -> None:
    (pages,) = layout_leaflet(leaflet(PLANS[name], RU))
    for page in pages:
        placed = sorted((text.y, text.x, text.text, text.bold, text.size) for text in page.texts)
        for first, second in pairwise(placed):
            if first[0] == second[0]:
                end = first[1] + text_width(first[2], bold=first[3], size=first[4])
                assert end <= second[1] + 0.01, (first, second)
            elif abs(first[1] - second[1]) < 60:
                assert second[0] - first[0] >= 0.9 * min(first[4], second[4]), (first, second)


def test_both_languages_are_two_half_pages_or_one_sheet() -> None:
    content = leaflet()
    assert page_count(render_leaflet(content)) == 2
    assert page_count(render_leaflet(content, two_up=True)) == 1
    assert page_count(render_leaflet(leaflet(languages=RU), two_up=True)) == 1
    text = words(render_leaflet(content, two_up=True))
    assert "застрахованы" in text
    assert "сақтандырылмағансыз" in text


@pytest.mark.parametrize("language", list(Language))
def test_a_phone_opens_the_page_of_the_language(language: Language) -> None:
    content = leaflet(languages=(language,))
    (picture,) = pictures(render_leaflet(content))
    assert codes(picture) == {"QRCode": [f"https://egov.kz/cms/{language}/services/pass171-2_mz"]}


def test_an_address_that_no_code_can_hold_is_left_out() -> None:
    for link in ("", "https://егов.кз/", "https://egov.kz/" + "x" * 200):
        (pages,) = layout_leaflet(replace(leaflet(languages=RU), links=(link,)))
        assert pages[0].square_codes == []


def test_a_disease_of_the_reader_stands_out_unnamed() -> None:
    text = said(leaflet(SICK, RU))
    assert "— и для вас" in text
    assert "вам нужна страховка" in text
    assert not re.search(r"A15|E11|Туберкулёз|диабет", text)
    assert "для вас" not in said(leaflet(GRACE, RU))


def test_a_child_is_told_of_no_payment() -> None:
    text = said(leaflet(CHILD, RU))
    assert "₸" not in text
    assert "За вас должно платить государство" in text


def test_a_kept_right_says_its_last_day_and_the_debt() -> None:
    text = said(leaflet(GRACE, RU))
    assert "Право на страховку сохранится до 30.11.2026" in text
    assert "3 × 4 250 ₸ = 12 750 ₸" in text
    assert "60 месяцев подряд" in text


def test_after_the_year_the_sums_are_named_as_old_ones() -> None:
    text = said(leaflet(NEXT_YEAR, RU))
    assert text.count("суммы 2026 года, новые уточните в Фонде") == 2
    assert "установлено организацией" in text


def test_words_of_strangers_are_words() -> None:
    content = replace(
        leaflet(languages=RU),
        clinic=LocalText("", '<b>&amp; "Мысал"'),
        doctor="<i>Ким</i> & Ко",
        room="{day}",
    )
    text = said(content)
    for strange in ('<b>&amp; "Мысал"', "<i>Ким</i> & Ко", "{day}"):
        assert strange in text


def test_the_same_leaflet_gives_the_same_bytes_and_names_nobody() -> None:
    pdf = render_leaflet(leaflet())
    assert pdf == render_leaflet(leaflet())
    assert b"Clinic Desk" in pdf


def test_very_long_words_go_on_to_another_page() -> None:
    content = replace(leaflet(languages=RU), channels=tuple(f"канал-{n}" for n in range(160)))
    (pages,) = layout_leaflet(content)
    assert len(pages) > 1
    assert pages[-1].square_codes
    assert all(text.y < A5_HEIGHT for page in pages for text in page.texts)


def test_a_leaflet_needs_a_language() -> None:
    with pytest.raises(ValueError, match="language"):
        layout_leaflet(replace(leaflet(), languages=(), links=()))
