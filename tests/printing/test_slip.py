"""What a reader, a scanner and pdftotext get from the paper."""

import datetime as dt
import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.patient import DocumentKind
from clinic_desk.domain.referral import Answer, Payer
from clinic_desk.domain.slip_code import parse_slip_code, slip_code
from clinic_desk.printing.fonts import text_width, visible
from clinic_desk.printing.page import A5_HEIGHT, LEFT, RIGHT, Page
from clinic_desk.printing.printer_test_page import KAZAKH_LETTERS, SAMPLE_NUMBER, render_test_page
from clinic_desk.printing.raster import page_count
from clinic_desk.printing.slip import (
    Cancelled,
    layout_slip,
    render_batch,
    render_slip,
    render_together,
    render_two_up,
)
from clinic_desk.resources import read_json
from clinic_desk.services.slip_content import SlipInsurance
from clinic_desk.texts import Language, Texts
from tests.printing.samples import (
    ANSWERS,
    EN,
    KAZAKH_NAME,
    KK,
    LANGUAGES,
    NUMBER,
    RU,
    SLIP,
    STALE,
    codes,
    pictures,
    slip,
    words,
)

STRANGE = '<b>Иванов & "Сыновья"'
BOTH_CODES = {"Code128": [NUMBER], "QRCode": [slip_code(NUMBER)]}

VARIANTS = {
    "plain": SLIP,
    "provisional": slip(is_provisional=True, insurance=STALE),
    "practice": slip(is_practice=True, is_provisional=True, copy_no=3),
    "copy": slip(copy_no=1, upstream_number="10.00MY.072.1"),
    "never checked": slip(insurance=SlipInsurance(not_checked_key="no_connection"), is_free_of_charge=False),
    "no iin": slip(
        patient__iin=None,
        patient__document_key="birth_certificate",
        patient__document_number="0012345",
        patient__mother_iin="880214400000",
    ),
    "titles": slip(order__icd_title=LocalText("Жүрек ауруы", "Гипертензивная болезнь с поражением сердца")),
    **{f"answer {answer}": slip(insurance=known) for answer, known in ANSWERS.items()},
    "answer offline": slip(insurance=ANSWERS["covered_other"], is_provisional=True, is_practice=True),
    "no appointment": slip(destination__day=None, issuer__head="Әлімбекова Д. С.", order__note="Аш қарынға"),
}


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("languages", LANGUAGES, ids="+".join)
def test_the_facts_are_read_back_exactly(languages: tuple, offline: bool) -> None:
    text = words(render_slip(replace(SLIP, languages=languages, is_provisional=offline, is_practice=offline)))
    for fact in (
        SLIP.patient.name,
        "880214400000",
        NUMBER,
        SLIP.destination.name,
        "23.11.2026, 09:43",
        "I11.9",
        "+7 7172 00 00 01",
        "14.02.1988",
        "1414",
        "A02.005.000",
        "№ 0042-7",
    ):
        assert fact in text, fact
    for language in languages:
        assert SLIP.order.service.said_in(language) in text
        assert Texts(language).say("slip.reason.full_for_month") in text


@pytest.mark.parametrize("languages", LANGUAGES, ids="+".join)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_kind_of_slip_is_whole(variant: str, languages: tuple) -> None:
    content = replace(VARIANTS[variant], languages=languages)
    pages = layout_slip(content)
    for page in pages:
        assert_well_set(page)
    assert [len(page.bar_codes) for page in pages] == [1] * len(pages)
    assert len(pages) <= (1 if len(languages) < 3 else 2)
    if content.is_practice:
        assert all(page.is_framed for page in pages)


