"""Asks which file to read or to write; the answer comes by a call. Tests put their own in this place."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_desk.ui.kit.words import UiText

Answer = Callable[[Path], object]


class FileChooser(Protocol):
    """Lets a person choose a file; calls nothing back when the person leaves."""

    def choose_list(self, over: QWidget, on_path: Answer) -> None:
        """A list to read."""
        ...

    def choose_target(self, over: QWidget, name: str, on_path: Answer) -> None:
        """Where to write a file that would be called `name`."""
        ...


class SystemFileChooser:
    """The system's own dialog, and Qt's where the system has none. It never blocks the window."""

    def __init__(self, words: UiText, patterns: str = "*.csv *.txt *.xlsx") -> None:
        self._words = words
        self._patterns = patterns
        self._folder = ""

    def choose_list(self, over: QWidget, on_path: Answer) -> None:
        """See `FileChooser`."""
        dialog = self._dialog(over, "import_screen.choose.title", "import_screen.choose.open")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        everything = self._words.say("import_screen.choose.all")
        dialog.setNameFilters(
            [f"{self._words.say('import_screen.choose.lists')} ({self._patterns})", f"{everything} (*)"]
        )
        self._open(dialog, on_path)

    def choose_target(self, over: QWidget, name: str, on_path: Answer) -> None:
        """See `FileChooser`."""
        dialog = self._dialog(over, "import_screen.choose.save_title", "shell.save")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ending = Path(name).suffix.removeprefix(".")
        dialog.setNameFilters([f"{ending.upper()} (*.{ending})"])
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(name)
        self._open(dialog, on_path)

    def _dialog(self, over: QWidget, title_key: str, accept_key: str) -> QFileDialog:
        say = self._words.say
        dialog = QFileDialog(over.window(), say(title_key))
        dialog.setObjectName("import_file_dialog")
        labels = {
            QFileDialog.DialogLabel.Accept: accept_key,
            QFileDialog.DialogLabel.Reject: "shell.cancel",
            QFileDialog.DialogLabel.FileName: "import_screen.choose.name",
            QFileDialog.DialogLabel.FileType: "import_screen.choose.type",
            QFileDialog.DialogLabel.LookIn: "import_screen.choose.folder",
        }
        for label, key in labels.items():
            dialog.setLabelText(label, say(key))
        if self._folder:
            dialog.setDirectory(self._folder)
        return dialog

    def _open(self, dialog: QFileDialog, on_path: Answer) -> None:
        def accepted(name: str) -> None:
            path = Path(name)
            self._folder = str(path.parent)
            on_path(path)

        dialog.fileSelected.connect(accepted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
