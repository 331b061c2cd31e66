"""Checks of what a form was given."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from core.text.dossier_code import find_dossier_codes
from knowledge.dialogue.remainder import topic_words

_MOST_CHARACTERS = 2000
# "Tui muốn phản ánh" announces a complaint and tells none.
_ANNOUNCED = frozenset("phan anh khieu nai to cao gop kien gui don gui".split())


class ValidateDossierForm(FormValidationAction):  # type: ignore[misc]
    """A code is kept only if it looks like one; otherwise the form asks once more."""

    def name(self) -> str:
        return "validate_dossier_form"

    def validate_dossier_code(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        found = find_dossier_codes(str(value))
        return {"dossier_code": found[0].code if found else None}


class ValidateComplaintForm(FormValidationAction):  # type: ignore[misc]
    def name(self) -> str:
        return "validate_complaint_form"

    def validate_complaint_text(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        text = str(value).strip()
        told = len(text.split()) >= 2 and not _ANNOUNCED.issuperset(topic_words(text))
        return {"complaint_text": text[:_MOST_CHARACTERS] if told else None}


FORMS = (ValidateDossierForm, ValidateComplaintForm)
