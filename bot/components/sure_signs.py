"""An intent that a plain sign leaves no doubt of overrules the classifier.

"Hồ sơ 260803-0007" is too short for weighing words, and "làm giả giấy khai sinh" shares nearly all its words
with an honest question. What counts as a sign stands in ``core.text.signs``.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from core.text.signs import sure_intent

# What a citizen wants to happen counts more than the code that is named beside it.
_STRONGER_THAN_A_CODE = frozenset(("complain", "talk_to_person", "frustration", "cancel", "due_date"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SureSigns(GraphComponent):
    """Sets the intent of messages that carry a plain sign, with confidence 1."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SureSigns":
        del config, model_storage, resource, execution_context
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            sure = None if text.startswith("/press_button") else sure_intent(text)
            believed = message.get(INTENT) or {}
            if sure == "dossier_status" and believed.get("name") in _STRONGER_THAN_A_CODE:
                continue
            if sure is not None:
                message.set(INTENT, {"name": sure, "confidence": 1.0}, add_to_output=True)
        return messages