def assert_well_set(page: Page) -> None:
    """Nothing beyond the margins, nothing smaller than 10 points, nothing on top of anything else."""
    boxes = []
    for text in page.texts:
        right = text.x + text_width(text.text, bold=text.bold, size=text.size)
        assert text.size >= 10, text
        assert text.x >= LEFT - 0.1, text
        assert right <= RIGHT + 0.1, text
        assert 20 < text.y < A5_HEIGHT - 20, text
        boxes.append((text.x, text.y - 0.75 * text.size, right, text.y + 0.05 * text.size, text.text))
    for code in (*page.bar_codes, *page.square_codes):
        boxes.append((code.x, code.y, code.x + code.width, code.y + code.height, code.text))
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    for box in page.boxes:
        inside = [b for b in boxes if box.y < b[1] and b[3] < box.y + box.height]
        assert inside
        crossing = [b for b in boxes if b[1] < box.y < b[3] or b[1] < box.y + box.height < b[3]]
        assert crossing == []


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("variant", ["plain", "provisional", "practice"])
def test_both_codes_lead_to_the_number(variant: str, dpi: int) -> None:
    (picture,) = pictures(render_slip(VARIANTS[variant]), dpi)
    found = codes(picture)
    assert found == BOTH_CODES
    assert {parse_slip_code(text) for texts in found.values() for text in texts} == {NUMBER}


def test_the_longest_number_is_read_too() -> None:
    number = "REG123-0N3K7-99999-Q"
    (picture,) = pictures(render_slip(slip(number=number)), 200)
    assert codes(picture) == {"Code128": [number], "QRCode": [slip_code(number)]}


@pytest.mark.parametrize(
    "name",
    [
        STRANGE,
        KAZAKH_NAME,
        "%s {0} {name} \\n $HOME `id`",
        "&lt;i&gt; ]]> <!-- --> <para>",
        "(скобка) \\ обратная /Имя",
        "O'Brien-Смит",
    ],
)
def test_texts_of_strangers_are_printed_letter_by_letter(name: str) -> None:
    content = slip(
        patient__name=name,
        destination__name=name,
        order__service=LocalText(name, name),
        order__note=name,
        order__reason_evidence=name,
        issuer__doctor=name,
        issuer__clerk=name,
    )
    text = words(render_slip(content))
    assert text.count(name) == 7


def test_control_and_unknown_characters_leave_a_visible_mark() -> None:
    text = words(render_slip(slip(patient__name="Али\x00\x1b[1m \u202eВали 😀")))
    assert "Али��[1m �Вали �" in text


LONG_SERVICE = (
    "Қалқанша безінің және қалқанша маңы бездерінің ультрадыбыстық зерттеуі, түрлі түсті доплерлік "
    "картаға түсірумен, контраст енгізіп, цифрлық тасымалдағышқа жазумен"
)


@pytest.mark.parametrize("languages", [(KK,), (KK, RU)], ids="+".join)
def test_long_texts_wrap_and_stay_whole(languages: tuple) -> None:
    supplier = (
        "Товарищество с ограниченной ответственностью «Консультативно-диагностический центр Үлгі-Кардио»"
    )
    name = "Құрманғалиева-Сүлейменова Айгүлдәрия-Перизат Нұрсұлтанқызы-Әбдірахманова"
    evidence = "Аппарат 2026 жылғы 12 қарашадан бері жөндеуде, қосалқы бөлшек желтоқсанның ортасында келеді"
    content = slip(
        languages=languages,
        patient__name=name,
        order__service=LocalText(LONG_SERVICE, LONG_SERVICE),
        order__reason_evidence=evidence,
        destination__name=supplier,
    )
    pdf = render_slip(content)
    text = words(pdf)
    for told in (name, LONG_SERVICE, evidence, supplier):
        assert told in text
    for page in layout_slip(content):
        assert_well_set(page)


def test_a_service_that_fits_stays_on_one_line() -> None:
    service = "Консультация врача-кардиолога высшей категории"
    texts = [
        text.text for page in layout_slip(slip(order__service=LocalText(service))) for text in page.texts
    ]
    assert any(text == service for text in texts)


