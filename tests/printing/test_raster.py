import pytest
from PIL import Image

from clinic_desk.printing.raster import page_count, render_grey, render_preview
from clinic_desk.printing.slip import render_slip, render_together
from tests.printing.samples import NUMBER, SLIP, codes, slip


def test_preview_is_the_page_in_the_asked_width() -> None:
    image = render_preview(render_slip(SLIP), 700)
    assert (image.width, image.height) == (700, pytest.approx(994, abs=2))
    assert len(image.rgba) == image.width * image.height * 4
    picture = Image.frombytes("RGBA", (image.width, image.height), image.rgba)
    assert picture.getpixel((2, 2)) == (255, 255, 255, 255)
    assert picture.getextrema()[3] == (255, 255)
    assert picture.convert("L").getextrema() == (0, 255)


def test_preview_can_be_scanned_and_shows_any_page() -> None:
    pdf = render_together([SLIP, slip(number="T2-0N3K7-00043-A")])
    assert page_count(pdf) == 2
    image = render_preview(pdf, 1166, page=1)
    picture = Image.frombytes("RGBA", (image.width, image.height), image.rgba).convert("L")
    assert codes(picture)["Code128"] == ["T2-0N3K7-00043-A"]


@pytest.mark.parametrize(("width", "page"), [(0, 0), (8001, 0), (100, 1), (100, -1)])
def test_preview_of_what_is_not_there_is_refused(width: int, page: int) -> None:
    with pytest.raises(ValueError, match=r"width|page"):
        render_preview(render_slip(SLIP), width, page=page)


def test_grey_pages_are_whole() -> None:
    (page,) = render_grey(render_slip(SLIP), 150)
    assert len(page.pixels) == page.width * page.height
    picture = Image.frombytes("L", (page.width, page.height), page.pixels)
    assert codes(picture)["Code128"] == [NUMBER]
