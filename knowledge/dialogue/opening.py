"""What is said before anything else: condolence for a death, and what an old place name means now."""

from __future__ import annotations

from core.message import OutboundMessage
from knowledge.base import KnowledgeBase
from knowledge.dialogue import whereabouts, wording
from knowledge.dialogue.question import Question
from knowledge.schemas import Procedure

_COURTESY = "Dạ, "


def opening(base: KnowledgeBase, question: Question, procedure: Procedure) -> list[str]:
    """The sentences that come first, where ``procedure`` is answered or the likeliest of those offered."""
    grief = [wording.condolence(who=question.topic.who)] if condoles(question, procedure) else []
    return grief + whereabouts.remarks(base, question.text)


def condoles(question: Question, procedure: Procedure) -> bool:
    """A death is met with a word of comfort, and only the first time it is spoken of."""
    topic = question.topic
    return procedure.sad and not topic.consoled and topic.code != procedure.code


def opened_with(message: OutboundMessage, sentences: list[str]) -> OutboundMessage:
    """The message with these sentences before it, in its text and on its card."""
    if not sentences:
        return message
    card = message.card
    if card is not None:
        card = card.model_copy(update={"lead": _joined(sentences, card.lead or "")})
    return message.model_copy(update={"text": _joined(sentences, message.text), "card": card})


def _joined(sentences: list[str], text: str) -> str:
    """One "Dạ" a message is polite, two are too many."""
    text = text.removeprefix(_COURTESY)
    return "\n".join([*sentences, text[:1].upper() + text[1:]]) if text else "\n".join(sentences)