def test_what_fits_no_page_goes_on_to_another_with_number_code_and_count() -> None:
    long = " ".join(f"сөз{n}" for n in range(600))
    pdf = render_slip(slip(order__service=LocalText(long, long), copy_no=1))
    total = page_count(pdf)
    assert total > 1
    found = ""
    for number in range(1, total + 1):
        text = words(pdf, page=number)
        assert f"{number}/{total} бет" in text
        assert SLIP.patient.name in text
        assert NUMBER in text
        found += text + " "
    assert all(f"сөз{n} " in found for n in range(600))
    for picture in pictures(pdf):
        assert codes(picture)["Code128"] == [NUMBER]
    assert codes(pictures(pdf)[-1]) == BOTH_CODES


def test_a_word_without_blanks_is_broken_not_cut() -> None:
    word = "Ұ" * 900
    content = slip(order__note=word, patient__name="Қ" * 300)
    pdf = render_slip(content)
    text = re.sub(r"\s", "", words(pdf))
    assert text.count("Ұ") == 900
    assert text.count("Қ") >= 300
    for page in layout_slip(content):
        assert_well_set(page)


TEXT = st.text(
    "абвгдеёжзиклмнопрстуфхцчшщъыьэюяәғқңөұүһіӘҒҚҢӨҰҮҺІABCxyz0123456789<>&\"'«»()%{}\\-.,№    ", max_size=160
)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, TEXT, TEXT, TEXT, st.sampled_from(LANGUAGES), st.booleans(), st.integers(0, 12))
def test_any_text_is_well_set_and_nothing_is_lost(
    name: str,
    service: str,
    supplier: str,
    evidence: str,
    note: str,
    languages: tuple,
    offline: bool,
    copy: int,
) -> None:
    content = slip(
        languages=languages,
        is_provisional=offline,
        is_practice=not offline,
        copy_no=copy,
        patient__name=name,
        order__service=LocalText(service, service, service),
        order__reason_evidence=evidence,
        order__note=note,
        destination__name=supplier,
    )
    pages = layout_slip(content)
    drawn = "".join(text.text for page in pages for text in page.texts).replace(" ", "")
    for page in pages:
        assert_well_set(page)
    for text in (name, service, supplier, evidence, note):
        assert sorted_in(visible(text).replace(" ", ""), drawn)


def sorted_in(text: str, drawn: str) -> bool:
    """Whether the text's letters stand in the drawing in order; columns may stand between its lines."""
    at = iter(drawn)
    return all(letter in at for letter in text)


@settings(max_examples=12, deadline=None)
@given(TEXT, TEXT)
def test_any_wrapped_text_is_read_back(service: str, note: str) -> None:
    content = slip(order__service=LocalText(service + " Қызмет соңы"), order__note=note + " соңы")
    text = words(render_slip(content)).replace(" ", "")
    for told in (visible(service + "Қызмет соңы"), visible(note + "соңы")):
        assert told.replace(" ", "") in text


@pytest.mark.parametrize("copy", [0, 1, 2, 17])
def test_reprints_say_which_copy_they_are(copy: int) -> None:
    text = words(render_slip(slip(copy_no=copy, languages=(KK, RU))))
    assert (f"Көшірме {copy} / Копия {copy}" in text) is (copy > 0)
    assert ("Көшірме" in text) is (copy > 0)


def test_provisional_slip_says_so_thrice_and_how_old_the_answer_is() -> None:
    content = slip(is_provisional=True, insurance=STALE)
    pdf = render_slip(content)
    text = words(pdf)
    assert "УАҚЫТША БЛАНК: байланыссыз берілді" in text
    assert f"№ {NUMBER} (жергілікті)" in text
    assert "Сақтандыру: 20.11.2026, 16:05 күйі — сақтандырылған." in text
    assert "3 күн бұрын" in text
    assert "23.11.2026 тексерілмеді: байланыс жоқ." in text
    assert [page.watermark for page in layout_slip(content)] == ["УАҚЫТША"]
    assert [page.watermark for page in layout_slip(replace(content, languages=(RU, KK)))] == ["ВРЕМЕННО"]
    marked, plain = (sum(pictures(paper)[0].histogram()[231:236]) for paper in (pdf, render_slip(SLIP)))
    assert marked > 20 * plain
    plain = words(render_slip(SLIP))
    assert "УАҚЫТША" not in plain
    assert "жергілікті" not in plain


