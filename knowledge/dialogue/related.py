"""Another matter of the same subject: after "mở quán", "thuế thì khai sao" asks for the tax of that shop."""

from __future__ import annotations

from collections.abc import Iterable

from core.text.fold import fold
from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.remainder import topic_words
from knowledge.schemas import Procedure
from knowledge.search.decide import Verdict
from knowledge.search.tokens import words

# A longer message names its subject by itself.
_FEW_WORDS = 4


def related(base: KnowledgeBase, text: str, at_hand: Procedure) -> Procedure | None:
    """The record that is called by the words of ``text`` and, together with what is at hand, surely meant."""
    about = topic_words(text)
    if not 0 < len(about) <= _FEW_WORDS or is_called(base, at_hand, about):
        return None
    together = decide_on(base, f"{text} {at_hand.spoken_name}")
    found = base.procedure(together.best.code) if together.verdict is Verdict.ANSWER else None
    if found is None or found.code == at_hand.code or not is_called(base, found, about):
        return None
    return found


def is_called(base: KnowledgeBase, procedure: Procedure, about: Iterable[str]) -> bool:
    """Whether each of these folded words stands in the record's names, rather than in its details."""
    named = (
        procedure.name,
        procedure.plain_name or "",
        procedure.option_label or "",
        *procedure.aliases,
        *base.content.phrases.get(procedure.code, ()),
    )
    return {word for name in named for word in words(fold(name))}.issuperset(about)
