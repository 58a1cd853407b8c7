"""What a reader and pdftotext get from the papers of attachment."""

import datetime as dt
import io
from dataclasses import replace

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.attachment import ConsentGiver, ConsentWay
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.rule_tables.attachment import DOCUMENTS_SEEN, REFUSAL_GROUNDS
from clinic_desk.printing.attachment_papers import layout_attachment, render_attachment
from clinic_desk.printing.fonts import text_width
from clinic_desk.printing.page import A5_HEIGHT, LEFT, RIGHT, Page
from clinic_desk.printing.raster import page_count
from clinic_desk.services.attachment_rows import PaperKind
from clinic_desk.texts import Language
from tests.printing.attachment_samples import APPLICATION, NOTICE, REFUSAL, paper
from tests.printing.samples import LANGUAGES, words

KINDS = {"application": APPLICATION, "notice": NOTICE, "refusal": REFUSAL}
STRANGE = '<b>Әділ & "Ұлдары"</b> {x} %s'


@pytest.mark.parametrize("languages", LANGUAGES, ids="+".join)
@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_are_read_back_in_every_language(kind: str, languages: tuple[Language, ...]) -> None:
    text = words(render_attachment(replace(KINDS[kind], languages=languages)))
    facts = {
        "application": [
            "Үлгі көшесі, 1-үй, 5-пәтер",
            "№ 3 емхана (үлгі)",
            "24.11.2026, 18:00",
            "Сәбитова Г.",
        ],
        "notice": ["Р-2026/118", "24.11.2026", "Оспанова Г. Т."],
        "refusal": ["Қағидалардың 12-тармағы: шарт жоқ"],
    }[kind]
    for fact in ["Үлгібаев Нұрлан Серікұлы", "950505300000", "05.05.1995", *facts]:
        assert fact in text


def test_the_application_says_who_consented_how_and_when() -> None:
    text = words(render_attachment(paper(consent__giver_key="guardian", consent__name="Үлгібаева С.")))
    for fact in ("Қорғаншысы (қамқоршысы): Үлгібаева С.", "Қағазда", "23.11.2026, 09:38", "Сәбитова Г."):
        assert fact in text
    without = words(render_attachment(paper(consent=None)))
    assert "келісемін" not in without


def test_every_code_on_a_paper_has_words() -> None:
    for basis in AttachmentBasis:
        assert basis.value not in words(render_attachment(paper(basis_key=basis.value)))
    for kind in DistrictKind:
        assert kind.value not in words(render_attachment(paper(district_kind=kind.value)))
    for giver in ConsentGiver:
        for way in ConsentWay:
            text = words(render_attachment(paper(consent__giver_key=giver.value, consent__way_key=way.value)))
            assert giver.value not in text
            assert way.value not in text
    for code in DOCUMENTS_SEEN:
        assert code not in words(render_attachment(paper(documents=((code, None),))))
    for ground in REFUSAL_GROUNDS:
        assert ground not in words(render_attachment(paper(kind=PaperKind.REFUSAL, ground_key=ground)))


def test_words_of_strangers_are_drawn_as_they_are() -> None:
    content = paper(
        applicant__name=STRANGE, previous=STRANGE, care_at_home=STRANGE, consent__name=STRANGE, doctor=STRANGE
    )
    text = words(render_attachment(content))
    assert text.replace("\n", " ").count('<b>Әділ & "Ұлдары"</b>') >= 5


def test_what_is_not_known_leaves_no_empty_label() -> None:
    text = words(
        render_attachment(paper(previous="", district="", documents=(), care_at_home="", basis_key=""))
    )
    for label in ("Қазір бекітілген жері", "Учаске", "Көрсетілген құжаттар", "Үйде", "Негізі"):
        assert label not in text


def test_marks_of_practice_and_of_a_notice_without_a_number() -> None:
    marked = paper(kind=PaperKind.NOTICE, is_provisional=True, is_practice=True)
    (page,) = layout_attachment(marked)
    assert (page.watermark, page.is_framed) == ("УАҚЫТША", True)
    assert "ЖАТТЫҒУ" in words(render_attachment(marked))
    (page,) = layout_attachment(NOTICE)
    assert (page.watermark, page.is_framed) == ("", False)
    assert "ЖАТТЫҒУ" not in words(render_attachment(NOTICE))


def test_the_same_content_gives_the_same_bytes_and_metadata_name_nobody() -> None:
    pdf = render_attachment(APPLICATION)
    assert pdf == render_attachment(APPLICATION)
    told = " ".join(str(value) for value in (pypdf.PdfReader(io.BytesIO(pdf)).metadata or {}).values())
    assert "Үлгібаев" not in told
    assert "9505" not in told


def test_a4_has_the_paper_twice() -> None:
    pdf = render_attachment(APPLICATION, two_up=True)
    assert page_count(pdf) == 1
    assert words(pdf).count("Үлгібаев Нұрлан Серікұлы") == 2


def _is_inside(page: Page) -> bool:
    return all(
        text.x >= LEFT - 0.01
        and text.x + text_width(text.text, bold=text.bold, size=text.size) <= RIGHT + 0.01
        and 0 < text.y < A5_HEIGHT
        and text.size >= 10
        for text in page.texts
    )


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=500),
    st.text("ҚҒӘІҮҰӨҺ ", max_size=500),
    st.sampled_from([(Language.KK,), (Language.KK, Language.RU)]),
    st.sampled_from(list(PaperKind)),
)
def test_nothing_runs_off_the_paper(
    name: str, care: str, languages: tuple[Language, ...], kind: PaperKind
) -> None:
    content = paper(
        applicant__name=name,
        applicant__address=care,
        care_at_home=care,
        ground_text=care,
        previous=name,
        languages=languages,
        kind=kind,
        ground_key="not_genuine",
        effective_on=dt.date(2027, 1, 1),
    )
    pages = layout_attachment(content)
    assert pages
    assert all(_is_inside(page) for page in pages)