@pytest.mark.parametrize(
    ("key", "kk", "ru"),
    [
        ("refused", "жолдама қабылданбады", "в направлении отказано"),
        ("cancelled", "жолдама күшін жойды", "направление отменено"),
        ("expired", "мерзімі өтті", "срок истёк"),
        ("recalled", "емханаға қоңырау шалыңыз", "позвоните в поликлинику"),
        ("replaced", "орнына № T2-1EENS-00009-7 берілді", "вместо него № T2-1EENS-00009-7"),
    ],
)
def test_a_slip_that_leads_nowhere_says_so_and_why(key: str, kk: str, ru: str) -> None:
    content = slip(void_key=key, replaced_by="T2-1EENS-00009-7", languages=(KK, RU))
    text = words(render_slip(content))
    assert f"ЖАРАМСЫЗ БЛАНК: {kk}" in text
    assert f"БЛАНК НЕДЕЙСТВИТЕЛЕН: {ru}" in text
    assert [page.watermark for page in layout_slip(content)] == ["ЖАРАМСЫЗ"]
    assert [page.watermark for page in layout_slip(replace(content, languages=(RU,)))] == ["НЕДЕЙСТВИТЕЛЬНО"]
    assert "ЖАРАМСЫЗ" not in words(render_slip(SLIP))


@pytest.mark.parametrize(
    ("checked_at", "age"),
    [
        (dt.datetime(2026, 11, 23, 4, 42, tzinfo=dt.UTC), "0 часов назад"),
        (dt.datetime(2026, 11, 22, 19, 1, tzinfo=dt.UTC), "9 часов назад"),
        (dt.datetime(2026, 11, 22, 18, 59, tzinfo=dt.UTC), "1 день назад"),
        (dt.datetime(2026, 11, 1, 10, 0, tzinfo=dt.UTC), "22 дня назад"),
    ],
)
def test_age_counts_days_of_the_clinic(checked_at: dt.datetime, age: str) -> None:
    content = slip(languages=(RU,), insurance=replace(STALE, checked_at=checked_at))
    assert age in words(render_slip(content)).lower()


@pytest.mark.parametrize("languages", LANGUAGES, ids="+".join)
def test_never_checked_is_never_no(languages: tuple) -> None:
    text = words(render_slip(slip(languages=languages, insurance=SlipInsurance(), is_free_of_charge=False)))
    for language in languages:
        assert Texts(language).say("slip.never_checked") in text
        for word in (
            Texts(language).say("slip.status.uninsured"),
            Texts(language).say("slip.status.uninsured_f"),
        ):
            assert word not in text
        assert Texts(language).say("slip.free_short") not in text


def test_both_numbers_stand_on_the_slip_once_the_portal_gave_its_own() -> None:
    text = words(render_slip(slip(upstream_number="10.00MY.072.1", languages=(RU,))))
    assert "№ на портале: 10.00MY.072.1" in text
    assert NUMBER in text


def test_practice_is_framed_in_both_languages_whatever_the_slips_own() -> None:
    for languages in LANGUAGES:
        content = slip(is_practice=True, languages=languages)
        text = words(render_slip(content))
        assert "ЖАТТЫҒУ / УЧЕБНЫЙ" in text
        assert ("PRACTICE" in text) is (EN in languages)
        picture = pictures(render_slip(content), 72)[0]
        edge = [picture.getpixel((13, y)) for y in range(20, 570)]
        assert max(edge) < 160
    assert "ЖАТТЫҒУ" not in words(render_slip(SLIP))


def test_only_black_is_printed_but_for_the_mark() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_slip(SLIP)))
    stream = reader.pages[0].get_contents().get_data().decode("latin-1")
    colours = set(re.findall(r"([\d. ]+) (?:rg|RG|g|G|k|K)\b", stream))
    assert all(set(colour.split()) <= {"0"} for colour in colours)


