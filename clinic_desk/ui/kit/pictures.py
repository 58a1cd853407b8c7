"""Pictures that were drawn beside the window."""

from PySide6.QtGui import QImage

from clinic_desk.services.slips import PreviewImage


def picture_of(image: PreviewImage) -> QImage:
    """The picture as the window shows it; a copy, since the bytes belong to the answer, which goes."""
    drawn = QImage(image.rgba, image.width, image.height, 4 * image.width, QImage.Format.Format_RGBA8888)
    return drawn.copy()
