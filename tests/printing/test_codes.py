import string

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clinic_desk.printing.code128 import code128_widths
from clinic_desk.qr import TooLong, qr_rows

PRINTABLE = "".join(chr(code) for code in range(32, 127))


def picture(rows: list[str], quiet: int, scale: int) -> Image.Image:
    size = (len(rows[0]) + 2 * quiet, len(rows) + 2 * quiet)
    image = Image.new("L", size, 255)
    for y, row in enumerate(rows):
        for x, bit in enumerate(row):
            if bit == "1":
                image.putpixel((x + quiet, y + quiet), 0)
    return image.resize((size[0] * scale, size[1] * scale), Image.Resampling.NEAREST)


def read(image: Image.Image) -> list[tuple[str, str]]:
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(image)]


@settings(max_examples=40, deadline=None)
@given(st.text(PRINTABLE, min_size=1, max_size=106).filter(lambda text: text == text.strip()))
def test_square_codes_are_read_back(text: str) -> None:
    assert read(picture(list(qr_rows(text)), 4, 3)) == [("QRCode", text)]


@pytest.mark.parametrize("length", [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106])
def test_square_codes_of_every_version_are_read_back(length: int) -> None:
    text = (string.ascii_uppercase + string.digits)[::-1] * 3
    assert read(picture(list(qr_rows(text[:length])), 4, 3)) == [("QRCode", text[:length])]


def test_square_code_has_limits() -> None:
    with pytest.raises(TooLong):
        qr_rows("x" * 107)
    with pytest.raises(UnicodeEncodeError):
        qr_rows("№1")


@settings(max_examples=40, deadline=None)
@given(st.text(PRINTABLE, min_size=2, max_size=30).filter(lambda text: text == text.strip()))
def test_bar_codes_are_read_back(text: str) -> None:
    row = "".join("10"[n % 2] * width for n, width in enumerate(code128_widths(text)))
    assert read(picture([row] * 40, 10, 2)) == [("Code128", text)]


def test_digits_go_in_pairs_where_that_is_shorter() -> None:
    assert sum(code128_widths("123456")) < sum(code128_widths("ABCDEF"))
    assert sum(code128_widths("12345")) == sum(code128_widths("ABCDE"))


@pytest.mark.parametrize("text", ["", "№ 1", "a\n"])
def test_bar_code_holds_printable_ascii(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        code128_widths(text)
