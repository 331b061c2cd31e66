"""What Rasa understood of one message, and what our own table remembers of the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conversations.tries import Try
from knowledge.dialogue.asked import Belief, facets_asked
from knowledge.dialogue.context import Topic
from knowledge.schemas import Facet

_FACET_INTENTS = {f"ask_{facet.value}": facet for facet in Facet}


@dataclass(frozen=True)
class Heard:
    """``cues``: facets named in plain words; ``beliefs``: the classifier's facets, likeliest first.

    ``text``: what was classified; ``said``: the whole message, with the words that tie it to what came before
    (``correction``, ``instead_of``, ``fresh``: see ``core.text.openings``). ``form``: which one is open.
    ``asked``: by which asking of the gateway it came; none where there is no turn behind it.
    """

    conversation_id: str
    text: str
    said: str
    correction: bool
    instead_of: str
    fresh: bool
    intent: str
    confidence: float
    cues: tuple[Facet, ...]
    beliefs: tuple[Belief, ...]
    out_of_scope: float
    dossier_codes: tuple[str, ...]
    slot_dossier_code: str | None
    pressed: str | None
    topic: Topic
    context: dict[str, Any]
    form: str | None = None
    asked: Try | None = None

    @classmethod
    def of(cls, tracker: Any) -> Heard:
        latest = tracker.latest_message or {}
        metadata = latest.get("metadata") or {}
        context = metadata.get("context") or {}
        entities = latest.get("entities") or []
        intent = latest.get("intent") or {}

        def values(kind: str) -> list[str]:
            return [str(e["value"]) for e in entities if e.get("entity") == kind]

        name = str(intent.get("name") or "")
        conversation = str(metadata.get("conversation") or tracker.sender_id)
        turn = metadata.get("turn")
        text = str(latest.get("text") or "")
        pressed = values("action")
        return cls(
            conversation_id=conversation,
            text=text,
            said=str(metadata.get("said") or text),
            correction=bool(metadata.get("correction")),
            instead_of=str(metadata.get("instead_of") or ""),
            fresh=bool(metadata.get("fresh")),
            intent=name,
            confidence=float(intent.get("confidence") or 0.0),
            cues=tuple(dict.fromkeys(Facet(v) for v in values("facet") if v in Facet)),
            beliefs=_beliefs(latest),
            out_of_scope=_belief(latest, "out_of_scope"),
            dossier_codes=tuple(values("dossier_code")),
            slot_dossier_code=tracker.get_slot("dossier_code"),
            pressed=pressed[0] if pressed else None,
            topic=Topic.model_validate(context),
            context=context,
            form=tracker.active_loop_name,
            asked=Try(conversation, str(turn), str(metadata.get("try"))) if turn else None,
        )

    @property
    def facets(self) -> tuple[Facet, ...]:
        """What is asked; none when only a subject is named."""
        return facets_asked(self.text, self.cues, self.beliefs, sure=self.intent in _FACET_INTENTS)


def _beliefs(latest: dict[str, Any]) -> tuple[Belief, ...]:
    ranking = latest.get("intent_ranking") or []
    return tuple(
        (_FACET_INTENTS[one["name"]], float(one["confidence"]))
        for one in ranking
        if one["name"] in _FACET_INTENTS
    )


def _belief(latest: dict[str, Any], intent: str) -> float:
    """How far the classifier believes in an intent (0..1)."""
    ranking = latest.get("intent_ranking") or []
    return next((float(one["confidence"]) for one in ranking if one.get("name") == intent), 0.0)
