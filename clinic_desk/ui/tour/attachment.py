"""The walk through attachment: an application from F4 to the register's answer, and the lists."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.ui.attachment.case_list_view import CHILDREN, CONTRACTS
from clinic_desk.ui.attachment.consent_panel import CONSENT, IDENTITY
from clinic_desk.ui.tour.cast import Cast

if TYPE_CHECKING:
    from clinic_desk.ui.attachment.section import AttachmentSection

_NEW, _DRAFT, _REFUSED = "attach_new", "attach_draft", "attach_refused"


def walk_attachment(walk: Any, cast: Cast) -> None:
    """Somebody who moved is attached by keys alone; then what a registrar is warned of, and the lists."""
    _Attaching(walk, cast).go()


class _Attaching:
    def __init__(self, walk: Any, cast: Cast) -> None:
        self._walk = walk
        self._hands = walk.hands
        self._cast = cast
        self._services = walk.clinic.services
        self._section: AttachmentSection = walk.clinic.attachment()

    def go(self) -> None:
        step, press = self._walk.step, self._hands.press
        step("attachment-refusal-to-send", self._without_consent, first="Esc")
        step("attachment", self._consent_and_proof)
        step("attachment-sent", lambda: press("Ctrl+Enter"))
        step("attachment-answer", self._accepted)
        press("Ctrl+Enter")
        press("Esc")
        step("attachment-over-norm", self._over_norm)
        step("attachment-loads", self._loads)
        press("Esc")
        step("attachment-refused", lambda: self._open(self._cast.roles[_REFUSED]))
        press("Esc")
        step("attachments", lambda: self._walk.go("attachment"))
        step("attachment-contracts", lambda: self._list(CONTRACTS))
        step("attachment-children", lambda: self._list(CHILDREN))
        press("Esc")

    def _open(self, iin: str) -> None:
        self._walk.window.focus_omnibox()
        self._hands.scan(iin)
        self._hands.press("F4")

    def _without_consent(self) -> None:
        """Everything but the consent: the way leads back to it."""
        self._open(self._cast.roles[_NEW])
        self._hands.press("1")
        self._hands.press("Tab")
        self._hands.press("Enter")
        self._hands.press("Enter")

    def _consent_and_proof(self) -> None:
        self._hands.press("Enter")
        rows = self._section.application.view.consent.rows
        rows["residence_proof"].box.setFocus()
        self._hands.press("Enter")
        self._section.application.view.send.setFocus()

    def _accepted(self) -> None:
        self._hands.wait_for("answer", lambda: self._section.case.takes_finish_key)
        self._hands.press("Ctrl+Enter")
        self._hands.press("1")

    def _over_norm(self) -> None:
        """The person's own district is full by the norm that the organisation has just set."""
        iin = self._cast.roles[_DRAFT]
        self._open(iin)
        people = self._section.application.view.districts.model.rows()[0].choice.people
        document = self._set_norm(people - 3)
        self._hands.press("Esc")
        self._open(iin)
        form = self._section.application.hand.form
        steps = [form is None or form.consent is None, not (form and form.documents), True]
        for _, is_open in zip((CONSENT, IDENTITY, "district"), steps, strict=True):
            if is_open:
                self._hands.press("Enter")
        self._services.rule_imports.undo(document, self._services.actor())

    def _loads(self) -> None:
        """The districts with their loads against that norm."""
        view = self._section.application.view
        view.form.ensureWidgetVisible(view.districts)

    def _list(self, tile: str) -> None:
        self._section.list.view.tiles.tile(tile).click()

    def _set_norm(self, people: int) -> RuleDocumentId:
        """The administrator's file with other norms takes effect today."""
        services = self._services
        document = dict(services.rule_imports.document("district_norms", services.clock.today()))
        document["rows"] = [
            row | ({"norm": people} if row["kind"] == "general" else {}) for row in document["rows"]
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "district_norms.json"
            path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
            preview = services.rule_imports.preview(services.rule_imports.read(path))
        kept, _change = services.rule_imports.apply(preview, services.actor())
        return RuleDocumentId(kept.id)
