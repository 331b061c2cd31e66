"""Entities found by rule: every facet a message asks about, and dossier codes."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from core.text.dossier_code import find_dossier_codes
from core.text.facets import find_facet_cues


class _RuleExtractor(GraphComponent, EntityExtractorMixin):
    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "_RuleExtractor":
        del config, model_storage, resource, execution_context  # the rules need none of them
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            found = self.add_extractor_name(self.entities(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def entities(self, text: Text) -> List[Dict[Text, Any]]:
        raise NotImplementedError


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FacetCues(_RuleExtractor):
    """One ``facet`` entity for each strong cue, so that two questions in one sentence are both answered."""

    def entities(self, text: Text) -> List[Dict[Text, Any]]:
        return [
            {
                "entity": "facet",
                "value": cue.facet,
                "start": cue.start,
                "end": cue.end,
                "confidence_entity": 1.0,
            }
            for cue in find_facet_cues(text)
        ]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DossierCodes(_RuleExtractor):
    """One ``dossier_code`` entity for each code, in its official writing."""

    def entities(self, text: Text) -> List[Dict[Text, Any]]:
        return [
            {
                "entity": "dossier_code",
                "value": code.code,
                "start": code.start,
                "end": code.end,
                "confidence_entity": 1.0,
            }
            for code in find_dossier_codes(text)
        ]
