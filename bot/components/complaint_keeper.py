"""What a citizen writes down as a complaint stays the complaint.

"Chị cán bộ thu lệ phí 50 ngàn trong khi bảng giá ghi 8 ngàn" sounds like a question about a fee. While the
complaint form waits for its content, a statement of some length is that content, whatever it sounds like.
Questions, short messages and a wish to stop or to speak with a person still leave the form.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from core.text.words import words

FORM = "complaint_form"
CONTENT_INTENT = "complain"

_LEAVING = frozenset(("talk_to_person", "cancel", "opt_out_survey"))
_LEAST_WORDS = 8
_QUESTION_ENDS = frozenset("khong gi nao dau nhieu sao lau chua ha may ai nhi".split())


def is_statement(text: Text) -> bool:
    """Long enough to tell something, and not put as a question."""
    found = [word.text for word in words(text)]
    asks = "?" in text or not _QUESTION_ENDS.isdisjoint(found[-3:])
    return len(found) >= _LEAST_WORDS and not asks


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ComplaintKeeper(GraphComponent):
    """Reads a statement as the complaint's content while the complaint form is open."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ComplaintKeeper":
        del config, model_storage, resource, execution_context
        return cls()

    def process(self, messages: List[Message], tracker: DialogueStateTracker) -> List[Message]:
        if tracker.active_loop_name != FORM:
            return messages
        for message in messages:
            intent = (message.get(INTENT) or {}).get("name")
            if intent not in _LEAVING and is_statement(message.get(TEXT) or ""):
                message.set(INTENT, {"name": CONTENT_INTENT, "confidence": 1.0}, add_to_output=True)
        return messages
