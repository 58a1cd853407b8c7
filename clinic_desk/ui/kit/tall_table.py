"""A table in which every row is as high as its words need: for rows that are read, not skimmed."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit.table import DataTable, Row, RowsModel
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import ROW_HEIGHT
from clinic_desk.ui.kit.whole_words import WholeWordsDelegate, cell_height

_MOST_MEASURED: Final = 600
"""Beyond so many rows all are as high as the highest of these: measuring each would hold up the window."""


class TallTable(DataTable):
    """Moved through as every table; nothing of a cell is cut off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setItemDelegate(WholeWordsDelegate(self))

    def set_model(self, model: RowsModel[Row]) -> None:
        """See `DataTable`; rows are measured again when they are others or speak another language."""
        super().set_model(model)
        model.modelReset.connect(self._spread)
        model.dataChanged.connect(self._spread)

    def _spread(self) -> None:
        super()._spread()
        model = self.model()
        if not isinstance(model, RowsModel):
            return
        widths = [self.columnWidth(column) for column in range(model.columnCount())]
        least = look().px(ROW_HEIGHT)
        heights = [
            max(least, *(cell_height(model.cell(row, column), width) for column, width in enumerate(widths)))
            for row in range(min(model.rowCount(), _MOST_MEASURED))
        ]
        if model.rowCount() > _MOST_MEASURED:
            self.verticalHeader().setDefaultSectionSize(max(heights))
            return
        for row, height in enumerate(heights):
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)


__all__ = ["TallTable"]