def test_size_is_a5_and_two_stand_on_a4() -> None:

    page = pypdf.PdfReader(io.BytesIO(render_slip(SLIP))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (420, 595)
    other = slip(number="T2-0N3K7-00043-A", patient__name="Екінші Адам")
    pdf = render_two_up([SLIP, other, SLIP])
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    assert round(reader.pages[0].mediabox.width) == 842
    left, right = (pictures(pdf)[0].crop(box) for box in ((0, 0, 1169, 1654), (1169, 0, 2338, 1654)))
    assert codes(left) == BOTH_CODES
    assert codes(right)["Code128"] == ["T2-0N3K7-00043-A"]
    first = words(pdf, page=1)
    assert SLIP.patient.name in first
    assert "Екінші Адам" in first
    assert "Екінші Адам" not in words(pdf, page=2)


def test_metadata_tell_nobody() -> None:
    pdf = render_slip(SLIP)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    told = " ".join(str(value) for value in reader.metadata.values())
    assert reader.metadata.title == NUMBER
    for secret in (SLIP.patient.name, "880214400000", SLIP.destination.name, SLIP.issuer.doctor):
        assert secret not in told
        assert secret.encode() not in pdf
        assert secret.encode("utf-16-be") not in pdf


def test_same_content_gives_the_same_bytes() -> None:
    assert render_slip(SLIP) == render_slip(slip())
    assert render_slip(SLIP) != render_slip(slip(copy_no=1))


def test_batch_gives_each_slip_and_can_be_given_up() -> None:
    numbers = [f"T2-0N3K7-{n:05d}-A" for n in range(5)]
    contents = [slip(number=number) for number in numbers]
    made = render_batch(contents)
    assert [number in words(pdf) for number, pdf in zip(numbers, made, strict=True)] == [True] * 5
    assert max(map(len, made)) <= 65_000
    together = render_together(contents)
    assert page_count(together) == 5
    assert len(together) < sum(map(len, made)) / 2
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        render_batch(contents, lambda: next(asked))


def test_threads_may_render_at_once() -> None:

    contents = [slip(copy_no=n, patient__name=f"{KAZAKH_NAME} {'ЁЙЪ'[n % 3]}") for n in range(12)]
    alone = [render_slip(content) for content in contents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render_slip, contents)) == alone


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "қазақ-1"},
        {"number": "a-1"},
        {"number": "X" * 70 + "-1"},
        {"issued_at": dt.datetime(2026, 11, 23, 9, 43)},
        {"languages": ()},
    ],
)
def test_a_slip_that_cannot_be_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"slip|ASCII|zone|language"):
        render_slip(slip(**wrong))


def test_a_form_that_is_not_issued_yet_is_drawn_without_number_and_codes() -> None:
    empty = slip(
        number="",
        order__service_code="",
        order__service=LocalText(),
        order__icd_code="",
        order__reason_key="",
        destination__name="",
        destination__role_key="",
        destination__bin="",
        issuer__doctor="",
    )
    for content in (slip(number=""), empty):
        pdf = render_slip(content)
        assert "№ рәсімдегенде беріледі" in words(pdf)
        assert codes(pictures(pdf)[0]) == {}
        assert_well_set(layout_slip(content)[0])


@pytest.mark.parametrize(
    ("answer", "language", "told", "basis"),
    [
        ("covered", KK, "Өтеледі: МӘМС.", "Негізі: Үкіметтің № 672 және № 421 қаулылары."),
        ("covered", RU, "Покрыто: ОСМС.", "Основание: Постановления Правительства № 672 и № 421."),
        ("covered_other", KK, "Басқа көзден өтеледі: ТМККК.", "Негізі: ҚР ДСМ-108/2020 бұйрығы."),
        (
            "covered_other",
            RU,
            "Покрыто из другого источника: ГОБМП.",
            "Основание: Приказ ҚР ДСМ-108/2020.",
        ),
        ("not_covered", KK, "Өтелмейді: пациенттің өзі.", "Негізі: Үкіметтің № 672 және № 421 қаулылары."),
        ("not_covered", RU, "Не покрыто: сам пациент.", "Основание: Постановления Правительства"),
        ("unknown", KK, "Кім төлейтінін тексеру мүмкін болмады.", "Негізі: Үкіметтің № 672"),
        ("unknown", RU, "Проверить, кто платит, не удалось.", "Основание: Постановления Правительства"),
    ],
)
def test_each_of_the_four_answers_with_its_rule(
    answer: str, language: Language, told: str, basis: str
) -> None:
    text = words(render_slip(slip(insurance=ANSWERS[answer], languages=(language,))))
    assert told in text
    assert basis in text
    assert "Қаржыландыру" not in text
    assert "Финансирование" not in text


def test_both_languages_tell_the_answer_and_the_age_of_the_evidence() -> None:
    text = words(render_slip(slip(insurance=ANSWERS["covered_other"], languages=(KK, RU))))
    assert "Басқа көзден өтеледі / Покрыто из другого источника: ТМККК / ГОБМП." in text
    assert "ҚР ДСМ-108/2020 бұйрығы / Приказ ҚР ДСМ-108/2020" in text
    assert "3 күн бұрын / 3 дня назад" in text


def test_a_referral_older_than_verdicts_tells_who_pays() -> None:
    text = words(render_slip(slip(languages=(KK,))))
    assert "Қаржыландыру: МӘМС." in text
    assert "Негізі" not in text


def test_nothing_is_not_printed() -> None:
    for render in (render_two_up, render_together):
        with pytest.raises(ValueError, match="nothing"):
            render([])


@pytest.mark.parametrize("language", [KK, RU, EN])
def test_every_code_of_the_program_has_words(language: str) -> None:
    texts = Texts(language)
    wanted = [f"status.{status}" for status in InsuranceStatus]
    wanted += [f"channel.{channel}" for channel in Channel]
    wanted += [f"payer.{payer}" for payer in Payer]
    wanted += [f"paid.{payer}" for payer in (Payer.SELF_PAY, Payer.UNKNOWN)]
    wanted += [f"answer.{answer}" for answer in Answer]
    wanted += [f"role.{role}" for role in SupplierRole]
    wanted += [f"sex.{sex}" for sex in Sex if sex is not Sex.UNKNOWN]
    wanted += [f"document.{kind}" for kind in DocumentKind if kind is not DocumentKind.NONE]
    wanted += [f"reason.{row['code']}" for row in read_json("rules", "referral_reasons.json")["rows"]]
    assert [key for key in wanted if not texts.has(f"slip.{key}")] == []


@pytest.mark.parametrize("status", InsuranceStatus)
@pytest.mark.parametrize("sex", ["male", "female"])
def test_every_status_is_told_in_the_patients_gender(status: InsuranceStatus, sex: str) -> None:
    text = words(render_slip(slip(languages=(RU,), patient__sex=sex, insurance__status_key=status.value)))
    insured = {"male": r"\b(Не з|З|з)астрахован\b", "female": r"\b(Не з|З|з)астрахована\b"}
    expected = status is not InsuranceStatus.UNKNOWN
    assert bool(re.search(insured[sex], text)) is expected


def test_a_code_without_words_is_printed_as_it_is() -> None:
    text = words(render_slip(slip(order__reason_key="new_reason", insurance__channel_key="new_channel")))
    assert "new_reason" in text
    assert "new_channel" in text


@pytest.mark.parametrize("language", [KK, RU, EN])
def test_printer_test_page_has_every_letter_and_both_codes(language: str) -> None:
    pdf = render_test_page(language, printer="Kyocera", printed_at="23.11.2026 09:41")
    text = words(pdf)
    for letter in KAZAKH_LETTERS.split():
        assert letter in text
    assert "₸" in text
    assert "Kyocera" in text
    (picture,) = pictures(pdf, 150)
    assert codes(picture) == {"Code128": [SAMPLE_NUMBER], "QRCode": [slip_code(SAMPLE_NUMBER)]}
    assert parse_slip_code(SAMPLE_NUMBER) is None
